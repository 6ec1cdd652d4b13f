"""Networks whose only output is something inside another: a unit, a map, a sum of logits.

What searches a class of a network then searches these, exactly and at the same speed: a hidden unit
is the output of the layers up to its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from idea.errors import OptionError
from idea.image import Task
from idea.networks.base import Classifier
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.networks.weights import Convolution, Layer, convolved
from idea.text import short_repr

__all__ = ["combined", "unit_network"]

_UNIT = re.compile(r"(layer|conv)([1-9][0-9]{0,3}):([0-9]{1,7})(?:@([0-9]{1,4}),([0-9]{1,4}))?")
_EXPECTED = "layer2:17 (a unit), conv1:3 (a map) or conv1:3@10,12 (its unit in column 10, row 12)"


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
    if not found:
        raise OptionError(f"expected {_EXPECTED}, found {short_repr(name)}")
    if not isinstance(model, MLP | CNN):
        raise OptionError(
            f"only units of an MLP or a CNN can be searched for, not of {short_repr(model)}"
        )
    kind, number, unit = found[1], int(found[2]), int(found[3])
    if kind == "layer":
        return _dense_unit(model, name, number, unit, sign)
    place = None if found[4] is None else (int(found[4]), int(found[5]))
    return _map_unit(model, name, number, unit, place, sign)


def _dense_unit(model: MLP | CNN, name: str, number: int, unit: int, sign: int) -> MLP | CNN:
    layers = model.layers
    _require(number <= len(layers), f"layer{number}", f"{len(layers)} dense layers")
    W, b = layers[number - 1]
    _require(unit < len(b), name, f"{len(b)} units, 0…{len(b) - 1}, in layer{number}")
    last = W[[unit]], b[[unit]]
    return _network(model.task, name, _convolutions(model), [*layers[: number - 1], last], sign)


def _map_unit(
    model: MLP | CNN, name: str, number: int, unit: int, place: tuple[int, int] | None, sign: int
) -> MLP | CNN:
    convolutions = _convolutions(model)
    _require(number <= len(convolutions), f"conv{number}", f"{len(convolutions)} convolutions")
    before, (W, b, _) = convolutions[: number - 1], convolutions[number - 1]
    _require(unit < len(b), name, f"{len(b)} maps, 0…{len(b) - 1}, in conv{number}")
    inputs = _map_size(model.task, before)
    height, width = convolved(*inputs, W.shape[2], pool=False)
    if place is None:
        own = Convolution(W[[unit]], b[[unit]], pool=False)
        mean = np.full((1, height * width), 1 / (height * width), np.float32)
        layer = mean, np.zeros(1, np.float32)
        return _network(model.task, name, [*before, own], [layer], sign)
    column, row = place
    _require(column < width and row < height, name, f"{width} columns and {height} rows there")
    window = np.zeros((W.shape[1], *inputs), np.float32)
    window[:, row : row + W.shape[2], column : column + W.shape[3]] = W[unit]
    return _network(model.task, name, before, [(window.reshape(1, -1), b[[unit]])], sign)


def combined(model: Classifier, weights: Mapping[int, float], name: str) -> MLP | CNN:
    """Return the network whose output is a weighted sum of the logits of another one.

    `weights` are by the index of the class; the rest is as in `unit_network`. Its last layer is
    rounded to float32.

    >>> import idea
    >>> model = combined(idea.load_model(), {5: 1, 3: -1}, "5-3")
    >>> model.task.classes
    ('not 5-3', '5-3')
    """
    if not isinstance(model, MLP | CNN):
        raise OptionError(
            f"sums of logits can be searched for in an MLP or a CNN, not in {short_repr(model)}"
        )
    *hidden, (W, b) = model.layers
    factors = np.zeros((1, len(b)))
    for index, weight in weights.items():
        factors[0, index] = weight
    last = (factors @ W).astype(np.float32), (factors @ b).astype(np.float32)
    return _network(model.task, name, _convolutions(model), [*hidden, last], 1)


def _network(
    task: Task, name: str, convolutions: list[Convolution], layers: list[Layer], sign: int
) -> MLP | CNN:
    """Make a network of two classes from layers that end in one output."""
    *hidden, (W, b) = layers
    # The first class is constant.
    rows = (
        np.concatenate([np.zeros_like(W), sign * W]),
        np.concatenate([np.zeros_like(b), sign * b]),
    )
    named = Task(*task.shape, (f"not {name}", name))
    if convolutions:
        return CNN(convolutions, [*hidden, rows], named)
    return MLP([*hidden, rows], named)


def _convolutions(model: MLP | CNN) -> list[Convolution]:
    return list(model.convolutions) if isinstance(model, CNN) else []


def _map_size(task: Task, convolutions: list[Convolution]) -> tuple[int, int]:
    """Return the height and width of the maps after convolutions."""
    size = task.shape
    for W, _, pool in convolutions:
        size = convolved(*size, W.shape[2], pool=pool)
    return size


def _require(condition: bool, name: str, there: str) -> None:
    if not condition:
        raise OptionError(f"there is no {name}: the network has {there}")
