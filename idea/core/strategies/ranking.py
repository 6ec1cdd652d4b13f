"""Comparing gains with each other: by exact gains, where estimates leave it open.

An estimate says that an exact gain lies in an interval. Where intervals overlap, double precision
narrows them, and where they still do, exact gains decide. So the order is that of the exact gains
in every state.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats, State

__all__ = ["best_flip", "improving", "median_gain"]

Mask = NDArray[np.bool_]
Open = Callable[[Floats, Floats], Mask]
"""Tells of intervals, by their middles and half their widths, which leave something open."""


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
    pixels, gains = _settled(state, lambda gains: gains > 0, _overlapping)
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
    best = int(gains.argmax())
    if gains[best] <= 0:
        return None
    if np.count_nonzero(gains + doubts >= gains[best] - doubts[best]) == 1:
        return best  # as nearly always: what follows would take as long as the gains
    pixels, gains = _settled(state, lambda gains: gains > 0, _foremost)
    return int(pixels[gains.argmax()])


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
    pixels, gains = _settled(state, lambda gains: np.isfinite(gains) & (gains != 0), _in_the_middle)
    return float(np.median(np.abs(gains))) if pixels.size else 0.0


def _settled(
    state: State, chosen: Callable[[Floats], Mask], find_open: Open
) -> tuple[NDArray[np.intp], Floats]:
    """Give the chosen flips' pixels and their gains, as near as it takes to leave nothing open."""
    gains, doubts = state.rough_gains()
    pixels = np.flatnonzero(chosen(gains))
    gains, doubts = gains[pixels], doubts[pixels]
    unsure = find_open(gains, doubts) & (doubts > 0)
    if unsure.any():
        gains[unsure], doubts[unsure] = state.closer_gains(pixels[unsure])
        unsure = find_open(gains, doubts) & (doubts > 0)
    if unsure.any():
        gains[unsure] = state.exact_gains(pixels[unsure])
    return pixels, gains


def _overlapping(gains: Floats, doubts: Floats) -> Mask:
    """Find those whose place in the order is open."""
    order = np.argsort(-gains, kind="stable")
    # Going down, the lowest that any before may be, against the highest that the next may be.
    least = np.minimum.accumulate((gains - doubts)[order])
    touching = np.flatnonzero((gains + doubts)[order][1:] >= least[:-1])
    unsure = np.zeros(len(gains), np.bool_)
    unsure[order[touching]] = unsure[order[touching + 1]] = True
    return unsure


def _foremost(gains: Floats, doubts: Floats) -> Mask:
    """Find those that may be the largest, if they are more than one."""
    foremost: Mask = gains + doubts >= (gains - doubts).max(initial=-np.inf)
    return foremost if foremost.sum() > 1 else np.zeros_like(foremost)


def _in_the_middle(gains: Floats, doubts: Floats) -> Mask:
    """Find those whose size may be the median, or one of the two that it lies between."""
    sizes = np.abs(gains)
    if not sizes.size:
        return np.zeros(0, np.bool_)
    least = np.sort(sizes - doubts)[(len(sizes) - 1) // 2]
    most = np.sort(sizes + doubts)[len(sizes) // 2]
    return np.asarray((sizes + doubts >= least) & (sizes - doubts <= most))
