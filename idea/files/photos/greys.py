"""From the pixels of a picture to greys: colours, transparency, and numbers of any range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from idea.errors import PictureError

__all__ = ["Greys", "flatten", "scaled"]

Greys = NDArray[np.float32]
"""(height, width) in 0…1, 1 is white."""

# Contrasts are compared on pictures of so many pixels a side: averages, which noise hardly affects.
_COARSE = 100
# A single channel replaces lightness if its contrast is so many times as large, and at least that.
_TIMES, _LEAST = 2.5, 0.15
# A cut-out whose greys vary by less is a drawing without its paper.
_PLAIN = 0.15
# Usual largest values of integers, by bits; floats may end at 1 as well.
_LARGEST = tuple(2**bits - 1 for bits in (*range(8, 17), 24, 31, 32))
# Values that use less of the usual range than this are stretched.
_USED = 0.25


def flatten(picture: Image.Image) -> tuple[Greys, float | None]:
    """Return the greys of a picture with at most 8 bits a channel, and what lies around it.

    The latter is the grey that is put behind transparent pixels, or None if all are opaque.
    """
    greys = _greys_of(picture)
    if not picture.has_transparency_data:
        return greys, None
    cover = np.asarray(picture.convert("RGBA").getchannel("A")).astype(np.float32) / np.float32(255)
    if cover.min() == 1:
        return greys, None
    ground = _ground(greys, cover)
    return greys * cover + np.float32(ground) * (1 - cover), ground


def _greys_of(picture: Image.Image) -> Greys:
    """Return lightness, or a channel of red, green and blue that shows much more.

    Red ink on green of equal lightness can be seen in the channel red alone.
    """
    light = picture.convert("L")
    best = light
    if picture.mode not in ("1", "L", "LA", "La"):
        colours = picture.convert("RGBA").convert("RGB")  # palettes may have transparent entries
        channels = sorted(colours.split(), key=_contrast)
        if _contrast(channels[-1]) > max(_TIMES * _contrast(light), _LEAST):
            best = channels[-1]
    return np.asarray(best).astype(np.float32) / np.float32(255)


def _contrast(channel: Image.Image) -> float:
    small = channel.reduce(max(1, max(channel.size) // _COARSE))
    low, high = small.getextrema()
    return float(high - low) / 255  # type: ignore[operator]


def _ground(greys: Greys, cover: Greys) -> float:
    """Return the grey to put behind a cut-out.

    A drawing without its paper gets the opposite of its own; a piece of paper with a drawing on it
    is continued with the paper's.
    """
    total = float(cover.sum(dtype=np.float64))
    if total == 0:
        return 1.0
    mean = float((greys * cover).sum(dtype=np.float64)) / total
    spread = float((cover * (greys - mean) ** 2).sum(dtype=np.float64)) / total
    if spread < _PLAIN**2:
        return 0.0 if mean > 0.5 else 1.0
    return float(np.median(greys[cover > 0.5])) if (cover > 0.5).any() else 1.0


def scaled(values: NDArray[Any], name: str) -> tuple[Greys, bool]:
    """Scale numbers of any type and range to 0…1, and return whether they were stretched.

    Integers end at the usual largest values, of 8 to 16 and more bits, floats at 1 or at these.
    What is negative, or uses little of its range, is stretched from its smallest to its largest.

    >>> scaled(np.array([[0, 2048, 4095]], np.uint16), "x.png")[0].round(2).tolist()
    [[0.0, 0.5, 1.0]]
    >>> scaled(np.array([[-1.0, 0, 1]]), "x.npy")
    (array([[0. , 0.5, 1. ]], dtype=float32), True)
    """
    if values.dtype == bool or values.dtype == np.uint8:
        return values.astype(np.float32) / np.float32(1 if values.dtype == bool else 255), False
    if values.dtype.kind not in "iuf" or not values.size:
        raise PictureError(f"{name}: expected numbers, found an array of {values.dtype}")
    wide = values.astype(np.float64)
    finite = np.isfinite(wide)
    if not finite.any():
        raise PictureError(f"{name}: expected numbers, found none that is finite")
    low, high = float(wide[finite].min()), float(wide[finite].max())
    wide = np.nan_to_num(wide, nan=max(low, 0.0), posinf=high, neginf=low)
    usual = (1, *_LARGEST) if values.dtype.kind == "f" or high <= 1 else _LARGEST
    top = next((float(largest) for largest in usual if high <= largest), high)
    if low >= 0 and (high - low >= _USED * top or high == low):
        return (wide / (top or 1)).astype(np.float32), False
    return ((wide - low) / ((high - low) or 1)).astype(np.float32), True
