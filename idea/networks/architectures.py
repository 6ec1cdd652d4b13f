"""Architectures: the networks that can be trained, and told from their weights' shapes."""

from __future__ import annotations

from dataclasses import dataclass

from idea.image import PIXELS, SIDE
from idea.networks.weights import DIGITS

__all__ = ["ARCHITECTURES", "Architecture", "mlp"]


@dataclass(frozen=True)
class Architecture:
    """The shape of a network: what is left when its weights are taken away."""

    convolutions: tuple[tuple[int, bool], ...]
    """For each convolution, of 3×3, how many maps it gives, and whether these are pooled."""
    widths: tuple[int, ...]
    """How many units each dense layer has."""

    def shapes(self) -> list[tuple[int, ...]]:
        """Give the shapes of all matrices.

        Returns
        -------
        list of tuple
            (n_out, n_in, 3, 3) of each convolution, (n_out, n_in) of each dense layer.

        Examples
        --------
        >>> ARCHITECTURES["lenet"].shapes()
        [(6, 1, 3, 3), (16, 6, 3, 3), (120, 400), (84, 120), (10, 84)]
        """
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
    """Give the shape of the articles' network: 784-units-units-10.

    Parameters
    ----------
    units
        Width of both hidden layers.

    Returns
    -------
    Architecture
        Without convolutions.

    Examples
    --------
    >>> mlp(100).shapes()
    [(100, 784), (100, 100), (10, 100)]
    """
    return Architecture((), (units, units, DIGITS))


ARCHITECTURES = {
    "mlp": mlp(PIXELS),
    "lenet": Architecture(((6, True), (16, True)), (120, 84, DIGITS)),
    "convnet": Architecture(((16, True), (32, True), (32, False)), (64, DIGITS)),
}
"""The networks that can be trained, by name; the first one's width can be chosen."""
