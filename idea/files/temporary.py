"""Temporary folders for files that are being written, and their removal after a crash.

They lie beside the destination, under a lock that ends with its process, however that ends. So the
next process that writes there can tell which of them are abandoned.
"""

from __future__ import annotations

import contextlib
import os
import re
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
    """Make a temporary folder inside the destination folder, and remove it in the end.

    >>> import tempfile
    >>> with unfinished(Path(tempfile.mkdtemp())) as part:
    ...     part.name[:6], part.name[-5:]
    ('.idea-', '.part')
    """
    lock = None
    while lock is None:
        part = folder / f".idea-{os.urandom(8).hex()}.part"
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
    """Remove the temporary folders that killed processes left in a folder, and nothing else."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):  # it is in use, or being removed already
                    _remove(Path(entry))


def _locked(path: Path) -> BufferedWriter | None:
    """Create and lock a file; return None if another process removed it in between."""
    try:
        file = path.open("xb")
    except FileNotFoundError:
        return None
    if sys.platform != "win32":  # where an open file can't be removed
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        except OSError:  # a file system without locks, on which `sweep` gets none either
            return file
        if not path.exists():
            file.close()
            return None
    return file


def _remove(part: Path) -> None:
    """Remove a temporary folder, unless a running process holds its lock."""
    path = part / _LOCK
    if not path.exists():
        part.rmdir()  # only if empty: its process was killed before it had the lock
    elif sys.platform == "win32":
        path.unlink()
        shutil.rmtree(part)
    else:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(part)
