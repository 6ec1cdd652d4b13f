"""Graphs as exporters write them, which fold into plain networks of the same outputs."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.onnx.model import OnnxModel
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

from graphs import FLOAT, node, value  # noqa: E402
from made_graphs import PATH  # noqa: E402

DOUBLE = onnx.TensorProto.DOUBLE


def array(*shape, seed=0):
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


def positive(*shape):
    return np.abs(array(*shape)) + np.float32(0.5)


def constant(name, values):
    made = onnx.numpy_helper.from_array(np.asarray(values), name)
    return onnx.helper.make_node("Constant", [], [name], value=made)


def ml(op, *names, **attributes):
    return node(op, *names, domain="ai.onnx.ml", **attributes)


def first_of_shape(made):
    """The number of images, as PyTorch's older exporter reads it off an input."""
    return [
        node("Shape", "x", "shape"),
        constant("zero", 0),
        node("Gather", "shape", "zero", "count"),
        constant("axes", [0]),
        node("Unsqueeze", "count", "axes", "counts"),
        constant("rest", [-1]),
        onnx.helper.make_node("Concat", ["counts", "rest"], [made], axis=0),
    ]


STANDARDISED = [
    node("Div", "x", "top", "d"),
    node("Sub", "d", "mean", "s"),
    node("Div", "s", "std", "in"),
]
OF_STANDARDISED = {"top": np.float32(255), "mean": np.float32(0.13), "std": np.float32([0.31])}
LAST = {"W2": array(12, 10), "b2": array(10)}

MLPS = {
    "cast and scale": (
        (8, 8),
        [
            node("Cast", "x", "c", to=DOUBLE),
            node("Cast", "c", "d", to=FLOAT),
            *STANDARDISED[1:],
            node("Flatten", "in", "f"),
            node("MatMul", "f", "W", "h"),
            node("Add", "b", "h", "y"),
        ],
        {**OF_STANDARDISED, "W": array(64, 10), "b": array(10)},
    ),
    "standardised": (
        (1, 8, 8),
        [
            *STANDARDISED,
            node("Reshape", "in", "flat", "f"),
            node("Gemm", "f", "W", "b", "y", transB=1),
        ],
        {**OF_STANDARDISED, "flat": np.array([-1, 64]), "W": array(10, 64), "b": array(10)},
    ),
    "the mean of each pixel": (
        (8, 8, 1),
        [
            node("Sub", "x", "m", "s"),
            *first_of_shape("to"),
            node("Reshape", "s", "to", "f"),
            node("MatMul", "f", "W", "y"),
        ],
        {"m": array(8, 8, 1), "W": array(64, 10)},
    ),
    "pixels in columns": (
        (8, 8),
        [
            node("Transpose", "x", "t", perm=[0, 2, 1]),
            node("Flatten", "t", "f"),
            node("MatMul", "f", "W", "y"),
        ],
        {"W": array(64, 10)},
    ),
    "matrix first": (
        (64,),
        [
            node("Transpose", "x", "t"),
            node("MatMul", "W", "t", "h"),
            node("Add", "h", "b", "a"),
            node("Relu", "a", "r"),
            node("Gemm", "r", "W2", "b2", "y", transA=1, alpha=0.5, beta=2.0),
        ],
        {"W": array(12, 64), "b": array(12, 1), **LAST},
    ),
    "variable second": (
        (64,),
        [
            node("Gemm", "W", "x", "b", "h", transB=1),
            node("Max", "h", "none", "r"),
            node("Transpose", "r", "t"),
            node("MatMul", "t", "W2", "y"),
        ],
        {"W": array(12, 64), "b": array(12, 1), "none": np.float32([0]), "W2": LAST["W2"]},
    ),
    "normalised": (
        (64,),
        [
            node("MatMul", "x", "W", "h"),
            node("BatchNormalization", "h", "g", "b", "m", "v", "n", epsilon=0.01),
            node("Clip", "n", "none", "r"),
            node("Neg", "r", "q"),
            node("Gemm", "q", "W2", "b2", "y"),
        ],
        {
            "W": array(64, 12),
            "g": array(12),
            "b": array(12, seed=1),
            "m": array(12, seed=2),
            "v": positive(12),
            "none": np.float32(0),
            **LAST,
        },
    ),
    "layers in a row": (
        (64,),
        [node("MatMul", "x", "W", "h"), node("Dropout", "h", "o"), node("MatMul", "o", "W2", "y")],
        {"W": array(64, 12), **LAST},
    ),
    "arrays of other precisions": (
        (64,),
        [
            node("Cast", "W16", "W", to=FLOAT),
            constant("b", array(10)),
            node("MatMul", "x", "W", "h"),
            node("Add", "h", "b", "y"),
        ],
        {"W16": array(64, 10).astype(np.float16)},
    ),
    "scikit-learn": (
        (64,),
        [
            ml("Scaler", "x", "s", offset=[0.5] * 64, scale=[0.1 * n for n in range(1, 65)]),
            onnx.helper.make_node(
                "LinearClassifier",
                ["s"],
                ["label", "y"],
                domain="ai.onnx.ml",
                coefficients=array(10, 64).ravel().tolist(),
                intercepts=array(10).tolist(),
                classlabels_ints=list(range(10)),
                post_transform="NONE",
            ),
        ],
        {},
    ),
}
CNNS = {
    "channels last, as tf2onnx": (
        (8, 8, 1),
        [
            node("Transpose", "x", "t", perm=[0, 3, 1, 2]),
            node("Conv", "t", "K", "k", auto_pad="VALID"),
            node("Transpose", "k", "l", perm=[0, 2, 3, 1]),
            node("Add", "l", "b", "a"),
            node("Relu", "a", "r"),
            node("Transpose", "r", "u", perm=[0, 3, 1, 2]),
            node("MaxPool", "u", "p", kernel_shape=[2, 2], strides=[2, 2]),
            node("Transpose", "p", "v", perm=[0, 2, 3, 1]),
            node("Reshape", "v", "flat", "f"),
            node("MatMul", "f", "W", "h"),
            node("Add", "h", "b2", "y"),
        ],
        {
            "K": array(4, 1, 3, 3),
            "b": array(4),
            "flat": np.array([-1, 36]),
            "W": array(36, 10),
            "b2": LAST["b2"],
        },
    ),
    "normalised maps": (
        (64,),
        [
            node("Reshape", "x", "maps", "i"),
            node("Mul", "i", "two", "j"),
            node("Conv", "j", "K", "k"),
            node("BatchNormalization", "k", "g", "b", "m", "v", "n"),
            node("Relu", "n", "r"),
            node("GlobalAveragePool", "r", "q"),
            node("Squeeze", "q", "axes", "f"),
            node("Gemm", "f", "W", "y", transB=1),
        ],
        {
            "maps": np.array([0, 1, 8, 8]),
            "two": np.float32([[[[2]]]]),
            "K": array(4, 1, 3, 3),
            "g": positive(4),
            "b": array(4),
            "m": array(4, seed=1),
            "v": positive(4),
            "axes": np.array([2, -1]),
            "W": array(10, 4),
        },
    ),
    "the mean of maps, channels last": (
        (1, 8, 8),
        [
            node("Conv", "x", "K", "c", "k"),
            node("Relu", "k", "r"),
            node("Transpose", "r", "l", perm=[0, 2, 3, 1]),
            node("ReduceMean", "l", "q", axes=[1, 2], keepdims=0),
            node("MatMul", "q", "W", "y"),
        ],
        {"K": array(4, 1, 3, 3), "c": array(4), "W": array(4, 10)},
    ),
    "averages of windows": (
        (1, 8, 8),
        [
            node("Conv", "x", "K", "c", "k"),
            node("Relu", "k", "r"),
            node("AveragePool", "r", "p", kernel_shape=[3, 2], strides=[1, 3]),
            node("Flatten", "p", "f"),
            node("MatMul", "f", "W", "y"),
        ],
        {"K": array(4, 1, 3, 3), "c": array(4), "W": array(32, 10)},
    ),
    "three channels": (
        (3, 8, 8),
        [
            node("Sub", "x", "mean", "s"),
            node("Div", "s", "std", "d"),
            node("Conv", "d", "K", "k"),
            node("Relu", "k", "r"),
            node("Flatten", "r", "f"),
            node("MatMul", "f", "W", "y"),
        ],
        {
            "mean": array(3, 1, 1),
            "std": positive(1, 3, 1, 1),
            "K": array(4, 3, 3, 3),
            "W": array(144, 10),
        },
    ),
    "same padding of single pixels": (
        (1, 8, 8),
        [
            node("Conv", "x", "K", "k", auto_pad="SAME_UPPER"),
            node("Relu", "k", "r"),
            node("Flatten", "r", "f"),
            node("MatMul", "f", "W", "y"),
        ],
        {"K": array(4, 1, 1, 1), "W": array(256, 10)},
    ),
}


