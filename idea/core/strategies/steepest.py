"""Steepest ascent: repeatedly the flip with the largest gain."""

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
    """Make the flip with the largest gain, the first of equal ones, until none gains.

    Greys are rounded first. A step is a flip; a local optimum takes some hundreds.
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
