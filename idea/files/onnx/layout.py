"""Where the values of a chain of layers lie in a variable of a graph, for one image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DifferentNetworkError", "Layout"]

_LARGEST = 2**24
Indices = NDArray[np.intp]


class DifferentNetworkError(Exception):
    """What makes a graph another network than a chain of the layers that are known."""


@dataclass(frozen=True, eq=False)
class Layout:
    """A variable of a graph, for one image: nodes that only rearrange values change it alone."""

    indices: Indices
    """Of the shape of the variable: the index of each value among those of the chain."""
    batch: int = 0
    """The axis of the images, of length 1."""

    @classmethod
    def of(cls, shape: tuple[int, ...], batch: int = 0) -> Layout:
        """Return the layout of values in order, in a shape without the axis of the images."""
        size = math.prod(shape)
        if size > _LARGEST:
            raise DifferentNetworkError(f"{size:,} values between two layers")
        indices = np.arange(size).reshape(shape)
        return cls(np.expand_dims(indices, batch), batch)

    @property
    def image(self) -> Indices:
        """The indices without the axis of the images."""
        return self.indices.squeeze(self.batch)

    @property
    def is_ordered(self) -> bool:
        """Whether the values are in the order of the chain, after the axis of the images."""
        flat = self.indices.ravel()
        return self.batch == 0 and bool((flat == np.arange(flat.size)).all())

    def transposed(self, axes: Any) -> Layout:
        """Return the layout after a `Transpose`; without axes they are reversed."""
        order = list(range(self.indices.ndim))[::-1] if axes is None else [int(a) for a in axes]
        return Layout(self.indices.transpose(order), order.index(self.batch))

    def reshaped(
        self, shape: Any, *, allow_zero: bool = False, images: int | None = None
    ) -> Layout:
        """Return the layout after a `Reshape`, which must keep the images apart.

        A first size that is `images`, the fixed number of them, stands for the one image here.
        """
        sizes = [int(size) for size in shape]
        if sizes and sizes[0] == images:
            sizes[0] = 1
        for axis, size in enumerate(sizes):
            if size == 0 and not allow_zero:
                sizes[axis] = self.indices.shape[axis]
        indices = self.indices.reshape(sizes)
        if self.batch or indices.shape[:1] != (1,):
            raise DifferentNetworkError("a node Reshape that changes the number of images")
        return Layout(indices)

    def flattened(self, axis: int) -> Layout:
        """Return the layout after a `Flatten`."""
        split = axis % self.indices.ndim if axis < 0 else axis
        if not split:
            raise DifferentNetworkError("a node Flatten that makes one of all images")
        rows = math.prod(self.indices.shape[:split])
        return self.reshaped([rows, self.indices.size // rows])

    def squeezed(self, axes: Any) -> Layout:
        """Return the layout after a `Squeeze`; without axes, of all of length 1 but the images'."""
        shape = self.indices.shape
        if axes is None:
            removed = {axis for axis, n in enumerate(shape) if n == 1} - {self.batch}
        else:
            removed = {int(axis) % len(shape) for axis in axes}
        if self.batch in removed:
            raise DifferentNetworkError("a node Squeeze that removes the axis of the images")
        before = sum(axis < self.batch for axis in removed)
        return Layout(self.indices.squeeze(tuple(removed)), self.batch - before)

    def unsqueezed(self, axes: Any) -> Layout:
        """Return the layout after an `Unsqueeze`."""
        count = self.indices.ndim + len(axes)
        added = {int(axis) % count for axis in axes}
        kept = [axis for axis in range(count) if axis not in added]
        return Layout(np.expand_dims(self.indices, tuple(added)), kept[self.batch])
