"""Recognising a network by its named arrays, as a `state_dict` holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, permutations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.image import PIXELS
from idea.networks.architectures import ARCHITECTURES
from idea.networks.weight_checks import as_floats, check_finite
from idea.networks.weights import DIGITS, Convolution, Floats, Layer, Weights

__all__ = ["gist", "recognise"]

_MOST = 8  # layers of which all orders are tried


class _Matrix(NamedTuple):
    """A layer's arrays, with the name of its matrix."""

    name: str
    W: Floats
    b: Floats


def recognise(arrays: Mapping[str, NDArray[Any]], path: Path, *, ordered: bool) -> Weights:
    """Return the network of one of `ARCHITECTURES`, or of Linear layers with ReLU between them.

    The arrays' shapes decide, their names don't matter; where shapes allow several orders, the
    given order is used if the file has one, or else numbers in the names are required.
    """
    matrices = _matrices(arrays, path)
    if matrices is None:
        raise _unknown(arrays, path)
    weights = _known(matrices) or _chain(matrices, path, ordered=ordered)
    if weights is None:
        raise _unknown(arrays, path)
    for matrix in matrices:
        check_finite(path, matrix.name, matrix.W)
        check_finite(path, _bias_name(matrix.name), matrix.b)
    return weights


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
    for architecture in ARCHITECTURES.values():
        shapes = architecture.shapes()
        if architecture.convolutions and sorted(shapes) == sorted(m.W.shape for m in matrices):
            pairs = [(by_shape[shape].W, by_shape[shape].b) for shape in shapes]
            pools = [pool for _, pool in architecture.convolutions]
            convolutions = [Convolution(*p, pool) for p, pool in zip(pairs, pools, strict=False)]
            return Weights(tuple(pairs[len(pools) :]), tuple(convolutions))
    return None


def _chain(matrices: list[_Matrix], path: Path, *, ordered: bool) -> Weights | None:
    """Return the weights of a sequence of all layers from 784 inputs to 10 outputs, if any."""
    orders = permutations(matrices) if len(matrices) <= _MOST else [tuple(matrices)]
    chains = list(islice(filter(_fits, orders), 2))
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


def _fits(matrices: Sequence[_Matrix]) -> bool:
    """Return whether the matrices chain from 784 inputs to 10 outputs in this order."""
    widths = [PIXELS, *(len(matrix.W) for matrix in matrices)]
    return widths[-1] == DIGITS and all(
        matrix.W.shape[1:] == (n_in,) for matrix, n_in in zip(matrices, widths, strict=False)
    )


def _unknown(arrays: Mapping[str, NDArray[Any]], path: Path) -> WeightsError:
    shown = [f"{name:.60} {array.shape}" for name, array in arrays.items()]
    found = ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "") or "nothing"
    names = " or ".join(name for name, a in ARCHITECTURES.items() if a.convolutions)
    return WeightsError(
        f"{path}: expected the weights and biases of Linear layers from 784 inputs to 10 outputs, "
        f"or those of {names}; other networks can be opened as ONNX; found {found}"
    )


def gist(error: Exception) -> str:
    """Return an error's kind and the first line of its text."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]:.160}" if lines else type(error).__name__
