"""Loading MNIST; its bytes must be the known ones."""

from __future__ import annotations

import os
from collections.abc import Callable

from idea.data.datasets import Dataset, load_dataset, made_dataset
from idea.data.known import MNIST
from idea.data.published import verified_files
from idea.errors import DataError
from idea.validation import as_path, check_callable

__all__ = ["load_mnist"]


def load_mnist(
    source: str | os.PathLike[str] | None = None, *, on_message: Callable[[str], object] = print
) -> Dataset:
    """Load MNIST; download it into the user's cache if it isn't there.

    Parameters
    ----------
    source
        A folder with the four IDX files (raw or gzipped), the classic ``mnist.pkl.gz`` or Keras's
        ``mnist.npz``; or one of the latter two files. Default: the user's cache.
    on_message
        Called with messages about the download.

    Returns
    -------
    Dataset
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
    if source is None:
        return load_dataset(MNIST.name, on_message=on_message)
    files = verified_files(MNIST, as_path(source, DataError))
    return made_dataset(MNIST.name, files, MNIST.task)
