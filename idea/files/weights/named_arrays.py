"""Recognising a network by its named arrays, as a `state_dict` holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.image import DIGITS, Task
from idea.networks.architectures import ARCHITECTURES, Architecture
from idea.networks.weight_checks import as_floats, check_finite
from idea.networks.weights import Convolution, Floats, Layer, Weights

__all__ = ["recognise"]

_MOST = 8  # layers of which all orders are tried


class _Matrix(NamedTuple):
    """A layer's arrays, with the name of its matrix."""

    name: str
    W: Floats
    b: Floats


def recognise(
    arrays: Mapping[str, NDArray[Any]], path: Path, *, ordered: bool, task: Task | None = None
) -> Weights:
    """Return the network of one of `ARCHITECTURES`, or of Linear layers with ReLU between them.

    The arrays' shapes decide, their names don't matter; where shapes allow several orders, the
    given order is used if the file has one, or else numbers in the names are required. `task` is
    that of the file's metadata.
    """
    matrices = _matrices(arrays, path)
    if matrices is None:
        raise _unknown(arrays, path)
    weights = _known(matrices) or _chain(matrices, path, task, ordered=ordered)
    if weights is None:
        raise _unknown(arrays, path)
    for matrix in matrices:
        check_finite(path, matrix.name, matrix.W)
        check_finite(path, _bias_name(matrix.name), matrix.b)
    return replace(weights, task=task)


def _matrices(arrays: Mapping[str, NDArray[Any]], path: Path) -> list[_Matrix] | None:
    """Pair each matrix with its bias, or zeros; return None if an array is left over."""
    found = []
    left = dict(arrays)
    for name, array in arrays.items():
        if name.endswith("weight") and array.ndim in (2, 4):
            W = as_floats(path, name, left.pop(name))
            bias = left.pop(_bias_name(name), np.zeros(len(W), np.float32))
            if bias.shape != W.shape[:1]:
                return None
            found.append(_Matrix(name, W, as_floats(path, _bias_name(name), bias)))
    return None if left else found


def _bias_name(name: str) -> str:
    return name.removesuffix("weight") + "bias"


def _known(matrices: list[_Matrix]) -> Weights | None:
    """Return the weights of the convolutional architecture with these shapes, if there is one."""
    by_shape = {matrix.W.shape: matrix for matrix in matrices}
    dense = [matrix for matrix in matrices if matrix.W.ndim == 2]
    for architecture in ARCHITECTURES.values():
        convolutions = architecture.convolution_shapes()
        layers = _in_order(dense, architecture)
        shapes = sorted(m.W.shape for m in matrices if m.W.ndim == 4)
        if convolutions and layers and sorted(convolutions) == shapes:
            pools = [pool for _, pool in architecture.convolutions]
            return Weights(
                tuple((matrix.W, matrix.b) for matrix in layers),
                tuple(
                    Convolution(by_shape[shape].W, by_shape[shape].b, pool)
                    for shape, pool in zip(convolutions, pools, strict=True)
                ),
            )
    return None


def _in_order(dense: list[_Matrix], architecture: Architecture) -> tuple[_Matrix, ...] | None:
    """Return the dense layers in an architecture's order, if they are its own."""
    for layers in permutations(dense) if len(dense) == len(architecture.hidden) + 1 else ():
        widths = tuple(len(matrix.W) for matrix in layers)
        if widths[:-1] == architecture.hidden and _fits(layers, None):
            return layers
    return None


def _chain(
    matrices: list[_Matrix], path: Path, task: Task | None, *, ordered: bool
) -> Weights | None:
    """Return the weights of a sequence of all layers from pixels to classes, if any."""
    orders = list(permutations(matrices) if len(matrices) <= _MOST else [tuple(matrices)])
    # Where an order fits the digits of MNIST, the others don't count.
    tasks = [task] if task else [DIGITS, None]
    chains = next(filter(None, ([c for c in orders if _fits(c, each)] for each in tasks)), [])
    if not chains:
        return None
    numbered = all(re.search(r"\d", matrix.name) for matrix in matrices)
    if len(chains) > 1 and not ordered and not numbered:
        names = ", ".join(matrix.name for matrix in matrices)
        raise WeightsError(
            f"{path}: the order of its layers is ambiguous: their shapes allow several, and their "
            f"names have no numbers: {names}"
        )
    layers: tuple[Layer, ...] = tuple((matrix.W, matrix.b) for matrix in chains[0])
    return Weights(layers)


def _fits(matrices: Sequence[_Matrix], task: Task | None) -> bool:
    """Return whether the matrices chain in this order, for a task or for any."""
    if not matrices or any(matrix.W.ndim != 2 for matrix in matrices):
        return False
    widths = [matrices[0].W.shape[1], *(len(matrix.W) for matrix in matrices)]
    chained = all(m.W.shape[1] == n_in for m, n_in in zip(matrices, widths, strict=False))
    if task is None or not chained:
        return chained
    ends = (widths[0], max(2, widths[-1]))  # a single output stands for two classes
    return ends == (task.pixels, len(task.classes))


def _unknown(arrays: Mapping[str, NDArray[Any]], path: Path) -> WeightsError:
    shown = [f"{name:.60} {array.shape}" for name, array in arrays.items()]
    found = ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "") or "nothing"
    names = " or ".join(name for name, a in ARCHITECTURES.items() if a.convolutions)
    return WeightsError(
        f"{path}: expected the weights and biases of Linear layers from pixels to classes, "
        f"or those of {names}; other networks can be opened as ONNX; found {found}"
    )
