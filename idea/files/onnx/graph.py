"""ONNX graphs: reading them, and the changes that a search wants in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from idea.errors import WeightsError
from idea.files.onnx.arrays import external_arrays, read_external_arrays
from idea.files.onnx.rules import check_graph, check_known
from idea.optional import load_package

__all__ = ["SOFTMAX", "doubled", "parse_graph", "whole_bytes", "without_softmax"]

SOFTMAX = {"Softmax", "LogSoftmax"}
"""The nodes that turn logits into what is no logit any more."""


def parse_graph(data: bytes, path: Path) -> Any:
    """Read a file's graph, and check all that is needed to walk through it and to run it.

    No other file is read, and nothing that runs the graph will read one: see `whole_bytes`.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name.

    Returns
    -------
    onnx.ModelProto
        Which keeps the rules of `idea.files.onnx.rules.check_graph`.

    Raises
    ------
    WeightsError
        If the package onnx is not installed, the file is damaged, or the graph breaks a rule.
    """
    model = _decode(data, path)
    check_graph(model, path)
    return model


def whole_bytes(data: bytes, path: Path) -> bytes:
    """Give a graph's file with all that it keeps in files of their own, beside it.

    Only for a graph that the user names: a stranger's may name any file.

    Parameters
    ----------
    data
        The file's contents.
    path
        Where it is.

    Returns
    -------
    bytes
        The same, where it keeps nothing elsewhere.

    Raises
    ------
    WeightsError
        If the package onnx is not installed, or one of the files is damaged, missing, or not
        beside the graph.
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
    except Exception as error:  # protobuf has kinds of its own
        lines = str(error).strip().splitlines() or [""]
        raise WeightsError(
            f"{path}: expected an ONNX model, found one that is damaged or not whole "
            f"({type(error).__name__}: {lines[0]:.160})"
        ) from error
    check_known(model, path)
    return model


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
