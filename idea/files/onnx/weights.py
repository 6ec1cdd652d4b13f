"""Reading the weights of ONNX graphs that are plain networks."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from idea.errors import WeightsError
from idea.files.layers.plain import UnsupportedNetworkError
from idea.files.onnx.graph import SIGMOID, SOFTMAX, parse_graph
from idea.files.weights.task_metadata import KEY, parse_task
from idea.image import Task
from idea.networks.weight_checks import check_finite, with_two_outputs
from idea.networks.weights import Convolution, Floats, Layer, Weights
from idea.optional import load_package

__all__ = ["image_size", "parse_onnx", "task_of", "weights_of"]

# These change neither the numbers nor their order.
_SAME = {"Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze"}


class _Step(NamedTuple):
    """A node on the path from the images to the logits, with its constants."""

    op: str
    attributes: dict[str, Any]
    constants: list[Floats]


def parse_onnx(data: bytes, path: Path) -> Weights:
    """Read the weights of an MLP, or of convolutions followed by dense layers.

    Convolutions have stride 1 and no padding, and max-pooling by 2×2 or none; ReLU is between all
    layers. A final softmax is left out. Other networks raise `UnsupportedNetworkError`.
    """
    return weights_of(parse_graph(data, path), path)


def weights_of(model: Any, path: Path, declared: Task | None = None) -> Weights:
    """Return the weights of a graph that is a plain network, as `parse_onnx`."""
    try:
        _require_sound(model, path)
        weights = with_two_outputs(_weights(list(_steps(model, path))))
        dimensions = _dimensions(model)
        size = image_size(dimensions) if len(dimensions) > 1 else None
        weights = replace(weights, task=declared or task_of(model, path), size=size)
        _require_inputs(weights, dimensions)
        if weights.convolutions or weights.task or weights.sides():  # else it may be declared
            weights.sizes(weights.task or weights.derived_task())
    except (_UnsupportedError, WeightsError) as error:
        raise UnsupportedNetworkError(
            f"{path}: expected dense layers, optionally preceded by convolutions, with ReLU "
            f"between them; found {error}",
            lambda: model,
        ) from error
    for name, array in weights.named().items():
        check_finite(path, name, array)
    return weights


def task_of(model: Any, path: Path) -> Task | None:
    """Return the task in a graph's metadata, if there is one."""
    texts = {entry.key: entry.value for entry in model.metadata_props}
    return parse_task(texts.get(KEY), path)


def image_size(dimensions: list[Any]) -> tuple[int, int] | None:
    """Return the height and width of images in an input, (n, …), or None where they are free.

    Raises a `WeightsError` for a flat input that is no square.
    """
    if not dimensions or not all(isinstance(n, int) and n > 0 for n in dimensions):
        return None
    if len(dimensions) == 1:
        side = math.isqrt(dimensions[0])
        if side**2 != dimensions[0]:
            raise WeightsError(
                f"the size of the images doesn't follow from {dimensions[0]:,} inputs: give it, as "
                "in --shape 28x28"
            )
        return (side, side)
    height, width = dimensions[-2:] if dimensions[0] == 1 else dimensions[:2]
    return height, width


def _dimensions(model: Any) -> list[int | None]:
    """Return the dimensions of an image in the input of a sound graph; None where one is free."""
    constants = _constants(model.graph)
    (given,) = (value for value in model.graph.input if value.name not in constants)
    return [dim.dim_value or None for dim in given.type.tensor_type.shape.dim][1:]


def _require_inputs(weights: Weights, dimensions: list[int | None]) -> None:
    """Check that a dense first layer takes what the graph does: it may be reshaped in between."""
    n_in = weights.layers[0][0].shape[1] if weights.layers and not weights.convolutions else None
    found = math.prod(n or 0 for n in dimensions)
    if n_in and found and n_in != found:
        raise _UnsupportedError(f"{found} inputs for a first layer of {n_in}")


class _UnsupportedError(Exception):
    """What makes a graph another network."""


def _require_sound(model: Any, path: Path) -> None:
    onnx = load_package("onnx", path, "onnx onnxruntime")
    try:
        onnx.checker.check_model(model)
    except Exception as error:  # of several kinds, some without a text
        lines = str(error).splitlines() or [type(error).__name__]
        raise _UnsupportedError(f"a graph that breaks ONNX's rules ({lines[0]})") from error


def _steps(model: Any, path: Path) -> Iterator[_Step]:
    """Follow the graph from its input to its output; it must not branch on the way."""
    onnx = load_package("onnx", path, "onnx onnxruntime")
    graph = model.graph
    constants = _constants(graph)
    inputs = [value.name for value in graph.input if value.name not in constants]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise _UnsupportedError(f"{len(inputs)} inputs and {len(graph.output)} outputs")
    users = _users(graph)
    (name,) = inputs
    while name != graph.output[0].name:
        node = _only_user(users[name], name)
        others = [other for other in node.input if other and other != name]
        if node.op_type in _SAME:
            if node.op_type == "Dropout" and not set(node.input[2:]) <= {"", *constants}:
                raise _UnsupportedError("a node Dropout that may be in training mode")
            others = []
        swapped = node.input[0] != name and node.op_type != "Add"
        if swapped or any(other not in constants for other in others):
            raise _UnsupportedError(f"a node {node.op_type} of more than one variable")
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        yield _Step(node.op_type, attributes, [constants[other] for other in others])
        name = node.output[0]
        if not name:
            raise _UnsupportedError(f"a node {node.op_type} whose result has no name")


