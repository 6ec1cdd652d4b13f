"""The rules that a graph must keep before anything walks through it or runs it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.onnx.arrays import external_arrays, messages
from idea.files.onnx.order import (
    DOMAINS,
    BrokenRuleError,
    check_functions,
    check_order,
    domain_of,
    nodes_of,
)
from idea.files.read import largest_size

__all__ = ["check_graph", "check_harmless", "check_known"]

_RANDOM = {
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
    "Sampling",
}
_PARTS = {"TENSOR": "t", "GRAPH": "g", "SPARSE_TENSOR": "sparse_tensor", "TYPE_PROTO": "tp"}
"""The fields in which attributes of these types keep what may be missing."""


def check_known(model: Any, path: Path) -> None:
    """Check that all of a graph can be read, by this version of onnx and as text.

    Parameters
    ----------
    model
        An `onnx.ModelProto`. What isn't known is dropped from it.
    path
        The file's name, for the error.

    Raises
    ------
    WeightsError
        If it has fields that another version of onnx, or of the runtime, might know; or names that
        aren't UTF-8.
    """
    size = model.ByteSize()
    model.DiscardUnknownFields()
    if model.ByteSize() != size:
        raise WeightsError(
            f"{path}: has parts that the installed version of onnx doesn't know, or is damaged; "
            "a newer one may (pip install --upgrade onnx)"
        )
    for part in messages(model, path):
        for field, value in part.ListFields():
            if field.type == field.TYPE_STRING:
                # Protobuf gives those that can't be decoded as bytes.
                texts = [value] if isinstance(value, str | bytes) else value
                if not all(isinstance(text, str) for text in texts):
                    raise WeightsError(f"{path}: has a {field.name} that isn't UTF-8")


def check_graph(model: Any, path: Path) -> None:
    """Check that a graph is whole, ends, and gives the same answers each time.

    That is: it keeps nothing in other files; its arrays hold as much as their shapes tell; each
    node takes what is made before it, so that there is no circle; no function calls itself, and
    all together are of a sensible size; every node is of a kind that the runtime itself has; and
    none draws random numbers.

    Parameters
    ----------
    model
        An `onnx.ModelProto` that `check_known` found good.
    path
        The file's name, for the error.

    Raises
    ------
    WeightsError
        If it breaks one of these rules; the text tells which, and where.
    """
    parts = list(messages(model, path))
    nodes = nodes_of(parts)
    if external_arrays(model, path):
        raise WeightsError(
            f"{path}: keeps arrays in files of their own; save it as one file to open it here"
        )
    try:
        _check_arrays(parts)
        _check_attributes(nodes_of(messages(model.graph, path)), parameters=False)
        for function in model.functions:
            _check_attributes(nodes_of(messages(function, path)), parameters=True)
        check_functions(model, path)
        check_order(model)
        _check_steady(nodes, model)
    except BrokenRuleError as error:
        raise WeightsError(f"{path}: expected a sound ONNX graph, found {error!s:.300}") from error


def check_harmless(model: Any, path: Path) -> None:
    """Check that a graph does a fixed amount of work: that it has neither loops nor branches.

    Parameters
    ----------
    model
        An `onnx.ModelProto`.
    path
        The file's name, for the error.

    Raises
    ------
    WeightsError
        If a node has a graph of its own, which it may run as often as it likes.
    """
    loops = {
        node.op_type
        for node in nodes_of(messages(model, path))
        if any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)
    }
    if loops:
        raise WeightsError(
            f"{path}: has nodes {', '.join(sorted(loops))}, which may take for ever; "
            "python -m idea.search takes them"
        )


def _check_arrays(parts: Iterable[Any]) -> None:
    """Check that each array can be read, and its shape is one."""
    from onnx import SparseTensorProto, TensorProto, numpy_helper

    for part in parts:
        if not isinstance(part, TensorProto | SparseTensorProto):
            continue
        shape = tuple(part.dims)
        # A sparse one is written out: no more bytes of float64 than are read.
        if min(shape, default=0) < 0 or 8 * math.prod(shape) > largest_size():
            raise BrokenRuleError(f"an array of shape {shape}")
        if isinstance(part, TensorProto):
            try:
                numpy_helper.to_array(part)
            except Exception as error:  # whatever numpy raises
                raise BrokenRuleError(
                    f"an array {part.name!r} of shape {shape} that can't be read ({error!s:.100})"
                ) from error


def _check_attributes(nodes: Iterable[Any], *, parameters: bool) -> None:
    """Check that each attribute has a value of its type, or is a function's parameter."""
    for node in nodes:
        names = [attribute.name for attribute in node.attribute]
        if len(set(names)) < len(names):
            raise BrokenRuleError(f"a node {node.op_type} with two attributes of one name")
        for attribute in node.attribute:
            named = bool(attribute.ref_attr_name)
            if named > parameters or not (named or _has_value(attribute)):
                raise BrokenRuleError(
                    f"a node {node.op_type} whose attribute {attribute.name!r} has no value"
                )
        if node.op_type == "Constant" and not domain_of(node) and len(names) != 1:
            raise BrokenRuleError(f"a node Constant with {len(names)} values")


def _has_value(attribute: Any) -> bool:
    from onnx import AttributeProto, helper

    try:
        if helper.get_attribute_value(attribute) is None:  # of no type
            return False
    except ValueError:
        return False
    field = _PARTS.get(AttributeProto.AttributeType.Name(attribute.type))
    return field is None or attribute.HasField(field)


def _check_steady(nodes: Iterable[Any], model: Any) -> None:
    """Check that no node draws random numbers."""
    from onnx import numpy_helper

    drawing = {node.op_type for node in nodes if domain_of(node) in DOMAINS} & _RANDOM
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in nodes:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            constants[node.output[0]] = node.attribute[0].t
    for node in nodes:
        if node.op_type == "Dropout" and len(node.input) > 2:  # the third tells if it trains
            training = constants.get(node.input[2])
            if training is not None and numpy_helper.to_array(training).any():
                drawing.add("Dropout in training mode")
    if drawing:
        raise BrokenRuleError(
            f"a node {min(drawing)}, which draws random numbers, so that its answers change"
        )
