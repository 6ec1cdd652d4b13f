"""Few flips that reach a goal, by beam search; then none of them is left that isn't needed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from idea.attacks.problem import Case, Flips, Goal
from idea.core.state.base import Floats
from idea.image import PIXELS

__all__ = ["PAIRS", "Trail", "beam", "polished", "reduced"]

PAIRS = 600
"""Pairs of flips that `reduced` tries to replace by one."""


class Trail(NamedTuple):
    """Flips in the order in which they are played."""

    flips: tuple[int, ...]
    """Which pixels, ``x + 28*y`` each."""
    logits: Floats
    """(flips + 1, 10) what the model says before them and after each."""


def beam(case: Case, goal: Goal, width: int) -> Iterator[Flips]:
    """Add flip after flip to the most promising sets of flips.

    Of all sets that are one flip larger than those that were kept, those with the largest margins
    are kept, `width` of them. It ends when one reaches the goal, or when the largest margin rises
    no more; at once if the image is taken for the target already.

    Parameters
    ----------
    case
        The image.
    goal
        What it is to be taken for.
    width
        How many sets are kept. With 1 this is steepest ascent.

    Yields
    ------
    Flips
        The best set of each size, from none; if the goal was reached, the last one reaches it.

    Examples
    --------
    >>> import idea
    >>> case = Case(idea.load_model(), np.zeros(784))
    >>> sets = list(beam(case, Goal(case.label, None), width=4))
    >>> [len(flips) for flips in sets] == list(range(len(sets)))
    True
    """
    front: list[Flips] = [frozenset()]
    best = float(goal.margins(case.logits))
    yield front[0]
    while goal.target != goal.label:
        grown, noise = _grown(case, goal, front, width)
        largest = max(grown.values(), default=-np.inf)
        if largest <= best:
            return
        best, front = largest, heapq.nlargest(width, grown, key=grown.__getitem__)
        reached = _reached(case, goal, [flips for flips in front if grown[flips] > -2 * noise])
        if reached is not None:
            yield reached
            return
        yield front[0]


def reduced(case: Case, goal: Goal, flips: Flips, pairs: int = PAIRS) -> Flips:
    """Make a set of flips smaller that reaches a goal, as long as it still does.

    Flips are left out one by one, that first without which the margin stays largest, until none
    can be left out. Then any two of them are tried to be replaced by one.

    Parameters
    ----------
    case, goal
        As in `beam`.
    flips
        A set that reaches the goal.
    pairs
        How many pairs are tried, those that are missed least first; each try judges 784 images.

    Returns
    -------
    Flips
        A set that reaches the goal, and no longer does if one of its flips is left out.

    Examples
    --------
    >>> import idea
    >>> case = Case(idea.load_model(), np.zeros(784))
    >>> goal = Goal(case.label, None)
    >>> *_, last = beam(case, goal, width=1)
    >>> reduced(case, goal, last | {0, 1, 2}) <= last
    True
    """
    fewer: Flips | None = flips
    while fewer is not None:
        flips = _trimmed(case, goal, fewer)
        fewer = _merged(case, goal, flips, pairs)
    return flips


def polished(case: Case, goal: Goal, flips: Flips, pairs: int = PAIRS) -> Trail:
    """Reduce a set of flips, and order what is left.

    Each time that flip comes next after which the margin is largest.

    Parameters
    ----------
    case, goal, pairs
        As in `reduced`.
    flips
        A set; one that doesn't reach the goal is only ordered.

    Returns
    -------
    Trail
        The goal is reached after the last flip and not before, if it is reached at all.

    Examples
    --------
    >>> import idea
    >>> case = Case(idea.load_model(), np.zeros(784))
    >>> goal = Goal(case.label, None)
    >>> *_, last = beam(case, goal, width=1)
    >>> goal.margins(polished(case, goal, last | {0, 1, 2}).logits).tolist()[-1] > 0
    True
    """
    while True:
        if _reached(case, goal, [flips]) is not None:
            flips = reduced(case, goal, flips, pairs)
        trail = _played(case, goal, flips)
        if len(trail.flips) == len(flips):
            return trail
        flips = frozenset(trail.flips)


def _played(case: Case, goal: Goal, flips: Flips) -> Trail:
    """Order flips, up to that which reaches the goal."""
    order: list[int] = []
    logits = [case.logits]
    left = sorted(flips)
    while left and goal.margins(logits[-1]) <= 0:
        after = case.exact([[*order, pixel] for pixel in left])
        best = int(goal.margins(after).argmax())
        order.append(left.pop(best))
        logits.append(after[best])
    return Trail(tuple(order), np.array(logits))


def _grown(
    case: Case, goal: Goal, front: Iterable[Flips], width: int
) -> tuple[dict[Flips, float], float]:
    """Give the most promising sets one flip larger, with their margins; and these' noise."""
    grown: dict[Flips, float] = {}
    noise = 0.0
    for flips in front:
        logits, noise = case.neighbours(flips)
        margins = goal.margins(logits)
        margins[list(flips)] = -np.inf
        for pixel in np.argsort(-margins, kind="stable")[: min(width, PIXELS - len(flips))]:
            grown[flips | {int(pixel)}] = float(margins[pixel])
    return grown, noise


def _reached(case: Case, goal: Goal, sets: list[Flips]) -> Flips | None:
    """Give of some sets that one which reaches the goal by the largest margin."""
    if not sets:
        return None
    margins = goal.margins(case.exact(sets))
    return sets[int(margins.argmax())] if margins.max() > 0 else None


def _without(case: Case, goal: Goal, flips: Flips) -> dict[int, float]:
    """Give the margin without each of the flips."""
    pixels = sorted(flips)
    margins = goal.margins(case.exact([flips - {pixel} for pixel in pixels]))
    return dict(zip(pixels, margins.tolist(), strict=True))


def _trimmed(case: Case, goal: Goal, flips: Flips) -> Flips:
    """Leave out flips until none can be left out."""
    while flips:
        margins = _without(case, goal, flips)
        pixel = max(margins, key=margins.__getitem__)
        if margins[pixel] <= 0:
            break
        flips -= {pixel}
    return flips


def _merged(case: Case, goal: Goal, flips: Flips, pairs: int) -> Flips | None:
    """Replace two flips by one, if that reaches the goal."""
    if not pairs or len(flips) < 2:
        return None
    margins = _without(case, goal, flips)
    missed_least = heapq.nlargest(
        pairs, itertools.combinations(flips, 2), lambda pair: margins[pair[0]] + margins[pair[1]]
    )
    for pair in missed_least:
        kept = flips - set(pair)
        logits, noise = case.neighbours(kept)
        found = goal.margins(logits)
        hopeful = np.flatnonzero(found > -2 * noise)
        fewer = _reached(case, goal, [kept | {int(pixel)} for pixel in hopeful])
        if fewer is not None:
            return fewer
    return None
