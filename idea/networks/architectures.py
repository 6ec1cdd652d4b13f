"""Architectures: the networks that can be trained, and recognised by their weights' shapes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from idea.errors import OptionError
from idea.image import DIGITS, Task
from idea.networks.weights import convolved

__all__ = ["ARCHITECTURES", "Architecture", "mlp"]


@dataclass(frozen=True)
class Architecture:
    """The shape of a network, without its weights."""

    convolutions: tuple[tuple[int, bool], ...]
    """Of each 3×3 convolution the number of maps, and whether they are pooled."""
    hidden: tuple[int, ...]
    """The number of units of each hidden dense layer."""

    def convolution_shapes(self) -> list[tuple[int, ...]]:
        """Return the shapes of the convolutions' weights, (n_out, n_in, 3, 3)."""
        maps = [1, *(n_out for n_out, _ in self.convolutions)]
        return [(n_out, n_in, 3, 3) for n_in, n_out in itertools.pairwise(maps)]

    def shapes(self, task: Task = DIGITS) -> list[tuple[int, ...]]:
        """Return the weights' shapes: (n_out, n_in, 3, 3) or (n_out, n_in).

        Raises an `OptionError` if the images are too small for the convolutions and pools.
        """
        maps, height, width = 1, task.height, task.width
        for n_out, pool in self.convolutions:
            maps, height, width = (n_out, *convolved(height, width, 3, pool=pool))
        if min(height, width) < 1:
            raise OptionError(f"images of {task.size} are too small for this architecture's pools")
        shapes = self.convolution_shapes()
        n_in = maps * height * width
        for n_out in (*self.hidden, len(task.classes)):
            shapes.append((n_out, n_in))
            n_in = n_out
        return shapes


def mlp(units: int) -> Architecture:
    """Return the architecture with two hidden layers of so many units."""
    return Architecture((), (units, units))


ARCHITECTURES = {
    "mlp": mlp(784),
    "lenet": Architecture(((6, True), (16, True)), (120, 84)),
    "convnet": Architecture(((16, True), (32, True), (32, False)), (64,)),
}
"""The networks that can be trained, by name; the width of the first is a parameter."""
