"""Keras models in memory, of Keras 3 with any backend or of TensorFlow's Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.keras.config import Layer, LayersError, input_shape, layers_of, parse_config
from idea.files.keras.layers import chain_of
from idea.files.keras.saved import is_third, reported_chain
from idea.files.keras.stores import Array, Entries
from idea.files.layers.chain import Chain
from idea.image import DIGITS
from idea.networks.base import Model
from idea.networks.scaled import scaled
from idea.opening.load import network_model
from idea.task_options import TaskOptions

__all__ = ["open_model"]


def open_model(source: Any, given: TaskOptions) -> Model | None:
    """Return a model of a Keras model, or None of another object of Keras's.

    Layers one after the other become the model that their weights make; any other model is called.
    """
    if not hasattr(source, "to_json") or not hasattr(source, "predict_on_batch"):
        return None
    path = Path(type(source).__name__)
    try:
        chain = reported_chain(lambda: _chain(source), path)
    except WeightsError:
        return scaled(_called(source, given), given.input)
    return network_model(lambda: chain, path, given)


def _chain(source: Any) -> Chain:
    try:
        model = parse_config(source.to_json())
    except (NotImplementedError, TypeError, ValueError) as error:  # of classes of the caller's
        raise LayersError(f"found {error}") from error
    layers = list(layers_of(model, _LiveStore(source)))
    if any(map(_varies, layers)):
        raise LayersError("found an average whose padding depends on the backend")
    # Keras 2 adds its version.
    version = str(model.get("keras_version", "3"))
    return chain_of(layers, input_shape(model), third=is_third(version))


def _varies(layer: Layer) -> bool:
    """Return whether backends differ: an average leaves out the padding, except on PyTorch."""
    return layer.kind == "AveragePooling2D" and layer.config.get("padding") == "same"


class _LiveStore:
    """The arrays of a model in memory."""

    def __init__(self, model: Any) -> None:
        self._layers = {layer.name: layer for layer in model.layers}

    def arrays(self, name: str) -> list[Array]:
        """Return the arrays of a layer; none of one that the model lists only in its JSON."""
        layer = self._layers.get(name)
        return [] if layer is None else [np.asarray(array) for array in layer.get_weights()]

    def inner(self, name: str, _: Entries, /) -> _LiveStore:
        """Return the store of a nested model."""
        return _LiveStore(self._layers[name])


def _called(source: Any, given: TaskOptions) -> Model:
    """Return a model that calls Keras's, with images in the layout that it takes."""
    shape = getattr(source, "input_shape", None)  # none of one that isn't built
    problem: object = f"an input of shape {shape}"
    for layout in _layouts(shape):
        function = _Called(source, layout)
        try:
            outputs = function(np.zeros((2, math.prod(layout)), np.float32))
        except Exception as error:  # of any kind: the backend's
            problem = error
            continue
        if outputs.ndim == 2:
            size = _size(layout) or given.shape or DIGITS.shape
            task = TaskOptions(size, given.classes).complete(None, max(2, outputs.shape[1]))
            return Model.from_function(function, task)
    raise WeightsError(
        f"{type(source).__name__}: expected a model of grey images, (n, height, width), with or "
        f"without an axis for the channel, or (n, pixels), to (n, classes); found {problem}"
    )


def _size(layout: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the height and width of an image of such a shape; a square if it is flat."""
    sides = [n for n in layout if n != 1] if len(layout) == 3 else list(layout)
    if len(sides) == 1:
        side = math.isqrt(sides[0])
        return (side, side) if side * side == sides[0] else None
    return sides[0], sides[1]


def _layouts(shape: Any) -> Iterator[tuple[int, ...]]:
    """Give the shapes of an image that a model may take: its input's, or else those of MNIST."""
    if shape is None:
        yield from ((*DIGITS.shape, 1), DIGITS.shape, (1, *DIGITS.shape), (DIGITS.pixels,))
        return
    known = isinstance(shape, tuple) and all(isinstance(n, int) for n in shape[1:])
    if known and (len(shape) in (2, 3) or (len(shape) == 4 and 1 in (shape[1], shape[3]))):
        yield shape[1:]


class _Called:
    """A function of images that evaluates a model; it can be pickled if that can."""

    def __init__(self, model: Callable[..., Any], layout: tuple[int, ...]) -> None:
        self._model: Any = model
        self._layout = layout

    def __repr__(self) -> str:
        return f"{type(self._model).__name__}.predict_on_batch"

    def __call__(self, images: NDArray[np.float32]) -> NDArray[Any]:
        shaped = np.reshape(images, (-1, *self._layout))
        return np.asarray(self._model.predict_on_batch(shaped))
