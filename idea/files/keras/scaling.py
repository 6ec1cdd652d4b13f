"""Keras's normalisations, and other layers that scale and shift."""

from __future__ import annotations

from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.keras.builder import Builder
from idea.files.keras.config import Layer, LayersError
from idea.networks.weight_checks import as_floats

__all__ = ["batch_norm", "normalization", "operator", "rescaling"]


def batch_norm(builder: Builder, layer: Layer) -> None:
    """Write a BatchNormalization."""
    config = layer.config
    if config.get("mode", 0) not in (0, 2):
        raise LayersError(f"found a batch normalisation of mode {config['mode']!s:.20}")
    arrays = [as_floats(layer.name, "an array", each).astype(np.float64) for each in layer.arrays]
    expected = 2 + bool(config.get("scale", True)) + bool(config.get("center", True))
    if len(arrays) != expected:
        raise WeightsError(f"expected {expected} arrays, found {len(arrays)}")
    gamma = arrays.pop(0) if config.get("scale", True) else np.ones(1)
    beta = arrays.pop(0) if config.get("center", True) else np.zeros(1)
    mean, variance = arrays
    scale = gamma / np.sqrt(variance + float(config.get("epsilon", 1e-3)))
    axes = _axes(builder, config.get("axis", -1))
    builder.affine(_along(builder, scale, axes), _along(builder, beta - mean * scale, axes))


def normalization(builder: Builder, layer: Layer) -> None:
    """Write a Normalization, whose mean and variance are arrays or options."""
    given = layer.config.get("mean"), layer.config.get("variance")
    mean, variance = layer.arrays[:2] if layer.arrays else given
    if mean is None or variance is None:
        raise WeightsError("expected a mean and a variance, found none")
    # As Keras has it, a deviation isn't smaller than epsilon.
    deviation = np.maximum(np.sqrt(np.asarray(variance, np.float64)), 1e-7)
    scale, shift = 1 / deviation, -np.asarray(mean, np.float64) / deviation
    if layer.config.get("invert"):
        scale, shift = deviation, np.asarray(mean, np.float64)
    axis = layer.config.get("axis", -1)
    axes = () if axis is None else _axes(builder, axis)
    builder.affine(_along(builder, scale, axes), _along(builder, shift, axes))


def _axes(builder: Builder, axis: Any) -> tuple[int, ...]:
    """Return axes of Keras's shape, given their numbers in a batch's."""
    rank = len(builder.keras_shape)
    axes = [axis] if isinstance(axis, int) else axis
    return tuple(sorted(int(each) % (rank + 1) - 1 for each in axes))


def _along(builder: Builder, values: Any, axes: tuple[int, ...]) -> Any:
    """Return values in a shape that broadcasts along the given axes."""
    if np.size(values) == 1:
        return np.ravel(values)
    lengths = [n if axis in axes else 1 for axis, n in enumerate(builder.keras_shape)]
    return np.reshape(values, lengths)


def rescaling(builder: Builder, layer: Layer) -> None:
    """Write a Rescaling."""
    builder.affine(layer.config["scale"], layer.config.get("offset", 0.0))


def operator(builder: Builder, layer: Layer) -> None:
    """Write x + n, x - n, x * n or x / n."""
    if "operand" not in layer.config:
        raise LayersError(f"found {layer.kind}")
    number = float(layer.config["operand"])
    scale = {"Multiply": number, "Divide": 1 / number, "TrueDivide": 1 / number}
    builder.affine(
        scale.get(layer.kind, 1.0), {"Add": number, "Subtract": -number}.get(layer.kind, 0.0)
    )
