"""Keras's activations: by name, and as layers with parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from idea.files.keras.config import Layer, LayersError
from idea.files.layers.activations import canonical_name
from idea.files.layers.chain import Activation

__all__ = ["LAYERS", "named", "of_layer"]

LAYERS = {"Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"}
"""The layers that are nothing but an activation."""

_NAMED = {
    "leaky_relu": Activation("leaky_relu", {"alpha": 0.2}),
    "elu": Activation("elu", {"alpha": 1.0}),
    "celu": Activation("celu", {"alpha": 1.0}),
    "relu6": Activation("clip", {"min": 0.0, "max": 6.0}),
    "hard_tanh": Activation("clip", {"min": -1.0, "max": 1.0}),
    "hard_silu": Activation("hard_swish"),
}
"""Those that differ from the function of that name in `idea.files.layers.activations`."""


def named(value: Any, *, third: bool) -> Activation | None:
    """Return the activation of a configuration, None for none.

    `third` says whether Keras 3 wrote it, whose `hard_sigmoid` is another one.
    """
    if isinstance(value, dict):  # an object as Keras 3 stores it
        if value.get("class_name") != "function":
            return of_layer(Layer(value["class_name"], "", value["config"]), third=third)
        value = value["config"]
    if value is None or value == "linear":
        return None
    if value == "hard_sigmoid":
        return Activation("hard_sigmoid", {"alpha": 1 / 6 if third else 0.2, "beta": 0.5})
    name = _NAMED.get(value) or canonical_name(str(value))
    if name is None:
        raise LayersError(f"found the activation {value!s:.60}")
    return name if isinstance(name, Activation) else Activation(name)


def of_layer(layer: Layer, *, third: bool) -> Activation | None:
    """Return what one of `LAYERS` applies."""
    config = layer.config
    match layer.kind:
        case "Activation":
            return named(config["activation"], third=third)
        case "ELU":
            return Activation("elu", {"alpha": _number(config, "alpha", 1.0)})
        case "LeakyReLU":
            alpha = _number(config, "negative_slope", _number(config, "alpha", 0.3))
            return Activation("leaky_relu", {"alpha": alpha})
        case "PReLU" if layer.arrays and np.ptp(layer.arrays[0]) == 0:
            return Activation("leaky_relu", {"alpha": float(layer.arrays[0].flat[0])})
        case "PReLU":
            raise LayersError("found a PReLU whose slopes differ")
        case "ReLU":
            return _relu(config)
        case "Softmax" if config.get("axis", -1) in (-1, [-1]):
            return Activation("softmax")
    raise LayersError(f"found the activation {layer.kind:.60}")


def _relu(config: Any) -> Activation:
    slope, threshold = (_number(config, key, 0.0) for key in ("negative_slope", "threshold"))
    highest = config.get("max_value")
    if threshold or (slope and highest is not None):
        raise LayersError("found a ReLU with a threshold, or with both a slope and a maximum")
    if highest is not None:
        return Activation("clip", {"min": 0.0, "max": float(highest)})
    return Activation("leaky_relu", {"alpha": slope}) if slope else Activation("relu")


def _number(config: Any, key: str, default: float) -> float:
    """Return a number, which Keras 2 stored as an array now and then."""
    value = config.get(key, default)
    if isinstance(value, dict):
        value = value["value"] if "value" in value else value["config"]["value"]
    return float(default if value is None else value)
