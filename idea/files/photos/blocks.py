"""Pictures that show each pixel of an image as a square."""

from __future__ import annotations

import numpy as np

from idea.files.photos.greys import Greys
from idea.files.photos.placing import CENTRE, FIT
from idea.image import DIGITS, Task

__all__ = ["is_image", "undrawn"]

# The share of light pixels at the border of a drawing, dark on light or light on dark; between both
# an image is no drawing, as ideals aren't.
_DARK, _LIGHT = 0.2, 0.8
# How far an image may differ from MNIST's digits, in pixels: the size of its ink, and its place.
_SLACK = 2


def undrawn(greys: Greys, task: Task) -> Greys | None:
    """Return the image whose pixels a picture shows as squares, if it is such a picture.

    >>> undrawn(np.zeros((56, 56), np.float32), DIGITS).shape
    (28, 28)
    """
    scale = greys.shape[0] // task.height
    if scale < 2 or greys.shape != (scale * task.height, scale * task.width):
        return None
    small = greys[::scale, ::scale]
    same = np.array_equal(small.repeat(scale, axis=0).repeat(scale, axis=1), greys)
    return small.copy() if same else None


def is_image(image: Greys, task: Task) -> bool:
    """Return whether an undrawn picture is an image already, and no drawing to be prepared.

    It isn't if it is blank. A digit is one if it is light on a dark border, of the size and in the
    place of MNIST's; what has light and dark at its border is an image, too, but no drawing.
    """
    low, high = image.min(), image.max()
    if low == high:
        return False
    if task != DIGITS:
        return True
    border = np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])
    light = np.mean(border > (low + high) / 2)
    if _DARK <= light <= _LIGHT:
        return True
    if low > 0 or border.max() > 0:
        return False
    for axis in (0, 1):
        sums = image.sum(axis=axis, dtype=np.float64)
        if abs(sums @ np.arange(len(sums)) / sums.sum() - CENTRE) > _SLACK / 2:
            return False
    sides = [np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (0, 1)]
    return bool(abs(max(sides) - FIT) <= _SLACK)
