"""Architectures: the networks that can be trained, and recognised by their weights' shapes."""

from __future__ import annotations

from dataclasses import dataclass

from idea.image import PIXELS, SIDE
from idea.networks.weights import DIGITS

__all__ = ["ARCHITECTURES", "Architecture", "mlp"]


@dataclass(frozen=True)
class Architecture:
    """The shape of a network, without its weights."""

    convolutions: tuple[tuple[int, bool], ...]
    """Of each 3×3 convolution the number of maps, and whether they are pooled."""
    widths: tuple[int, ...]
    """The number of units of each dense layer."""

    def shapes(self) -> list[tuple[int, ...]]:
        """Return the weights' shapes: (n_out, n_in, 3, 3) or (n_out, n_in)."""
        shapes: list[tuple[int, ...]] = []
        maps, side = 1, SIDE
        for n_out, pool in self.convolutions:
            shapes.append((n_out, maps, 3, 3))
            maps, side = n_out, (side - 2) // (2 if pool else 1)
        n_in = maps * side * side
        for n_out in self.widths:
            shapes.append((n_out, n_in))
            n_in = n_out
        return shapes


def mlp(units: int) -> Architecture:
    """Return the architecture 784-units-units-10, that of the articles."""
    return Architecture((), (units, units, DIGITS))


ARCHITECTURES = {
    "mlp": mlp(PIXELS),
    "lenet": Architecture(((6, True), (16, True)), (120, 84, DIGITS)),
    "convnet": Architecture(((16, True), (32, True), (32, False)), (64, DIGITS)),
}
"""The networks that can be trained, by name; the width of the first is a parameter."""
