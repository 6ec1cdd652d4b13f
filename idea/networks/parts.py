"""Networks whose only output is something inside another: a unit, a map, a sum of logits.

What searches a class of a network then searches these, exactly and at the same speed: a hidden unit
is the output of the layers up to its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import OptionError
from idea.image import Task, as_task
from idea.networks.base import Classifier, Model, exact_logits
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.networks.weights import Convolution, Layer
from idea.text import short_repr

__all__ = ["UNITS", "combined", "direction_network", "layer_of", "layer_size", "unit_network"]

UNITS = "layer2:17 (a unit), conv1:3 (a map) or conv1:3@10,12 (its unit in column 10, row 12)"
"""The names of units, for texts."""

_LAYER = re.compile(r"(layer|conv)([1-9][0-9]{0,3})")
_UNIT = re.compile(rf"({_LAYER.pattern}):([0-9]{{1,7}})(?:@([0-9]{{1,4}}),([0-9]{{1,4}}))?")
_LONGEST = 50  # characters of a name, in the label of a class


def unit_network(model: Classifier, name: str, sign: int = 1) -> MLP | CNN:
    """Return the network whose output is a unit of another one.

    Parameters
    ----------
    model
        An `MLP` or a `CNN`.
    name
        ``"layer2:17"``, the pre-activation of unit 17 of the second dense layer;
        ``"conv1:3@10,12"``, that of map 3 of the first convolution in column 10, row 12;
        ``"conv1:3"``, the mean of the map after ReLU. Layers are counted from 1, units and maps
        from 0.
    sign
        -1 for the negative of it.

    Returns
    -------
    MLP or CNN
        Of two classes, the second of which is the unit.

    Raises
    ------
    OptionError
        If the model has no such unit.

    Examples
    --------
    >>> import idea
    >>> unit_network(idea.load_model(), "layer2:17")
    MLP(784-784-2)
    """
    found = _UNIT.fullmatch(name)
    if not found or (found[2] == "layer" and found[5]):
        raise OptionError(f"expected {UNITS}, found {short_repr(name)}")
    layer, unit = found[1], int(found[4])
    count, kind = layer_size(model, layer), "maps" if found[2] == "conv" else "units"
    _require(unit < count, name, f"{count} {kind}, 0…{count - 1}, in {layer}")
    if found[5] is None:
        return direction_network(model, layer, np.arange(count) == unit, sign, name)
    place = int(found[5]), int(found[6])
    return _map_unit(_searchable(model), name, int(found[3]), unit, place, sign)


def direction_network(
    model: Classifier, layer: str, direction: ArrayLike, sign: int = 1, name: str = ""
) -> MLP | CNN:
    """Return the network whose output is a weighted sum of all units of a layer of another one.

    Parameters
    ----------
    model
        An `MLP` or a `CNN`.
    layer
        ``"layer2"``, whose pre-activations are summed, or ``"conv1"``, of whose maps the means
        after ReLU are.
    direction
        The weight of each unit or map; they are rounded to float32 where they are multiplied by
        those of the layer.
    sign, name
        -1 for the negative of it, and what the output is called.

    Returns
    -------
    MLP or CNN
        Of two classes, the second of which is the sum.

    Raises
    ------
    OptionError
        If the model has no such layer, or there isn't a finite weight for each unit.

    Examples
    --------
    >>> import idea
    >>> model = direction_network(idea.load_model("lenet"), "conv1", [1, 0, 0, 0, 0, -1])
    >>> model
    CNN(1×28×28, 2×26×26, 2)
    """
    count, weights = layer_size(model, layer), _as_direction(direction)
    model = _searchable(model)
    if weights.shape != (count,):
        raise OptionError(
            f"expected a direction of {count} numbers, not all 0, one for each of {layer}, "
            f"found {short_repr(direction)}"
        )
    _, kind, number = layer_of(layer)
    used = np.flatnonzero(weights)
    weights, name = weights[np.newaxis, used], name or f"{layer}@direction"
    if kind == "layer":
        *before, (W, b) = model.layers[:number]
        last = (weights @ W[used]).astype(np.float32), (weights @ b[used]).astype(np.float32)
        return _network(model.task, name, _convolutions(model), [*before, last], sign)
    *convolutions, last_one = _convolutions(model)[:number]
    height, width = last_one.positions(*_map_size(model.task, convolutions))
    mean = np.repeat(weights / (height * width), height * width, axis=1).astype(np.float32)
    convolutions.append(last_one._replace(W=last_one.W[used], b=last_one.b[used], pool=None))
    return _network(model.task, name, convolutions, [(mean, np.zeros(1, np.float32))], sign)


def layer_size(model: Classifier, layer: str) -> int:
    """Return the number of units, or of maps, of a layer; raise an `OptionError` without it.

    >>> import idea
    >>> layer_size(idea.load_model(), "layer2"), layer_size(idea.load_model("lenet"), "conv2")
    (784, 16)
    """
    layer, kind, number = layer_of(layer)
    model = _searchable(model)
    if kind == "layer":
        _require(number <= len(model.layers), layer, f"{len(model.layers)} dense layers")
        return len(model.layers[number - 1][1])
    convolutions = _convolutions(model)
    _require(number <= len(convolutions), layer, f"{len(convolutions)} convolutions")
    return len(convolutions[number - 1].b)


def combined(model: Classifier, weights: Mapping[int, float], name: str) -> Model:
    """Return the model whose output is a weighted sum of the logits of another one, of any kind.

    `weights` are by the index of the class; the rest is as in `unit_network`. Of an `MLP` or a
    `CNN` it is one, whose last layer is rounded to float32.

    >>> import idea
    >>> model = combined(idea.load_model(), {5: 1, 3: -1}, "5-3")
    >>> model.task.classes
    ('not 5-3', '5-3')
    """
    factors = np.zeros(len(as_task(model).classes))
    for index, weight in weights.items():
        factors[index] = weight
    if isinstance(model, MLP | CNN):
        return direction_network(model, f"layer{len(model.layers)}", factors, name=name)
    return _Sum(model, factors, name)


class _Sum(Model):
    """A sum of logits of a model that is only known by them."""

    def __init__(self, model: Classifier, factors: NDArray[np.float64], name: str) -> None:
        self.source = model
        self.magnification = float(np.abs(factors).sum())  # of errors of the source's logits
        self._factors = factors
        self.task = _two_classes(as_task(model), name)
        self.threadsafe = getattr(model, "threadsafe", False)
        self.repeatable = True  # as far as the model is, which is checked itself

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        return self.sums(np.asarray(self.source.logits(images)))

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        return self.sums(exact_logits(self.source, images))

    def sums(self, logits: NDArray[Any]) -> NDArray[np.float64]:
        """Return the two logits, (n, 2), that follow from the source's, (n, classes)."""
        sums = logits.astype(np.float64) @ self._factors
        return np.stack([np.zeros(len(sums)), sums], axis=1)


