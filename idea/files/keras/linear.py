"""Keras's dense layers and convolutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.keras.builder import Builder, pair
from idea.files.keras.config import Layer, LayersError
from idea.files.layers.chain import Conv, Dense
from idea.networks.weight_checks import as_floats

__all__ = ["conv", "dense", "depthwise", "separable"]


def dense(builder: Builder, layer: Layer) -> None:
    """Write a Dense of flat values, or of the channels of each pixel of maps."""
    W, b = _kernels(layer, 2)
    if len(builder.shape) == 1:
        builder.add(Dense(W.T, b))
        return
    builder.maps()
    if not builder.channels_last:
        raise LayersError("found Dense of the last axis of maps whose channels are first")
    builder.add(Conv(W.T[:, :, None, None], b))


def conv(builder: Builder, layer: Layer) -> None:
    """Write a Conv2D."""
    if layer.config.get("data_format") == "channels_first" and "nb_filter" in layer.config:
        layer.arrays[0] = layer.arrays[0].transpose(2, 3, 1, 0)  # of Keras 1
    W, b = _kernels(layer, 4)
    groups = int(layer.config.get("groups") or 1)
    _convolve(builder, layer, W.transpose(3, 2, 0, 1), b, groups)


def depthwise(builder: Builder, layer: Layer) -> None:
    """Write a DepthwiseConv2D."""
    W, b = _kernels(layer, 4, outputs=lambda W: W.shape[2] * W.shape[3])
    _convolve(builder, layer, _by_channel(W), b, W.shape[2])


def separable(builder: Builder, layer: Layer) -> None:
    """Write a SeparableConv2D: a depthwise convolution and one of single pixels."""
    depthwise, *rest = layer.arrays
    layer.arrays[:] = rest
    W, b = _kernels(layer, 4)
    W_depth = as_floats(layer.name, "its kernel", depthwise)
    channels = W_depth.shape[2] * W_depth.shape[3]
    _convolve(builder, layer, _by_channel(W_depth), np.zeros(channels), W_depth.shape[2])
    builder.add(Conv(W.transpose(3, 2, 0, 1), b))


def _by_channel(W: Any) -> Any:
    """Return a depthwise kernel, (height, width, channels, each), as one of groups."""
    height, width = W.shape[:2]
    return W.reshape(height, width, -1).transpose(2, 0, 1)[:, None]


def _kernels(
    layer: Layer, rank: int, outputs: Callable[[Any], int] = lambda W: W.shape[-1]
) -> tuple[Any, Any]:
    """Return the kernel of a layer, of so many axes, and its bias or zeros."""
    biased = layer.config.get("use_bias", True)
    if len(layer.arrays) != 1 + bool(biased):
        raise WeightsError(f"expected {1 + bool(biased)} arrays, found {len(layer.arrays)}")
    W = as_floats(layer.name, "its kernel", layer.arrays[0])
    if W.ndim != rank:
        raise WeightsError(f"expected a kernel of {rank} axes, found shape {W.shape}")
    n_out = outputs(W)
    b = as_floats(layer.name, "its bias", layer.arrays[1]) if biased else np.zeros(n_out)
    if b.shape != (n_out,):
        raise WeightsError(f"expected a bias of {n_out} numbers, found shape {b.shape}")
    return W, b


def _convolve(builder: Builder, layer: Layer, W: Any, b: Any, groups: int) -> None:
    strides, dilations = pair(layer, "strides"), pair(layer, "dilation_rate")
    if groups < 1 or len(W) % groups:
        raise WeightsError(f"expected a multiple of {groups} filters, found {len(W)}")
    height, width = ((k - 1) * d + 1 for k, d in zip(W.shape[2:], dilations, strict=True))
    pads = builder.pads(layer.config, (height, width), strides)
    builder.add(Conv(W, b, strides, pads, dilations, groups))
