"""Zip archives and gzipped files, unpacked up to a size: their headers may be wrong."""

from __future__ import annotations

import gzip
import io
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.read import largest_size, require_size

__all__ = ["Archive", "gunzip", "parse_npy"]

_MEMBERS = 10_000
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """A zip archive in memory, whose members together unpack to no more than `largest_size`.

    Errors are of the given kind.

    >>> Archive(b"", Path("m.npz"), IdeaError)
    Traceback (most recent call last):
    idea.errors.IdeaError: m.npz: a damaged zip archive: File is not a zip file
    """

    def __init__(self, data: bytes, path: Path, kind: type[IdeaError]) -> None:
        self._path, self._kind = path, kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        # It also raises NotImplementedError, struct.error and others.
        except Exception as error:
            raise kind(f"{path}: a damaged zip archive: {error}") from error
        members = self._zip.infolist()
        if len(members) > _MEMBERS:
            raise kind(
                f"{path}: expected a zip archive of at most {_MEMBERS:,} members, found "
                f"{len(members):,}"
            )
        # Members may overlap, so the archive's own size is no bound.
        require_size(f"{path}, unpacked", sum(member.file_size for member in members), kind)
        self.names = [member.filename for member in members]
        """The members' names, in order."""

    def read(self, name: str) -> bytes:
        """Unpack a member: at most as many bytes as its header claims."""
        try:
            info = self._zip.getinfo(name)
            if info.compress_type not in _KINDS:
                raise NotImplementedError("its compression method is not supported")
            with self._zip.open(info) as member:
                return member.read(info.file_size)
        # zipfile and zlib raise a dozen kinds of error on a damaged archive.
        except Exception as error:
            raise self._kind(f"{self._path}: {name} can't be read: {error}") from error

    def array(self, name: str) -> NDArray[Any]:
        """Read a `.npy` by its name without the suffix. Nothing is unpickled."""
        data = self.read(f"{name}.npy")
        return parse_npy(data, f"{self._path}: the array {name}", self._kind)


def gunzip(data: bytes, name: str, kind: type[IdeaError], largest: int | None = None) -> bytes:
    """Unpack a gzipped file, up to `largest` bytes (default: `idea.files.read.largest_size`).

    >>> gunzip(gzip.compress(bytes(9)), "m.gz", IdeaError, 8)
    Traceback (most recent call last):
    idea.errors.IdeaError: m.gz: expected to unpack to at most 8 bytes, found more
    """
    most = largest_size() if largest is None else largest
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise kind(f"{name}: can't be read: {error}") from error
    if len(found) > most:
        raise kind(f"{name}: expected to unpack to at most {most:,} bytes, found more")
    return found


def parse_npy(data: bytes, name: str, kind: type[IdeaError]) -> NDArray[Any]:
    """Return the array of a `.npy` in memory; `name` is for the error. Nothing is unpickled."""
    try:
        return _array(data)
    # numpy's header reader raises whatever parsing a Python literal raises.
    except Exception as error:
        raise kind(f"{name} can't be read: {error}") from error


def _array(data: bytes) -> NDArray[Any]:
    """View the bytes of a `.npy`, whose header must agree with its size."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        raise ValueError(f"its format version is {version}")
    shape, fortran, dtype = _HEADERS[version](stream)
    if dtype.hasobject:
        raise ValueError("it holds pickled objects")
    if dtype.names or dtype.subdtype or not dtype.itemsize:
        raise ValueError(f"it holds {dtype}")
    size, claimed = len(data) - stream.tell(), math.prod(shape) * dtype.itemsize
    if size != claimed or min(shape, default=0) < 0:
        raise ValueError(f"its header claims shape {shape}, {claimed:,} bytes; it has {size:,}")
    array = np.frombuffer(data, dtype, offset=stream.tell())
    return array.reshape(shape, order="F" if fortran else "C")


_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
