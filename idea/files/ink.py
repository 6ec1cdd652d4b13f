"""Ink: telling it from what it is written on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from idea.errors import PictureError
from idea.files.decode import Greys

__all__ = ["SHARE", "find_ink", "is_dark_on_light", "slide"]

Array = TypeVar("Array", Greys, NDArray[np.int64])

# Ink is what differs from the background by this share of the strongest ink, and by so many times
# the noise; there is none if the strongest is less than the last two.
SHARE, _NOISE, _LEAST_NOISE, _LEAST = 0.2, 4, 8, 0.06
# More noise than this, a grey level of 255, and neighbours are averaged.
_CLEAN = 0.004
# Groups of ink with less than this share of the largest one's are specks. Gaps are measured in
# cells, so many along the longer side.
_SPECK, _CELLS = 0.1, 48


def is_dark_on_light(light: Greys) -> bool:
    """Compare how far the greys reach to both sides of the border's, but for slow changes.

    Parameters
    ----------
    light : (height, width)
        In 0…1, 1 is white.

    Returns
    -------
    bool
        Whether they reach farther to the dark side, where the ink is then.

    Examples
    --------
    >>> paper = np.ones((30, 20), np.float32)
    >>> paper[10:20, 5:8] = 0.3
    >>> is_dark_on_light(paper), is_dark_on_light(1 - paper)
    (True, False)
    """
    rest = light - _local_mean(light, max(light.shape) // 2)
    border = np.concatenate([rest[0], rest[-1], rest[:, 0], rest[:, -1]])
    return bool(np.median(border) > (rest.min() + rest.max()) / 2)


def _local_mean(a: Greys, width: int) -> NDArray[np.float64]:
    """Give the mean of the square of `width` around each entry; the edges go on for ever."""
    width = max(1, width)
    padded = np.pad(a, (width // 2, width - 1 - width // 2), mode="edge").astype(np.float64)
    for _ in range(2):
        sums = np.pad(padded.cumsum(axis=0), ((1, 0), (0, 0)))
        padded = (sums[width:] - sums[:-width]).T / width
    return padded


def find_ink(light: Greys, name: str) -> Greys:
    """Give how much darker than the background each pixel of the digit is, and 0 elsewhere.

    Parameters
    ----------
    light : (height, width)
        In 0…1, 1 is white; the digit is dark.
    name
        What the error calls the picture.

    Returns
    -------
    (height, width) float32 array
        In 0…1, something above 0.

    Raises
    ------
    PictureError
        If nothing differs enough from the background.

    Examples
    --------
    >>> paper = np.ones((30, 20), np.float32)
    >>> paper[10:20, 5:8] = 0.25
    >>> float(find_ink(paper, "paper").max())
    0.75
    """
    rest = _background(light) - light
    level, noise = _level_and_noise(rest)
    if noise > _CLEAN:
        light = _local_mean(light, 3).astype(np.float32)
        rest = _background(light) - light
        level, noise = _level_and_noise(rest)
    strongest = float(rest.max()) - level
    needed = max(_LEAST, _LEAST_NOISE * noise)
    if strongest < needed:
        raise PictureError(
            f"{name}: no ink was found: expected strokes that differ from the background by "
            f"{needed:.2f} or more (white from black by 1), found {strongest:.2f}"
        )
    ink = _without_specks(rest * (rest > level + max(_NOISE * noise, SHARE * strongest)))
    # A stroke's edge is paler than ink has to be, and belongs to it.
    near = slide(np.pad(ink, 1), 3, np.maximum) > 0
    return np.where(near, (rest - level).clip(min=0), 0).astype(np.float32)


def _background(light: Greys) -> Greys:
    """Wipe out what is dark and narrower than half the longer side: a morphological closing.

    Each pixel gets the least, over the squares around it, of a square's lightest pixel. What is
    dark and reaches the border counts as going on beyond it.
    """
    width = max(3, max(light.shape) // 2)
    padded = np.pad(light, width - 1, constant_values=-1)
    return slide(slide(padded, width, np.maximum), width, np.minimum)


def slide(a: Array, width: int, pick: Callable[[Any, Any], Any]) -> Array:
    """Pick one from each square of a picture.

    Parameters
    ----------
    a : (height, width)
        The picture.
    width
        The squares' side.
    pick
        `numpy.maximum` or `numpy.minimum`.

    Returns
    -------
    array
        Smaller than `a` by width - 1 each way.

    Examples
    --------
    >>> slide(np.arange(9).reshape(3, 3), 2, np.maximum).tolist()
    [[4, 5], [7, 8]]
    """
    for _ in range(2):
        reach = 1  # how many neighbours an entry has been picked from
        while reach < width:
            step = min(reach, width - reach)
            a = pick(a[:-step], a[step:])
            reach += step
        a = a.T
    return a


def _level_and_noise(rest: Greys) -> tuple[float, float]:
    """Estimate where the background lies, and its standard deviation, if it is a normal one.

    From its lowest part alone: ink can be half of a picture that was cut close.
    """
    low, high = np.quantile(rest, [0.05, 0.15])  # 1.645 and 1.036 deviations below the mean
    noise = float(high - low) / (1.645 - 1.036)
    return float(high) + 1.036 * noise, noise


def _without_specks(ink: Greys) -> Greys:
    """Clear all groups of ink that are small against the largest."""
    side = -(-max(ink.shape) // _CELLS)
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % side), (0, -width % side)))
    rows, columns = (size // side for size in padded.shape)
    cells = padded.reshape(rows, side, columns, side).sum(axis=(1, 3))
    groups = _groups(cells > 0)
    sizes = np.bincount(groups.ravel(), cells.ravel())
    kept = (sizes[groups] >= _SPECK * sizes.max()).repeat(side, axis=0).repeat(side, axis=1)
    return np.where(kept[:height, :width], ink, 0)


def _groups(full: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give each group of touching cells, also across corners, a number; empty cells get 0."""
    numbers = np.arange(1, full.size + 1).reshape(full.shape) * full
    while True:
        # Each takes the largest number around it, until the whole group has its largest.
        spread = slide(np.pad(numbers, 1), 3, np.maximum) * full
        if np.array_equal(spread, numbers):
            return numbers
        numbers = spread
