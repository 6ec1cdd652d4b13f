"""ONNX graphs: reading them, and the changes that a search wants in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.package import load_package

__all__ = ["SOFTMAX", "doubled", "parse_graph", "whole_bytes", "without_softmax"]

SOFTMAX = {"Softmax", "LogSoftmax"}
"""The nodes that turn logits into what is no logit any more."""


def parse_graph(data: bytes, path: Path, *, complete: bool = True) -> Any:
    """Read a file's graph.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name.
    complete
        Whether arrays that the graph keeps in files of their own are read from beside it.

    Returns
    -------
    onnx.ModelProto
        With nothing checked.

    Raises
    ------
    WeightsError
        If the package onnx is not installed, or the file is damaged.
    """
    onnx = load_package("onnx", "onnx onnxruntime", path)
    try:
        model = onnx.load_model_from_string(data)
        if complete:
            onnx.load_external_data_for_model(model, str(path.parent))
    # protobuf, onnx and the file system raise kinds of their own.
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        raise WeightsError(
            f"{path}: expected an ONNX model, found one that is damaged or not whole "
            f"({type(error).__name__}: {lines[0]:.160})"
        ) from error
    return model


def whole_bytes(data: bytes, path: Path) -> bytes:
    """Give a graph's file with all that it keeps in files of their own.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name.

    Returns
    -------
    bytes
        The same, where it keeps nothing elsewhere.

    Raises
    ------
    WeightsError
        As `parse_graph`.
    """
    onnx = load_package("onnx", "onnx onnxruntime", path)
    model = parse_graph(data, path, complete=False)
    outside = [
        t for t in model.graph.initializer if onnx.external_data_helper.uses_external_data(t)
    ]
    return bytes(parse_graph(data, path).SerializeToString(deterministic=True)) if outside else data


def without_softmax(model: Any) -> Any:
    """Give a graph that ends in its logits: where its output is a softmax, in what goes into that.

    Probabilities near 1 all look alike in float32, and a search among them finds nothing.

    Parameters
    ----------
    model
        An `onnx.ModelProto`; it isn't changed.

    Returns
    -------
    onnx.ModelProto
        A copy, or the same where the output is no softmax of ten.
    """
    if len(model.graph.output) != 1:
        return model
    name = model.graph.output[0].name
    makers = {output: node for node in model.graph.node for output in node.output}
    while name in makers and makers[name].op_type == "Identity":
        name = makers[name].input[0]
    if name not in makers or makers[name].op_type not in SOFTMAX:
        return model
    changed = type(model)()
    changed.CopyFrom(model)
    changed.graph.output[0].name = makers[name].input[0]
    return changed


def doubled(model: Any) -> Any:
    """Give a graph that computes in double precision what this one does in single.

    Parameters
    ----------
    model
        An `onnx.ModelProto`; it isn't changed.

    Returns
    -------
    onnx.ModelProto
        A copy.
    """
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
