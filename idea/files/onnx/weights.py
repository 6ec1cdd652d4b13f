"""ONNX files of plain networks: graphs read to weights, and weights written as graphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from idea.errors import WeightsError
from idea.files.onnx.graph import SOFTMAX, parse_graph
from idea.image import PIXELS, SIDE
from idea.networks.weight_checks import check_finite
from idea.networks.weights import DIGITS, Convolution, Floats, Layer, Weights
from idea.optional import load_package

__all__ = ["ForeignGraphError", "onnx_bytes", "parse_onnx", "weights_of"]

# These leave the numbers and their order as they are.
_SAME = {"Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze"}


class ForeignGraphError(WeightsError):
    """A graph is a good one, but not a sequence of the layers that `Weights` hold."""


class _Step(NamedTuple):
    """A node on the way from the images to the logits, with its constants."""

    op: str
    attributes: dict[str, Any]
    constants: list[Floats]


def parse_onnx(data: bytes, path: Path) -> Weights:
    """Read the weights of a graph that is a plain network.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name, for the error.

    Returns
    -------
    Weights
        Of an MLP, or of convolutions of stride 1 without padding, some max-pooled by 2×2, and dense
        layers behind them; with ReLU between all. A softmax at the end is left out.

    Raises
    ------
    ForeignGraphError
        If it is another network.
    WeightsError
        If the file is damaged, or the package onnx is not installed.
    """
    return weights_of(parse_graph(data, path), path)


def weights_of(model: Any, path: Path) -> Weights:
    """Give the weights of a graph that is a plain network.

    Parameters
    ----------
    model
        An `onnx.ModelProto`.
    path
        The file's name, for the error.

    Returns
    -------
    Weights
        As `parse_onnx`.

    Raises
    ------
    ForeignGraphError
        If it is another network.
    WeightsError
        If a weight isn't finite.
    """
    try:
        _require_sound(model, path)
        weights = _weights(list(_steps(model, path)))
        weights.sizes()
    except (_OddError, WeightsError) as error:
        raise ForeignGraphError(
            f"{path}: expected dense layers, behind convolutions perhaps, with ReLU "
            f"between them; found {error}"
        ) from error
    for name, array in weights.named().items():
        check_finite(path, name, array)
    return weights


def onnx_bytes(weights: Weights, path: Path) -> bytes:
    """Give the bytes of an ONNX file.

    Parameters
    ----------
    weights
        Of any network.
    path
        The file's name, for the error.

    Returns
    -------
    bytes
        A graph from ``images``, float32 of shape (n, 784) for an MLP and (n, 1, 28, 28) where there
        are convolutions, to ``logits`` (n, 10).

    Raises
    ------
    MissingPackageError
        If the package onnx is not installed.
    """
    onnx = load_package("onnx", path, "onnx onnxruntime")
    shape = ["n", 1, SIDE, SIDE] if weights.convolutions else ["n", PIXELS]
    float32 = onnx.TensorProto.FLOAT
    nodes = []
    name = "images"

    def add(op: str, out: str, *constants: str, **attributes: Any) -> None:
        nonlocal name
        nodes.append(onnx.helper.make_node(op, [name, *constants], [out], **attributes))
        name = out

    for number, convolution in enumerate(weights.convolutions, 1):
        add("Conv", f"conv{number}", f"conv{number}.weight", f"conv{number}.bias")
        add("Relu", f"conv{number}.relu")
        if convolution.pool:
            add("MaxPool", f"conv{number}.pool", kernel_shape=[2, 2], strides=[2, 2])
    if weights.convolutions:
        add("Flatten", "flat")
    for number in range(1, len(weights.layers) + 1):
        last = number == len(weights.layers)
        out = "logits" if last else f"fc{number}"
        add("Gemm", out, f"fc{number}.weight", f"fc{number}.bias", transB=1)
        if not last:
            add("Relu", f"fc{number}.relu")
    graph = onnx.helper.make_graph(
        nodes,
        "digits",
        [onnx.helper.make_tensor_value_info("images", float32, shape)],
        [onnx.helper.make_tensor_value_info("logits", float32, ["n", DIGITS])],
        [onnx.numpy_helper.from_array(array, key) for key, array in weights.named().items()],
    )
    # Old enough for every runtime of the last years.
    opset = onnx.helper.make_opsetid("", 13)
    model = onnx.helper.make_model(graph, producer_name="idea", opset_imports=[opset], ir_version=8)
    return bytes(model.SerializeToString(deterministic=True))


class _OddError(Exception):
    """What makes a graph another network."""


def _require_sound(model: Any, path: Path) -> None:
    onnx = load_package("onnx", path, "onnx onnxruntime")
    try:
        onnx.checker.check_model(model)
    except Exception as error:  # it has several kinds, some of them without a text
        lines = str(error).splitlines() or [type(error).__name__]
        raise _OddError(f"a graph that breaks ONNX's rules ({lines[0]})") from error


def _steps(model: Any, path: Path) -> Iterator[_Step]:
    """Follow the graph from its input to its output, which it must not fork on the way to."""
    onnx = load_package("onnx", path, "onnx onnxruntime")
    graph = model.graph
    constants = _constants(graph)
    inputs = [value.name for value in graph.input if value.name not in constants]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise _OddError(f"{len(inputs)} inputs and {len(graph.output)} outputs")
    (name,) = inputs
    while name != graph.output[0].name:
        node = _only_user(graph, name)
        others = [other for other in node.input if other and other != name]
        if node.op_type in _SAME:
            if node.op_type == "Dropout" and not set(node.input[2:]) <= {"", *constants}:
                raise _OddError("a node Dropout that may be in training mode")
            others = []
        turned = node.input[0] != name and node.op_type != "Add"
        if turned or any(other not in constants for other in others):
            raise _OddError(f"a node {node.op_type} of more than one variable")
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        yield _Step(node.op_type, attributes, [constants[other] for other in others])
        name = node.output[0]
        if not name:
            raise _OddError(f"a node {node.op_type} whose result has no name")


def _constants(graph: Any) -> dict[str, Floats]:
    from onnx import numpy_helper

    tensors = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].HasField("t"):
            tensors[node.output[0]] = node.attribute[0].t
    return {name: numpy_helper.to_array(tensor) for name, tensor in tensors.items()}


def _only_user(graph: Any, name: str) -> Any:
    """Give the node that takes a variable; its shape may be asked for besides, to flatten it."""
    users = [node for node in graph.node if name in node.input and node.op_type != "Shape"]
    if len(users) != 1:
        raise _OddError(f"{len(users)} nodes that take {name}")
    if users[0].domain not in ("", "ai.onnx"):
        raise _OddError(f"a node {users[0].op_type} of {users[0].domain}")
    return users[0]


class _Part:
    """A layer while it is read."""

    def __init__(self, W: Floats, b: Floats) -> None:
        self.W, self.b = W, b
        self.relu = self.pool = False


def _weights(steps: list[_Step]) -> Weights:
    """Make weights of the steps, or say what doesn't fit."""
    while steps and steps[-1].op in _SAME | SOFTMAX:
        steps.pop()
    parts: list[_Part] = []
    for step in steps:
        _take(step, parts)
    if not parts or parts[-1].relu or not all(part.relu for part in parts[:-1]):
        raise _OddError("layers without ReLU between them, or one behind the last")
    convolutions = [p for p in parts if p.W.ndim == 4]
    if any(part.W.ndim == 4 for part in parts[len(convolutions) :]):
        raise _OddError("a convolution behind a dense layer")
    layers: list[Layer] = [(part.W, part.b) for part in parts[len(convolutions) :]]
    return Weights(tuple(layers), tuple(Convolution(p.W, p.b, p.pool) for p in convolutions))


