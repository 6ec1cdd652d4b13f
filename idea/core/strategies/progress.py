"""The progress of a strategy, and how its steps are divided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Progress(NamedTuple):
    """The steps of a search that are done."""

    step: int
    """Steps done."""
    steps: int
    """Steps in total, unless the search ends early."""


def stretches(steps: int, *lengths: int) -> Iterator[tuple[int, int]]:
    """Divide steps at every multiple of some lengths, and yield the begin and end of each part.

    >>> list(stretches(10, 4, 5))
    [(0, 4), (4, 5), (5, 8), (8, 10)]
    """
    begin = 0
    while begin < steps:
        end = min(steps, *(begin + length - begin % length for length in lengths))
        yield begin, end
        begin = end
