"""The rules that a graph must satisfy before it is followed or run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.onnx.arrays import external_arrays, messages
from idea.files.onnx.order import (
    DOMAINS,
    InvalidGraphError,
    check_functions,
    check_order,
    domain_of,
    nodes_of,
)
from idea.files.read import largest_size

__all__ = ["check_graph", "check_supported", "check_untrusted_graph"]

_RANDOM = {
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
    "Sampling",
}
_ENDLESS = {"Loop"}
"""Nodes that may run without end."""
_PARTS = {"TENSOR": "t", "GRAPH": "g", "SPARSE_TENSOR": "sparse_tensor", "TYPE_PROTO": "tp"}
"""The fields of attributes of these types, which may be missing."""


def check_supported(model: Any, path: Path) -> None:
    """Check that the installed version of onnx knows all of a graph, and that its names are UTF-8.

    Unknown fields, which another version or the runtime might know, are discarded.
    """
    size = model.ByteSize()
    model.DiscardUnknownFields()
    if model.ByteSize() != size:
        raise WeightsError(
            f"{path}: is damaged, or has parts that the installed version of onnx doesn't know; "
            "try a newer version (pip install --upgrade onnx)"
        )
    for part in messages(model, path):
        for field, value in part.ListFields():
            if field.type == field.TYPE_STRING:
                # Protobuf returns bytes if they can't be decoded.
                texts = [value] if isinstance(value, str | bytes) else value
                if not all(isinstance(text, str) for text in texts):
                    raise WeightsError(f"{path}: has a {field.name} that isn't UTF-8")


def check_graph(model: Any, path: Path) -> None:
    """Check that a graph is complete and finite, and that its outputs are reproducible.

    It stores nothing in other files; its arrays have the size of their shapes; each node uses
    earlier results, so there is no cycle; no function calls itself, and all together have a
    reasonable size; the runtime itself has every node; and no node is a loop or draws random
    numbers.
    """
    parts = list(messages(model, path))
    nodes = nodes_of(parts)
    _check_ending(nodes, path)
    if external_arrays(model, path):
        raise WeightsError(
            f"{path}: stores arrays in other files; save it as one file to open it here"
        )
    try:
        _check_arrays(parts)
        _check_attributes(nodes_of(messages(model.graph, path)), parameters=False)
        for function in model.functions:
            _check_attributes(nodes_of(messages(function, path)), parameters=True)
        check_functions(model, path)
        check_order(model)
        _check_deterministic(nodes, model)
    except InvalidGraphError as error:
        raise WeightsError(f"{path}: expected a valid ONNX graph, found {error!s:.300}") from error


def check_untrusted_graph(model: Any, path: Path) -> None:
    """Check that a graph does a fixed amount of work, without loops and branches."""
    loops = {
        node.op_type
        for node in nodes_of(messages(model, path))
        if any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)
    }
    if loops:
        raise WeightsError(
            f"{path}: has nodes {', '.join(sorted(loops))}, which may run without end; "
            "python -m idea.search accepts them"
        )


def _check_arrays(parts: Iterable[Any]) -> None:
    """Check that each array has a valid shape and can be read."""
    from onnx import SparseTensorProto, TensorProto, numpy_helper

    for part in parts:
        if not isinstance(part, TensorProto | SparseTensorProto):
            continue
        shape = tuple(part.dims)
        # A sparse array is expanded: to no more bytes of float64 than a file may have.
        if min(shape, default=0) < 0 or 8 * math.prod(shape) > largest_size():
            raise InvalidGraphError(f"an array of shape {shape}")
        if isinstance(part, TensorProto):
            try:
                numpy_helper.to_array(part)
            except Exception as error:  # of any kind that numpy raises
                raise InvalidGraphError(
                    f"an array {part.name!r} of shape {shape} that can't be read ({error!s:.100})"
                ) from error


def _check_attributes(nodes: Iterable[Any], *, parameters: bool) -> None:
    """Check that each attribute has a value of its type, or is a function's parameter."""
    for node in nodes:
        names = [attribute.name for attribute in node.attribute]
        if len(set(names)) < len(names):
            raise InvalidGraphError(f"a node {node.op_type} with two attributes of the same name")
        for attribute in node.attribute:
            named = bool(attribute.ref_attr_name)
            if named > parameters or not (named or _has_value(attribute)):
                raise InvalidGraphError(
                    f"a node {node.op_type} whose attribute {attribute.name!r} has no value"
                )
        if node.op_type == "Constant" and not domain_of(node) and len(names) != 1:
            raise InvalidGraphError(f"a node Constant with {len(names)} values")


def _has_value(attribute: Any) -> bool:
    from onnx import AttributeProto, helper

    try:
        if helper.get_attribute_value(attribute) is None:  # of no type
            return False
    except ValueError:
        return False
    field = _PARTS.get(AttributeProto.AttributeType.Name(attribute.type))
    return field is None or attribute.HasField(field)


def _check_ending(nodes: Iterable[Any], path: Path) -> None:
    """Check that no node may run without end: a `Scan` or an `If` does not."""
    endless = {node.op_type for node in nodes if domain_of(node) in DOMAINS} & _ENDLESS
    if endless:
        raise WeightsError(
            f"{path}: has nodes {min(endless)}, which may run without end; export the network "
            "without them"
        )


def _check_deterministic(nodes: Iterable[Any], model: Any) -> None:
    """Check that no node draws random numbers."""
    from onnx import numpy_helper

    drawing = {node.op_type for node in nodes if domain_of(node) in DOMAINS} & _RANDOM
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in nodes:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            constants[node.output[0]] = node.attribute[0].t
    for node in nodes:
        if node.op_type == "Dropout" and len(node.input) > 2:  # the third is the training mode
            training = constants.get(node.input[2])
            if training is not None and numpy_helper.to_array(training).any():
                drawing.add("Dropout in training mode")
    if drawing:
        raise InvalidGraphError(
            f"a node {min(drawing)}, which draws random numbers, so that the outputs vary"
        )
