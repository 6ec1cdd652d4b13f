"""The constants of a graph: stored arrays, nodes that hold one, and what is computed from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.files.onnx.order import domain_of

__all__ = ["Constants", "attributes_of"]

Array = NDArray[Any]
_LARGEST = 2**24  # numbers that a node may compute here

_FLOATS = {"value_float": np.float32, "value_floats": np.float32}
_INTEGERS = {"value_int": np.int64, "value_ints": np.int64}


def attributes_of(node: Any) -> dict[str, Any]:
    """Return a node's attributes by name: numbers, bytes, lists of these, or messages."""
    from onnx import helper

    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


class Constants:
    """The arrays of a graph that don't depend on its input, evaluated when they are needed.

    `known` is what is known of the graph, by name, in addition: such as the shape of a variable.
    """

    def __init__(self, graph: Any, makers: Mapping[str, Any]) -> None:
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = makers
        self._found: dict[str, Array | None] = {}

    def find(self, name: str, known: Mapping[str, Array]) -> Array | None:
        """Return an array by its name, or None if it isn't constant.

        `known` are the values of other names, such as those of `Shape` nodes.
        """
        if name in known:
            return known[name]
        pending = [name]
        while pending:  # no recursion: graphs may be long
            current = pending[-1]
            missing = [each for each in self._needed(current) if not self._has(each, known)]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            if not self._has(current, known):
                self._found[current] = self._evaluated(current, known)
        return self._found[name]

    def _has(self, name: str, known: Mapping[str, Array]) -> bool:
        return name in self._found or name in known

    def _needed(self, name: str) -> list[str]:
        """Return what has to be evaluated before a name."""
        node = self._makers.get(name)
        if name in self._tensors or node is None or node.op_type not in _FUNCTIONS:
            return []
        return [each for each in node.input if each]

    def _evaluated(self, name: str, known: Mapping[str, Array]) -> Array | None:
        from onnx import numpy_helper

        if name in self._tensors:
            return np.asarray(numpy_helper.to_array(self._tensors[name]))
        node = self._makers.get(name)
        if node is None or domain_of(node):
            return None
        if node.op_type == "Constant":
            return _constant(attributes_of(node))
        if node.op_type not in _FUNCTIONS:
            return None
        given = [known.get(each, self._found.get(each)) for each in node.input]
        if any(each is None for each in given):
            return None
        try:
            with np.errstate(all="ignore"):
                found = _FUNCTIONS[node.op_type](attributes_of(node), *given)
        except Exception:  # of any kind: the runtime reports what is wrong with the node
            return None
        return None if found.size > _LARGEST else found


def _constant(attributes: dict[str, Any]) -> Array | None:
    from onnx import numpy_helper

    ((name, value),) = attributes.items()
    if name == "value":
        return np.asarray(numpy_helper.to_array(value))
    dtype = (_FLOATS | _INTEGERS).get(name)
    return None if dtype is None else np.array(value, dtype)


def _broadcasting(function: Callable[..., Any]) -> Callable[..., Array]:
    def apply(_: dict[str, Any], *arrays: Array) -> Array:
        if np.prod(np.broadcast_shapes(*(each.shape for each in arrays))) > _LARGEST:
            raise MemoryError
        return np.asarray(function(*arrays))

    return apply


def _quotient(one: Array, other: Array) -> Array:
    if one.dtype.kind == "f":
        return np.asarray(one / other)
    return np.asarray(np.trunc(one / other).astype(one.dtype))


def _cast(attributes: dict[str, Any], array: Array, *_: Array) -> Array:
    from onnx import helper

    return array.astype(helper.tensor_dtype_to_np_dtype(attributes["to"]))


def _axes(attributes: dict[str, Any], given: tuple[Array, ...]) -> tuple[int, ...] | None:
    """Return the axes of a node: an attribute, or, in newer versions, an input."""
    axes = given[0].ravel().tolist() if given else attributes.get("axes")
    return None if axes is None else tuple(axes)


def _squeeze(attributes: dict[str, Any], array: Array, *axes: Array) -> Array:
    return array.squeeze(_axes(attributes, axes))


def _unsqueeze(attributes: dict[str, Any], array: Array, *axes: Array) -> Array:
    return np.expand_dims(array, _axes(attributes, axes) or ())


def _reshape(attributes: dict[str, Any], array: Array, shape: Array) -> Array:
    sizes = [
        array.shape[axis] if size == 0 and not attributes.get("allowzero") else int(size)
        for axis, size in enumerate(shape)
    ]
    return array.reshape(sizes)


def _slice(_: dict[str, Any], array: Array, *ends: Array) -> Array:
    begins, stops, *rest = (each.tolist() for each in ends)
    axes = rest[0] if rest else range(len(begins))
    steps = rest[1] if len(rest) > 1 else [1] * len(begins)
    parts = [slice(None)] * array.ndim
    for axis, begin, stop, step in zip(axes, begins, stops, steps, strict=True):
        parts[axis] = slice(begin, stop, step)
    return array[tuple(parts)]


def _gather(attributes: dict[str, Any], array: Array, indices: Array) -> Array:
    return np.asarray(array.take(indices, attributes.get("axis", 0)))


def _concat(attributes: dict[str, Any], *arrays: Array) -> Array:
    return np.concatenate(arrays, attributes["axis"])


_FUNCTIONS: dict[str, Callable[..., Array]] = {
    "Add": _broadcasting(np.add),
    "Cast": _cast,
    "Concat": _concat,
    "Div": _broadcasting(_quotient),
    "Gather": _gather,
    "Identity": lambda _, array: array,
    "Mod": _broadcasting(np.mod),
    "Mul": _broadcasting(np.multiply),
    "Neg": lambda _, array: np.negative(array),
    "Reshape": _reshape,
    "Slice": _slice,
    "Sqrt": lambda _, array: np.sqrt(array),
    "Squeeze": _squeeze,
    "Sub": _broadcasting(np.subtract),
    "Transpose": lambda attributes, array: array.transpose(attributes.get("perm")),
    "Unsqueeze": _unsqueeze,
}
"""The nodes that exporters leave among constants: they transpose, scale and shape arrays."""
