"""Exhaustive search through all sets of flips of a size."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from idea.attacks.margin_bound import MarginBound
from idea.attacks.problem import Criterion, Flips, Problem
from idea.core.parallel import parallel_map
from idea.core.state.base import Floats

__all__ = ["LARGEST", "Found", "all_sets", "count"]

LARGEST = 3
"""The largest size for which all sets are tried: there are 16 billion sets of four flips."""

Found = dict[Criterion, Flips]
"""The criteria that are reached, each with the first set that does."""


def count(size: int, pixels: int) -> int:
    """Return the number of evaluations of all neighbours that cover all sets of a size.

    >>> [count(size, 784) for size in (1, 2, 3)]
    [1, 784, 306936]
    """
    return math.comb(pixels, size - 1)


def all_sets(
    problem: Problem,
    criteria: set[Criterion],
    size: int,
    threads: int = 1,
    bound: MarginBound | None = None,
) -> Generator[tuple[int, Found]]:
    """Try all sets of `size` flips; yield evaluations done, and the criteria reached, with a set.

    The evaluation of a set's neighbours covers all sets with one more flip, for all criteria.
    A neighbour whose margin is above 0, or so close to 0 that rounding could hide that, is
    evaluated again by a forward pass: so a criterion that isn't found can't be reached, up to the
    rounding of forward passes. Sets that `bound` rules out are skipped, and count as done; criteria
    that the caller removes from the set meanwhile are no longer searched for. The results don't
    depend on `threads`.
    """
    sets = _Sets(problem, criteria, size, bound)
    if size == 1:
        yield 1, sets.try_neighbours(())
        return
    for _, results in parallel_map(range(problem.task.pixels), sets.try_first, threads):
        yield from results


class _Sets:
    """The sets of a size, in an order of pixels by descending bounds."""

    def __init__(
        self, problem: Problem, criteria: set[Criterion], size: int, bound: MarginBound | None
    ) -> None:
        self._problem = problem
        self._criteria = criteria
        self._size = size
        start, gains = np.zeros(1), np.ones((1, problem.task.pixels))  # rule out nothing
        if bound is not None:
            start, gains = bound.of(criteria)
        self._order = np.argsort(-gains.max(axis=0), kind="stable")
        gains = gains[:, self._order]
        self._most = _most(np.maximum(gains, 0), size)
        self._gains = gains.T.copy()
        self._start = start

    def try_first(self, first: int) -> Iterator[tuple[int, Found]]:
        """Try the sets whose first pixel in the order is this one."""
        left = math.comb(len(self._order) - 1 - first, self._size - 2)
        for base in self._bases((first,), self._start + self._gains[first]):
            left -= 1
            yield 1, self.try_neighbours(base)
        yield left, {}

    def try_neighbours(self, base: tuple[int, ...]) -> Found:
        """Try the sets that have one more pixel than these, after all of them in the order."""
        pixels = self._order[base[-1] + 1 :] if base else self._order
        flips = Flips(self._order[list(base)].tolist())
        logits, error_bound = self._problem.neighbours(flips)
        near = pixels[_uncertain(logits[pixels], self._problem.label, error_bound)]
        if not near.size:
            return {}
        sought = [
            (criterion, criterion.margins(logits[near])) for criterion in tuple(self._criteria)
        ]
        promising = near[np.any([margins > -2 * error_bound for _, margins in sought], axis=0)]
        if not promising.size:
            return {}
        sets = [flips | {int(pixel)} for pixel in promising]
        exact = self._problem.exact(sets)
        reached = {
            criterion: np.flatnonzero(criterion.margins(exact) > 0) for criterion, _ in sought
        }
        return {
            criterion: sets[numbers[0]] for criterion, numbers in reached.items() if numbers.size
        }

    def _bases(self, base: tuple[int, ...], most: Floats) -> Iterator[tuple[int, ...]]:
        """Yield the sets of one flip less that start with `base`, except those ruled out."""
        next_place = base[-1] + 1
        if not (most + self._most[self._size - len(base)][next_place] > 0).any():
            return
        if len(base) == self._size - 1:
            yield base
            return
        for place in range(next_place, len(self._order)):
            yield from self._bases((*base, place), most + self._gains[place])


def _most(gains: Floats, size: int) -> list[Floats]:
    """Return the largest gains of 0…size pixels from each place on, (pixels + 1, rows) each."""
    most = [np.zeros((gains.shape[1] + 1, len(gains)))]
    for _ in range(size):
        taken = gains.T + most[-1][1:]  # this pixel, and one less of those after it
        best = np.vstack([taken, np.zeros(len(gains))])
        most.append(np.maximum.accumulate(best[::-1])[::-1])
    return most


def _uncertain(logits: Floats, label: int, error_bound: float) -> NDArray[np.intp]:
    """Return the rows of logits (n, classes) in which the label may not lead."""
    others = logits + 2 * error_bound
    others[:, label] = -np.inf
    return np.flatnonzero(others.max(axis=1) > logits[:, label])
