"""Telling apart the digits of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idea.files.ink import SHARE, load_ndimage
from idea.files.photos.greys import Greys

__all__ = ["split_digits"]

# A part that is lower than this share of the highest isn't a digit, but a part of one.
_TALL = 0.45
# Parts nearer to each other than this share of a digit's height belong together; so do parts of
# which one lies above the other by more than the second share of the narrower, unless the gap
# between them is the third share of their height.
_TOUCH, _ABOVE, _ROWS = 0.03, 0.5, 0.12
# A small part belongs to the nearest digit, unless there are several and it is farther than this.
_FAR = 0.1


@dataclass
class _Part:
    """One or more groups of ink, with their box."""

    numbers: list[int]
    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def add(self, other: _Part) -> None:
        self.numbers += other.numbers
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)

    def gap(self, other: _Part) -> int:
        """Return the distance of the boxes, side by side or one above the other."""
        across = max(self.left, other.left) - min(self.right, other.right)
        down = max(self.top, other.top) - min(self.bottom, other.bottom)
        return max(across, down, 0)

    def shares(self, other: _Part) -> tuple[float, float]:
        """Return how much of the narrower lies above the other, and of the lower beside it."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        widths = self.right - self.left, other.right - other.left
        return across / min(widths), down / min(self.height, other.height)


def split_digits(ink: Greys) -> list[list[Greys]]:
    """Return the ink of each digit, in a picture of the same size: rows from top to bottom.

    Digits are groups of ink of similar height that lie apart; smaller groups are parts of the
    nearest. Digits that touch count as one.

    >>> ink = np.zeros((20, 30), np.float32)
    >>> ink[5:15, 5:7] = ink[5:15, 20:22] = 1
    >>> [[int(digit.any(axis=0).argmax()) for digit in row] for row in split_digits(ink)]
    [[5, 20]]
    """
    labels, parts = _parts(ink)
    highest = max(part.height for part in parts)
    tall = [part for part in parts if part.height >= _TALL * highest]
    small = [part for part in parts if part.height < _TALL * highest]
    digits = _merged(sorted(tall, key=lambda part: part.left))
    for part in small:
        nearest = min(digits, key=part.gap)
        if len(digits) == 1 or part.gap(nearest) <= _FAR * highest:
            nearest.add(part)
    if len(digits) == 1:
        return [[ink]]
    return [
        [np.where(np.isin(labels, digit.numbers), ink, 0) for digit in row] for row in _rows(digits)
    ]


def _parts(ink: Greys) -> tuple[NDArray[np.int32], list[_Part]]:
    """Label the groups of ink; narrow gaps don't count."""
    ndimage = load_ndimage()
    strong = ink > SHARE * ink.max()
    height = int(np.ptp(np.flatnonzero(strong.any(axis=1)))) + 1
    near = ndimage.maximum_filter(strong, 1 + 2 * round(_TOUCH * height / 2))
    labels, _ = ndimage.label(near, np.ones((3, 3)))
    # The pale edges of strokes belong to the same groups.
    labels = np.where(ink > 0, ndimage.maximum_filter(labels, 3), 0)
    parts = [
        _Part([number], rows.start, rows.stop, columns.start, columns.stop)
        for number, box in enumerate(ndimage.find_objects(labels), 1)
        if box is not None
        for rows, columns in [box]
    ]
    return labels, parts


def _merged(parts: list[_Part]) -> list[_Part]:
    """Join parts of which one lies above the other, as of a broken stroke."""
    digits: list[_Part] = []
    for part in parts:
        for digit in digits:
            above, _ = digit.shares(part)
            apart = part.gap(digit) > _ROWS * max(part.height, digit.height)
            if above > _ABOVE and not (apart and digit.shares(part)[1] < 0):
                digit.add(part)
                break
        else:
            digits.append(part)
    return digits


def _rows(digits: list[_Part]) -> list[list[_Part]]:
    """Sort digits into rows, those that lie beside each other, and each row from left to right."""
    rows: list[list[_Part]] = []
    for digit in sorted(digits, key=lambda each: each.top):
        row = next((row for row in rows if row[0].shares(digit)[1] > 0.5), None)
        if row is None:
            rows.append([digit])
        else:
            row.append(digit)
    return [sorted(row, key=lambda each: each.left) for row in rows]