def _map_unit(
    model: MLP | CNN, name: str, number: int, unit: int, place: tuple[int, int], sign: int
) -> MLP | CNN:
    """Return the network of a unit of a map, which is the last layer's of those before it."""
    *before, convolution = _convolutions(model)[:number]
    W, b, _, strides, (top, left, bottom, right) = convolution
    column, row = place
    rows, columns = _map_size(model.task, before)
    height, width = convolution.positions(rows, columns)
    _require(column < width and row < height, name, f"{width} columns and {height} rows there")
    window = np.zeros((W.shape[1], rows + top + bottom, columns + left + right), np.float32)
    y, x = row * strides[0], column * strides[1]
    window[:, y : y + W.shape[2], x : x + W.shape[3]] = W[unit]
    last = window[:, top : top + rows, left : left + columns].reshape(1, -1), b[[unit]]
    return _network(model.task, name, before, [last], sign)


def _network(
    task: Task, name: str, convolutions: list[Convolution], layers: list[Layer], sign: int
) -> MLP | CNN:
    """Make a network of two classes from layers that end in one output."""
    *hidden, (W, b) = layers
    if not convolutions and not hidden:
        # The kernel takes networks with a hidden layer: x is relu(x) - relu(-x).
        hidden = [(np.concatenate([W, -W]), np.concatenate([b, -b]))]
        W, b = np.array([[1, -1]], np.float32), np.zeros(1, np.float32)
    # The first class is constant.
    rows = (
        np.concatenate([np.zeros_like(W), sign * W]),
        np.concatenate([np.zeros_like(b), sign * b]),
    )
    named = _two_classes(task, name)
    if convolutions:
        return CNN(convolutions, [*hidden, rows], named)
    return MLP([*hidden, rows], named)


def _two_classes(task: Task, name: str) -> Task:
    label = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return Task(*task.shape, (f"not {label}", label))


def _searchable(model: Classifier) -> MLP | CNN:
    if not isinstance(model, MLP | CNN):
        raise OptionError(
            f"only units of an MLP or a CNN can be searched for, not of {short_repr(model)}"
        )
    return model


def layer_of(layer: str) -> tuple[str, str, int]:
    """Return a layer's name, its kind and its number."""
    found = _LAYER.fullmatch(layer)
    if not found:
        raise OptionError(f"a layer is called layer1 or conv1, not {short_repr(layer)}")
    return layer, found[1], int(found[2])


def _as_direction(direction: ArrayLike) -> NDArray[np.float64]:
    """Return weights as a vector of finite numbers, not all 0; else an empty one."""
    try:
        array = np.asarray(direction)
        weights = array.astype(np.float64) if array.dtype.kind in "biuf" else np.empty(0)
    except (TypeError, ValueError):
        weights = np.empty(0)
    return weights if np.isfinite(weights).all() and weights.any() else np.empty(0)


def _convolutions(model: MLP | CNN) -> list[Convolution]:
    return list(model.convolutions) if isinstance(model, CNN) else []


def _map_size(task: Task, convolutions: list[Convolution]) -> tuple[int, int]:
    """Return the height and width of the maps after convolutions."""
    size = task.shape
    for convolution in convolutions:
        size = convolution.results(*size)
    return size


def _require(condition: bool, name: str, there: str) -> None:
    if not condition:
        raise OptionError(f"there is no {name}: the network has {there}")
