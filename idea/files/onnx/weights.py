"""Reading the weights of ONNX graphs that are plain networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.layers.plain import UnsupportedNetworkError, plain_weights
from idea.files.onnx.follow import chain_of
from idea.files.onnx.graph import parse_graph
from idea.files.onnx.inputs import GREY_NOTE, RGB, colour_axis
from idea.files.onnx.layout import DifferentNetworkError
from idea.files.onnx.nodes import HANDLERS
from idea.files.onnx.simple import simplified
from idea.files.weights.task_metadata import KEY, parse_task
from idea.image import DIGITS, MAX_PIXELS, Task
from idea.networks.weight_checks import check_finite, with_two_outputs
from idea.networks.weights import Weights
from idea.optional import load_package

__all__ = ["parse_onnx", "task_of", "weights_of"]

_SIDES = range(4, 65)  # of images in an input that leaves their size free


def parse_onnx(data: bytes, path: Path) -> Weights:
    """Read the weights of an MLP, or of convolutions followed by dense layers.

    Convolutions have stride 1 and no padding, and max-pooling by 2×2 or none; ReLU is between all
    layers. What can be folded into such layers is, as `idea.files.layers.folding` does, and what
    follows the logits is left out. Other networks raise `UnsupportedNetworkError`.
    """
    return weights_of(parse_graph(data, path), path)


def weights_of(model: Any, path: Path, declared: Task | None = None) -> Weights:
    """Return the weights of a graph that is a plain network, as `parse_onnx`."""
    task = declared or task_of(model, path)
    simple = simplified(model, len(task.classes) if task else None)
    try:
        _require_sound(model, path)
        weights = with_two_outputs(_weights(simple.graph, task))
        if weights.convolutions or weights.task or weights.sides():  # else it may be declared
            weights.sizes(weights.task or weights.derived_task())
    except (DifferentNetworkError, WeightsError) as error:
        raise UnsupportedNetworkError(
            f"{path}: expected dense layers, optionally preceded by convolutions, with ReLU "
            f"between them; found {error}",
            lambda: model,
        ) from error
    for name, array in weights.named().items():
        check_finite(path, name, array)
    return replace(weights, notes=(*simple.notes, *weights.notes))


def task_of(model: Any, path: Path) -> Task | None:
    """Return the task in a graph's metadata, if there is one."""
    texts = {entry.key: entry.value for entry in model.metadata_props}
    return parse_task(texts.get(KEY), path)


def _weights(model: Any, task: Task | None) -> Weights:
    """Follow a graph whose input may leave the size of the images free."""
    graph = model.graph
    if len(graph.input) != 1 or len(graph.output) != 1:
        raise DifferentNetworkError(f"{len(graph.input)} inputs and {len(graph.output)} outputs")
    sizes = [dim.dim_value or None for dim in graph.input[0].type.tensor_type.shape.dim]
    if not 2 <= len(sizes) <= 4:
        raise DifferentNetworkError(f"an input of {len(sizes)} dimensions")
    images, *dimensions = sizes
    reasons: list[Exception] = []
    for shape in _shapes(dimensions, graph, task):
        try:
            weights = plain_weights(chain_of(graph, shape, task, HANDLERS, images))
        except (DifferentNetworkError, WeightsError) as error:
            reasons.append(error)
            continue
        notes = () if colour_axis(shape) is None else (GREY_NOTE,)
        return replace(weights, size=weights.size if all(dimensions) else None, notes=notes)
    raise reasons[0]


def _shapes(
    dimensions: list[int | None], graph: Any, task: Task | None
) -> Iterator[tuple[int, ...]]:
    """Yield the shapes that an image may have in an input, the usual one first."""
    if all(dimensions):
        yield tuple(n for n in dimensions if n)
    elif len(dimensions) == 1:
        known = [task.pixels] if task else []
        rows = {
            tensor.dims[axis]
            for tensor in graph.initializer
            if len(tensor.dims) == 2
            for axis in (0, 1)
        }
        fitting = sorted(n for n in rows if 4 <= n <= MAX_PIXELS)
        yield from ((n,) for n in dict.fromkeys([*known, DIGITS.pixels, *fitting]))
    else:
        sides = [(side, side) for side in dict.fromkeys([DIGITS.height, *_SIDES])]
        for size in [task.shape] if task else sides:
            yield _filled(dimensions, size)


def _filled(dimensions: list[int | None], size: tuple[int, int]) -> tuple[int, ...]:
    """Return the dimensions of an image with the free ones filled in."""
    if len(dimensions) == 2:
        default: tuple[int, ...] = size
    elif dimensions[-1] in (1, RGB) and dimensions[0] not in (1, RGB):
        default = (*size, 1)
    else:
        default = (1, *size)
    return tuple(n or other for n, other in zip(dimensions, default, strict=True))


def _require_sound(model: Any, path: Path) -> None:
    onnx = load_package("onnx", path, "onnx onnxruntime")
    try:
        onnx.checker.check_model(model)
    except Exception as error:  # of several kinds, some without a text
        lines = str(error).splitlines() or [type(error).__name__]
        raise DifferentNetworkError(f"a graph that breaks ONNX's rules ({lines[0]})") from error
