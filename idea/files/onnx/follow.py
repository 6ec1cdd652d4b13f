"""Following a graph from its input to its output, as a chain of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.files.layers.chain import AnyLayer, Chain, Conv, Flatten, Reshape, Shape, shape_after
from idea.files.onnx.constants import Constants, attributes_of
from idea.files.onnx.inputs import RGB, colour_axis
from idea.files.onnx.layout import DifferentNetworkError, Layout
from idea.files.onnx.order import domain_of
from idea.image import Task

__all__ = ["Step", "Trail", "chain_of"]

Array = NDArray[Any]
Handler = Callable[["Trail", "Step"], None]


class Step(NamedTuple):
    """A node on the path from the images to the logits."""

    op: str
    attributes: dict[str, Any]
    place: int
    """Of the variable among the node's inputs."""
    inputs: tuple[Array | None, ...]
    """The constants, None where the variable is or an input is omitted."""

    def constant(self, place: int) -> Array | None:
        """Return the constant at a place, None if it is omitted."""
        return self.inputs[place] if place < len(self.inputs) else None

    def floats(self, place: int) -> Array:
        """Return the constant at a place, which must be of the precision that chains have."""
        found = self.constant(place)
        if found is None:
            raise DifferentNetworkError(f"a node {self.op} without one of its arrays")
        if found.dtype not in (np.float32, np.float64):
            raise DifferentNetworkError(f"a node {self.op} with constants of {found.dtype}")
        with np.errstate(over="ignore"):
            if np.isfinite(found).all() and not np.isfinite(found.astype(np.float32)).all():
                raise DifferentNetworkError(f"a node {self.op} with numbers beyond float32")
        return found


class Trail:
    """The layers that have been found so far, and where the last one's values lie in the graph."""

    def __init__(self, shape: tuple[int, ...], images: int | None) -> None:
        self.layers: list[AnyLayer] = []
        self.images = images
        """The fixed number of images of a call."""
        self.input: Shape
        """The shape of the chain's input."""
        self.input, self.layout = _input_of(shape)
        self.shape = self.input
        """The shape of the values so far."""
        if colour_axis(shape) is not None:  # the grey of the image in each channel
            self.append(Conv(np.ones((RGB, 1, 1, 1)), np.zeros(RGB)))

    def append(self, layer: AnyLayer) -> None:
        """Add a layer."""
        self.shape = shape_after(layer, self.shape)
        self.layers.append(layer)

    def flatten(self) -> None:
        """Add what makes flat values of maps."""
        if len(self.shape) > 1:
            self.append(Flatten())

    def require_maps(self, op: str) -> None:
        """Make maps of the values, which must lie so in the graph."""
        shape = self.layout.indices.shape
        if len(shape) != 4 or not self.layout.is_ordered:
            raise DifferentNetworkError(f"a node {op} of values in another order")
        if self.shape != shape[1:]:
            self.flatten()
            self.append(Reshape((shape[1], shape[2], shape[3])))


def _input_of(shape: tuple[int, ...]) -> tuple[Shape, Layout]:
    """Return the shape of a chain's input, of one channel, and the layout of the graph's."""
    axis = colour_axis(shape)
    if axis == 0:
        return (1, *shape[1:]), Layout.of(shape)
    if axis == 2:
        return (1, *shape[:2]), Layout.of((RGB, *shape[:2])).transposed([0, 2, 3, 1])
    if len(shape) == 3 and 1 not in (shape[0], shape[2]):
        raise DifferentNetworkError(f"images of shape {shape}")
    maps = shape[:2] if len(shape) == 2 or shape[0] != 1 else shape[1:]
    return shape if len(shape) == 1 else (1, *maps), Layout.of(shape)


def chain_of(
    graph: Any,
    shape: tuple[int, ...],
    task: Task | None,
    handlers: dict[str, Handler],
    images: int | None = None,
) -> Chain:
    """Return the chain of a graph with one input and one output.

    `shape` is that of an image in the input, `images` their number if it is fixed. Raises a
    `DifferentNetworkError` or a `WeightsError` if it is no chain.
    """
    makers = {output: node for node in graph.node for output in node.output if output}
    constants = Constants(graph, makers)
    (given,), (wanted,) = graph.input, graph.output
    trail = Trail(shape, images)
    sizes: dict[str, Array] = {}  # what Shape nodes give
    shape_nodes = _shape_nodes(graph)
    for node, variable in _path(graph, makers, given.name, wanted.name):
        shape_now = np.array(trail.layout.indices.shape, np.int64)
        for result, part in shape_nodes.get(variable, ()):
            sizes[result] = shape_now[part]
        key = ":".join(filter(None, [domain_of(node), node.op_type]))
        if key not in handlers:
            raise DifferentNetworkError(f"a node {node.op_type}")
        handlers[key](trail, _step(node, variable, lambda name: constants.find(name, sizes)))
    last = trail.layout.indices
    if not trail.layout.is_ordered or last.size != max(last.shape):
        raise DifferentNetworkError(f"outputs of shape {last.shape}")
    trail.flatten()
    return Chain(tuple(trail.layers), trail.input, task)


def _step(node: Any, variable: str, find: Callable[[str], Array | None]) -> Step:
    """Return a node with its constants, which a function finds by their names."""
    others = {name for name in node.input if name and name != variable}
    found = {name: find(name) for name in others}
    if any(array is None for array in found.values()) or list(node.input).count(variable) > 1:
        raise DifferentNetworkError(f"a node {node.op_type} of more than one variable")
    inputs = tuple(found.get(name) for name in node.input)
    return Step(node.op_type, attributes_of(node), list(node.input).index(variable), inputs)


def _shape_nodes(graph: Any) -> dict[str, list[tuple[str, slice]]]:
    """Return, by variable, the names of what its Shape nodes give, and which part of its shape."""
    found: dict[str, list[tuple[str, slice]]] = {}
    for node in graph.node:
        if node.op_type == "Shape" and not domain_of(node):
            ends = attributes_of(node)
            part = slice(ends.get("start"), ends.get("end"))
            found.setdefault(node.input[0], []).append((node.output[0], part))
    return found


def _path(graph: Any, makers: dict[str, Any], begin: str, end: str) -> list[tuple[Any, str]]:
    """Return the nodes from the input to the output, each with the variable that goes into it.

    There must be no branches on the way.
    """
    dependent = {begin}
    for node in graph.node:  # which are in order
        if node.op_type != "Shape" and dependent.intersection(node.input):
            dependent.update(node.output)
    path = []
    name = end
    while name != begin:
        node = makers.get(name)
        inputs = dependent.intersection(node.input) if node else set()
        # A linear classifier's first output is the class.
        result = len(node.output) - 1 if node and node.op_type == "LinearClassifier" else 0
        if node is None or len(inputs) != 1 or node.output[result] != name:
            what = "an output that isn't the input's" if node is None else f"a node {node.op_type}"
            raise DifferentNetworkError(f"{what} of {len(inputs) or 'no'} variables")
        (name,) = inputs
        path.append((node, name))
    return path[::-1]
