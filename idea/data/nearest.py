"""The training images of a data set, binarised, and the nearest one to an image."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.data.datasets import Dataset, known_name, load_dataset
from idea.data.known import KNOWN, MNIST
from idea.image import Task, as_image
from idea.validation import as_choice

__all__ = ["BRIGHT", "BinaryImages", "NearestExample", "binary_images", "nearest_example"]

BRIGHT = 128
"""The smallest grey that is ink, as 0.5 in images."""
# The number of set bits of each 16-bit number.
_ONES = np.unpackbits(np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2), axis=1)
_ONES = _ONES.sum(axis=1, dtype=np.uint8)

Words = NDArray[np.uint16]


class NearestExample(NamedTuple):
    """A training image, and its distance from an image."""

    flips: int
    """The number of pixels that differ."""
    place: int
    """Its index in the training set."""
    target: int
    """The index of its class."""
    label: str
    """The label of its class."""
    image: NDArray[np.float32]
    """(height, width), 0 or 1."""

    def __str__(self) -> str:
        return f"{self.flips} flips from a real {self.label}, training image {self.place:,}"


class BinaryImages:
    """The training images of a data set, binarised, a bit a pixel; greys from 128 on are ink."""

    def __init__(self, dataset: Dataset) -> None:
        images = dataset.train_images
        self._words = _packed(images.reshape(len(images), -1) >= BRIGHT)
        self._labels = dataset.train_labels
        self._task = dataset.task

    def nearest(self, image: ArrayLike) -> NearestExample:
        """Find the training image that differs in the fewest pixels; of equals the first.

        Parameters
        ----------
        image
            Numbers in 0…1, one for each pixel; those of 0.5 and more are ink.

        Returns
        -------
        NearestExample
            The training image.

        Raises
        ------
        DumpError
            If it isn't an image of the data set's size.

        Examples
        --------
        >>> import idea
        >>> images = np.array([[[0] * 28] * 28, [[255] * 28] * 28], np.uint8)
        >>> labels = np.array([3, 8])
        >>> two = idea.Dataset("two", idea.Task(), images, labels, images, labels)
        >>> print(BinaryImages(two).nearest([1] * 700 + [0] * 84))
        84 flips from a real 8, training image 1
        """
        ink = as_image(image, task=self._task).reshape(1, -1) >= 0.5
        flips = _ONES[self._words ^ _packed(ink)].sum(axis=1, dtype=np.int64)
        place = int(flips.argmin())
        found = np.unpackbits(self._words[place].view(np.uint8), count=self._task.pixels)
        target = int(self._labels[place])
        return NearestExample(
            int(flips[place]),
            place,
            target,
            self._task.label(target),
            found.astype(np.float32).reshape(self._task.shape),
        )


def nearest_example(image: ArrayLike, task: Task, dataset: Dataset | None) -> NearestExample:
    """Find the nearest training image of a data set, by default of the known one for a task."""
    if dataset is not None:
        dataset.check_task(task)
        return BinaryImages(dataset).nearest(image)
    return binary_images(known_name(task)).nearest(image)


@cache
def binary_images(name: str = MNIST.name) -> BinaryImages:
    """Load the training images of a known data set, once in a process.

    Parameters
    ----------
    name
        ``"mnist"``, ``"fashion"`` or ``"digits8"``; downloaded if necessary.

    Returns
    -------
    BinaryImages
        All of them.

    Raises
    ------
    OptionError
        If there is no data set of that name; `BinaryImages` takes others.
    DataError, OutputError, MissingPackageError
        As `idea.load_dataset`.

    Examples
    --------
    >>> binary_images().nearest([0] * 784).label  # doctest: +SKIP
    '1'
    """
    return BinaryImages(load_dataset(as_choice("name", name, KNOWN)))


def _packed(ink: NDArray[np.bool_]) -> Words:
    """Pack (n, pixels) bits into words, to be compared 16 at a time; the last may have unused bits.

    >>> _packed(np.ones((1, 17), bool)).shape
    (1, 2)
    """
    count = ink.shape[1]
    return np.packbits(np.pad(ink, ((0, 0), (0, -count % 16))), axis=1).view(np.uint16)
