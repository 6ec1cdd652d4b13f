"""JAX's arrays, as Flax and Haiku name them: kernels are (n_in, n_out) and (h, w, n_in, n_out)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError

__all__ = ["flattened_first", "from_flax", "is_flaxs", "outputs_first"]

_LEAVES = {
    "kernel": "weight",
    "w": "weight",
    "scale": "weight",
    "bias": "bias",
    "b": "bias",
    "offset": "bias",
    "mean": "running_mean",
    "var": "running_var",
}
_COLLECTIONS = re.compile(r"^(?:params|batch_stats|state|model)/")


def is_flaxs(names: Mapping[str, NDArray[Any]]) -> bool:
    """Return whether arrays have such names: a layer's kernel, or its w."""
    return any(_split(name)[1] in ("kernel", "w") and _split(name)[0] for name in names)


def from_flax(arrays: Mapping[str, NDArray[Any]], path: Path) -> dict[str, NDArray[Any]]:
    """Return arrays with the names and the axes of a state_dict, channels first."""
    found: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        layer, leaf = _split(name)
        if array.ndim:  # no counter
            found[f"{layer}.{_LEAVES.get(leaf, leaf)}"] = outputs_first(array)
    return flattened_first(found, path)


def _split(name: str) -> tuple[str, str]:
    """Return a layer's name and that of its array; Flax NNX has a value below each."""
    bare = name.replace(".", "/").removesuffix("/value")
    layer, _, leaf = _COLLECTIONS.sub("", bare, count=1).rpartition("/")
    return layer, leaf


def outputs_first(array: NDArray[Any]) -> NDArray[Any]:
    """Return a kernel with its outputs in front, and then its inputs."""
    if array.ndim == 4:
        return array.transpose(3, 2, 0, 1)
    return array.T if array.ndim == 2 else array


def flattened_first(arrays: dict[str, NDArray[Any]], path: Path) -> dict[str, NDArray[Any]]:
    """Return arrays, outputs first, whose maps are flattened channels first, not channels last.

    That concerns the inputs of one dense layer: the one whose inputs are no other's outputs.
    """
    dense = {name: W for name, W in arrays.items() if W.ndim == 2}
    convs = [W for W in arrays.values() if W.ndim == 4]
    if not convs:
        return arrays
    inner = {W.shape[1] for W in convs}
    # Of the convolutions, the last is the one that no other follows.
    maps = next((len(W) for W in reversed(convs) if len(W) not in inner), len(convs[-1]))
    outputs = {len(W) for W in dense.values()}
    first = next((name for name, W in dense.items() if W.shape[1] not in outputs), None)
    if first is None:
        return arrays
    W = dense[first]
    side = math.isqrt(W.shape[1] // max(1, maps))
    if maps * side**2 != W.shape[1]:
        raise WeightsError(
            f"{path}: expected {first} to take {maps} square maps, found {W.shape[1]} inputs"
        )
    turned = W.reshape(len(W), side, side, maps).transpose(0, 3, 1, 2)
    return arrays | {first: np.ascontiguousarray(turned.reshape(W.shape))}
