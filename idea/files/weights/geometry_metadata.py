"""Strides, padding and pools of convolutions, in the metadata of a file of arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.schema import checked
from idea.image import MAX_PIXELS, Task
from idea.networks.convolution import Convolution, Pads, Pair, Pooling
from idea.networks.weight_checks import as_floats
from idea.networks.weights import Layer, Weights

__all__ = ["GEOMETRY_KEY", "geometry_of", "geometry_text", "require_basic", "stored_weights"]

GEOMETRY_KEY = "idea.convolutions"

_Step = Annotated[int, Meta(ge=1, le=MAX_PIXELS)]
_Pad = Annotated[int, Meta(ge=0, le=MAX_PIXELS)]


class _Pool(msgspec.Struct):
    size: tuple[_Step, _Step]
    strides: tuple[_Step, _Step]
    average: bool = False


class _Stored(msgspec.Struct):
    strides: tuple[_Step, _Step]
    pads: tuple[_Pad, _Pad, _Pad, _Pad]
    pool: _Pool | None = None


def geometry_text(weights: Weights) -> str | None:
    """Return the text of the convolutions, or None where all are basic, as in files without one."""
    if all(convolution.is_basic for convolution in weights.convolutions):
        return None
    return json.dumps(
        [
            {"strides": c.strides, "pads": c.pads, "pool": c.pool and c.pool._asdict()}
            for c in weights.convolutions
        ]
    )


def stored_weights(
    text: str, arrays: Mapping[str, NDArray[Any]], path: Path, task: Task | None
) -> Weights:
    """Return the network of arrays that `Weights.named` gave; the text is of `geometry_text`."""
    name = f"{path}: {GEOMETRY_KEY}"
    try:
        geometries = checked(json.loads(text), list[_Stored], name, WeightsError)
    except (ValueError, RecursionError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{name}: expected JSON, found {text[:40]!r}") from error
    convolutions = tuple(
        _convolution(_layer(arrays, f"conv{number}", path), stored)
        for number, stored in enumerate(geometries, 1)
    )
    count = sum(array.endswith(".weight") for array in arrays) - len(convolutions)
    layers = tuple(_layer(arrays, f"fc{number}", path) for number in range(1, count + 1))
    return Weights(layers, convolutions, task)


def require_basic(weights: Weights, path: Path) -> None:
    """Raise a `WeightsError` for convolutions that arrays alone don't describe."""
    if geometry_text(weights) is not None:
        raise WeightsError(
            f"{path}: this format doesn't hold strides, padding and pools such as the network's; "
            ".onnx and .safetensors do"
        )


def geometry_of(
    pool: tuple[Any, Any, bool] | None, strides: Any, pads: Any
) -> tuple[Pooling | None, Pair, Pads]:
    """Return a pool, strides and pads with tuples for the lists of JSON."""
    pooling = pool and Pooling(tuple(pool[0]), tuple(pool[1]), bool(pool[2]))
    return pooling or None, tuple(strides), tuple(pads)


def _convolution(layer: Layer, stored: _Stored) -> Convolution:
    pool = stored.pool
    pooling = Pooling(pool.size, pool.strides, pool.average) if pool else None
    return Convolution(*layer, pooling, stored.strides, stored.pads)


def _layer(arrays: Mapping[str, NDArray[Any]], name: str, path: Path) -> Layer:
    found = []
    for leaf, ndim in (("weight", 4 if name.startswith("conv") else 2), ("bias", 1)):
        key = f"{name}.{leaf}"
        if key not in arrays or np.ndim(arrays[key]) != ndim:
            raise WeightsError(
                f"{path}: expected an array {key} of {ndim} dimensions, found "
                f"{arrays[key].shape if key in arrays else 'none'}"
            )
        found.append(as_floats(path, key, arrays[key]))
    return found[0], found[1]
