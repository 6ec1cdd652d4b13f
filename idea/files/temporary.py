"""Files that are being written, and what killed processes leave of them.

They lie in a folder beside the place where they are to go, under a lock that ends with its process,
however that ends. So whoever writes there next can tell what nobody finishes any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from io import BufferedWriter
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["sweep", "unfinished"]

_NAME = re.compile(r"\.idea-[0-9a-f]{16}\.part")
_LOCK = ".idea-lock"


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """Make a folder for unfinished files inside another one.

    Parameters
    ----------
    folder
        Where they are to go when they are finished.

    Yields
    ------
    Path
        A new folder, which is removed in the end with whatever is still in it.

    Raises
    ------
    OSError
        If it can't be made.

    Examples
    --------
    >>> import tempfile
    >>> with unfinished(Path(tempfile.mkdtemp())) as part:
    ...     part.name[:6], part.name[-5:]
    ('.idea-', '.part')
    """
    lock = None
    while lock is None:
        part = folder / f".idea-{secrets.token_hex(8)}.part"
        part.mkdir()
        try:
            lock = _locked(part / _LOCK)
        except BaseException:  # such as a disk on which there is place for the folder alone
            shutil.rmtree(part, ignore_errors=True)
            raise
    try:
        yield part
    finally:
        lock.close()
        shutil.rmtree(part, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes were writing into a folder, and nothing else.

    Parameters
    ----------
    folder
        The folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / ".idea-0123456789abcdef.part").mkdir()
    >>> sweep(folder)
    >>> list(folder.iterdir())
    []
    """
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):  # somebody is writing there, or sweeps as well
                    _remove(Path(entry))


def _locked(path: Path) -> BufferedWriter | None:
    """Make a file and lock it; None where a sweep came in between and removed it."""
    try:
        file = path.open("xb")
    except FileNotFoundError:
        return None
    if sys.platform != "win32":  # there nobody removes a file that is open
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        except OSError:  # a file system without locks, on which no sweep gets one either
            return file
        if not path.exists():
            file.close()
            return None
    return file


def _remove(part: Path) -> None:
    """Remove a folder of unfinished files, unless a process that lives has the lock."""
    path = part / _LOCK
    if not path.exists():
        part.rmdir()  # only an empty one: its process was killed before it had the lock
    elif sys.platform == "win32":
        path.unlink()
        shutil.rmtree(part)
    else:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(part)
