"""Simulated annealing: losses are taken, too, less and less readily."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.climb import binarise, climb
from idea.core.strategies.metropolis import BLOCK, Cooling, Draws
from idea.core.strategies.progress import Progress, stretches
from idea.core.strategies.ranking import median_gain

__all__ = ["COLD", "HOT", "anneal"]

HOT, COLD = 1.0, 0.02
"""The first and the last temperature, in parts of the median size of a flip's gain."""


def anneal(
    state: State, rng: np.random.Generator, *, every: int = 200, steps: int = 100000
) -> Iterator[Progress]:
    """Draw a pixel and a value, set it if that loses no more than chance allows; again and again.

    A change that loses is made with the probability ``exp(gain / T)`` (Metropolis and others,
    1953), while the temperature T falls geometrically (Kirkpatrick, Gelatt and Vecchi,
    "Optimization by simulated annealing", 1983). Both its ends come from the gains at the start.
    In the end the image is climbed to a local optimum. Greys are rounded first.

    Parameters
    ----------
    state
        What to search; changed in place.
    rng
        Where the draws come from: in turn 4096 pixels, values and chances, so that `every`
        doesn't change the path.
    every
        Steps between two yields.
    steps
        How many draws; half of them name the value that a pixel has already.

    Yields
    ------
    Progress
        Before the first step and each `every` steps after.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.select import state_of
    >>> from idea.core.strategies.anneal import anneal
    >>> state = state_of(idea.load_model(), 5, np.zeros(784))
    >>> [p.step for p in anneal(state, np.random.default_rng(0), steps=600)]
    [0, 200, 400]
    """
    for step, end in stretches(steps, every, BLOCK):
        if step % BLOCK == 0:
            draws = Draws.of(rng)
        if step % every == 0:
            yield Progress(step, steps)
        if step == 0:
            binarise(state)
            cooling = Cooling(median_gain(state), HOT, COLD, steps)
        draws.walk(state, step % BLOCK, cooling.between(step, end))
    climb(state)
