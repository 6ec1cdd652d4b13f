"""Weights in one form, whatever framework or file they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.image import PIXELS, SIDE

__all__ = ["DIGITS", "Convolution", "Floats", "Layer", "Weights"]

DIGITS = 10
Floats = NDArray[np.float32]
Layer = tuple[Floats, Floats]
"""One dense layer: its matrix W (n_out, n_in) and its bias b (n_out,)."""


class Convolution(NamedTuple):
    """A convolution of stride 1 without padding, ReLU after it, and perhaps a 2×2 max-pool."""

    W: Floats
    """(n_out, n_in, k, k), as a cross-correlation, like in every framework."""
    b: Floats
    """(n_out,)."""
    pool: bool
    """Whether a 2×2 max-pool follows; an odd last row or column is dropped."""


@dataclass(frozen=True, eq=False)
class Weights:
    """All weights of a digit classifier: convolutions, then dense layers, with ReLU between them.

    The input of the first layer is one map of 28×28 or, without convolutions, 784 pixels; that of
    the first dense layer the last maps one after the other, each row by row. The last has ten
    outputs.
    """

    layers: tuple[Layer, ...]
    convolutions: tuple[Convolution, ...] = ()

    def named(self) -> dict[str, Floats]:
        """Return the arrays by name, conv1.weight … fc1.bias …, as in a PyTorch module."""
        return dict(self._named())

    def sizes(self) -> list[str]:
        """Return the sizes between the layers, such as "16×5×5" and "120", from image to outputs.

        Raises a `WeightsError` if the shapes don't chain.
        """
        maps, side = 1, SIDE
        sizes = [f"1×{SIDE}×{SIDE}" if self.convolutions else str(PIXELS)]
        for W, b, pool in self.convolutions:
            k = W.shape[-1] if W.ndim else 0
            if W.shape != (len(b), maps, k, k) or not 1 <= k <= side:
                raise WeightsError(
                    f"expected a convolution of {maps} maps of {side}×{side} into {len(b)}, of "
                    f"shape ({len(b)}, {maps}, k, k), found {W.shape}"
                )
            maps, side = len(b), (side - k + 1) // (2 if pool else 1)
            sizes.append(f"{maps}×{side}×{side}")
        n_in = maps * side * side
        for W, b in self.layers:
            if W.shape != (len(b), n_in):
                raise WeightsError(
                    f"expected a matrix of shape ({len(b)}, {n_in}), found {W.shape}"
                )
            n_in = len(b)
            sizes.append(str(n_in))
        if not self.layers or n_in != DIGITS:
            raise WeightsError(f"expected layers that end in 10 outputs, found {sizes}")
        return sizes

    def _named(self) -> Iterator[tuple[str, Floats]]:
        for number, convolution in enumerate(self.convolutions, 1):
            yield f"conv{number}.weight", convolution.W
            yield f"conv{number}.bias", convolution.b
        for number, (W, b) in enumerate(self.layers, 1):
            yield f"fc{number}.weight", W
            yield f"fc{number}.bias", b
