"""The networks among chains of layers that `Weights` hold, for the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.layers.activations import INCREASING
from idea.files.layers.chain import (
    NO_PADS,
    Activation,
    AnyLayer,
    Chain,
    Conv,
    Dense,
    Flatten,
    Pool,
    Reshape,
    Shape,
)
from idea.files.layers.folding import folded
from idea.networks.convolution import Convolution, Floats, Pooling
from idea.networks.weights import Weights

__all__ = ["UnsupportedNetworkError", "plain_weights", "with_both_logits", "without_tail"]

_MOST_CONVOLUTIONS = 4
"""With padding, strides or other pools. The bounds of rounding errors grow with each layer: deeper
networks have many gains that only exact sums decide, and these take longer than forward passes."""
_CROSSING = {"sigmoid", "hard_sigmoid", "tanh", "softsign"}
"""Activations of a single output whose halves are those of what they are applied to."""


class UnsupportedNetworkError(WeightsError):
    """A network is sound, but not a sequence of the layers that `Weights` hold.

    `graph` makes the ONNX graph that evaluates it.
    """

    def __init__(self, message: str, graph: Callable[[], Any]) -> None:
        super().__init__(message)
        self.graph = graph


def without_tail(chain: Chain) -> Chain:
    """Return a chain that ends in its logits: without the softmax or sigmoid after them.

    Whatever function never decreases is left out: searches need the numbers before it, of which
    float32 keeps more.
    """
    layers = list(chain.layers)
    while layers and _is_tail(layers[-1], layers):
        layers.pop()
    return replace(chain, layers=tuple(layers))


def with_both_logits(chain: Chain, shape: Shape | None = None) -> Chain:
    """Return a chain whose single output is the logit of the second of two classes, with both.

    Otherwise what runs its graph had to guess whether the output is a logit or a probability.
    """
    if chain.shapes(shape)[-1] != (1,):
        return chain
    both = Dense(np.array([[0.0], [1.0]]), np.zeros(2))
    return replace(chain, layers=(*chain.layers, both))


def _is_tail(layer: AnyLayer, layers: list[AnyLayer]) -> bool:
    if not isinstance(layer, Activation):
        return isinstance(layer, Flatten) and len(layers) > 1 and isinstance(layers[-2], Dense)
    outputs = next((len(each.b) for each in reversed(layers) if isinstance(each, Dense | Conv)), 0)
    names = _CROSSING if outputs == 1 else INCREASING | {"softmax", "log_softmax"}
    return layer.name in names | {"identity"}


def plain_weights(chain: Chain, shape: Shape | None = None) -> Weights:
    """Return the weights of a chain that is an MLP, or convolutions followed by dense layers.

    `shape` is that of the input where the file doesn't give it. Raises a `WeightsError` that names
    what doesn't fit.
    """
    chain = folded(without_tail(chain), shape)
    parts: list[_Part] = []
    for layer in chain.layers:
        _take(layer, parts)
    if not parts or parts[-1].relu or not all(part.relu for part in parts[:-1]):
        raise WeightsError("layers without ReLU between them, or with one after the last")
    maps = [part for part in parts if part.W.ndim == 4]
    if any(part.W.ndim == 4 for part in parts[len(maps) :]):
        raise WeightsError("a convolution after a dense layer")
    convolutions = tuple(part.convolution() for part in maps)
    if len(maps) > _MOST_CONVOLUTIONS and not all(each.is_basic for each in convolutions):
        raise WeightsError(
            f"{len(maps)} convolutions with strides, padding or other pools, which forward passes "
            f"evaluate faster than the kernel does if there are more than {_MOST_CONVOLUTIONS}"
        )
    first = (layer.shape for layer in chain.layers[:1] if isinstance(layer, Reshape))
    found = chain.shape if chain.shape and len(chain.shape) == 3 else next(first, None)
    if found and found[0] != 1:
        raise WeightsError(f"images of {found[0]} channels")
    return Weights(
        tuple((part.W, part.b) for part in parts[len(maps) :]),
        convolutions,
        task=chain.task,
        size=(found[1], found[2]) if found else None,
    )


class _Part:
    """A linear layer, and what follows it."""

    def __init__(self, layer: Dense | Conv) -> None:
        self._layer = layer
        self.W: Floats = _rounded(layer.W)
        self.b: Floats = _rounded(layer.b)
        self.relu = False
        self.pool: Pooling | None = None

    def convolution(self) -> Convolution:
        """Return it with what follows it."""
        assert isinstance(self._layer, Conv)  # noqa: S101  # by its weights
        return Convolution(self.W, self.b, self.pool, self._layer.strides, self._layer.pads)


def _rounded(array: Any) -> Floats:
    with np.errstate(over="ignore"):  # what overflows is reported as infinite
        return np.ascontiguousarray(array, np.float32)


def _take(layer: AnyLayer, parts: list[_Part]) -> None:
    """Add a layer to those before."""
    if isinstance(layer, Dense) or (isinstance(layer, Conv) and _is_plain(layer)):
        parts.append(_Part(layer))
    elif parts and isinstance(layer, Activation) and layer.name == "relu":
        parts[-1].relu = True
    elif parts and isinstance(layer, Pool) and _can_follow(layer, parts[-1]):
        parts[-1].pool = Pooling(layer.size, layer.strides, layer.kind == "average")
    elif not _is_nothing(layer, first=not parts):
        raise WeightsError(_described(layer, first=not parts))


def _is_nothing(layer: AnyLayer, *, first: bool) -> bool:
    """Return whether a layer changes neither the values nor their order."""
    if isinstance(layer, Reshape):
        return first and layer.shape[0] == 1
    identity = isinstance(layer, Activation) and layer.name == "identity"
    return identity or isinstance(layer, Flatten)


def _can_follow(layer: Pool, part: _Part) -> bool:
    """Return whether a pool is one that a part can take; an average comes after the ReLU."""
    whole = layer.pads == NO_PADS and not layer.ceil
    return whole and part.pool is None and (layer.kind == "max" or part.relu)


def _is_plain(layer: Conv) -> bool:
    geometry = Convolution(_rounded(layer.W), _rounded(layer.b), None, layer.strides, layer.pads)
    return layer.dilations == (1, 1) and layer.groups == 1 and geometry.pads_within_window


def _described(layer: AnyLayer, *, first: bool) -> str:
    """Return what a layer is that `Weights` don't hold."""
    where = " before the first layer" if first else ""
    match layer:
        case Conv():
            height, width = layer.W.shape[2:]
            extras = {
                f"strides of {layer.strides}": layer.strides != (1, 1),
                f"dilations of {layer.dilations}": layer.dilations != (1, 1),
                f"{layer.groups} groups": layer.groups != 1,
                "padding": layer.pads != NO_PADS,
            }
            with_ = [text for text, is_so in extras.items() if is_so]
            return f"a convolution of {height}×{width} with {', '.join(with_) or 'such windows'}"
        case Pool():
            return f"a pool of the {layer.kind} of {layer.size[0]}×{layer.size[1]}{where}"
        case Activation():
            return f"the activation {layer.name}{where}"
    return f"a layer {type(layer).__name__}{where}"
