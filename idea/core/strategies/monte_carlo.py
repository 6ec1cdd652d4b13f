"""Monte Carlo: random changes, each kept if the energy rose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state import State
from idea.core.strategies.progress import Progress
from idea.files.vf import PIXELS


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
        Where the draws come from: first all pixels, then all values, so that `every` doesn't
        change the path.
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
    >>> from idea.core.state import DenseState
    >>> from idea.core.strategies.monte_carlo import monte_carlo
    >>> state = DenseState(idea.load_model(), 5, np.zeros(784))
    >>> [p.step for p in monte_carlo(state, np.random.default_rng(0), steps=600)]
    [0, 200, 400]
    """
    pixels = rng.integers(PIXELS, size=steps, dtype=np.int16)
    values = rng.integers(2, size=steps, dtype=np.int8)
    for step in range(0, steps, every):
        yield Progress(step, steps)
        draws = slice(step, step + every)
        state.walk(pixels[draws], values[draws], 0.0)
