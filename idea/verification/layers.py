"""Networks as sequences of affine maps, with ReLU and perhaps a max-pool between them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats
from idea.errors import OptionError
from idea.networks.base import Classifier
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.networks.weights import Convolution, Layer, convolved

__all__ = ["Affine", "Convolved", "Dense", "Stage", "stages_of"]


class Affine(Protocol):
    """A map ``W h + b`` from n_in to n_out numbers, in double precision."""

    @property
    def b(self) -> Floats:
        """The bias, (n_out,)."""
        ...

    @property
    def terms(self) -> int:
        """The largest number of terms in a sum, forward or back."""
        ...

    def forward(self, h: Floats) -> Floats:
        """Return W h + b, (n_in,) to (n_out,)."""
        ...

    def weigh(self, h: Floats) -> Floats:
        """Return |W| h, (n_in,) to (n_out,)."""
        ...

    def back(self, rows: Floats) -> Floats:
        """Return rows W, (m, n_out) to (m, n_in)."""
        ...


@dataclass(frozen=True, eq=False)
class Dense:
    """A dense layer."""

    W: Floats
    """(n_out, n_in)."""
    b: Floats

    @property
    def terms(self) -> int:
        """See `Affine`."""
        return int(max(self.W.shape)) + 1

    def forward(self, h: Floats) -> Floats:
        """See `Affine`."""
        return self.W @ h + self.b

    def weigh(self, h: Floats) -> Floats:
        """See `Affine`."""
        return np.abs(self.W) @ h

    def back(self, rows: Floats) -> Floats:
        """See `Affine`."""
        return rows @ self.W


class Convolved:
    """A convolution of stride 1 without padding, of maps that lie one after the other.

    W is (n_out, n_in, k, k), b one number a map, and `shape` the height and width of an input map.
    """

    def __init__(self, W: Floats, b: Floats, shape: tuple[int, int]) -> None:
        self._W = W
        self._shape = shape
        self._out = convolved(*shape, W.shape[-1], pool=False)
        self.b = np.repeat(b, math.prod(self._out))
        self.terms = max(W.shape[:2]) * W[0, 0].size + 1

    def forward(self, h: Floats) -> Floats:
        """See `Affine`."""
        return self._send(self._W, h) + self.b

    def weigh(self, h: Floats) -> Floats:
        """See `Affine`."""
        return self._send(np.abs(self._W), h)

    def back(self, rows: Floats) -> Floats:
        """See `Affine`."""
        n_out, n_in, k, _ = self._W.shape
        height, width = self._out
        maps = rows.reshape(-1, n_out, height * width)
        # One product for all positions in the window, each then added at its offset.
        parts = self._W.reshape(n_out, -1).T @ maps  # (m, n_in k², out²)
        parts = parts.reshape(-1, n_in, k, k, height, width)
        back = np.zeros((len(parts), n_in, *self._shape))
        for y, x in itertools.product(range(k), repeat=2):
            back[:, :, y : y + height, x : x + width] += parts[:, :, y, x]
        return back.reshape(len(back), -1)

    def _send(self, W: Floats, h: Floats) -> Floats:
        maps = h.reshape(-1, *self._shape)
        windows = np.lib.stride_tricks.sliding_window_view(maps, W.shape[2:], (1, 2))
        return np.tensordot(W, windows, ((1, 2, 3), (0, 3, 4))).ravel()


@dataclass(frozen=True, eq=False)
class Stage:
    """An affine map, then ReLU (except after the last), and perhaps a max-pool."""

    affine: Affine
    cells: NDArray[np.intp] | None = None
    """The four inputs of each output of the pool, (n, 4)."""


def stages_of(model: Classifier) -> list[Stage]:
    """Return the stages of an MLP or a CNN, from the image to the logits."""
    if isinstance(model, MLP):
        return _dense(model.layers)
    if isinstance(model, CNN) and all(c.is_basic for c in model.convolutions):
        return [*_convolutions(model.convolutions, model.task.shape), *_dense(model.layers)]
    raise OptionError(
        "only an MLP, or a CNN of convolutions, max-pools and dense layers, with ReLU between them "
        f"can be bounded, found {model!r:.60}"
    )


def _dense(layers: Sequence[Layer]) -> list[Stage]:
    return [Stage(Dense(W.astype(np.float64), b.astype(np.float64))) for W, b in layers]


def _convolutions(convolutions: Sequence[Convolution], shape: tuple[int, int]) -> list[Stage]:
    stages = []
    for W, b, pool, *_ in convolutions:
        affine = Convolved(W.astype(np.float64), b.astype(np.float64), shape)
        sums = convolved(*shape, W.shape[-1], pool=False)
        stages.append(Stage(affine, _cells(len(b), *sums) if pool else None))
        shape = convolved(*shape, W.shape[-1], pool=pool is not None)
    return stages


def _cells(maps: int, height: int, width: int) -> NDArray[np.intp]:
    """Return the inputs of each cell of a 2×2 pool, (n, 4); odd last rows are dropped."""
    y, x = height // 2, width // 2
    places = np.arange(maps * height * width).reshape(maps, height, width)[:, : 2 * y, : 2 * x]
    cells = places.reshape(maps, y, 2, x, 2).transpose(0, 1, 3, 2, 4)
    return cells.reshape(-1, 4)
