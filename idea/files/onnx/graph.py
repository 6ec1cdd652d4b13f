"""Reading ONNX graphs, and changing them for a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.onnx.arrays import external_arrays, read_external_arrays
from idea.files.onnx.rules import check_graph, check_supported
from idea.optional import load_package

__all__ = [
    "in_double_precision",
    "is_quantised",
    "parse_graph",
    "with_external_data",
]


def parse_graph(data: bytes, path: Path) -> Any:
    """Read and check a graph, which refers to no other file: see `with_external_data`."""
    model = _decode(data, path)
    check_graph(model, path)
    return model


def with_external_data(data: bytes, path: Path) -> bytes:
    """Return a graph's file with the arrays included that it stores in other files.

    Only for graphs that the user names: an untrusted graph could name any file.
    """
    model = _decode(data, path)
    if not external_arrays(model, path):
        return data
    read_external_arrays(model, path)
    return bytes(model.SerializeToString(deterministic=True))


def _decode(data: bytes, path: Path) -> Any:
    onnx = load_package("onnx", path, "onnx onnxruntime")
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf's own kinds
        lines = str(error).strip().splitlines() or [""]
        raise WeightsError(
            f"{path}: expected an ONNX model, found a damaged or incomplete one "
            f"({type(error).__name__}: {lines[0]:.160})"
        ) from error
    check_supported(model, path)
    return model


def is_quantised(model: Any) -> bool:
    """Return whether a graph rounds to integers, so that in double precision it is another one."""
    words = ("Quantize", "QLinear", "Integer")
    return any(word in node.op_type for node in model.graph.node for word in words)


def in_double_precision(model: Any) -> Any:
    """Return a copy of a graph that computes in double precision."""
    from onnx import TensorProto, numpy_helper

    singles = (TensorProto.FLOAT, TensorProto.FLOAT16)
    changed = type(model)()
    changed.CopyFrom(model)
    attributes = [attribute for node in changed.graph.node for attribute in node.attribute]
    for attribute in attributes:
        if attribute.name == "to" and attribute.i in singles:  # Cast's
            attribute.i = TensorProto.DOUBLE
    constants = [a.t for a in attributes if a.name == "value" and a.HasField("t")]
    for tensor in (*changed.graph.initializer, *constants):
        if tensor.data_type in singles:
            array = numpy_helper.to_array(tensor).astype(np.float64)
            tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    for value in (*changed.graph.input, *changed.graph.output):
        if value.type.tensor_type.elem_type in singles:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    del changed.graph.value_info[:]
    return changed
