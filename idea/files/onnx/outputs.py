"""The outputs of a graph: which of them are the classes', and where their logits are."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from idea.files.onnx.constants import Constants, attributes_of
from idea.files.onnx.order import domain_of
from idea.image import DIGITS

__all__ = ["Output", "ancestors", "is_linear_softmax", "outputs_of"]

_CROSSING = {"Sigmoid", "HardSigmoid", "Tanh", "Softsign"}
"""Functions of a single output whose halves are those of what they are applied to."""
_SOFTMAX = {"Softmax", "LogSoftmax"}
_INCREASING = {"Clip", "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Softplus", "Exp", *_CROSSING}
"""Functions that never decrease, but that may be flat: searches need what goes into them."""
_SAME = {"Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout", "Log"}
"""Nodes that may lie between those and the output."""
_SCALES = {"Mul", "Div", "Add", "Sub"}
_ML = "ai.onnx.ml"


class Output(NamedTuple):
    """An output of a graph that may be the classes'."""

    name: str
    logits: str
    """What a search needs of it: the variable before what squashes it."""
    width: int | None
    """The number of classes, where the graph declares it."""
    is_flat: bool
    """Whether it is declared as a number for each class, or not at all."""
    is_decision: bool
    """Whether it is the class itself, of which the logits were found."""


def outputs_of(graph: Any, makers: Mapping[str, Any], constants: Constants) -> list[Output]:
    """Return the outputs of numbers for classes, those that are most likely the classes' first.

    Of two that depend on each other it is the later one; then one that ends in probabilities, one
    of several classes, and one of ten.
    """
    found = [
        output
        for value in graph.output
        if (output := _output(value, makers, constants)) is not None
    ]
    inner: set[str] = set()
    for other in found:
        before = ancestors(other.logits, makers)
        inner |= {one.name for one in found if one.logits in before - {other.logits}}

    def unlikeliness(output: Output) -> tuple[bool, ...]:
        return (
            not output.is_flat,
            output.name in inner,
            output.logits == output.name,
            output.width == 1,
            output.width != len(DIGITS.classes),
            output.is_decision,
        )

    return sorted(found, key=unlikeliness)


def _output(value: Any, makers: Mapping[str, Any], constants: Constants) -> Output | None:
    """Return an output, or None if it is of another kind."""
    from onnx import TensorProto

    floats = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16}
    tensor = value.type.tensor_type
    sizes = [dim.dim_value or None for dim in tensor.shape.dim]
    several = [size for size in sizes[1:] if size != 1]
    is_flat = len(sizes) < 3 or len(several) <= 1
    width = next(iter(several), 1) if len(sizes) > 1 and is_flat else None
    maker = _before_same(value.name, makers)
    if maker is not None and maker.op_type == "ZipMap" and domain_of(maker) == _ML:
        labels = next((v for v in attributes_of(maker).values() if isinstance(v, list)), [])
        name, width = maker.input[0], len(labels) or None
        return Output(value.name, _logits(name, width, makers, constants), width, True, False)
    if maker is not None and maker.op_type == "ArgMax":
        name = _logits(maker.input[0], None, makers, constants)
        return Output(value.name, name, None, True, True)
    if tensor.elem_type not in floats:
        return None
    name = _logits(value.name, width, makers, constants) if is_flat else value.name
    return Output(value.name, name, width, is_flat, False)


def _before_same(name: str, makers: Mapping[str, Any]) -> Any:
    """Return the node that makes a variable, before those that only change its form."""
    while name in makers and makers[name].op_type in _SAME - {"Log"}:
        name = makers[name].input[0]
    return makers.get(name)


def _logits(name: str, width: int | None, makers: Mapping[str, Any], constants: Constants) -> str:
    """Return the variable before all that squashes another and keeps the order of its values."""
    ends = _SOFTMAX | (_INCREASING if width not in (None, 1) else _CROSSING)
    logits = name
    while name in makers:
        node = makers[name]
        both = _sigmoid_of_both(node, makers, constants)
        if both is not None:
            return both
        is_end = node.op_type in ends and not domain_of(node)
        if is_end and _keeps_order(node) and node.input[0] in makers:
            logits = name = node.input[0]
        elif is_linear_softmax(node) and name == node.output[1]:
            return name  # the node is made to return its scores
        elif node.op_type in _SAME or (node.op_type, node.domain) == ("Normalizer", _ML):
            name = node.input[0]
        elif node.op_type in _SCALES and (scaled := _scaled(node, constants)) is not None:
            name = scaled
        else:
            break
    return logits


def is_linear_softmax(node: Any) -> bool:
    """Return whether a node is a linear classifier with a softmax of its own."""
    is_linear = node is not None and (node.op_type, node.domain) == ("LinearClassifier", _ML)
    return is_linear and attributes_of(node).get("post_transform") == b"SOFTMAX"


def _keeps_order(node: Any) -> bool:
    """Return whether a softmax is over the classes, not the images, or a function increases."""
    attributes = attributes_of(node)
    if node.op_type in _SOFTMAX:
        return attributes.get("axis", 1) not in (0, -2)
    return bool(attributes.get("alpha", 1) >= 0)


def _scaled(node: Any, constants: Constants) -> str | None:
    """Return the variable that a node multiplies by a positive number or adds a number to."""
    for place, (variable, other) in enumerate([node.input, list(node.input)[::-1]]):
        number = constants.find(other, {}) if constants.find(variable, {}) is None else None
        if number is None or number.size != 1:
            continue
        forwards = place == 0 or node.op_type in ("Mul", "Add")
        positive = node.op_type in ("Add", "Sub") or number.item() > 0
        return str(variable) if forwards and positive else None
    return None


def _sigmoid_of_both(node: Any, makers: Mapping[str, Any], constants: Constants) -> str | None:
    """Return the logit of the second of two classes, if a node joins 1 - p and p, its sigmoid."""
    if node.op_type != "Concat" or len(node.input) != 2:
        return None
    first, second = (makers.get(name) for name in node.input)
    if first is None or second is None or (first.op_type, second.op_type) != ("Sub", "Sigmoid"):
        return None
    one = constants.find(first.input[0], {})
    joined = one is not None and bool(np.all(one == 1)) and first.input[1] == node.input[1]
    return str(second.input[0]) if joined else None


def ancestors(name: str, makers: Mapping[str, Any]) -> set[str]:
    """Return the variables that a variable is computed from."""
    found: set[str] = set()
    left: collections.deque[str] = collections.deque([name])
    while left:
        node = makers.get(left.pop())
        new: Iterable[str] = set(node.input) - found if node is not None else ()
        found.update(new)
        left.extend(new)
    return found
