"""ONNX graphs of chains of layers, for ONNX Runtime to run what the kernel can't evaluate."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from idea.files.layers.chain import (
    Activation,
    Affine,
    AnyLayer,
    Chain,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    Pad,
    Pool,
    Reshape,
    Shape,
)
from idea.files.weights.task_metadata import KEY, task_text
from idea.optional import load_package

__all__ = ["graph_of"]

_OPSET, _IR = 13, 8
"""Old enough for the runtimes of recent years."""

_SINGLE_NODES = {
    "relu": "Relu",
    "leaky_relu": "LeakyRelu",
    "elu": "Elu",
    "selu": "Selu",
    "celu": "Celu",
    "sigmoid": "Sigmoid",
    "hard_sigmoid": "HardSigmoid",
    "tanh": "Tanh",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "exponential": "Exp",
}
"""Activations that are one node, whose attributes are the parameters."""


def graph_of(chain: Chain, path: Path, shape: Shape | None = None) -> Any:
    """Return the graph of a chain, from ``images`` (n, …) to ``logits`` (n, classes).

    `shape` is that of the input where the file doesn't give it. What isn't float32 is rounded.
    Raises a `WeightsError` if the layers don't chain.
    """
    shapes = chain.shapes(shape)
    builder = _Builder(load_package("onnx", path, "onnx onnxruntime"))
    for layer, before in zip(chain.layers, shapes, strict=False):
        builder.add(layer, before)
    return builder.model(shapes[0], shapes[-1], task_text(chain.task))


class _Builder:
    """A graph of nodes one after the other."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._arrays: list[Any] = []
        self.name = "images"
        """Of the values so far."""

    def add(self, layer: AnyLayer, shape: Shape) -> None:
        """Append the nodes of a layer whose input has this shape."""
        _WRITERS[type(layer)](self, layer, shape)

    def model(self, before: Shape, after: Shape, task: str | None) -> Any:
        """Return the graph, given the shapes of its input and output, and the text of the task."""
        helper = self._onnx.helper
        self.node("Identity", out="logits")
        float32 = self._onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "classifier",
            [helper.make_tensor_value_info("images", float32, ["n", *before])],
            [helper.make_tensor_value_info("logits", float32, ["n", *after])],
            self._arrays,
        )
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(
            graph, producer_name="idea", opset_imports=[opset], ir_version=_IR
        )
        if task is not None:
            helper.set_model_props(model, {KEY: task})
        return model

    def node(self, op: str, *inputs: str, out: str = "", **attributes: Any) -> None:
        """Append a node of the values so far, and perhaps of others."""
        name = out or f"{op.lower()}{len(self._nodes)}"
        node = self._onnx.helper.make_node(op, [self.name, *inputs], [name], **attributes)
        self._nodes.append(node)
        self.name = name

    def array(self, values: Any, dtype: type[np.generic] = np.float32) -> str:
        """Store a constant array and return its name."""
        name = f"array{len(self._arrays)}"
        array = np.ascontiguousarray(values, dtype)
        self._arrays.append(self._onnx.numpy_helper.from_array(array, name))
        return name


def _dense(builder: _Builder, layer: Dense, _: Shape) -> None:
    builder.node("Gemm", builder.array(layer.W), builder.array(layer.b), transB=1)


def _conv(builder: _Builder, layer: Conv, _: Shape) -> None:
    builder.node(
        "Conv",
        builder.array(layer.W),
        builder.array(layer.b),
        kernel_shape=layer.W.shape[2:],
        strides=layer.strides,
        pads=layer.pads,
        dilations=layer.dilations,
        group=layer.groups,
    )


def _pool(builder: _Builder, layer: Pool, _: Shape) -> None:
    windows: dict[str, Any] = {
        "kernel_shape": layer.size,
        "strides": layer.strides,
        "pads": layer.pads,
    }
    if layer.kind == "max":
        builder.node("MaxPool", ceil_mode=int(layer.ceil), **windows)
    else:
        counts = int(layer.counts_pads)
        builder.node("AveragePool", ceil_mode=int(layer.ceil), count_include_pad=counts, **windows)


def _global_pool(builder: _Builder, layer: GlobalPool, _: Shape) -> None:
    builder.node("GlobalMaxPool" if layer.kind == "max" else "GlobalAveragePool")
    builder.node("Flatten")


def _affine(builder: _Builder, layer: Affine, shape: Shape) -> None:
    around = (-1, *[1] * (len(shape) - 1))
    builder.node("Mul", builder.array(layer.scale.reshape(around)))
    builder.node("Add", builder.array(layer.shift.reshape(around)))


def _flatten(builder: _Builder, layer: Flatten, shape: Shape) -> None:
    if layer.channels_last and len(shape) == 3:
        builder.node("Transpose", perm=[0, 2, 3, 1])
    builder.node("Flatten")


def _reshape(builder: _Builder, layer: Reshape, _: Shape) -> None:
    builder.node("Reshape", builder.array([-1, *layer.shape], np.int64))


def _pad(builder: _Builder, layer: Pad, _: Shape) -> None:
    top, left, bottom, right = layer.pads
    builder.node("Pad", builder.array([0, 0, top, left, 0, 0, bottom, right], np.int64))


def _activation(builder: _Builder, layer: Activation, _: Shape) -> None:
    parameters: dict[str, Any] = dict(layer.parameters)
    if layer.name in _SINGLE_NODES:
        builder.node(_SINGLE_NODES[layer.name], **parameters)
    elif layer.name in ("softmax", "log_softmax"):
        builder.node("Softmax" if layer.name == "softmax" else "LogSoftmax", axis=1)
    elif layer.name == "clip":
        builder.node("Clip", *(builder.array(parameters[end]) for end in ("min", "max")))
    elif layer.name != "identity":
        x = builder.name
        _GATES[layer.name](builder)
        builder.node("Mul", x)


def _gelu(builder: _Builder) -> None:
    builder.node("Mul", builder.array(math.sqrt(0.5)))
    builder.node("Erf")
    _halfway(builder)


def _gelu_tanh(builder: _Builder) -> None:
    x = builder.name
    builder.node("Mul", x)
    builder.node("Mul", builder.array(0.044715))
    builder.node("Add", builder.array(1))
    builder.node("Mul", x)
    builder.node("Mul", builder.array(math.sqrt(2 / math.pi)))
    builder.node("Tanh")
    _halfway(builder)


def _halfway(builder: _Builder) -> None:
    """Map -1…1 to 0…1."""
    builder.node("Add", builder.array(1))
    builder.node("Mul", builder.array(0.5))


def _hard_swish(builder: _Builder) -> None:
    builder.node("HardSigmoid", alpha=1 / 6, beta=0.5)


def _mish(builder: _Builder) -> None:
    builder.node("Softplus")
    builder.node("Tanh")


_GATES: dict[str, Callable[[_Builder], None]] = {
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "swish": lambda builder: builder.node("Sigmoid"),
    "hard_swish": _hard_swish,
    "mish": _mish,
}
"""Activations that are x·g(x): the nodes of g."""

_WRITERS: dict[type[Any], Callable[[_Builder, Any, Shape], None]] = {
    Dense: _dense,
    Conv: _conv,
    Pool: _pool,
    GlobalPool: _global_pool,
    Affine: _affine,
    Flatten: _flatten,
    Reshape: _reshape,
    Pad: _pad,
    Activation: _activation,
}
