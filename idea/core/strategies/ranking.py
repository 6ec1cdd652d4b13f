"""Comparing gains with each other, by exact gains where estimates leave the order open.

An estimate and its error bound are an interval that contains the exact gain. Where intervals
overlap, double precision narrows them, and where they still do, exact gains decide. So the order is
that of the exact gains in every state.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats, State

__all__ = ["best_flip", "improving", "median_gain"]

Mask = NDArray[np.bool_]
FindOpen = Callable[[Floats, Floats], Mask]
"""Selects the intervals, by centres and half-widths, that leave a comparison open."""


def improving(state: State) -> NDArray[np.intp]:
    """Return the pixels of a binary image whose flips gain, (n,), sorted by descending gain.

    Of equal gains the lower pixel comes first.
    """
    pixels, gains = _resolved(state, state.rough_gains(), lambda gains: gains > 0, _overlapping)
    return pixels[np.argsort(-gains, kind="stable")]


def best_flip(state: State) -> int | None:
    """Return the pixel whose flip gains most, the lower of equal ones; None where none gains."""
    rough = gains, bounds = state.rough_gains()
    best = int(gains.argmax())
    if gains[best] <= 0:
        return None
    if np.count_nonzero(gains + bounds >= gains[best] - bounds[best]) == 1:
        return best  # in nearly all cases: what follows takes as long as the gains
    pixels, gains = _resolved(state, rough, lambda gains: gains > 0, _possibly_largest)
    return int(pixels[gains.argmax()])


def median_gain(state: State) -> float:
    """Return the median magnitude of the exact gains that aren't 0, or 0: a unit of temperature.

    About half of all flips of a binary image lose more than that.
    """
    pixels, gains = _resolved(
        state,
        state.rough_gains(),
        lambda gains: np.isfinite(gains) & (gains != 0),
        _possibly_median,
    )
    return float(np.median(np.abs(gains))) if pixels.size else 0.0


def _resolved(
    state: State,
    rough: tuple[Floats, Floats],
    chosen: Callable[[Floats], Mask],
    find_open: FindOpen,
) -> tuple[NDArray[np.intp], Floats]:
    """Return the chosen pixels and their gains, precise enough to leave no comparison open."""
    gains, bounds = rough
    pixels = np.flatnonzero(chosen(gains))
    gains, bounds = gains[pixels], bounds[pixels]
    open_ = find_open(gains, bounds) & (bounds > 0)
    if open_.any():
        gains[open_], bounds[open_] = state.closer_gains(pixels[open_])
        open_ = find_open(gains, bounds) & (bounds > 0)
    if open_.any():
        gains[open_] = state.exact_gains(pixels[open_])
    return pixels, gains


def _overlapping(gains: Floats, bounds: Floats) -> Mask:
    """Select the gains whose rank is open."""
    order = np.argsort(-gains, kind="stable")
    # In descending order: the least possible gain so far against the largest possible next one.
    least = np.minimum.accumulate((gains - bounds)[order])
    touching = np.flatnonzero((gains + bounds)[order][1:] >= least[:-1])
    open_ = np.zeros(len(gains), np.bool_)
    open_[order[touching]] = open_[order[touching + 1]] = True
    return open_


def _possibly_largest(gains: Floats, bounds: Floats) -> Mask:
    """Select the gains that may be the largest, if there is more than one."""
    candidates: Mask = gains + bounds >= (gains - bounds).max(initial=-np.inf)
    return candidates if candidates.sum() > 1 else np.zeros_like(candidates)


def _possibly_median(gains: Floats, bounds: Floats) -> Mask:
    """Select the gains whose magnitude may be the median, or one of the two it lies between."""
    sizes = np.abs(gains)
    if not sizes.size:
        return np.zeros(0, np.bool_)
    least = np.sort(sizes - bounds)[(len(sizes) - 1) // 2]
    most = np.sort(sizes + bounds)[len(sizes) // 2]
    return np.asarray((sizes + bounds >= least) & (sizes - bounds <= most))
