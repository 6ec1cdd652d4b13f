"""All sets of flips of a size: whether any reaches a goal."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from idea.attacks.margin_bound import Ceiling
from idea.attacks.problem import Case, Flips, Goal
from idea.core.parallel import spread
from idea.core.state.base import Floats
from idea.image import PIXELS

__all__ = ["LARGEST", "Found", "all_sets", "count"]

LARGEST = 3
"""The largest size of sets that are all tried: of four flips there are 16,000 million."""

Found = dict[Goal, Flips]
"""Which goals are reached, and by which set."""


def count(size: int) -> int:
    """Tell how many looks at 784 neighbours all sets of a size are.

    Parameters
    ----------
    size
        Flips in a set, 1 or more.

    Returns
    -------
    int
        The number of sets of one flip less.

    Examples
    --------
    >>> [count(size) for size in (1, 2, 3)]
    [1, 784, 306936]
    """
    return math.comb(PIXELS, size - 1)


def all_sets(
    case: Case, goals: set[Goal], size: int, threads: int = 1, ceiling: Ceiling | None = None
) -> Generator[tuple[int, Found]]:
    """Try all sets of so many flips.

    Each set but for its last pixel is one look at 784 neighbours, whose logits serve all goals. A
    neighbour is judged anew, by forward passes, where the margin is so near to 0 or above it that
    rounding could have hidden that the goal is reached: so what isn't found isn't there, to the
    rounding of the forward passes themselves.

    Parameters
    ----------
    case
        The image.
    goals
        What it is to be taken for; those that the caller discards on the way are no longer looked
        for.
    size
        Flips in a set, 1 or more.
    threads
        How many work. The finds are the same.
    ceiling
        A bound for so many flips; looks at sets that it rules out are left out.

    Yields
    ------
    looks, found
        How many of the `count` looks are done or left out since the last time, and the goals that
        are reached; of sets that share a look the first is given.

    Examples
    --------
    >>> import idea
    >>> model = idea.Model.from_function(lambda images: images @ np.eye(784, 10) - np.eye(10)[0])
    >>> case = Case(model, np.zeros(784))
    >>> list(all_sets(case, {Goal(case.label, 7)}, 1))
    [(1, {Goal(label=1, target=7): frozenset({7})})]
    """
    search = _Search(case, goals, size, ceiling)
    if size == 1:
        yield 1, search.look(())
        return
    for _, results in spread(range(PIXELS), search.looks, threads):
        yield from results


class _Search:
    """The sets of a size, pixel by pixel in an order of promise."""

    def __init__(self, case: Case, goals: set[Goal], size: int, ceiling: Ceiling | None) -> None:
        self._case = case
        self._goals = goals
        self._size = size
        start, gains = np.zeros(1), np.ones((1, PIXELS))  # which rule out nothing
        if ceiling is not None:
            start, gains = ceiling.of(goals)
        self._order = np.argsort(-gains.max(axis=0), kind="stable")
        gains = gains[:, self._order]
        self._most = _most(np.maximum(gains, 0), size)
        self._gains = gains.T.copy()
        self._start = start

    def looks(self, first: int, _stopped: Callable[[], bool]) -> Iterator[tuple[int, Found]]:
        """Look at the sets whose first pixel in the order this is."""
        left = math.comb(PIXELS - 1 - first, self._size - 2)
        for base in self._bases((first,), self._start + self._gains[first]):
            left -= 1
            yield 1, self.look(base)
        yield left, {}

    def look(self, base: tuple[int, ...]) -> Found:
        """Judge the sets that have one more pixel than these, behind all of them in the order."""
        pixels = self._order[base[-1] + 1 :] if base else self._order
        flips = Flips(self._order[list(base)].tolist())
        logits, noise = self._case.neighbours(flips)
        near = pixels[_doubtful(logits[pixels], self._case.label, noise)]
        if not near.size:
            return {}
        sought = [(goal, goal.margins(logits[near])) for goal in tuple(self._goals)]
        hopeful = near[np.any([margins > -2 * noise for _, margins in sought], axis=0)]
        if not hopeful.size:
            return {}
        sets = [flips | {int(pixel)} for pixel in hopeful]
        exact = self._case.exact(sets)
        reached = {goal: np.flatnonzero(goal.margins(exact) > 0) for goal, _ in sought}
        return {goal: sets[numbers[0]] for goal, numbers in reached.items() if numbers.size}

    def _bases(self, base: tuple[int, ...], most: Floats) -> Iterator[tuple[int, ...]]:
        """Give the sets of one flip less that begin so, but for those that the bound rules out."""
        behind = base[-1] + 1
        if not (most + self._most[self._size - len(base)][behind] > 0).any():
            return
        if len(base) == self._size - 1:
            yield base
            return
        for place in range(behind, PIXELS):
            yield from self._bases((*base, place), most + self._gains[place])


def _most(gains: Floats, size: int) -> list[Floats]:
    """Sum up what so many pixels from a place on gain at most: for each number (785, rows)."""
    most = [np.zeros((PIXELS + 1, len(gains)))]
    for _ in range(size):
        taken = gains.T + most[-1][1:]  # this pixel, and one less of those behind it
        best = np.vstack([taken, np.zeros(len(gains))])
        most.append(np.maximum.accumulate(best[::-1])[::-1])
    return most


def _doubtful(logits: Floats, label: int, noise: float) -> NDArray[np.intp]:
    """Tell after which flips the label may not lead: the numbers of rows of (n, 10)."""
    others = logits + 2 * noise
    others[:, label] = -np.inf
    return np.flatnonzero(others.max(axis=1) > logits[:, label])
