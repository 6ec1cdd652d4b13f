"""Reading whole files, up to a maximum size."""

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
"""The environment variable that sets the maximum size of a file, in megabytes."""

_MEGABYTES = 1000
_CHUNK = 1 << 20
_TIMEOUT = 5  # seconds to wait for the first byte of a named pipe
_SPECIAL = {
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFSOCK: "a socket",
}


def largest_size() -> int:
    """Return the maximum size of a file, unpacked, in bytes: ``IDEA_MAX_FILE_MB`` or 1,000 MB.

    It is an environment variable because it applies to every file that any command or function
    reads, including files that other files name.
    """
    text = os.environ.get(SIZE_VARIABLE) or str(_MEGABYTES)
    # Nine digits are more bytes than any machine has.
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise OptionError(
            f"{SIZE_VARIABLE} must be a number of megabytes, 1 or more, not {text!r:.60}"
        )
    return int(text) * 1_000_000


def require_size(name: str | os.PathLike[str], size: int, kind: type[IdeaError]) -> None:
    """Raise an error of the given kind if something is larger than `largest_size`."""
    largest = largest_size()
    if size > largest:
        raise kind(
            f"{name}: expected at most {largest:,} bytes, found {size:,} or more; the environment "
            f"variable {SIZE_VARIABLE} sets that limit, in megabytes"
        )


def read_bytes(path: str | os.PathLike[str], kind: type[IdeaError]) -> bytes:
    """Read a regular file, or a pipe such as ``<(command)`` or ``/dev/stdin``, to its end.

    A named pipe without a writer is waited for some seconds, a silent writer without limit.
    Devices, sockets, folders, files whose size changes meanwhile and files larger than
    `largest_size` are errors of the given kind.

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
    # Files below /proc, which are generated while they are read, have the size 0.
    if stat.S_ISREG(status.st_mode) and len(data) != status.st_size != 0:
        raise kind(
            f"{path}: its size changed while it was read, from {status.st_size:,} bytes to "
            f"{len(data):,} or more"
        )
    return data


def read_stream(stream: BinaryIO, name: str, kind: type[IdeaError]) -> bytes:
    """Read an open stream, such as standard input, to its end or up to `largest_size`."""
    chunks: list[bytes] = []
    left = largest_size() + 1
    while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
        chunks.append(chunk)
        left -= len(chunk)
    data = b"".join(chunks)
    require_size(name, len(data), kind)
    return data


def _open(path: str, flags: int) -> int:
    """Open a file without waiting for the writer of a named pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read(file: io.FileIO, status: os.stat_result) -> bytes:
    """Read to the end, or slightly further than allowed."""
    left = largest_size() + 1
    if stat.S_ISREG(status.st_mode) and status.st_size:
        left = status.st_size + 1
    chunks: list[bytes] = []
    timeout = _TIMEOUT if stat.S_ISFIFO(status.st_mode) else 0
    until = time.monotonic() + timeout
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
    """Read a JSON file that holds an object."""
    data = read_bytes(path, IdeaError)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IdeaError(f"{path}: expected JSON, found something else ({error})") from error
    if not isinstance(value, dict):
        raise IdeaError(f"{path}: expected a JSON object, found {value!r:.60}")
    return value
