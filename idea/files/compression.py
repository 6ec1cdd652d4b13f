"""Files that are compressed as a whole: gzip, zlib, bzip2 and xz, unpacked up to a size."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any

from idea.errors import IdeaError
from idea.files.archive import gunzip
from idea.files.read import largest_size

__all__ = ["unpacked"]

_CHUNK = 1 << 20

_DECOMPRESSORS: dict[bytes, Callable[[], Any]] = {
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lzma.LZMADecompressor,
    b"]\x00\x00": lzma.LZMADecompressor,  # the older form of xz
}
_ZLIB = {b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"}
"""Two bytes alone, which raw floats may begin with as well: see `unpacked`."""


def unpacked(data: bytes, name: str, kind: type[IdeaError]) -> bytes:
    """Return what a compressed file holds, up to `largest_size`; other files as they are.

    Raises an error of the given kind if the file is damaged or too large.

    >>> unpacked(bz2.compress(b"net"), "net.bz2", IdeaError), unpacked(b"net", "net", IdeaError)
    (b'net', b'net')
    """
    if data.startswith(b"\x1f\x8b\x08"):
        return gunzip(data, name, kind)
    for magic, decompressor in _DECOMPRESSORS.items():
        if data.startswith(magic):
            return _unpacked(decompressor(), data, name, kind)
    if data[:2] in _ZLIB:
        try:
            return _unpacked(_Zlib(), data, name, kind)
        except zlib.error:  # no compressed file
            return data
    return data


class _Zlib:
    """Zlib's decompressor with the interface of the others, which keep what is left."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail or data, most)


def _unpacked(decompressor: Any, data: bytes, name: str, kind: type[IdeaError]) -> bytes:
    most, size = largest_size(), 0
    chunks: list[bytes] = []
    try:
        while not decompressor.eof:
            chunk = decompressor.decompress(b"" if chunks else data, _CHUNK)
            if not chunk and not decompressor.eof:
                raise EOFError("it ends too early")
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                raise kind(f"{name}: expected to unpack to at most {most:,} bytes, found more")
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise kind(f"{name}: can't be read: {error}") from error
    return b"".join(chunks)
