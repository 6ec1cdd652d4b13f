"""Steepest ascent: the best flip, again and again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.climb import binarise
from idea.core.strategies.progress import Progress
from idea.core.strategies.ranking import best_flip


def steepest(
    state: State, _rng: np.random.Generator | None = None, *, every: int = 200, flips: int = 10000
) -> Iterator[Progress]:
    """Make the flip that gains most, of equals the first, until none gains.

    Greys are rounded first. A step is a flip.

    Parameters
    ----------
    state
        What to search; changed in place.
    _rng
        Not used; every strategy is handed one.
    every
        Steps between two yields.
    flips
        How many to make at most; a local optimum is some hundreds away.

    Yields
    ------
    Progress
        Before the first step and each `every` steps after.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.select import state_of
    >>> from idea.core.strategies.steepest import steepest
    >>> state = state_of(idea.load_model(), 5, np.zeros(784))
    >>> [p.step for p in steepest(state, every=50, flips=120)]
    [0, 50, 100]
    """
    for step in range(flips):
        if step % every == 0:
            yield Progress(step, flips)
        if step == 0:
            binarise(state)
        best = best_flip(state)
        if best is None:
            return
        state.set(best, 1 - float(state.image[best]))
