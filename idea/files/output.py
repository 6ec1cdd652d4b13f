"""Writing files so that a failed or interrupted run leaves what was there before."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from idea.errors import OutputError

__all__ = ["make_folder", "write_bytes"]


def write_bytes(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a whole file or nothing: to a temporary name beside it, then renamed.

    Parameters
    ----------
    path
        The file; one that exists is replaced.
    data
        Its contents.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        If the file can't be written; one that existed is then unchanged.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> write_bytes(folder / "a.txt", b"hello").read_bytes()
    b'hello'
    """
    path = Path(path)
    # The process number keeps two commands that write the same file apart.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return path


def make_folder(path: str | os.PathLike[str]) -> Path:
    """Make a folder, and those above it, where they are missing; check that files can go there.

    Parameters
    ----------
    path
        The folder.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    OutputError
        If there is a file of that name, or no permission to make or use the folder.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> make_folder(pathlib.Path(tempfile.mkdtemp()) / "a" / "b").is_dir()
    True
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: no such folder can be made: {error.strerror}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise OutputError(f"{path}: no permission to write in this folder")
    return path
