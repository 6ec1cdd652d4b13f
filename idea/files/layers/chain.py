"""Chains of layers: the common form of all files of weights, whatever framework wrote them.

Maps are channels first, (channels, height, width), and flattened in that order; readers of other
conventions convert their arrays, or say so in `Flatten`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.image import Task
from idea.networks.convolution import NO_PADS, Pads, Pair

__all__ = [
    "NO_PADS",
    "Activation",
    "Affine",
    "Alternatives",
    "AnyLayer",
    "Chain",
    "Conv",
    "Dense",
    "Flatten",
    "GlobalPool",
    "Pad",
    "Pads",
    "Pair",
    "Pool",
    "Reshape",
    "shape_after",
]

Array = NDArray[np.floating[Any]]
Shape = tuple[int, ...]
"""The shape of one image's values between two layers: (n,) or (channels, height, width)."""


@dataclass(frozen=True, eq=False)
class Dense:
    """A dense layer of flat values."""

    W: Array
    """(n_out, n_in)."""
    b: Array
    """(n_out,)."""


@dataclass(frozen=True, eq=False)
class Conv:
    """A convolution of maps; zeros are added around them."""

    W: Array
    """(n_out, n_in / groups, height, width), as a cross-correlation."""
    b: Array
    """(n_out,)."""
    strides: Pair = (1, 1)
    pads: Pads = NO_PADS
    dilations: Pair = (1, 1)
    groups: int = 1


@dataclass(frozen=True, eq=False)
class Pool:
    """A maximum or average over windows of each map; values that are added don't count."""

    kind: Literal["max", "average"]
    size: Pair
    strides: Pair
    pads: Pads = NO_PADS
    ceil: bool = False
    """Whether a last window may reach over the edge."""
    counts_pads: bool = False
    """Whether an average counts the zeros that are added."""


@dataclass(frozen=True, eq=False)
class GlobalPool:
    """The maximum or average of each map: (channels, height, width) to (channels,)."""

    kind: Literal["max", "average"]


@dataclass(frozen=True, eq=False)
class Affine:
    """Values times `scale` plus `shift`: a batch normalisation, or a change of the input's scale.

    Both are of shape (1,), for all values, or (channels,) or (n,).
    """

    scale: Array
    shift: Array


@dataclass(frozen=True, eq=False)
class Activation:
    """A function of each value, or, of the last values, a softmax.

    `name` is one of `idea.files.layers.activations`.
    """

    name: str
    parameters: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Flatten:
    """Maps one after the other, each row by row; or pixel by pixel, the channels of each."""

    channels_last: bool = False


@dataclass(frozen=True, eq=False)
class Reshape:
    """Flat values as maps, one after the other."""

    shape: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Pad:
    """Zeros around each map."""

    pads: Pads


AnyLayer = Dense | Conv | Pool | GlobalPool | Affine | Activation | Flatten | Reshape | Pad


@dataclass(frozen=True, eq=False)
class Chain:
    """A network: layers one after the other, from an image to a number for each class."""

    layers: tuple[AnyLayer, ...]
    shape: Shape | None
    """Of the input: (pixels,) or (channels, height, width); None: not in the file."""
    task: Task | None = None
    """What the file says of the task."""

    def shapes(self, shape: Shape | None = None) -> list[Shape]:
        """Return the shapes before the first layer, between layers and after the last.

        `shape` is that of the input where the file doesn't give it. Raises a `WeightsError` that
        names the first layer that doesn't fit.
        """
        found = self.shape or shape
        if found is None:
            raise WeightsError("the shape of the input isn't known")
        shapes: list[Shape] = [found]
        for number, layer in enumerate(self.layers, 1):
            try:
                shapes.append(shape_after(layer, shapes[-1]))
            except WeightsError as error:
                raise WeightsError(f"layer {number}, {type(layer).__name__}: {error}") from None
        return shapes


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Several networks that a file's arrays allow, which differ in what it doesn't store."""

    about: str
    """What they differ in, such as "activation"."""
    chains: Mapping[str, Chain]
    """Each by what it takes, such as "ReLU"; the most usual first."""

    @property
    def first(self) -> Chain:
        """The most usual one."""
        return next(iter(self.chains.values()))


def shape_after(layer: AnyLayer, shape: Shape) -> Shape:
    """Return the shape of a layer's output, given that of its input.

    >>> shape_after(Pool("max", (2, 2), (2, 2)), (16, 13, 13))
    (16, 6, 6)
    """
    if isinstance(layer, Conv | Pool | GlobalPool | Pad):
        return _after_maps(layer, shape)
    match layer:
        case Dense(W):
            _require(shape, (W.shape[1],))
            return (len(W),)
        case Flatten():
            return (math.prod(shape),)
        case Reshape(shape=after):
            _require((math.prod(shape),), (math.prod(after),))
            return after
        case Affine(scale):
            _require(shape[:1], shape[:1] if len(scale) == 1 else scale.shape)
    return shape


def _after_maps(layer: Conv | Pool | GlobalPool | Pad, shape: Shape) -> Shape:
    if len(shape) != 3:
        raise WeightsError(f"expected maps, found {math.prod(shape)} flat values")
    channels, *size = shape
    match layer:
        case GlobalPool():
            return (channels,)
        case Pad(pads):
            return (channels, *_padded(size, pads))
        case Conv(W):
            _require((channels,), (W.shape[1] * layer.groups,))
            extent = [(k - 1) * d + 1 for k, d in zip(W.shape[2:], layer.dilations, strict=True)]
            return (len(W), *_windows(size, extent, layer.strides, layer.pads, ceil=False))
        case Pool():
            windows = _windows(size, list(layer.size), layer.strides, layer.pads, ceil=layer.ceil)
            return (channels, *windows)


def _padded(size: list[int], pads: Pads) -> Pair:
    return size[0] + pads[0] + pads[2], size[1] + pads[1] + pads[3]


def _windows(size: list[int], extent: list[int], strides: Pair, pads: Pads, *, ceil: bool) -> Pair:
    """Return how many windows fit, downwards and across."""
    found = []
    for axis, (n, k, stride) in enumerate(zip(_padded(size, pads), extent, strides, strict=True)):
        if n < k:
            raise WeightsError(
                f"expected maps of {' × '.join(map(str, extent))} or more, found "
                f"{' × '.join(map(str, size))}"
            )
        count = (n - k) // stride + 1
        # As in PyTorch and Keras, a further window must begin within the map.
        further = ceil and (n - k) % stride and count * stride < size[axis] + pads[axis]
        found.append(count + bool(further))
    return found[0], found[1]


def _require(found: Shape, expected: Shape) -> None:
    if found != expected:
        raise WeightsError(
            f"expected an input of {' × '.join(map(str, expected))}, found "
            f"{' × '.join(map(str, found))}"
        )
