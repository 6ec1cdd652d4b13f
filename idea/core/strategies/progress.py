"""What a strategy says of itself on its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Progress(NamedTuple):
    """How far a search has come."""

    step: int
    """Steps done."""
    steps: int
    """Steps there are, unless the search ends early."""


def stretches(steps: int, *lengths: int) -> Iterator[tuple[int, int]]:
    """Cut a search's steps at every multiple of some lengths.

    Parameters
    ----------
    steps
        How many there are.
    *lengths
        Such as the steps between two frames, and those of a sweep.

    Yields
    ------
    begin, end
        Of each stretch, in order.

    Examples
    --------
    >>> list(stretches(10, 4, 5))
    [(0, 4), (4, 5), (5, 8), (8, 10)]
    """
    begin = 0
    while begin < steps:
        end = min(steps, *(begin + length - begin % length for length in lengths))
        yield begin, end
        begin = end
