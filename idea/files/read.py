"""Reading a file whole, up to a size."""

from __future__ import annotations

import io
import json
import os
import select
import stat
import time
from typing import Any, BinaryIO

from idea.errors import IdeaError, OptionError

__all__ = [
    "SIZE_VARIABLE",
    "largest_size",
    "read_bytes",
    "read_json",
    "read_stream",
    "require_size",
]

SIZE_VARIABLE = "IDEA_MAX_FILE_MB"
"""The environment variable that sets how large a file may be, in millions of bytes."""

_MEGABYTES = 1000
_CHUNK = 1 << 20
_PATIENCE = 5  # seconds to wait for the first byte of a named pipe
_SPECIAL = {
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFSOCK: "a socket",
}


def largest_size() -> int:
    """Give the size up to which files are read, and archives unpacked.

    It comes from the environment, not from an argument, since it holds for every file that any
    command or function reads, the ones that a file names included.

    Returns
    -------
    int
        Bytes: ``IDEA_MAX_FILE_MB`` millions, by default 1,000 millions.

    Raises
    ------
    OptionError
        If the variable holds something else than a number of 1 or more.

    Examples
    --------
    >>> largest_size()
    1000000000
    """
    text = os.environ.get(SIZE_VARIABLE) or str(_MEGABYTES)
    # Nine digits: more bytes than any machine has.
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise OptionError(
            f"{SIZE_VARIABLE} must be a number of megabytes, 1 or more, not {text!r:.60}"
        )
    return int(text) * 1_000_000


def require_size(name: str | os.PathLike[str], size: int, kind: type[IdeaError]) -> None:
    """Check that something isn't larger than what is read.

    Parameters
    ----------
    name
        The file, for the error.
    size
        Its size in bytes, or that of what it unpacks to.
    kind
        The error to raise.

    Raises
    ------
    IdeaError
        Of that kind, if it is larger than `largest_size`.

    Examples
    --------
    >>> from idea.errors import WeightsError
    >>> require_size("m.npz", 5 * 10**9, WeightsError)
    Traceback (most recent call last):
    idea.errors.WeightsError: m.npz: expected at most 1,000,000,000 bytes, found 5,000,000,000 or \
more; the environment variable IDEA_MAX_FILE_MB sets that limit, in megabytes
    """
    largest = largest_size()
    if size > largest:
        raise kind(
            f"{name}: expected at most {largest:,} bytes, found {size:,} or more; the environment "
            f"variable {SIZE_VARIABLE} sets that limit, in megabytes"
        )


def read_bytes(path: str | os.PathLike[str], kind: type[IdeaError]) -> bytes:
    """Read a file's bytes.

    Parameters
    ----------
    path
        A regular file; or a pipe, such as ``<(command)`` or ``/dev/stdin`` behind ``|``, which is
        read to its end. A named pipe that nobody opens for writing is waited for some seconds; a
        silent writer as long as it takes.
    kind
        The error to raise.

    Returns
    -------
    bytes
        All of them.

    Raises
    ------
    IdeaError
        Of that kind, if the file can't be read, is a device, a socket or a folder, changes its
        size meanwhile, or holds more than `largest_size` bytes.

    Examples
    --------
    >>> from idea.errors import DumpError
    >>> read_bytes("no.vf", DumpError)
    Traceback (most recent call last):
    idea.errors.DumpError: no.vf: can't be read: No such file or directory
    """
    try:
        with io.FileIO(os.fspath(path), opener=_open) as file:
            status = os.fstat(file.fileno())
            special = _SPECIAL.get(stat.S_IFMT(status.st_mode))
            if special:
                raise kind(f"{path}: expected a file, found {special}")
            require_size(path, status.st_size, kind)
            data = _read(file, status)
    except OSError as error:
        raise kind(f"{path}: can't be read: {error.strerror}") from error
    except ValueError as error:
        if isinstance(error, IdeaError):
            raise
        raise kind(f"{str(path)!r}: can't be read: {error}") from error  # NUL in its name
    except MemoryError as error:
        raise kind(f"{path}: can't be read: there is not enough memory") from error
    require_size(path, len(data), kind)
    if stat.S_ISFIFO(status.st_mode) and not data:
        raise kind(f"{path}: expected a file, found a pipe into which nothing was written")
    # Files that the kernel makes when they are read, below /proc, have the size 0.
    if stat.S_ISREG(status.st_mode) and len(data) != status.st_size != 0:
        raise kind(
            f"{path}: its size changed while it was read, from {status.st_size:,} bytes to "
            f"{len(data):,} or more"
        )
    return data


def read_stream(stream: BinaryIO, name: str, kind: type[IdeaError]) -> bytes:
    """Read a stream that is open already, such as standard input, to its end.

    Parameters
    ----------
    stream
        The stream.
    name
        What the error calls it.
    kind
        The error to raise.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    IdeaError
        Of that kind, if it holds more than `largest_size` bytes.

    Examples
    --------
    >>> read_stream(io.BytesIO(b"five"), "-", IdeaError)
    b'five'
    """
    chunks: list[bytes] = []
    left = largest_size() + 1
    while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
        chunks.append(chunk)
        left -= len(chunk)
    data = b"".join(chunks)
    require_size(name, len(data), kind)
    return data


def _open(path: str, flags: int) -> int:
    """Open a file; of a named pipe don't wait here for its writer, who may never come."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read(file: io.FileIO, status: os.stat_result) -> bytes:
    """Read to the end, or some bytes further than may be read."""
    left = largest_size() + 1
    if stat.S_ISREG(status.st_mode) and status.st_size:
        left = status.st_size + 1
    chunks: list[bytes] = []
    patience = _PATIENCE if stat.S_ISFIFO(status.st_mode) else 0
    until = time.monotonic() + patience
    while left > 0:
        chunk = file.read(min(left, max(_CHUNK, status.st_size + 1)))
        if chunk is None:  # a pipe whose writer is silent
            select.select([file], [], [])
        elif chunk:
            chunks.append(chunk)
            left -= len(chunk)
        elif chunks or time.monotonic() >= until:
            break
        else:  # a pipe without a writer
            time.sleep(0.05)
    return b"".join(chunks)


def read_json(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a file of JSON that holds an object.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        The object.

    Raises
    ------
    IdeaError
        If the file can't be read or holds something else.

    Examples
    --------
    >>> read_json("no.json")
    Traceback (most recent call last):
    idea.errors.IdeaError: no.json: can't be read: No such file or directory
    """
    data = read_bytes(path, IdeaError)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IdeaError(f"{path}: expected JSON, found something else ({error})") from error
    if not isinstance(said, dict):
        raise IdeaError(f"{path}: expected a JSON object, found {said!r:.60}")
    return said
