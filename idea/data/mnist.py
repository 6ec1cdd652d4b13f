"""Loading MNIST; its bytes must be the known ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from idea.data.download import cache_folder, fetch_mnist
from idea.data.mnist_files import Bytes, MissingDataError, read_source, verify
from idea.errors import DataError, OutputError
from idea.files.write import make_folder, write_files
from idea.validation import as_path, check_callable

__all__ = ["Mnist", "load_mnist"]


@dataclass(frozen=True, eq=False)
class Mnist:
    """The handwritten digits: greys 0…255, where 0 is background, and labels."""

    train_images: Bytes
    """(60000, 28, 28)."""
    train_labels: Bytes
    """(60000,) in 0…9."""
    test_images: Bytes
    """(10000, 28, 28)."""
    test_labels: Bytes
    """(10000,) in 0…9."""


def load_mnist(
    source: str | os.PathLike[str] | None = None, *, on_message: Callable[[str], object] = print
) -> Mnist:
    """Load the data set; download it into the user's cache if it isn't there.

    Parameters
    ----------
    source
        A folder with the four IDX files (raw or gzipped), the classic ``mnist.pkl.gz`` or Keras's
        ``mnist.npz``; or one of the latter two files. Default: the user's cache.
    on_message
        Called with messages about the download.

    Returns
    -------
    Mnist
        The 60,000 training digits and the 10,000 test digits, in their original order.

    Raises
    ------
    DataError
        If the data can't be found or downloaded, are damaged, or differ from the known ones.
    OutputError
        If the cache can't be written.

    Examples
    --------
    >>> mnist = load_mnist()                            # doctest: +SKIP
    >>> mnist.train_images.shape, mnist.train_images.dtype  # doctest: +SKIP
    ((60000, 28, 28), dtype('uint8'))
    """
    check_callable("on_message", on_message)
    place = _cache() if source is None else as_path(source, DataError)
    try:
        files = read_source(place)
        verify(files, str(place))
    except MissingDataError:
        if source is not None:
            raise
        files = fetch_mnist(on_message)
        write_files({place / name: data for name, data in files.items()})
        on_message(f"MNIST is stored in {place}")
    return _arrays(files)


def _cache() -> Path:
    """Return the user's cache, or raise an error that names the alternatives."""
    try:
        return make_folder(cache_folder())
    except (OutputError, RuntimeError) as error:  # the latter if the home folder is unknown
        raise OutputError(
            f"{error}: MNIST is stored there; name a folder that has it with --data, or another "
            "cache with XDG_CACHE_HOME"
        ) from error


def _arrays(files: Mapping[str, bytes]) -> Mnist:
    """View verified IDX files as arrays: images have a header of 16 bytes, labels one of 8."""
    images = [
        np.frombuffer(files[f"{part}-images-idx3-ubyte"], np.uint8, offset=16).reshape(-1, 28, 28)
        for part in ("train", "t10k")
    ]
    labels = [
        np.frombuffer(files[f"{part}-labels-idx1-ubyte"], np.uint8, offset=8)
        for part in ("train", "t10k")
    ]
    return Mnist(images[0], labels[0], images[1], labels[1])
