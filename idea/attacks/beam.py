"""Beam search for few flips that reach a criterion, and removal of those that aren't needed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from idea.attacks.problem import Criterion, Flips, Problem
from idea.core.state.base import Floats

__all__ = ["PAIRS", "WIDTH", "Trail", "beam", "polished", "reduced", "unpolished"]

WIDTH = 16
"""The default width of the search."""

PAIRS = 600
"""Pairs of flips that `reduced` tries to replace by one."""


class Trail(NamedTuple):
    """Flips in an order in which the margin rises early."""

    flips: tuple[int, ...]
    """The pixels, ``x + width*y`` each."""
    logits: Floats
    """(flips + 1, classes) the logits before them and after each."""


def beam(problem: Problem, criterion: Criterion, width: int) -> Iterator[Flips]:
    """Yield the best set of flips of each size, from none, by beam search on the margin.

    Of all sets that are one flip larger than those kept before, the `width` with the largest
    margins are kept; a width of 1 is steepest ascent. It ends with the first set that reaches the
    criterion, or when the largest margin no longer rises; at once if the target is the label.
    """
    front: list[Flips] = [frozenset()]
    best = float(criterion.margins(problem.logits))
    yield front[0]
    while criterion.target != criterion.label:
        grown, error_bound = _grown(problem, criterion, front, width)
        largest = max(grown.values(), default=-np.inf)
        if largest <= best:
            return
        best, front = largest, heapq.nlargest(width, grown, key=grown.__getitem__)
        reached = _reached(
            problem, criterion, [flips for flips in front if grown[flips] > -2 * error_bound]
        )
        if reached is not None:
            yield reached
            return
        yield front[0]


def reduced(problem: Problem, criterion: Criterion, flips: Flips, pairs: int = PAIRS) -> Flips:
    """Return a smaller set of flips that still reaches the criterion, if there is one.

    Flips are removed one by one, first the one without which the margin stays largest, until none
    can be removed. Then up to `pairs` pairs, those of the least influence first, are tried to be
    replaced by one flip; each try evaluates the images one flip away. Without any of the
    resulting flips the criterion isn't reached.
    """
    fewer: Flips | None = flips
    while fewer is not None:
        flips = _trimmed(problem, criterion, fewer)
        fewer = _merged(problem, criterion, flips, pairs)
    return flips


def polished(problem: Problem, criterion: Criterion, flips: Flips, pairs: int = PAIRS) -> Trail:
    """Reduce a set of flips, and order the rest such that the margin rises early.

    If the criterion is reached at all, then after the last flip and not before. A set that doesn't
    reach it is only ordered.
    """
    while True:
        if _reached(problem, criterion, [flips]) is not None:
            flips = reduced(problem, criterion, flips, pairs)
        trail = _ordered(problem, criterion, flips)
        if len(trail.flips) == len(flips):
            return trail
        flips = frozenset(trail.flips)


def unpolished(problem: Problem, flips: Flips) -> Trail:
    """Order a set of flips by their numbers: a trail for an evaluation each."""
    order = tuple(sorted(flips))
    return Trail(order, problem.exact([order[:count] for count in range(len(order) + 1)]))


def _ordered(problem: Problem, criterion: Criterion, flips: Flips) -> Trail:
    """Order flips, up to the one that reaches the criterion."""
    order: list[int] = []
    logits = [problem.logits]
    left = sorted(flips)
    while left and criterion.margins(logits[-1]) <= 0:
        after = problem.exact([[*order, pixel] for pixel in left])
        best = int(criterion.margins(after).argmax())
        order.append(left.pop(best))
        logits.append(after[best])
    return Trail(tuple(order), np.array(logits))


def _grown(
    problem: Problem, criterion: Criterion, front: Iterable[Flips], width: int
) -> tuple[dict[Flips, float], float]:
    """Return the most promising sets one flip larger, with their margins, and the error bound."""
    grown: dict[Flips, float] = {}
    error_bound = 0.0
    for flips in front:
        logits, error_bound = problem.neighbours(flips)
        margins = criterion.margins(logits)
        margins[list(flips)] = -np.inf
        for pixel in np.argsort(-margins, kind="stable")[: min(width, margins.size - len(flips))]:
            grown[flips | {int(pixel)}] = float(margins[pixel])
    return grown, error_bound


def _reached(problem: Problem, criterion: Criterion, sets: list[Flips]) -> Flips | None:
    """Return the set that reaches the criterion by the largest margin, if any does."""
    if not sets:
        return None
    margins = criterion.margins(problem.exact(sets))
    return sets[int(margins.argmax())] if margins.max() > 0 else None


def _without(problem: Problem, criterion: Criterion, flips: Flips) -> dict[int, float]:
    """Return the margin without each of the flips."""
    pixels = sorted(flips)
    margins = criterion.margins(problem.exact([flips - {pixel} for pixel in pixels]))
    return dict(zip(pixels, margins.tolist(), strict=True))


def _trimmed(problem: Problem, criterion: Criterion, flips: Flips) -> Flips:
    """Remove flips until none can be removed."""
    while flips:
        margins = _without(problem, criterion, flips)
        pixel = max(margins, key=margins.__getitem__)
        if margins[pixel] <= 0:
            break
        flips -= {pixel}
    return flips


def _merged(problem: Problem, criterion: Criterion, flips: Flips, pairs: int) -> Flips | None:
    """Replace two flips by one, if that reaches the criterion."""
    if not pairs or len(flips) < 2:
        return None
    margins = _without(problem, criterion, flips)
    candidates = heapq.nlargest(
        pairs, itertools.combinations(flips, 2), lambda pair: margins[pair[0]] + margins[pair[1]]
    )
    for pair in candidates:
        rest = flips - set(pair)
        logits, error_bound = problem.neighbours(rest)
        found = criterion.margins(logits)
        promising = np.flatnonzero(found > -2 * error_bound)
        fewer = _reached(problem, criterion, [rest | {int(pixel)} for pixel in promising])
        if fewer is not None:
            return fewer
    return None
