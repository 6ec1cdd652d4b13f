"""Chainer's names of arrays: conv1/W, conv1/b, bn1/gamma, … alone or in a trainer's snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["from_chainer", "is_chainers", "model_prefix"]

_SNAPSHOT, _CLASSIFIER = "updater/model:main/", "predictor/"
_LEAVES = {
    "W": "weight",
    "b": "bias",
    "gamma": "weight",
    "beta": "bias",
    "avg_mean": "running_mean",
    "avg_var": "running_var",
}
_EPS = 2e-5 - 1e-5
"""What Chainer adds to a variance by default, less what PyTorch adds."""


def is_chainers(names: Mapping[str, Any]) -> bool:
    """Return whether arrays have Chainer's names: a matrix is …/W."""
    return any(name.endswith("/W") for name in names)


def model_prefix(names: Mapping[str, Any]) -> str:
    """Return what precedes the names of the network's own arrays.

    A file holds the network at its root, as a classifier's predictor, or as the model of a
    trainer's snapshot, whose optimizer has arrays with similar names.
    """
    prefix = _SNAPSHOT if any(name.startswith(_SNAPSHOT) for name in names) else ""
    inner = prefix + _CLASSIFIER
    return inner if any(name.startswith(inner) for name in names) else prefix


def from_chainer(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return a network's arrays with the names of a state_dict."""
    prefix = model_prefix(arrays)
    found: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        layer, _, leaf = name.removeprefix(prefix).rpartition("/")
        if not name.startswith(prefix) or not array.ndim:  # a counter
            continue
        values = array + _EPS if leaf == "avg_var" else array
        found[f"{layer}.{_LEAVES.get(leaf, leaf)}"] = np.asarray(values)
    return found
