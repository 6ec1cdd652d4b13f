"""Lines above and below what leaves ReLU and max-pool.

A max-pool behind ReLU lies above its surest member alone, and below one member's upper line where
no other can be larger, otherwise below a constant.
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
    """A line above and a line below each number that leaves ReLU and pool."""

    low: NDArray[np.intp]
    """(n,) which unit the line below is of; it goes through 0."""
    low_slope: Floats
    high: NDArray[np.intp]
    """(n,) which unit the line above is of."""
    high_slope: Floats
    shift: Floats
    """(n,) 0 or more, what is added to the line above."""
    units: int
    """How many units there are before the pool."""

    @staticmethod
    def over(box: Box, cells: NDArray[np.intp] | None) -> Line:
        """Draw the lines over what the units can reach."""
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
        """Put the lines in: coefficients (m, n) to those of the units (m, units), and (m,)."""
        positive, negative = np.maximum(rows, 0), np.minimum(rows, 0)
        back = np.zeros((len(rows), self.units))
        back[:, self.high] = positive * self.high_slope
        back[:, self.low] += negative * self.low_slope
        return back, positive @ self.shift


def chord(box: Box) -> tuple[Floats, Floats]:
    """Give a line above ReLU over an interval.

    Parameters
    ----------
    box
        The intervals, n of them.

    Returns
    -------
    slope, shift
        (n,) each: max(0, a) ≤ slope a + shift for every a of the interval, whatever was rounded. It
        is the chord, and where the interval has but one sign ReLU itself.

    Examples
    --------
    >>> slope, shift = chord(Box(np.array([-1., 2., -3.]), np.array([3., 4., -2.])))
    >>> slope.tolist(), shift.round(9).tolist()
    ([0.75, 1.0, 0.0], [0.75, 0.0, 0.0])
    """
    lower, upper = np.minimum(box.lower, 0), np.maximum(box.upper, 0)
    slope = upper / np.where(upper > lower, upper - lower, 1)
    slope = np.where(box.lower >= 0, 1, np.where(box.upper <= 0, 0, slope))
    # Both ends must lie below the line; some units in the last place pay for the rounding.
    shift = np.maximum(-slope * lower, (1 - slope) * upper)
    return slope, shift * (1 + 2.0**-50) + np.where(shift > 0, 2.0**-1022, 0)


def _below(box: Box) -> Floats:
    """Give the slope of a line through 0 below ReLU: of 0 and 1 that which leaves less between."""
    return np.where(box.upper > -box.lower, 1.0, 0.0)


def _pick(cells: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.asarray(cells[np.arange(len(cells)), columns])
