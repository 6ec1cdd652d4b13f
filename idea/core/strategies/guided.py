"""Guided search: flips in the order of their gains, each checked before it is made."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.climb import binarise
from idea.core.strategies.progress import Progress
from idea.core.strategies.ranking import improving


def guided(
    state: State, _rng: np.random.Generator | None = None, *, every: int = 200, rounds: int = 100
) -> Iterator[Progress]:
    """Rank all flips, try those that gain, best first, and make each that still gains; repeat.

    It ends at a local optimum, or after `rounds`; ten to twenty are enough. Where steepest ascent
    ranks all flips for each one that it makes, a round makes dozens. Greys are rounded first. A
    step is a flip tried.
    """
    steps = rounds * state.image.size
    yield Progress(0, steps)
    binarise(state)
    step = 0
    for _ in range(rounds):
        pixels = improving(state)
        if not pixels.size:
            return
        while pixels.size:
            tried, pixels = np.split(pixels, [every - step % every])
            state.walk(tried, 1 - state.image[tried], 0.0)
            step += len(tried)
            if step % every == 0:
                yield Progress(step, steps)