def graph(shape, nodes, constants, batch="n"):
    tensors = [onnx.numpy_helper.from_array(a, name) for name, a in constants.items()]
    made = onnx.helper.make_graph(
        nodes, "g", [value("x", (batch, *shape))], [value("y", (batch, 10))], tensors
    )
    opsets = [onnx.helper.make_opsetid(*each) for each in (("", 17), ("ai.onnx.ml", 3))]
    return onnx.helper.make_model(made, opset_imports=opsets, ir_version=8).SerializeToString()


def check(data, shape, kind):
    model = parse_model(data, PATH)
    assert type(model) is kind
    images = np.random.default_rng(0).random((5, 64), np.float32)
    given = images.reshape(5, 8, 8)
    given = np.stack([given] * 3, axis=1) if shape[0] == 3 else given.reshape(5, *shape)
    expected = runtime.InferenceSession(data).run(None, {"x": given})[-1]
    scale = np.abs(expected).max()
    assert model.logits(images) == pytest.approx(expected, abs=1e-5 * scale)
    # The black box, which is what other networks are, evaluates the same.
    box = OnnxModel.parse(data, PATH)
    assert box.logits(images) == pytest.approx(expected, abs=1e-5 * scale)
    assert box.exact_logits(images) == pytest.approx(expected, abs=1e-5 * scale)
    assert box.notes == model.notes


@pytest.mark.parametrize("name", MLPS)
def test_dense_networks_are_recognised(name):
    shape, nodes, constants = MLPS[name]
    check(graph(shape, nodes, constants), shape, idea.MLP)


@pytest.mark.parametrize("name", CNNS)
def test_convolutional_networks_are_recognised(name):
    shape, nodes, constants = CNNS[name]
    check(graph(shape, nodes, constants), shape, idea.CNN)