def _constants(graph: Any) -> dict[str, Floats]:
    from onnx import numpy_helper

    tensors = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].HasField("t"):
            tensors[node.output[0]] = node.attribute[0].t
    return {name: numpy_helper.to_array(tensor) for name, tensor in tensors.items()}


def _users(graph: Any) -> dict[str, list[Any]]:
    """Return the nodes that use each variable, other than Shape, which flattening may need."""
    users: dict[str, list[Any]] = collections.defaultdict(list)
    for node in graph.node:
        if node.op_type != "Shape":
            for name in set(node.input):
                users[name].append(node)
    return users


def _only_user(users: list[Any], name: str) -> Any:
    if len(users) != 1:
        raise _UnsupportedError(f"{len(users)} nodes that use {name}")
    if users[0].domain not in ("", "ai.onnx"):
        raise _UnsupportedError(f"a node {users[0].op_type} of {users[0].domain}")
    return users[0]


class _Part:
    """A layer while it is being read."""

    def __init__(self, W: Floats, b: Floats) -> None:
        self.W, self.b = W, b
        self.relu = self.pool = False


def _weights(steps: list[_Step]) -> Weights:
    """Convert the steps to weights, or raise what doesn't fit."""
    last = set()
    while steps and steps[-1].op in _SAME | SOFTMAX | {SIGMOID}:
        last.add(steps.pop().op)
    parts: list[_Part] = []
    for step in steps:
        _take(step, parts)
    if SIGMOID in last and (not parts or len(parts[-1].b) > 1):
        raise _UnsupportedError(f"a node {SIGMOID} of several outputs")
    if not parts or parts[-1].relu or not all(part.relu for part in parts[:-1]):
        raise _UnsupportedError("layers without ReLU between them, or with one after the last")
    convolutions = [p for p in parts if p.W.ndim == 4]
    if any(part.W.ndim == 4 for part in parts[len(convolutions) :]):
        raise _UnsupportedError("a convolution after a dense layer")
    layers: list[Layer] = [(part.W, part.b) for part in parts[len(convolutions) :]]
    return Weights(tuple(layers), tuple(Convolution(p.W, p.b, p.pool) for p in convolutions))


def _take(step: _Step, parts: list[_Part]) -> None:
    """Add a step to the layers read so far."""
    op, attributes, constants = step
    if any(array.dtype != np.float32 for array in constants):
        raise _UnsupportedError(f"a node {op} with constants that aren't float32")
    if op in _SAME:
        return
    if op in ("Gemm", "MatMul", "Conv"):
        parts.append(_PARTS[op](attributes, constants))
    elif not parts:
        raise _UnsupportedError(f"a node {op} before the first layer")
    elif op == "Add" and not parts[-1].relu and not parts[-1].pool:
        parts[-1].b = parts[-1].b + _bias(constants[0], len(parts[-1].b))
    elif op == "Relu":
        parts[-1].relu = True
    elif op == "MaxPool" and parts[-1].W.ndim == 4 and not parts[-1].pool:
        _require_plain(op, attributes, {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 0})
        parts[-1].pool = True
    else:
        raise _UnsupportedError(f"a node {op}")


def _gemm(attributes: dict[str, Any], constants: list[Floats]) -> _Part:
    if attributes.get("transA", 0) or any(attributes.get(k, 1) != 1 for k in ("alpha", "beta")):
        raise _UnsupportedError("a node Gemm that scales or transposes its input")
    W = _matrix(constants[0] if attributes.get("transB", 0) else constants[0].T)
    bias = constants[1] if len(constants) > 1 else np.zeros(1, np.float32)
    return _Part(W, _bias(bias, len(W)))


def _matmul(_: dict[str, Any], constants: list[Floats]) -> _Part:
    W = _matrix(constants[0].T)
    return _Part(W, np.zeros(len(W), np.float32))


def _matrix(array: Floats) -> Floats:
    if array.ndim != 2:
        raise _UnsupportedError(f"a matrix of shape {array.shape}")
    return np.ascontiguousarray(array)


def _conv(attributes: dict[str, Any], constants: list[Floats]) -> _Part:
    W = constants[0]
    if W.ndim != 4:
        raise _UnsupportedError(f"a convolution of shape {W.shape}")
    _require_plain(
        "Conv", attributes, {"kernel_shape": list(W.shape[2:]), "strides": [1, 1], "group": 1}
    )
    bias = constants[1] if len(constants) > 1 else np.zeros(1, np.float32)
    return _Part(W, _bias(bias, len(W)))


_PARTS = {"Gemm": _gemm, "MatMul": _matmul, "Conv": _conv}


def _bias(array: Floats, units: int) -> Floats:
    """Broadcast a bias to the shape (units,)."""
    try:
        return np.broadcast_to(array.squeeze(), (units,)).copy()
    except ValueError as error:
        raise _UnsupportedError(f"a bias of shape {array.shape} for {units} units") from error


def _require_plain(op: str, attributes: dict[str, Any], expected: dict[str, Any]) -> None:
    """Check that a convolution or pool has no padding, dilation or other unsupported attribute."""
    plain = {"pads": [0] * 4, "dilations": [1, 1], "storage_order": 0, **expected}
    # MaxPool's own default.
    given = {"strides": [1, 1]} | attributes
    for name, value in given.items():
        if name == "auto_pad" and value in (b"NOTSET", b"VALID"):
            continue
        if plain.get(name) != value:
            raise _UnsupportedError(f"a node {op} with {name} {value}")
