"""Separating ink from the background."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from idea.errors import PictureError
from idea.files.decode import Greys
from idea.optional import load_package

__all__ = [
    "SHARE",
    "find_ink",
    "has_light_border",
    "is_dark_on_light",
    "load_ndimage",
    "measure_ink",
]

Array = TypeVar("Array", Greys, NDArray[np.float64])

# Ink differs from the background by this share of the strongest ink, and by this multiple of the
# noise. The last two are the least strength of the strongest ink: in noise, and in greys.
SHARE, _NOISE, _LEAST_NOISE, _LEAST = 0.2, 4, 8, 0.06
# Neighbours are averaged if the noise is more than this, one of 255 grey levels.
_CLEAN = 0.004
# Groups with less than this share of the largest group's ink are specks. Groups consist of cells,
# so many along the longer side.
_SPECK, _CELLS = 0.1, 48


def load_ndimage() -> Any:
    """Import `scipy.ndimage`, which filters and labels pictures."""
    return load_package("scipy.ndimage", "a picture that isn't a dump", "'idea[pictures]'")


def is_dark_on_light(light: Greys) -> bool:
    """Return whether the ink is darker than the background, in greys (height, width).

    After slow changes of brightness are removed, the greys reach farther from the border's median
    to the side of the ink.

    >>> paper = np.ones((30, 20), np.float32)
    >>> paper[10:20, 5:8] = 0.3
    >>> is_dark_on_light(paper), is_dark_on_light(1 - paper)
    (True, False)
    """
    rest = light - _local_mean(light, max(light.shape) // 2)
    return bool(np.median(_border(rest)) > (rest.min() + rest.max()) / 2)


def has_light_border(image: Greys) -> bool:
    """Return whether most of an image's border is nearer to ink than to the background.

    >>> has_light_border(np.ones((3, 3))), has_light_border(np.eye(3))
    (True, False)
    """
    return bool(np.median(_border(image)) > 0.5)


def _border(a: Array) -> Array:
    return np.concatenate([a[0], a[-1], a[:, 0], a[:, -1]])


def _local_mean(a: Greys, width: int) -> NDArray[np.float64]:
    """Return the mean of the square of `width` around each entry; edges are extended."""
    mean: NDArray[np.float64] = load_ndimage().uniform_filter(
        a.astype(np.float64), max(1, width), mode="nearest"
    )
    return mean


def find_ink(light: Greys, name: str, *, filled: bool = False) -> Greys:
    """Return how much darker than the background each pixel of a dark digit is, and 0 elsewhere.

    With `filled`, of any dark object, on a background as bright as the lighter part of the border.

    >>> paper = np.ones((30, 20), np.float32)
    >>> paper[10:20, 5:8] = 0.25
    >>> float(find_ink(paper, "paper").max())
    0.75
    """
    rest, level, ink = measure_ink(light, name, filled=filled)
    ink = _without_specks(ink)
    # The edge of a stroke is paler than the threshold, but belongs to it.
    near = load_ndimage().maximum_filter(ink, 3, mode="constant") > 0
    return np.where(near, (rest - level).clip(min=0), 0).astype(np.float32)


def measure_ink(
    light: Greys, name: str, *, filled: bool = False, share: float = SHARE
) -> tuple[Greys, float, Greys]:
    """Return how much darker than the background each pixel is, the background's own, and the ink.

    The latter is the first where it is large enough, at least a share of the strongest, and 0
    elsewhere; specks are in it. Raises a `PictureError` if there is no ink.
    """
    measure = _measure_filled if filled else _measure_strokes
    rest, level, noise = measure(light)
    if noise > _CLEAN:
        rest, level, noise = measure(_local_mean(light, 3).astype(np.float32))
    strongest = float(rest.max()) - level
    needed = max(_LEAST, _LEAST_NOISE * noise)
    if strongest < needed:
        raise PictureError(
            f"{name}: no ink was found: expected ink that differs from the background by "
            f"{needed:.2f} or more (white from black by 1), found {strongest:.2f}"
        )
    return rest, level, rest * (rest > level + max(_NOISE * noise, share * strongest))


def _measure_strokes(light: Greys) -> tuple[Greys, float, float]:
    """Return how much darker than the background each pixel is, and the background's own.

    The latter is its mean and standard deviation.
    """
    rest = _closing(light) - light
    return rest, *_level_and_noise(rest)


def _measure_filled(light: Greys) -> tuple[Greys, float, float]:
    """Do the same for an object of any width, which may touch half of the border."""
    border = _border(light)
    middle, high = np.quantile(border, [0.75, 0.875])
    noise = float(high - middle) / (1.15 - 0.674)  # in deviations above the mean
    return middle - light, 0.0, noise


def _closing(light: Greys) -> Greys:
    """Remove what is dark and narrower than half the longer side: a morphological closing.

    Each pixel gets the minimum, over the squares around it, of a square's maximum. What is dark and
    touches the border counts as continuing beyond it.
    """
    width = max(3, max(light.shape) // 2)
    padded = np.pad(light, width - 1, constant_values=-1)
    closed: Greys = load_ndimage().grey_closing(padded, (width, width))
    return closed[width - 1 : 1 - width, width - 1 : 1 - width]


def _level_and_noise(rest: Greys) -> tuple[float, float]:
    """Estimate the mean and standard deviation of the background, assuming a normal distribution.

    From its lowest quantiles alone, since ink can cover half of a closely cropped picture.
    """
    low, high = np.quantile(rest, [0.05, 0.15])  # 1.645 and 1.036 deviations below the mean
    noise = float(high - low) / (1.645 - 1.036)
    return float(high) + 1.036 * noise, noise


def _without_specks(ink: Greys) -> Greys:
    """Remove all groups of ink that are small compared with the largest."""
    side = -(-max(ink.shape) // _CELLS)
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % side), (0, -width % side)))
    rows, columns = (size // side for size in padded.shape)
    cells = padded.reshape(rows, side, columns, side).sum(axis=(1, 3))
    groups, _ = load_ndimage().label(cells > 0, np.ones((3, 3)))
    sizes = np.bincount(groups.ravel(), cells.ravel())
    is_large = (sizes[groups] >= _SPECK * sizes.max()).repeat(side, axis=0).repeat(side, axis=1)
    return np.where(is_large[:height, :width], ink, 0)
