"""Augmentation: training images that are shifted, rotated and scaled at random."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from idea.networks.weights import Floats

__all__ = ["AUGMENTATIONS", "NO_AUGMENTATION", "augmented", "in_order"]

AUGMENTATIONS = ("shift", "rotate", "scale")
NO_AUGMENTATION = "none"

_SHIFTS = 14  # a shift is up to this part of a side: 2 of 28 pixels
_DEGREES = 15
_SCALE = 1.15


def in_order(text: str) -> str:
    """Return a list of augmentations in the one way that recipes hold it.

    >>> in_order("scale,shift"), in_order("none")
    ('shift+scale', 'none')
    """
    named = re.split("[,+]", text)
    return "+".join(name for name in AUGMENTATIONS if name in named) or NO_AUGMENTATION


def augmented(
    images: Floats, shape: tuple[int, int], augment: str, rng: np.random.Generator
) -> Floats:
    """Return images that are shifted, rotated or scaled at random, each in its own way.

    Parameters
    ----------
    images : (n, height·width) float32 array
        In 0…1.
    shape
        Their height and width.
    augment
        What is done: of `AUGMENTATIONS` one or more, such as ``"shift+rotate"``. A shift is of
        whole pixels, in both directions up to a fourteenth of the side (2 of 28 pixels) but at
        least one; a rotation of up to 15 degrees about the centre; a scale between 1 / 1.15 and
        1.15.
    rng
        Draws the amounts.

    Returns
    -------
    (n, height·width) float32 array
        In 0…1, interpolated linearly; what comes in from outside is black.

    Examples
    --------
    >>> ten = np.zeros((10, 784), np.float32)
    >>> ten[:, 14 + 28 * 14] = 1  # a white pixel in the middle
    >>> moved = augmented(ten, (28, 28), "shift", np.random.default_rng(0))
    >>> moved.sum(axis=1).tolist() == [1] * 10, len(set(moved.argmax(axis=1).tolist())) > 5
    (True, True)
    """
    count, (height, width) = len(images), shape
    shift, angle, scale = np.zeros((2, count)), np.zeros(count), np.ones(count)
    named = augment.split("+")
    if "shift" in named:
        most = [max(1, round(side / _SHIFTS)) for side in shape]
        shift = np.stack([rng.integers(-one, one + 1, count) for one in most]).astype(float)
    if "rotate" in named:
        angle = np.radians(rng.uniform(-_DEGREES, _DEGREES, count))
    if "scale" in named:
        scale = _SCALE ** rng.uniform(-1, 1, count)
    # Where each pixel of the result lies in the original.
    middle = (height - 1) / 2, (width - 1) / 2
    y = (np.repeat(np.arange(height), width) - middle[0])[np.newaxis] - shift[0][:, np.newaxis]
    x = (np.tile(np.arange(width), height) - middle[1])[np.newaxis] - shift[1][:, np.newaxis]
    cos, sin = (turn(angle)[:, np.newaxis] / scale[:, np.newaxis] for turn in (np.cos, np.sin))
    y, x = cos * y - sin * x + middle[0], sin * y + cos * x + middle[1]
    return _interpolated(images, shape, y, x)


def _interpolated(
    images: Floats, shape: tuple[int, int], y: NDArray[np.float64], x: NDArray[np.float64]
) -> Floats:
    """Return the images at the points (y, x), each of (n, pixels), linearly interpolated."""
    height, width = shape
    # Black around them: a point outside is moved to the nearest that is black all the same.
    framed = np.zeros((len(images), height + 3, width + 3), np.float32)
    framed[:, 1:-2, 1:-2] = images.reshape(-1, height, width)
    y, x = np.clip(y, -1, height) + 1, np.clip(x, -1, width) + 1
    top, left = y.astype(np.intp), x.astype(np.intp)
    down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    rows = np.arange(len(images))[:, np.newaxis]
    above = (1 - right) * framed[rows, top, left] + right * framed[rows, top, left + 1]
    below = (1 - right) * framed[rows, top + 1, left] + right * framed[rows, top + 1, left + 1]
    result: Floats = (1 - down) * above + down * below
    return result
