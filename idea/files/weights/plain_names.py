"""Layers in archives whose names are anybody's: W1, b1, …, arr_0, arr_1, …, weights_0, …."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives, Chain
from idea.files.weights.flax_names import flattened_first, outputs_first
from idea.files.weights.named_arrays import recognise
from idea.image import DIGITS, Task
from idea.networks.weights import Weights

__all__ = ["plain_network"]

_MOST = 7  # matrices of which all orders are tried
_WORDS = re.compile(r"(?i)weights?|kernels?|coefs?|theta|bias(?:es)?|intercepts?")
_CURVES = re.compile(r"(?i)loss|acc|hist|score|epoch")
_LETTERS = re.compile(r"(?i)(?<![a-z])[wb](?![a-z])")

Array = NDArray[Any]


def plain_network(
    arrays: Mapping[str, Array], path: Path, task: Task | None = None, *, ordered: bool = True
) -> Weights | Chain | Alternatives:
    """Return the network of matrices, (n_in, n_out) or (n_out, n_in), of kernels and of biases.

    All have the same orientation, the one in which they lead from one to the next; kernels of
    convolutions are (h, w, n_in, n_out), with maps that are flattened channels last, or
    (n_out, n_in, h, w). A bias belongs to the matrix of the same name or place. `ordered` is as in
    `recognise`. Raises a `WeightsError` if there is no such network.
    """
    used = {name: array for name, array in arrays.items() if _is_used(name, array)}
    matrices = {name: array for name, array in used.items() if _is_matrix(array)}
    biases = {name: array.ravel() for name, array in used.items() if name not in matrices}
    if not matrices or any(array.ndim not in (1, 2, 4) for array in used.values()):
        raise _unknown(arrays, path)
    for order in _orders(matrices):
        for turned in (False, True):
            oriented = {
                name: outputs_first(matrices[name]) if turned else matrices[name] for name in order
            }
            layers = _with_biases(oriented, biases)
            if layers is not None and _chain(list(oriented.values()), task):
                found = flattened_first(layers, path) if turned else layers
                return recognise(found, path, ordered=ordered, task=task)
    raise _unknown(arrays, path)


def _is_used(name: str, array: Array) -> bool:
    """Return whether an array is of the network: no counter, sizes of layers, or curve."""
    sizes = array.ndim < 2 and array.dtype.kind in "biuSU"
    return bool(array.ndim) and not sizes and not _CURVES.search(name)


def _is_matrix(array: Array) -> bool:
    return array.ndim == 4 or (array.ndim == 2 and min(array.shape) > 1)


def _orders(matrices: Mapping[str, Array]) -> Sequence[Sequence[str]]:
    """Return the order of the names, and then all others of dense layers alone."""
    names = list(matrices)
    dense = all(array.ndim == 2 for array in matrices.values())
    return list(permutations(names)) if dense and len(names) <= _MOST else [names]


def _chain(matrices: Sequence[Array], task: Task | None) -> bool:
    """Return whether matrices lead from pixels to classes, of which there are fewer."""
    first, last = matrices[0], matrices[-1]
    inner = all(_follows(one, then) for one, then in pairwise(matrices))
    if not inner or last.ndim != 2 or (task and len(last) != len(task.classes)):
        return False
    if first.ndim == 4:
        return bool(first.shape[1] == 1)
    n_in = int(first.shape[1])
    return n_in == task.pixels if task else n_in == DIGITS.pixels or n_in > len(last)


def _follows(first: Array, then: Array) -> bool:
    if first.ndim == 4 and then.ndim == 2:
        return bool(then.shape[1] % max(1, len(first)) == 0)
    return bool(first.ndim == then.ndim and then.shape[1] == len(first))


def _with_biases(
    matrices: Mapping[str, Array], biases: Mapping[str, Array]
) -> dict[str, Array] | None:
    """Return the layers with the names of a state_dict; None if a bias doesn't fit."""
    if not biases:
        owned: dict[str, Array] = {name: np.zeros(len(W)) for name, W in matrices.items()}
    elif len(biases) != len(matrices):
        return None
    else:
        by_key = {_key(name): array for name, array in biases.items()}
        by_name = {name: by_key[_key(name)] for name in matrices if _key(name) in by_key}
        in_turn = dict(zip(matrices, biases.values(), strict=True))
        owned = by_name if len(by_name) == len(matrices) else in_turn
    if any(owned[name].shape != W.shape[:1] for name, W in matrices.items()):
        return None
    return {
        f"{name}.{leaf}": array
        for name, W in matrices.items()
        for leaf, array in (("weight", W), ("bias", owned[name]))
    }


def _key(name: str) -> str:
    """Return what the names of a layer's matrix and bias have in common."""
    return _LETTERS.sub("", _WORDS.sub("", name.replace("_", " "))).strip(" ./")


def _unknown(arrays: Mapping[str, Array], path: Path) -> WeightsError:
    if {"weights", "visible", "hidden"} <= arrays.keys():
        return WeightsError(
            f"{path}: expected a network, found a prior: searches take it as --prior, "
            "idea.load_prior opens it"
        )
    shown = ", ".join(f"{name:.60} {array.shape}" for name, array in list(arrays.items())[:8])
    return WeightsError(
        f"{path}: expected the arrays of dense layers that lead from pixels to classes, matrices "
        f"and one bias for each or none; found {shown or 'nothing'}"
    )
