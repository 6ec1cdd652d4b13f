"""Convolutions: their weights, and how their windows and pools lie over maps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HALVING",
    "NO_PADS",
    "Convolution",
    "Floats",
    "Pads",
    "Pair",
    "Pooling",
    "convolved",
    "transposed",
]

Floats = NDArray[np.float32]
Pair = tuple[int, int]
"""Rows and columns."""
Pads = tuple[int, int, int, int]
"""Rows and columns that are added: at the top, on the left, at the bottom, on the right."""
NO_PADS = (0, 0, 0, 0)


class Pooling(NamedTuple):
    """The largest number, or the average, of each window of a map; windows are wholly within it."""

    size: Pair = (2, 2)
    strides: Pair = (2, 2)
    average: bool = False


HALVING = Pooling()
"""The largest of 2×2; an odd last row or column is dropped."""


class Convolution(NamedTuple):
    """A convolution, ReLU after it, and perhaps a pool.

    >>> same = Convolution(np.ones((4, 1, 5, 5), "f4"), np.zeros(4, "f4"), HALVING, pads=(2,) * 4)
    >>> same.positions(28, 28), same.results(28, 28)
    ((28, 28), (14, 14))
    """

    W: Floats
    """(n_out, n_in, height, width), as a cross-correlation, like in every framework."""
    b: Floats
    """(n_out,)."""
    pool: Pooling | None = None
    strides: Pair = (1, 1)
    pads: Pads = NO_PADS

    @property
    def is_basic(self) -> bool:
        """Whether it is what the page evaluates and `idea.prove` bounds.

        That is a square window, of stride 1, without padding, and a pool of the largest of 2×2 or
        none.
        """
        square = self.W.shape[2:3] == self.W.shape[3:]
        plain = self.strides == (1, 1) and self.pads == NO_PADS
        return square and plain and self.pool in (None, HALVING)

    @property
    def pads_within_window(self) -> bool:
        """Whether each window reads a cell; wider padding could make maps of any size."""
        rows, columns = self.W.shape[2:]
        return bool(max(self.pads[::2]) < rows and max(self.pads[1::2]) < columns)

    def positions(self, height: int, width: int) -> Pair:
        """Return the size of its maps before the pool, 0 or less where no window fits."""
        top, left, bottom, right = self.pads
        rows, columns = self.W.shape[2:]
        return (
            (height + top + bottom - rows) // self.strides[0] + 1,
            (width + left + right - columns) // self.strides[1] + 1,
        )

    def results(self, height: int, width: int) -> Pair:
        """Return the size of its maps after the pool."""
        y, x = self.positions(height, width)
        if self.pool is None:
            return y, x
        (rows, columns), (down, across), _ = self.pool
        return max(0, (y - rows) // down + 1), max(0, (x - columns) // across + 1)

    def inputs_of(self, results: NDArray[np.bool_], size: int, axis: int) -> NDArray[np.bool_]:
        """Return which rows (axis 0) or columns (axis 1), of so many, some results depend on."""
        if self.pool:
            results = _covered(results, self.pool.size[axis], self.pool.strides[axis])
        read = _covered(results, self.W.shape[2 + axis], self.strides[axis])
        inner = read[self.pads[axis] :][:size]
        return np.pad(inner, (0, size - len(inner)))


def _covered(windows: NDArray[np.bool_], length: int, stride: int) -> NDArray[np.bool_]:
    """Return which places lie in one of some windows, up to the end of the last."""
    places = np.zeros(max(0, len(windows) - 1) * stride + length, np.bool_)
    for n in np.flatnonzero(windows).tolist():
        places[n * stride : n * stride + length] = True
    return places


def transposed(convolution: Convolution) -> Convolution:
    """Return the convolution of maps whose rows and columns are exchanged."""
    W, b, pool, strides, (top, left, bottom, right) = convolution
    turned = pool and Pooling(pool.size[::-1], pool.strides[::-1], pool.average)
    W = np.ascontiguousarray(W.swapaxes(2, 3))
    return Convolution(W, b, turned, strides[::-1], (left, top, right, bottom))


def convolved(height: int, width: int, kernel: int, *, pool: bool) -> Pair:
    """Return the size of a map after a basic convolution, see `Convolution.is_basic`."""
    step = 2 if pool else 1
    return (height - kernel + 1) // step, (width - kernel + 1) // step
