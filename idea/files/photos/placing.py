"""Placing ink in an image: digits as MNIST's authors did, all else by its box alone."""

from __future__ import annotations

import numpy as np
from PIL import Image

from idea.files.ink import SHARE, load_ndimage
from idea.files.photos.greys import Greys
from idea.image import DIGITS, Task, as_image

__all__ = ["CENTRE", "FIT", "by_box", "by_mass", "fit", "resize", "widen"]

FIT, CENTRE = 20, 14
"""MNIST's authors scaled each digit to fit 20 by 20 pixels, and shifted it by whole pixels until
its centre of mass was the image's: in all test digits it lies in 13.5…14.5, where 14 is the middle
of the pixel in column or row 14."""
# Strokes are at least so wide, in pixels of the image, as 99 of 100 in MNIST.
_STROKE = 2


def widen(ink: Greys) -> Greys:
    """Make strokes as wide as MNIST's thinnest, since scaling would average thin lines away."""
    stroke = np.pad(ink > SHARE * ink.max(), 1)
    edges = sum(np.count_nonzero(np.diff(stroke, axis=axis)) for axis in (0, 1))
    # A stroke's area is its length times its width, its outline twice its length. Counting the
    # pixels' edges overrates outlines by 4/π, on average over all directions.
    width = 2 * np.count_nonzero(stroke) / (edges * np.pi / 4)
    more = round(_STROKE * max(ink.shape) / FIT - width)
    if more <= 0:
        return ink
    # The result is larger than the ink by as much as strokes are widened.
    wide: Greys = load_ndimage().maximum_filter(
        np.pad(ink, ((0, more), (0, more))), more + 1, mode="constant", origin=more // 2
    )
    return wide


def fit(ink: Greys, height: int, width: int) -> Greys:
    """Scale to the largest size of the same proportions that fits, and the strongest ink to 1."""
    scale = min(height / ink.shape[0], width / ink.shape[1])
    small = resize(ink, *(max(1, round(side * scale)) for side in ink.shape))
    return small / np.float32(small.max())


def resize(a: Greys, height: int, width: int) -> Greys:
    """Scale to a size, each pixel the mean of its area."""
    # Hamming's window averages over the area that becomes a pixel, and has no negative weights.
    picture = Image.fromarray(a).resize((width, height), Image.Resampling.HAMMING)
    return np.asarray(picture).clip(0, 1)


def by_mass(ink: Greys) -> Greys:
    """Place the centre of mass in the middle, or as near to it as no ink is cut off."""
    corner = []
    for axis, size in enumerate(ink.shape):
        share = ink.sum(axis=1 - axis, dtype=np.float64)
        centre = float(share @ np.arange(size) / share.sum())
        # The centre of a symmetric digit may lie between two pixels: don't let rounding decide.
        place = round(round(CENTRE - centre, 6))
        corner.append(min(max(place, 0), DIGITS.shape[axis] - size))
    return _placed(ink, (corner[0], corner[1]), DIGITS)


def by_box(ink: Greys, task: Task) -> Greys:
    """Scale to the image's size and place in the middle."""
    small = fit(ink, *task.shape)
    top, left = ((whole - size) // 2 for whole, size in zip(task.shape, small.shape, strict=True))
    return _placed(small, (top, left), task)


def _placed(ink: Greys, corner: tuple[int, int], task: Task) -> Greys:
    image = np.zeros(task.shape, np.float32)
    top, left = corner
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return as_image(image, task=task)
