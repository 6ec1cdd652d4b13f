"""ONNX graphs that no kernel knows."""

from __future__ import annotations

import onnx

from conftest import random_layers

FLOAT = onnx.TensorProto.FLOAT


def value(name, shape, kind=FLOAT):
    return onnx.helper.make_tensor_value_info(name, kind, shape)


def save(path, nodes, constants, given, wanted):
    tensors = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = onnx.helper.make_graph(nodes, "g", given, wanted, tensors)
    opset = onnx.helper.make_opsetid("", 17)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def node(op, *names, **attributes):
    *taken, made = names
    return onnx.helper.make_node(op, taken, [made], **attributes)


def tanh_graph(path, shape=("n", 784), *, end=(), kind=FLOAT, wanted="y"):
    """A network that has no kernel: one hidden layer with tanh; its weights are `tanh_logits`'s."""
    nodes = [
        node("Flatten", "x", "flat"),
        node("Gemm", "flat", "W1", "b1", "a1", transB=1),
        node("Tanh", "a1", "h1"),
        node("Gemm", "h1", "W2", "b2", "y", transB=1),
        *end,
    ]
    dtype = onnx.helper.tensor_dtype_to_np_dtype(kind)
    constants = {
        f"{part}{n}": array.astype(dtype)
        for n, layer in enumerate(tanh_layers(), 1)
        for part, array in zip("Wb", layer, strict=True)
    }
    outputs = [value(wanted, (shape[0], 10), kind)]
    return save(path, nodes, constants, [value("x", shape, kind)], outputs)


def tanh_layers():
    first, _, last = random_layers(16, 0)
    return first, last
