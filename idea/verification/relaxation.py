"""Linear bounds of the outputs of ReLU and max-pool.

The output of a max-pool after ReLU is bounded from below by the input with the largest lower bound,
and from above by the upper line of one input where no other can be larger, else by a constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats
from idea.verification.intervals import Box

__all__ = ["Line", "chord"]


@dataclass(frozen=True, eq=False)
class Line:
    """A line above and a line below each output of ReLU and pool."""

    low: NDArray[np.intp]
    """(n,) the unit of the line below, which goes through 0."""
    low_slope: Floats
    high: NDArray[np.intp]
    """(n,) the unit of the line above."""
    high_slope: Floats
    shift: Floats
    """(n,) 0 or more, the constant of the line above."""
    units: int
    """The number of units before the pool."""

    @staticmethod
    def over(box: Box, cells: NDArray[np.intp] | None) -> Line:
        """Return the lines over the ranges of the units."""
        n = len(box.lower)
        if cells is None:
            every = np.arange(n)
            return Line(every, _below(box), every, *chord(box), n)
        upper = np.maximum(box.upper[cells], 0)
        low = _pick(cells, box.lower[cells].argmax(axis=1))
        high = _pick(cells, upper.argmax(axis=1))
        others = np.sort(upper, axis=1)[:, -2]
        slope, shift = chord(Box(box.lower[high], box.upper[high]))
        sure = others <= np.maximum(box.lower[high], 0)
        slope, shift = np.where(sure, slope, 0), np.where(sure, shift, upper.max(axis=1))
        return Line(low, _below(Box(box.lower[low], box.upper[low])), high, slope, shift, n)

    def back(self, rows: Floats) -> tuple[Floats, Floats]:
        """Substitute the lines: coefficients (m, n) to those of the units (m, units), and (m,)."""
        positive, negative = np.maximum(rows, 0), np.minimum(rows, 0)
        back = np.zeros((len(rows), self.units))
        back[:, self.high] = positive * self.high_slope
        back[:, self.low] += negative * self.low_slope
        return back, positive @ self.shift


def chord(box: Box) -> tuple[Floats, Floats]:
    """Return slope and shift, (n,) each: max(0, a) ≤ slope a + shift for every a of an interval.

    It holds despite rounding, and is the chord of ReLU, or ReLU itself on an interval of one sign.
    """
    lower, upper = np.minimum(box.lower, 0), np.maximum(box.upper, 0)
    slope = upper / np.where(upper > lower, upper - lower, 1)
    slope = np.where(box.lower >= 0, 1, np.where(box.upper <= 0, 0, slope))
    # Both ends must lie below the line; some units in the last place cover the rounding.
    shift = np.maximum(-slope * lower, (1 - slope) * upper)
    return slope, shift * (1 + 2.0**-50) + np.where(shift > 0, 2.0**-1022, 0)


def _below(box: Box) -> Floats:
    """Return the slope of a line through 0 below ReLU: 0 or 1, whichever is closer."""
    return np.where(box.upper > -box.lower, 1.0, 0.0)


def _pick(cells: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.asarray(cells[np.arange(len(cells)), columns])
