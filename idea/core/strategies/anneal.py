"""Simulated annealing: changes that lose are accepted, less and less often."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from idea.core.state.base import State
from idea.core.strategies.climb import binarise, climb
from idea.core.strategies.metropolis import BLOCK, Cooling, Draws
from idea.core.strategies.progress import Progress, stretches
from idea.core.strategies.ranking import median_gain

__all__ = ["anneal"]


def anneal(
    state: State, rng: np.random.Generator, *, every: int = 200, steps: int = 100000
) -> Iterator[Progress]:
    """Propose random changes, a pixel and a value each, and accept them by Metropolis' rule.

    The pixels are drawn from `Sampling.pixels`. A change that loses is accepted with the
    probability ``exp(gain / T)`` (Metropolis and others, 1953), while the temperature T falls
    geometrically (Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", 1983), in
    units of the gains at the start. A climb to a local optimum follows. Greys are rounded first. A
    step is a draw; half of them propose the value that the pixel has already.
    """
    pixels = state.sampling.pixels
    for step, end in stretches(steps, every, BLOCK):
        if step % every == 0:
            yield Progress(step, steps)
        if step == 0:
            binarise(state)
            cooling = Cooling(median_gain(state), *state.sampling.temperatures, steps)
        if step % BLOCK == 0:
            draws = Draws.of(rng, pixels, cooling.block(step))
        draws.walk(state, step % BLOCK, step % BLOCK + end - step)
    climb(state)
