"""Random changes of which those that lose are made, too, by chance: what annealing is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats, State
from idea.image import PIXELS

__all__ = ["BLOCK", "Cooling", "Draws", "metropolis"]

BLOCK = 4096
"""How many changes are drawn at once."""


class Draws(NamedTuple):
    """Changes to be tried: (`BLOCK`,) each."""

    pixels: NDArray[np.intp]
    values: NDArray[np.intp]
    chances: Floats
    """Logarithms of uniform numbers: at temperature T a gain above ``T * chance`` is enough."""

    @staticmethod
    def of(rng: np.random.Generator) -> Draws:
        """Draw a block."""
        pixels = rng.integers(PIXELS, size=BLOCK)
        return Draws(pixels, rng.integers(2, size=BLOCK), np.log1p(-rng.random(BLOCK)))

    def walk(self, state: State, begin: int, temperatures: Floats) -> None:
        """Try some of the changes, one for each temperature, from one on."""
        some = slice(begin, begin + len(temperatures))
        state.walk(self.pixels[some], self.values[some], temperatures * self.chances[some])


class Cooling(NamedTuple):
    """A geometric schedule of temperatures.

    Examples
    --------
    >>> Cooling(unit=2.0, hot=4.0, cold=1.0, steps=3).between(0, 3).tolist()
    [8.0, 4.0, 2.0]
    """

    unit: float
    """Of `idea.core.strategies.ranking.median_gain`."""
    hot: float
    """The first temperature, in such units."""
    cold: float
    """The last one."""
    steps: int
    """How many there are."""

    def between(self, begin: int, end: int) -> Floats:
        """Give the temperatures from one step to another, (end - begin,), as energies."""
        share = np.arange(begin, end) / max(self.steps - 1, 1)
        return np.asarray(self.unit * self.hot * (self.cold / self.hot) ** share)


def metropolis(state: State, rng: np.random.Generator, cooling: Cooling) -> Iterator[None]:
    """Try a random change at each temperature; yield after each block.

    Parameters
    ----------
    state
        Changed in place.
    rng
        Where the changes come from.
    cooling
        The temperatures.

    Yields
    ------
    None
        So that somebody can look at the clock.
    """
    for begin in range(0, cooling.steps, BLOCK):
        end = min(begin + BLOCK, cooling.steps)
        Draws.of(rng).walk(state, 0, cooling.between(begin, end))
        yield
