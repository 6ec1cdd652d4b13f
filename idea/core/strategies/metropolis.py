"""Random changes accepted by Metropolis' rule: the steps of annealing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats, State

__all__ = ["BLOCK", "Cooling", "Draws", "metropolis"]

BLOCK = 4096
"""Changes drawn at once: in turn pixels, values and uniform numbers, whatever the frames."""


class Draws(NamedTuple):
    """Random changes and chances, (`BLOCK`,) each."""

    pixels: NDArray[np.intp]
    values: NDArray[np.intp]
    chances: Floats
    """Logarithms of uniform numbers: at temperature T a gain above ``T * chance`` is accepted."""

    @staticmethod
    def of(rng: np.random.Generator, pixels: int) -> Draws:
        """Draw a block of changes of an image of so many pixels."""
        drawn = rng.integers(pixels, size=BLOCK)
        return Draws(drawn, rng.integers(2, size=BLOCK), np.log1p(-rng.random(BLOCK)))

    def walk(self, state: State, begin: int, temperatures: Floats) -> None:
        """Propose the changes from `begin` on, one for each temperature."""
        some = slice(begin, begin + len(temperatures))
        state.walk(self.pixels[some], self.values[some], temperatures * self.chances[some])


class Cooling(NamedTuple):
    """A geometric schedule of temperatures.

    >>> Cooling(unit=2.0, hot=4.0, cold=1.0, steps=3).between(0, 3).tolist()
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

    def between(self, begin: int, end: int) -> Floats:
        """Return the temperatures of steps begin…end, (end - begin,), as energies."""
        share = np.arange(begin, end) / max(self.steps - 1, 1)
        return np.asarray(self.unit * self.hot * (self.cold / self.hot) ** share)


def metropolis(state: State, rng: np.random.Generator, cooling: Cooling) -> Iterator[None]:
    """Propose a random change at each temperature; yield after each block."""
    for begin in range(0, cooling.steps, BLOCK):
        end = min(begin + BLOCK, cooling.steps)
        Draws.of(rng, state.image.size).walk(state, 0, cooling.between(begin, end))
        yield
