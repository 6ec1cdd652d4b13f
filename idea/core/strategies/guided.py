"""Guided: flips in the order of what they gain, each checked before it is made."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.climb import binarise
from idea.core.strategies.progress import Progress
from idea.core.strategies.ranking import improving
from idea.image import PIXELS


def guided(
    state: State, _rng: np.random.Generator | None = None, *, every: int = 200, rounds: int = 100
) -> Iterator[Progress]:
    """Rank all flips, try those that gain, the best first, make each that still gains, rank anew.

    It ends where no flip gains: at a local optimum. Where steepest ascent ranks all flips for each
    one that it makes, here a round makes dozens. Greys are rounded first. A step is a flip tried.

    Parameters
    ----------
    state
        What to search; changed in place.
    _rng
        Not used; every strategy is handed one.
    every
        Steps between two yields.
    rounds
        How often to rank at most; ten to twenty times will do.

    Yields
    ------
    Progress
        Before the first step and each `every` steps after.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.select import state_of
    >>> from idea.core.strategies.guided import guided
    >>> state = state_of(idea.load_model(), 5, np.zeros(784))
    >>> [p.step for p in guided(state, every=100)][:4]
    [0, 100, 200, 300]
    """
    steps = rounds * PIXELS
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
