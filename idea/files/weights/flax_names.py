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

__all__ = ["from_flax", "is_flaxs"]

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
_COLLECTIONS = re.compile(r"(?:params|batch_stats|state|model)/")
_NAME = re.compile(r"(?:(.*)/)?([^/]+)")


def is_flaxs(names: Mapping[str, NDArray[Any]]) -> bool:
    """Return whether arrays have such names: a layer's kernel, or its w."""
    return any(_split(name)[1] in ("kernel", "w") and _split(name)[0] for name in names)


def from_flax(arrays: Mapping[str, NDArray[Any]], path: Path) -> dict[str, NDArray[Any]]:
    """Return arrays with the names and the axes of a state_dict, channels first."""
    found: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        layer, leaf = _split(name)
        if array.ndim:  # else a counter
            found[f"{layer}.{_LEAVES.get(leaf, leaf)}"] = _outputs_first(array)
    maps = max((len(W) for W in found.values() if W.ndim == 4), default=None)
    return found if maps is None else _flattened_first(found, path)


def _split(name: str) -> tuple[str, str]:
    """Return a layer's name and that of its array; Flax NNX has a value below each."""
    bare = name.replace(".", "/").removesuffix("/value")
    bare = _COLLECTIONS.sub("", bare, count=1)
    layer, leaf = _NAME.fullmatch(bare).groups() if _NAME.fullmatch(bare) else ("", bare)  # type: ignore[union-attr]
    return layer or "", leaf


def _outputs_first(array: NDArray[Any]) -> NDArray[Any]:
    """Return a kernel with its outputs in front, and then its inputs."""
    if array.ndim == 4:
        return array.transpose(3, 2, 0, 1)
    return array.T if array.ndim == 2 else array


def _flattened_first(arrays: dict[str, NDArray[Any]], path: Path) -> dict[str, NDArray[Any]]:
    """Reorder the inputs of the first dense layer, which are flattened with channels last.

    It is the one whose inputs are no other layer's outputs.
    """
    dense = {name: W for name, W in arrays.items() if W.ndim == 2}
    convs = [W for W in arrays.values() if W.ndim == 4]
    inner = {W.shape[1] for W in convs}
    # Of the convolutions, the last is the one that no other follows.
    maps = next((len(W) for W in reversed(convs) if len(W) not in inner), len(convs[-1]))
    outputs = {len(W) for W in dense.values()}
    firsts = [name for name, W in dense.items() if W.shape[1] not in outputs]
    for name in firsts[:1]:
        W = dense[name]
        side = math.isqrt(W.shape[1] // maps) if maps else 0
        if maps * side**2 != W.shape[1]:
            raise WeightsError(
                f"{path}: expected {name} to take {maps} square maps, found {W.shape[1]} inputs"
            )
        turned = W.reshape(len(W), side, side, maps).transpose(0, 3, 1, 2)
        arrays[name] = np.ascontiguousarray(turned.reshape(W.shape))
    return arrays
