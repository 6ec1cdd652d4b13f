"""Keras's pools, and what changes the shape alone."""

from __future__ import annotations

from typing import Any

from idea.errors import WeightsError
from idea.files.keras.builder import Builder, pair
from idea.files.keras.config import Layer
from idea.files.layers.chain import GlobalPool, Pad, Pads, Pool

__all__ = ["flatten", "global_pool", "pad", "pool", "reshape"]


def pool(builder: Builder, layer: Layer) -> None:
    """Write a MaxPooling2D or AveragePooling2D."""
    size = pair(layer, "pool_size", 2)
    strides = pair(layer, "strides", size)
    kind: Any = "max" if layer.kind.startswith("Max") else "average"
    builder.add(Pool(kind, size, strides, builder.pads(layer.config, size, strides)))


def global_pool(builder: Builder, layer: Layer) -> None:
    """Write a GlobalMaxPooling2D or GlobalAveragePooling2D."""
    channels, _, _ = builder.maps()
    builder.add(GlobalPool("max" if "Max" in layer.kind else "average"))
    if layer.config.get("keepdims"):
        builder.reshape((1, 1, channels) if builder.channels_last else (channels, 1, 1))


def flatten(builder: Builder, layer: Layer) -> None:
    """Write a Flatten."""
    # Keras brings channels to the end if Flatten's own setting says that they are first.
    last = builder.channels_last or layer.config.get("data_format") == "channels_first"
    builder.flatten(channels_last=last)


def reshape(builder: Builder, layer: Layer) -> None:
    """Write a Reshape."""
    builder.reshape(tuple(int(n) for n in layer.config["target_shape"]))


def pad(builder: Builder, layer: Layer) -> None:
    """Write a ZeroPadding2D."""
    builder.maps()
    builder.add(Pad(_pads(layer.config["padding"])))


def _pads(padding: Any) -> Pads:
    if isinstance(padding, int):
        padding = (padding, padding)
    elif isinstance(padding, dict):  # Keras 1
        padding = [padding[f"{side}_pad"] for side in ("top", "bottom", "left", "right")]
    if len(padding) == 4:  # Keras 1
        padding = (padding[:2], padding[2:])
    rows, columns = ((side, side) if isinstance(side, int) else side for side in padding)
    pads = int(rows[0]), int(columns[0]), int(rows[1]), int(columns[1])
    if min(pads) < 0:
        raise WeightsError(f"expected padding of 0 or more, found {pads}")
    return pads
