"""PyTorch's own modules as layers, by the attributes that their pickles hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from idea.files.layers.chain import (
    Activation,
    AnyLayer,
    Flatten,
    GlobalPool,
    Pad,
    Pads,
    Pair,
    Pool,
)
from idea.files.weights.parts import Geometry

__all__ = ["LAYERS", "geometry_of", "pair"]

Attributes = Mapping[str, Any]


def pair(value: Any) -> Pair:
    """Return a size of one number or two as two."""
    height, width = value if isinstance(value, tuple | list) else (value, value)
    return int(height), int(width)


def geometry_of(of: Attributes) -> Geometry:
    """Return how a Conv2d goes over its input; a `ValueError`: it adds other than zeros."""
    if of.get("padding_mode", "zeros") != "zeros":
        raise ValueError(f"padding_mode={of['padding_mode']}")
    strides, dilations = pair(of["stride"]), pair(of["dilation"])
    if of["padding"] == "same":
        reach = [(k - 1) * d for k, d in zip(pair(of["kernel_size"]), dilations, strict=True)]
        top, left = (n // 2 for n in reach)
        return Geometry(strides, (top, left, reach[0] - top, reach[1] - left), dilations)
    height, width = (0, 0) if of["padding"] == "valid" else pair(of["padding"])
    return Geometry(strides, (height, width, height, width), dilations)


def _pool(of: Attributes) -> Pool:
    size = pair(of["kernel_size"])
    strides = size if of.get("stride") is None else pair(of["stride"])
    height, width = pair(of.get("padding", 0))
    pads: Pads = (height, width, height, width)
    ceil = bool(of.get("ceil_mode", False))
    if "count_include_pad" in of:
        if of.get("divisor_override") is not None:
            raise ValueError("divisor_override")
        return Pool("average", size, strides, pads, ceil, bool(of["count_include_pad"]))
    if pair(of.get("dilation", 1)) != (1, 1):
        raise ValueError("a pool with dilation")
    return Pool("max", size, strides, pads, ceil)


def _whole(kind: Any) -> Callable[[Attributes], AnyLayer]:
    def pool(of: Attributes) -> AnyLayer:
        if pair(of["output_size"]) != (1, 1):
            raise ValueError(f"output_size={of['output_size']}")
        return GlobalPool(kind)

    return pool


def _pad(of: Attributes) -> Pad:
    left, right, top, bottom = map(int, of["padding"])
    return Pad((top, left, bottom, right))


def _softplus(of: Attributes) -> Activation:
    if of.get("beta", 1) != 1:
        raise ValueError(f"Softplus(beta={of['beta']})")
    return Activation("softplus")


def _flatten(of: Attributes) -> Flatten:
    if of.get("start_dim", 1) != 1 or of.get("end_dim", -1) not in (-1, 3):
        raise ValueError("Flatten of other dimensions")
    return Flatten()


def _softmax(name: str) -> Callable[[Attributes], Activation]:
    def softmax(of: Attributes) -> Activation:
        if of.get("dim") not in (1, -1, None):
            raise ValueError(f"dim={of['dim']}")
        return Activation(name)

    return softmax


def _named(name: str, **attributes: str) -> Callable[[Attributes], Activation]:
    """Return the reader of an activation; `attributes` are those that give its parameters."""
    return lambda of: Activation(
        name, {parameter: float(of[attribute]) for parameter, attribute in attributes.items()}
    )


def _nothing(_: Attributes) -> Activation:
    return Activation("identity")


_CLIP = _named("clip", min="min_val", max="max_val")

LAYERS: Mapping[str, Callable[[Attributes], AnyLayer]] = {
    "MaxPool2d": _pool,
    "AvgPool2d": _pool,
    "AdaptiveAvgPool2d": _whole("average"),
    "AdaptiveMaxPool2d": _whole("max"),
    "ZeroPad2d": _pad,
    "Flatten": _flatten,
    "ReLU": _named("relu"),
    "ReLU6": _CLIP,
    "Hardtanh": _CLIP,
    "LeakyReLU": _named("leaky_relu", alpha="negative_slope"),
    "ELU": _named("elu", alpha="alpha"),
    "SELU": _named("selu"),
    "CELU": _named("celu", alpha="alpha"),
    "GELU": lambda of: Activation("gelu_tanh" if of.get("approximate") == "tanh" else "gelu"),
    "SiLU": _named("swish"),
    "Mish": _named("mish"),
    "Sigmoid": _named("sigmoid"),
    "Tanh": _named("tanh"),
    "Softplus": _softplus,
    "Softsign": _named("softsign"),
    "Hardsigmoid": lambda _: Activation("hard_sigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "Hardswish": _named("hard_swish"),
    "Softmax": _softmax("softmax"),
    "LogSoftmax": _softmax("log_softmax"),
    **dict.fromkeys(("Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"), _nothing),
}
"""By class, the layer of a module without arrays; a `ValueError` or `KeyError`: another one."""
