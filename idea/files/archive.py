"""Archives and compressed files, unpacked up to a size: what their headers claim may be untrue."""

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

__all__ = ["Archive", "gunzip"]

_MEMBERS = 10_000
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """A zip archive in memory, whose members together unpack to no more than may be read.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name, for errors.
    kind
        The error to raise.

    Raises
    ------
    IdeaError
        Of that kind, if the archive is damaged, has more than 10,000 members, or claims to unpack
        to more than `idea.files.read.largest_size`.

    Examples
    --------
    >>> Archive(b"", Path("m.npz"), IdeaError)
    Traceback (most recent call last):
    idea.errors.IdeaError: m.npz: a damaged zip archive: File is not a zip file
    """

    def __init__(self, data: bytes, path: Path, kind: type[IdeaError]) -> None:
        self._path, self._kind = path, kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        # It raises NotImplementedError, struct.error and others, too.
        except Exception as error:
            raise kind(f"{path}: a damaged zip archive: {error}") from error
        members = self._zip.infolist()
        if len(members) > _MEMBERS:
            raise kind(
                f"{path}: expected a zip archive of at most {_MEMBERS:,} members, found "
                f"{len(members):,}"
            )
        # Members may overlap, so that the archive's own size bounds nothing.
        require_size(f"{path}, unpacked", sum(member.file_size for member in members), kind)
        self.names = [member.filename for member in members]
        """What it holds, in order."""

    def read(self, name: str) -> bytes:
        """Unpack a member: at most as many bytes as its header claims.

        Parameters
        ----------
        name
            One of `names`.

        Returns
        -------
        bytes
            Its contents.

        Raises
        ------
        IdeaError
            If it is missing, damaged or encrypted, or is compressed in another way than numpy and
            Python's packages are.
        """
        try:
            info = self._zip.getinfo(name)
            if info.compress_type not in _KINDS:
                raise NotImplementedError("it is compressed by another method than deflate")
            with self._zip.open(info) as member:
                return member.read(info.file_size)
        # zipfile and zlib raise a dozen kinds of error on a damaged archive.
        except Exception as error:
            raise self._kind(f"{self._path}: {name} can't be read: {error}") from error

    def array(self, name: str) -> NDArray[Any]:
        """Read a member that `numpy.save` wrote. Nothing is unpickled.

        Parameters
        ----------
        name
            An array's name, without the `.npy` that the member has behind it.

        Returns
        -------
        array
            Of any plain dtype.

        Raises
        ------
        IdeaError
            If there is none, it is damaged, or its header doesn't fit its size.
        """
        data = self.read(f"{name}.npy")
        try:
            return _array(data)
        # numpy's header reader raises whatever parsing a Python literal raises.
        except Exception as error:
            raise self._kind(f"{self._path}: the array {name} can't be read: {error}") from error


def gunzip(data: bytes, name: str, kind: type[IdeaError], largest: int | None = None) -> bytes:
    """Unpack a gzipped file.

    Parameters
    ----------
    data
        The file's contents.
    name
        The file, for errors.
    kind
        The error to raise.
    largest
        How many bytes it may unpack to. Default: `idea.files.read.largest_size`.

    Returns
    -------
    bytes
        What it unpacks to.

    Raises
    ------
    IdeaError
        If it is damaged or unpacks to more.

    Examples
    --------
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


def _array(data: bytes) -> NDArray[Any]:
    """View the bytes of a `.npy`, whose header is believed only where the size bears it out."""
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
        raise ValueError(f"its header tells of shape {shape}, {claimed:,} bytes; it has {size:,}")
    array = np.frombuffer(data, dtype, offset=stream.tell())
    return array.reshape(shape, order="F" if fortran else "C")


_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
