"""Building a chain of layers, channels first, from layers in Keras's layouts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.keras.config import Layer, LayersError
from idea.files.layers.chain import (
    Affine,
    AnyLayer,
    Flatten,
    Pads,
    Pair,
    Reshape,
    Shape,
    shape_after,
)

__all__ = ["Builder", "pair"]

_LARGEST = 2**24  # values between two layers


class Builder:
    """The layers so far, and the layout of their output.

    Parameters
    ----------
    shape
        Of the input, as Keras has it.
    channels_last
        Whether maps are (height, width, channels) in Keras, not (channels, height, width).
    third
        Whether Keras 3 stored the network.
    """

    def __init__(self, shape: Shape, *, channels_last: bool, third: bool) -> None:
        if len(shape) not in (1, 2, 3) or min(shape) < 1:
            raise LayersError(f"found an input of shape {_text(shape)}, which is no image")
        self.layers: list[AnyLayer] = []
        self.channels_last = channels_last
        self.third = third
        self._plane = len(shape) == 2
        """Whether maps have no axis for channels in Keras."""
        self.shape: Shape = self._channels_first(shape)
        """Of the output so far, as in chains: (n,) or (channels, height, width)."""
        self.first = self.shape
        """Of the input."""
        self._check_size()

    @property
    def keras_shape(self) -> Shape:
        """The shape of the output so far as Keras has it."""
        if len(self.shape) == 1 or not (self._plane or self.channels_last):
            return self.shape
        channels, height, width = self.shape
        return (height, width) if self._plane else (height, width, channels)

    def add(self, layer: AnyLayer) -> None:
        """Append a layer; a `WeightsError` if it doesn't fit."""
        self.shape = shape_after(layer, self.shape)
        self.layers.append(layer)
        self._check_size()

    def maps(self) -> Shape:
        """Return the shape as (channels, height, width); a `LayersError` if Keras's has others."""
        if len(self.shape) != 3 or self._plane:
            raise LayersError(f"found values of shape {_text(self.keras_shape)} in place of maps")
        return self.shape

    def flatten(self, *, channels_last: bool) -> None:
        """Flatten what isn't flat yet, in the given order of Keras's axes."""
        if len(self.shape) == 3:
            self.add(Flatten(channels_last and not self._plane))

    def reshape(self, target: Shape) -> None:
        """Give the values another shape, one of whose lengths may be -1; the order stays."""
        known = math.prod(n for n in target if n != -1)
        target = tuple(n if n != -1 else math.prod(self.shape) // max(1, known) for n in target)
        if target == self.keras_shape:
            return
        if len(target) not in (1, 2, 3) or math.prod(target) != math.prod(self.shape):
            raise LayersError(f"found a change of shape to {_text(target)}")
        self.flatten(channels_last=self.channels_last)
        if len(target) == 1:
            return
        self._plane = len(target) == 2
        shape = self._channels_first(target)
        if len(target) == 3 and self.channels_last and shape[0] > 1 < shape[1] * shape[2]:
            raise LayersError(f"found a change of shape to {_text(target)}")
        self.add(Reshape((shape[0], shape[1], shape[2])))

    def affine(self, scale: Any, shift: Any) -> None:
        """Scale and shift the values; both can be broadcast to Keras's shape."""
        scales, shifts = (self._spread(values) for values in (scale, shift))
        if _constant(scales) and _constant(shifts):
            self.add(Affine(scales.ravel()[:1], shifts.ravel()[:1]))
        elif len(self.shape) == 1:
            self.add(Affine(scales, shifts))
        elif all(_constant(values, (1, 2)) for values in (scales, shifts)):
            self.add(Affine(scales[:, 0, 0].copy(), shifts[:, 0, 0].copy()))
        else:
            channels, height, width = self.shape
            self.add(Flatten())
            self.add(Affine(scales.ravel(), shifts.ravel()))
            self.add(Reshape((channels, height, width)))

    def pads(self, config: Any, extent: Pair, strides: Pair) -> Pads:
        """Return the padding of a layer of windows: of "same", the larger half comes last."""
        _, *size = self.maps()
        padding = config.get("padding", "valid")
        if padding == "valid":
            return (0, 0, 0, 0)
        if padding != "same":
            raise LayersError(f"found the padding {padding!s:.60}")
        total = [
            max((math.ceil(n / stride) - 1) * stride + k - n, 0)
            for n, k, stride in zip(size, extent, strides, strict=True)
        ]
        return total[0] // 2, total[1] // 2, total[0] - total[0] // 2, total[1] - total[1] // 2

    def _channels_first(self, shape: Shape) -> Shape:
        if len(shape) == 2:
            return (1, *shape)
        return (shape[2], *shape[:2]) if len(shape) == 3 and self.channels_last else shape

    def _spread(self, values: Any) -> Any:
        """Return values broadcast to Keras's shape, in the order of the chain's axes."""
        values = np.broadcast_to(np.asarray(values, np.float64), self.keras_shape)
        if len(self.shape) == 1 or self._plane:
            return values.reshape(self.shape)
        return values.transpose(2, 0, 1) if self.channels_last else values

    def _check_size(self) -> None:
        if math.prod(self.shape) > _LARGEST:
            raise WeightsError(
                f"expected at most {_LARGEST:,} values between two layers, found "
                f"{_text(self.keras_shape)}"
            )


def pair(layer: Layer, key: str, default: Any = 1) -> Pair:
    """Return a pair of whole numbers, of which Keras also takes one for both."""
    value = layer.config.get(key)
    value = default if value is None else value
    down, across = (value, value) if isinstance(value, int) else value
    if min(down, across) < 1:
        raise WeightsError(f"expected {key} of 1 or more, found {value}")
    return int(down), int(across)


def _constant(values: Any, axes: tuple[int, ...] | None = None) -> bool:
    return bool((np.ptp(values, axis=axes) == 0).all())


def _text(shape: Shape) -> str:
    return " × ".join(map(str, shape)) or "()"
