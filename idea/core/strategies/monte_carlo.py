"""Monte Carlo search: random changes, each kept if the energy rose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.progress import Progress, stretches

# Drawn in turn, 4096 pixels and 4096 values, so that neither `every` nor `steps` changes the path.
_DRAWS = 4096


def monte_carlo(
    state: State, rng: np.random.Generator, *, every: int = 200, steps: int = 10000
) -> Iterator[Progress]:
    """Repeatedly draw a pixel and a value, 0 or 1, and set it if the energy rises strictly.

    A step is a draw.
    """
    for step, end in stretches(steps, every, _DRAWS):
        if step % _DRAWS == 0:
            pixels = rng.integers(state.image.size, size=_DRAWS)
            values = rng.integers(2, size=_DRAWS)
        if step % every == 0:
            yield Progress(step, steps)
        draws = slice(step % _DRAWS, step % _DRAWS + end - step)
        state.walk(pixels[draws], values[draws], 0.0)
