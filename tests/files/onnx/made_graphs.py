"""Graphs as a stranger might make them, from one array W, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.graph import parse_graph  # noqa: E402

from graphs import node, value  # noqa: E402

W = np.random.default_rng(0).normal(0, 0.01, (784, 10)).astype(np.float32)
PATH = Path("m.onnx")
OPSETS = [onnx.helper.make_opsetid(*each) for each in (("", 17), ("mine", 1))]


def model(*nodes, functions=(), wanted="y", **constants):
    """A graph from "x" to "y" with the array "W"."""
    tensors = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = onnx.helper.make_graph(
        nodes,
        "g",
        [value("x", ("n", 784))],
        [value(wanted, ("n", 10))],
        [onnx.numpy_helper.from_array(W, "W"), *tensors],
    )
    return onnx.helper.make_model(
        graph, opset_imports=OPSETS, ir_version=9, functions=list(functions)
    )


def function(name, *nodes, domain="mine"):
    return onnx.helper.make_function(domain, name, ["a"], ["b"], nodes, OPSETS)


def mine(op, *names):
    return node(op, *names, domain="mine")


def refusal(made):
    data = made if isinstance(made, bytes) else made.SerializeToString()
    with pytest.raises(WeightsError) as error:
        parse_model(data, PATH)
    with pytest.raises(WeightsError) as again:
        parse_graph(data, PATH)
    assert str(error.value) == str(again.value)
    return str(error.value).removeprefix("m.onnx: ").removeprefix("expected a valid ONNX graph, ")


product = node("MatMul", "x", "W", "y")


def branch(*nodes, wanted="t"):
    """A graph within a node."""
    return onnx.helper.make_graph(nodes, "inner", [], [value(wanted, ("n", 10))])


def if_node(then, otherwise=None):
    other = otherwise or branch(node("Identity", "h", "e"), wanted="e")
    return node("If", "yes", "y", then_branch=then, else_branch=other)


hidden = node("MatMul", "x", "W", "h")


def kept(name="W", location="m.data", array=W, **entries):
    """An array that lies in a file."""
    tensor = onnx.TensorProto(
        name=name,
        dims=array.shape,
        data_type=onnx.helper.np_dtype_to_tensor_dtype(array.dtype),
        data_location=onnx.TensorProto.EXTERNAL,
    )
    for key, text in {"location": location, "length": str(array.nbytes), **entries}.items():
        if text is not None:
            tensor.external_data.add(key=key, value=text)
    return tensor


def sparse(**changed):
    found = onnx.SparseTensorProto(dims=W.shape)
    found.values.CopyFrom(kept(array=W.ravel()))
    found.indices.CopyFrom(onnx.numpy_helper.from_array(np.arange(W.size), "W_indices"))
    for part, tensor in changed.items():
        getattr(found, part).CopyFrom(tensor)
    return found
