"""Random changes accepted by Metropolis' rule: the steps of annealing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.elementary import exponential, logarithm
from idea.core.state.base import Floats, State

__all__ = ["BLOCK", "Cooling", "Draws", "metropolis"]

BLOCK = 4096
"""Changes drawn at once: in turn pixels, values and uniform numbers, whatever the frames."""


class Cooling(NamedTuple):
    """A geometric schedule of temperatures.

    >>> Cooling(unit=2.0, hot=4.0, cold=1.0, steps=3).block(0)[:3].round(12).tolist()
    [8.0, 4.0, 2.0]
    """

    unit: float
    """The unit of temperature: see `idea.core.strategies.ranking.median_gain`."""
    hot: float
    """The first temperature, in units."""
    cold: float
    """The last temperature, in units."""
    steps: int
    """The number of temperatures."""

    def block(self, begin: int) -> Floats:
        """Return the temperatures of the `BLOCK` steps from `begin` on, as energies.

        Each is the one before it times the same factor: two exponentials a block.
        """
        rate = float(logarithm(self.cold / self.hot)) / max(self.steps - 1, 1)
        temperatures = np.full(BLOCK, exponential(rate))
        temperatures[0] = self.unit * self.hot * exponential(begin * rate)
        return np.asarray(np.multiply.accumulate(temperatures))


class Draws(NamedTuple):
    """Random changes and what they have to gain, (`BLOCK`,) each."""

    pixels: NDArray[np.intp]
    values: NDArray[np.intp]
    thresholds: Floats
    """At temperature T a gain above T times the logarithm of a uniform number is accepted."""

    @staticmethod
    def of(rng: np.random.Generator, pixels: NDArray[np.intp], temperatures: Floats) -> Draws:
        """Draw a block of changes of some pixels, (n,), at (`BLOCK`,) temperatures."""
        drawn = pixels[rng.integers(len(pixels), size=BLOCK)]
        values = rng.integers(2, size=BLOCK)
        return Draws(drawn, values, temperatures * logarithm(1 - rng.random(BLOCK)))

    def walk(self, state: State, begin: int, end: int) -> None:
        """Propose the changes from `begin` to `end`."""
        some = slice(begin, end)
        state.walk(self.pixels[some], self.values[some], self.thresholds[some])


def metropolis(state: State, rng: np.random.Generator, cooling: Cooling) -> Iterator[None]:
    """Propose a random change at each temperature; yield after each block."""
    pixels = state.sampling.pixels
    for begin in range(0, cooling.steps, BLOCK):
        draws = Draws.of(rng, pixels, cooling.block(begin))
        draws.walk(state, 0, min(BLOCK, cooling.steps - begin))
        yield
