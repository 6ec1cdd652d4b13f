"""Comparing gains with each other: by exact gains, where estimates leave it open.

An estimate says that an exact gain lies in an interval. Where two intervals overlap, exact gains
decide; all else is as it was estimated. So the order is that of the exact gains in every state.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.core.state import Floats, State

__all__ = ["best_flip", "improving", "median_gain"]


def improving(state: State) -> NDArray[np.intp]:
    """List the flips that gain, the one that gains most first.

    Parameters
    ----------
    state
        Of a binary image.

    Returns
    -------
    (n,) int array
        Their pixels; of equals the first is first.
    """
    gains, doubts = state.rough_gains()
    pixels = np.flatnonzero(gains > 0)
    gains, doubts = gains[pixels], doubts[pixels]
    order = np.argsort(-gains, kind="stable")
    # Going down, the lowest that any before may be, against the highest that the next may be.
    least = np.minimum.accumulate((gains - doubts)[order])
    touching = (gains + doubts)[order][1:] >= least[:-1]
    open_ = np.zeros(len(pixels), np.bool_)
    open_[order[1:][touching]] = open_[order[:-1][touching]] = True
    gains[open_] = _exact(state, pixels[open_])
    return pixels[np.argsort(-gains, kind="stable")]


def best_flip(state: State) -> int | None:
    """Give the pixel whose flip gains most, of equals the first; None where none gains.

    Parameters
    ----------
    state
        Of a binary image.

    Returns
    -------
    int or None
        0…783.
    """
    gains, doubts = state.rough_gains()
    if not (gains > 0).any():
        return None
    foremost = np.flatnonzero((gains + doubts >= (gains - doubts).max()) & (gains > 0))
    if len(foremost) > 1:
        return int(foremost[_exact(state, foremost).argmax()])
    return int(foremost[0])


def median_gain(state: State) -> float:
    """Give the median size of a flip's exact gain, of those that make a difference; 0 if none does.

    Parameters
    ----------
    state
        Of a binary image.

    Returns
    -------
    float
        A unit of temperature: about half of all flips lose more than that.
    """
    gains, doubts = state.rough_gains()
    pixels = np.flatnonzero(np.isfinite(gains) & (gains != 0))
    if not pixels.size:
        return 0.0
    sizes, doubts = np.abs(gains[pixels]), doubts[pixels]
    # The median, or each of the two in the middle, lies between these.
    least = np.sort(sizes - doubts)[(len(pixels) - 1) // 2]
    most = np.sort(sizes + doubts)[len(pixels) // 2]
    middle = (sizes + doubts >= least) & (sizes - doubts <= most)
    sizes[middle] = np.abs(_exact(state, pixels[middle]))
    return float(np.median(sizes))


def _exact(state: State, pixels: NDArray[np.intp]) -> Floats:
    return state.exact_gains(pixels) if pixels.size else np.empty(0)
