"""Monte Carlo: random changes, each kept if the energy rose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.progress import Progress, stretches
from idea.image import PIXELS

_DRAWS = 4096


def monte_carlo(
    state: State, rng: np.random.Generator, *, every: int = 200, steps: int = 10000
) -> Iterator[Progress]:
    """Draw a pixel and a value, 0 or 1, and set it if the energy rises strictly; again and again.

    The other search of the article that the project began with.

    Parameters
    ----------
    state
        What to search; changed in place.
    rng
        Where the draws come from: in turn 4096 pixels and 4096 values, so that neither `every`
        nor `steps` changes the path.
    every
        Steps between two yields.
    steps
        How many draws.

    Yields
    ------
    Progress
        Before the first step and each `every` steps after.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> from idea.core.state.dense import DenseState
    >>> from idea.core.strategies.monte_carlo import monte_carlo
    >>> state = DenseState(idea.load_model(), 5, np.zeros(784))
    >>> [p.step for p in monte_carlo(state, np.random.default_rng(0), steps=600)]
    [0, 200, 400]
    """
    for step, end in stretches(steps, every, _DRAWS):
        if step % _DRAWS == 0:
            pixels = rng.integers(PIXELS, size=_DRAWS)
            values = rng.integers(2, size=_DRAWS)
        if step % every == 0:
            yield Progress(step, steps)
        draws = slice(step % _DRAWS, step % _DRAWS + end - step)
        state.walk(pixels[draws], values[draws], 0.0)