def _take(step: _Step, parts: list[_Part]) -> None:
    """Add a step to the layers read so far."""
    op, attributes, constants = step
    if any(array.dtype != np.float32 for array in constants):
        raise _OddError(f"a node {op} of other numbers than float32")
    if op in _SAME:
        return
    if op in ("Gemm", "MatMul", "Conv"):
        parts.append(_PARTS[op](attributes, constants))
    elif not parts:
        raise _OddError(f"a node {op} before the first layer")
    elif op == "Add" and not parts[-1].relu and not parts[-1].pool:
        parts[-1].b = parts[-1].b + _bias(constants[0], len(parts[-1].b))
    elif op == "Relu":
        parts[-1].relu = True
    elif op == "MaxPool" and parts[-1].W.ndim == 4 and not parts[-1].pool:
        _require_plain(op, attributes, {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 0})
        parts[-1].pool = True
    else:
        raise _OddError(f"a node {op}")


def _gemm(attributes: dict[str, Any], constants: list[Floats]) -> _Part:
    if attributes.get("transA", 0) or any(attributes.get(k, 1) != 1 for k in ("alpha", "beta")):
        raise _OddError("a node Gemm that scales or turns its input")
    W = _matrix(constants[0] if attributes.get("transB", 0) else constants[0].T)
    bias = constants[1] if len(constants) > 1 else np.zeros(1, np.float32)
    return _Part(W, _bias(bias, len(W)))


def _matmul(_: dict[str, Any], constants: list[Floats]) -> _Part:
    W = _matrix(constants[0].T)
    return _Part(W, np.zeros(len(W), np.float32))


def _matrix(array: Floats) -> Floats:
    if array.ndim != 2:
        raise _OddError(f"a matrix of shape {array.shape}")
    return np.ascontiguousarray(array)


def _conv(attributes: dict[str, Any], constants: list[Floats]) -> _Part:
    W = constants[0]
    if W.ndim != 4:
        raise _OddError(f"a convolution of shape {W.shape}")
    _require_plain(
        "Conv", attributes, {"kernel_shape": list(W.shape[2:]), "strides": [1, 1], "group": 1}
    )
    bias = constants[1] if len(constants) > 1 else np.zeros(1, np.float32)
    return _Part(W, _bias(bias, len(W)))


_PARTS = {"Gemm": _gemm, "MatMul": _matmul, "Conv": _conv}


def _bias(array: Floats, units: int) -> Floats:
    """Bring a bias to the shape (units,)."""
    try:
        return np.broadcast_to(array.squeeze(), (units,)).copy()
    except ValueError as error:
        raise _OddError(f"a bias of shape {array.shape} for {units} units") from error


def _require_plain(op: str, attributes: dict[str, Any], expected: dict[str, Any]) -> None:
    """Check that a convolution or pool has no padding, dilation or anything else that is odd."""
    plain = {"pads": [0] * 4, "dilations": [1, 1], "storage_order": 0, **expected}
    # MaxPool's own default.
    given = {"strides": [1, 1]} | attributes
    for name, value in given.items():
        if name == "auto_pad" and value in (b"NOTSET", b"VALID"):
            continue
        if plain.get(name) != value:
            raise _OddError(f"a node {op} with {name} {value}")
