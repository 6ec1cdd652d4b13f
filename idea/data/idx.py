"""IDX, the format of MNIST and of the data sets made after it: raw or gzipped arrays of bytes."""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.errors import DataError
from idea.files.archive import gunzip
from idea.files.read import read_bytes, require_size
from idea.image import MAX_PIXELS
from idea.text import pluralize

__all__ = [
    "NAMES",
    "TEST_NAMES",
    "Bytes",
    "MissingDataError",
    "find_idx",
    "idx_bytes",
    "is_idx_name",
    "name_of",
    "parse_idx",
    "read_idx",
]

Bytes = NDArray[np.uint8]

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""The four files of a data set, as MNIST names them."""
TEST_NAMES = NAMES[2:]
"""Those of the test images and their labels."""

_MAGIC = 0x0800  # unsigned bytes; the number of dimensions is added
_GZIP = b"\x1f\x8b"

# Such as emnist-letters-train-images-idx3-ubyte.gz; some tools unpack them with a dot before "idx".
_NAME = re.compile(
    r"(?P<set>.*?)(?P<part>train|t10k|test)[-_.](?P<kind>images|labels)[-_.]idx[13]"
    r"(?:[-_.]ubyte)?(?:\.gz)?",
    re.IGNORECASE,
)


class MissingDataError(DataError):
    """A folder doesn't have a data set in any format."""


class _Name(NamedTuple):
    """What the name of a file says."""

    set: str
    """What precedes the part's name, such as ``"emnist-letters-"``."""
    name: str
    """One of `NAMES`."""


def find_idx(folder: Path, chosen: Path | None = None) -> dict[str, Path]:
    """Find a data set's four files, by their names in `NAMES`.

    A folder may hold several data sets: `chosen` is a file of the one that is meant. Of a raw file
    and a gzipped one, the raw is taken. Raises a `MissingDataError` unless there are all four.
    """
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(_listed(folder), reverse=True):  # the raw file replaces NAME.gz
        parsed = _parse_name(path.name)
        if parsed:
            found.setdefault(parsed.set, {})[parsed.name] = path
    if chosen is not None:
        only = _parse_name(chosen.name)
        found = {name: files for name, files in found.items() if only and name == only.set}
    whole = sorted(name for name, files in found.items() if len(files) == len(NAMES))
    if len(whole) > 1:
        raise DataError(
            f"{folder}: expected one data set, found {len(whole)} ({', '.join(whole)}): name a "
            f"file of one, such as {found[whole[0]][NAMES[0]]}"
        )
    if whole:
        return found[whole[0]]
    nearest = max(found.values(), key=len, default={})
    missing = ", ".join(name for name in NAMES if name not in nearest)
    raise MissingDataError(
        f"{folder}: expected four IDX files (raw or .gz), mnist.pkl.gz or mnist.npz; "
        f"missing: {missing}"
    )


def is_idx_name(path: Path) -> bool:
    """Return whether a file's name is that of a part of a data set."""
    return _parse_name(path.name) is not None


def name_of(place: Path) -> str:
    """Return the name of the data set of a folder or file.

    >>> name_of(Path("data/emnist-letters-train-images-idx3-ubyte.gz"))
    'emnist-letters'
    """
    parsed = _parse_name(place.name)
    return (parsed.set.rstrip("-_. ") if parsed else "") or place.resolve().name


def read_idx(path: Path, name: str) -> bytes:
    """Read a file, one of `NAMES`, and return it unpacked; its header must agree with its size."""
    data = read_bytes(path, DataError)
    if data.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(data, _header_size(name))
        except zlib.error as error:
            raise DataError(f"{path}: can't be read: {error}") from error
        # No more is unpacked than the header claims.
        size = len(head) + math.prod(_shape(head, name, str(path)))
        require_size(path, size, DataError)
        data = gunzip(data, str(path), DataError, size)
    parse_idx(data, name, str(path))
    return data


def parse_idx(data: bytes, name: str, origin: str) -> Bytes:
    """Return the array of a file, one of `NAMES`: images (n, height, width) or labels (n,).

    `origin` is for the error.

    >>> parse_idx(idx_bytes(np.array([3, 8])), "train-labels-idx1-ubyte", "labels").tolist()
    [3, 8]
    """
    shape, begin = _shape(data, name, origin), _header_size(name)
    if len(data) - begin != math.prod(shape):
        raise DataError(
            f"{origin}: expected {math.prod(shape):,} bytes after the header, which claims "
            f"{'×'.join(map(str, shape))}, found {len(data) - begin:,}"
        )
    return np.frombuffer(data, np.uint8, offset=begin).reshape(shape)


def idx_bytes(array: NDArray[np.integer]) -> bytes:
    """Return the file of images (n, height, width) or labels (n,)."""
    head = struct.pack(f">{1 + array.ndim}I", _MAGIC + array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise DataError(f"{folder}: can't be read: {error.strerror}") from error


def _parse_name(name: str) -> _Name | None:
    match = _NAME.fullmatch(name)
    if match is None or name.startswith("."):  # as of files that macOS keeps beside others
        return None
    part = "train" if match["part"].lower() == "train" else "t10k"
    kind = match["kind"].lower()
    return _Name(match["set"], next(n for n in NAMES if n.startswith(f"{part}-{kind}")))


def _dimensions(name: str) -> int:
    return 3 if "images" in name else 1


def _header_size(name: str) -> int:
    return 4 + 4 * _dimensions(name)


def _shape(data: bytes, name: str, origin: str) -> tuple[int, ...]:
    """Return the shape that a header gives."""
    dimensions, size = _dimensions(name), _header_size(name)
    magic = _MAGIC + dimensions
    if len(data) < size or int.from_bytes(data[:4], "big") != magic:
        raise DataError(
            f"{origin}: expected an IDX file of unsigned bytes in "
            f"{pluralize(dimensions, 'dimension')}, which begins with "
            f"{magic.to_bytes(4, 'big')!r}, found {bytes(data[:4])!r}"
        )
    shape = struct.unpack(f">{dimensions}I", data[4:size])
    if not all(shape):
        raise DataError(f"{origin}: expected one image or label at least, found none")
    if dimensions > 1 and shape[1] * shape[2] > MAX_PIXELS:
        raise DataError(
            f"{origin}: expected images of at most {MAX_PIXELS:,} pixels, found "
            f"{shape[1]}×{shape[2]}"
        )
    return shape
