"""MNIST's training digits, binarised, and the nearest one to an image."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.data.datasets import Dataset
from idea.data.mnist import load_mnist
from idea.image import PIXELS, SIDE, as_image

__all__ = ["BinaryDigits", "NearestDigit", "binary_digits"]

_BRIGHT = 128  # the smallest grey that is ink, as 0.5 in images
# The number of set bits of each 16-bit number.
_ONES = np.unpackbits(np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2), axis=1)
_ONES = _ONES.sum(axis=1, dtype=np.uint8)

Words = NDArray[np.uint16]


class NearestDigit(NamedTuple):
    """A training digit, and its distance from an image."""

    flips: int
    """The number of pixels that differ."""
    place: int
    """Its index in the 60,000."""
    label: int
    """Its class, 0…9."""
    image: NDArray[np.float32]
    """(28, 28), 0 or 1."""

    def __str__(self) -> str:
        return f"{self.flips} flips from a real {self.label}, training digit {self.place:,}"


class BinaryDigits:
    """Binarised training digits, 98 bytes each; greys from 128 on are ink."""

    def __init__(self, mnist: Dataset) -> None:
        self._words = _packed(mnist.train_images.reshape(-1, PIXELS) >= _BRIGHT)
        self._labels = mnist.train_labels

    def nearest(self, image: ArrayLike) -> NearestDigit:
        """Find the digit that differs from an image in the fewest pixels; of equals the first.

        Parameters
        ----------
        image
            784 numbers in 0…1; those of 0.5 and more are ink.

        Returns
        -------
        NearestDigit
            The digit.

        Raises
        ------
        DumpError
            If it isn't an image.

        Examples
        --------
        >>> images = np.array([[0] * 784, [255] * 784], np.uint8)
        >>> digits = BinaryDigits(Dataset(images, np.array([3, 8], np.uint8), images, images[:, 0]))
        >>> print(digits.nearest([1] * 700 + [0] * 84))
        84 flips from a real 8, training digit 1
        """
        ink = as_image(image).reshape(1, PIXELS) >= 0.5
        flips = _ONES[self._words ^ _packed(ink)].sum(axis=1, dtype=np.int64)
        place = int(flips.argmin())
        found = np.unpackbits(self._words[place].view(np.uint8)).astype(np.float32)
        return NearestDigit(
            int(flips[place]), place, int(self._labels[place]), found.reshape(SIDE, SIDE)
        )


@cache
def binary_digits() -> BinaryDigits:
    """Load the 60,000 training digits, once in a process, and download them if necessary.

    Returns
    -------
    BinaryDigits
        All of them.

    Raises
    ------
    DataError, OutputError
        As `idea.load_mnist`.

    Examples
    --------
    >>> binary_digits().nearest([0] * 784).label  # doctest: +SKIP
    1
    """
    return BinaryDigits(load_mnist())


def _packed(ink: NDArray[np.bool_]) -> Words:
    """Pack (n, 784) bits into (n, 49) words, to be compared 16 at a time."""
    return np.packbits(ink, axis=1).view(np.uint16)
