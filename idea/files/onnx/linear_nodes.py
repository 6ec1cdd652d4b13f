"""The linear nodes of plain networks: scales and shifts, and products with matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.files.layers.chain import Affine, Dense
from idea.files.onnx.follow import Handler, Step, Trail
from idea.files.onnx.layout import DifferentNetworkError, Layout

__all__ = ["LINEAR"]

Array = NDArray[Any]


def _add(trail: Trail, step: Step) -> None:
    _scale_and_shift(trail, np.ones(1), step.floats(1 - step.place))


def _subtract(trail: Trail, step: Step) -> None:
    array = step.floats(1 - step.place).astype(np.float64)
    if step.place:
        _scale_and_shift(trail, -np.ones(1), array)
    else:
        _scale_and_shift(trail, np.ones(1), -array)


def _multiply(trail: Trail, step: Step) -> None:
    _scale_and_shift(trail, step.floats(1 - step.place), np.zeros(1))


def _divide(trail: Trail, step: Step) -> None:
    if step.place:
        raise DifferentNetworkError("a node Div by a variable")
    array = step.floats(1).astype(np.float64)
    if not array.all():
        raise DifferentNetworkError("a node Div by 0")
    _scale_and_shift(trail, 1 / array, np.zeros(1))


def _negate(trail: Trail, _: Step) -> None:
    _scale_and_shift(trail, -np.ones(1), np.zeros(1))


def _scaler(trail: Trail, step: Step) -> None:
    """Scale features as ai.onnx.ml's Scaler: (x - offset)·scale."""
    scale = np.asarray(step.attributes["scale"], np.float64)
    _scale_and_shift(trail, scale, -np.asarray(step.attributes["offset"], np.float64) * scale)


def _batch_normalization(trail: Trail, step: Step) -> None:
    if step.attributes.get("training_mode", 0) or trail.layout.batch or step.place:
        raise DifferentNetworkError("a node BatchNormalization in training mode")
    gain, bias, mean, variance = (step.floats(place).astype(np.float64) for place in range(1, 5))
    scale = gain / np.sqrt(variance + step.attributes.get("epsilon", 1e-5))
    around = (1, -1, *[1] * (trail.layout.indices.ndim - 2))
    _scale_and_shift(trail, scale.reshape(around), (bias - mean * scale).reshape(around))


def _scale_and_shift(trail: Trail, scale: Array, shift: Array) -> None:
    """Append an `Affine` of arrays that are broadcast to the graph's variable."""
    indices = trail.layout.indices
    try:
        whole = [np.broadcast_to(array, indices.shape) for array in (scale, shift)]
    except ValueError:
        raise DifferentNetworkError(
            f"arrays of shape {scale.shape} and {shift.shape} for values of {indices.shape}"
        ) from None
    ordered = [np.empty(indices.size) for _ in whole]
    for target, values in zip(ordered, whole, strict=True):
        target[indices.ravel()] = values.ravel()
    if len(trail.shape) == 3:
        maps = [array.reshape(trail.shape[0], -1) for array in ordered]
        if all((array == array[:, :1]).all() for array in maps):
            ordered = [array[:, 0] for array in maps]
        else:  # of each pixel, which an affine of maps can't be
            trail.flatten()
    if all((array == array[0]).all() for array in ordered):
        ordered = [array[:1] for array in ordered]
    trail.append(Affine(*ordered))


def _gemm(trail: Trail, step: Step) -> None:
    alpha, beta = step.attributes.get("alpha", 1.0), step.attributes.get("beta", 1.0)
    ours, theirs = ("transA", "transB") if step.place == 0 else ("transB", "transA")
    if step.attributes.get(ours, 0):
        trail.layout = trail.layout.transposed([1, 0])
    matrix = step.floats(1 - step.place) if step.place < 2 else np.empty(0)
    _product(trail, step, matrix.T if step.attributes.get(theirs, 0) else matrix)
    if alpha != 1:
        trail.append(Affine(np.full(1, float(alpha)), np.zeros(1)))
    if step.constant(2) is not None and beta:
        bias = step.floats(2)
        _scale_and_shift(trail, np.ones(1), bias if beta == 1 else bias * float(beta))


def _matmul(trail: Trail, step: Step) -> None:
    _product(trail, step, step.floats(1 - step.place))


def _product(trail: Trail, step: Step, matrix: Array) -> None:
    """Append the dense layer of a product of the variable and a matrix, in either order."""
    shape, batch = trail.layout.indices.shape, trail.layout.batch
    axis = len(shape) - 1 if step.place == 0 else len(shape) - 2  # that is summed over
    if (
        matrix.ndim != 2
        or len(shape) < 2
        or axis == batch
        or trail.layout.indices.size != shape[axis]
    ):
        raise DifferentNetworkError(
            f"a node {step.op} of arrays of shapes {shape} and {matrix.shape}"
        )
    W = matrix.T if step.place == 0 else matrix
    columns = np.empty_like(W)
    if W.shape[1] != shape[axis]:
        raise DifferentNetworkError(f"a matrix of shape {matrix.shape} for {shape[axis]} values")
    columns[:, trail.layout.indices.ravel()] = W
    trail.flatten()
    trail.append(Dense(np.ascontiguousarray(columns), np.zeros(len(W), np.float32)))
    after = [n if other != axis else len(W) for other, n in enumerate(shape)]
    trail.layout = Layout(np.arange(len(W)).reshape(after), batch)


def _linear_classifier(trail: Trail, step: Step) -> None:
    """Append ai.onnx.ml's LinearClassifier, of scores that nothing is applied to."""
    if step.attributes.get("post_transform", b"NONE") != b"NONE":
        raise DifferentNetworkError("a node LinearClassifier of probabilities")
    bias = np.asarray(step.attributes["intercepts"], np.float64)
    W = np.asarray(step.attributes["coefficients"], np.float64).reshape(len(bias), -1)
    _product(trail, step, W.T)
    _scale_and_shift(trail, np.ones(1), bias)


LINEAR: dict[str, Handler] = {
    "Add": _add,
    "BatchNormalization": _batch_normalization,
    "Div": _divide,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Mul": _multiply,
    "Neg": _negate,
    "Sub": _subtract,
    "ai.onnx.ml:LinearClassifier": _linear_classifier,
    "ai.onnx.ml:Scaler": _scaler,
}
"""By the name of a node, with its domain unless that is the standard one."""
