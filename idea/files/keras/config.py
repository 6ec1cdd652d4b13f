"""What Keras stores of a network's layers: JSON, much the same since Keras 1."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from idea.errors import WeightsError
from idea.files.keras.stores import Array, Store
from idea.text import gist

__all__ = [
    "Layer",
    "LayersError",
    "entries",
    "input_shape",
    "layers_of",
    "parse_config",
    "parse_object",
]

Json = Mapping[str, Any]

MODELS = {"Sequential", "Functional", "Model"}

_RENAMED = {  # by Keras 2
    "bias": "use_bias",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "subsample": "strides",
}
_OPERATORS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.divide": "Divide",
    "math.multiply": "Multiply",
    "math.subtract": "Subtract",
    "math.truediv": "Divide",
}
"""Of TensorFlow's functions, the layers of Keras 3 that do the same."""
_VALUES = {"tf": "channels_last", "th": "channels_first"}


class LayersError(WeightsError):
    """A network has layers that aren't read without Keras, or not in this arrangement."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer as Keras stores it."""

    kind: str
    """The name of its class."""
    name: str
    config: Json
    """By the names of Keras 2 and 3."""
    arrays: list[Array] = field(default_factory=list)


def parse_config(text: str | bytes) -> dict[str, Any]:
    """Return the JSON of a model; a `WeightsError` if it is none."""
    config = parse_object(text)
    if not isinstance(config.get("class_name"), str):
        raise WeightsError("its description of the layers isn't one of a Keras model")
    if config["class_name"] not in MODELS:
        raise LayersError(f"found a model of the class {config['class_name']:.60}, which is code")
    return config


def parse_object(text: str | bytes) -> dict[str, Any]:
    """Return the object that a JSON text holds; a `WeightsError` if it holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"its description can't be read: {gist(error)}") from error
    if not isinstance(value, dict):
        raise WeightsError(f"expected a JSON object as its description, found {value!r:.60}")
    return value


def layers_of(model: Json, store: Store) -> Iterator[Layer]:
    """Give the layers of a model in the order in which they are applied, nested models' included.

    Raises a `LayersError` if they aren't one after the other.
    """
    for entry, operand in _in_order(model):
        kind, config = str(entry["class_name"]), entry["config"]
        name = str(config.get("name") or entry.get("name"))
        if kind in MODELS:
            yield from layers_of(entry, store.inner(name, entries(entry)))
        else:
            config = {_RENAMED.get(key, key): value for key, value in config.items()}
            if isinstance(config.get("data_format"), str):
                config["data_format"] = _VALUES.get(config["data_format"], config["data_format"])
            if operand is not None:
                config["operand"] = operand
            if kind == "TFOpLambda":
                kind = _OPERATORS.get(config["function"], str(config["function"]))
            yield Layer(kind, name, config, store.arrays(name))


def entries(model: Json) -> list[Json]:
    """Return what a model's configuration says of each of its layers."""
    config = model["config"]
    return list(config if isinstance(config, list) else config["layers"])


def input_shape(model: Json) -> list[int | None] | None:
    """Return the shape of one input, whose None are open; None if nothing is known of it."""
    config = model["config"]
    if isinstance(config, dict) and config.get("build_input_shape"):
        return list(config["build_input_shape"][1:])
    first = _in_order(model)[0][0]
    if first["class_name"] in MODELS:
        return input_shape(first)
    own = first["config"]
    built = (first.get("build_config") or {}).get("input_shape")
    shape = own.get("batch_input_shape") or own.get("batch_shape") or built
    return list(shape[1:]) if shape else None


def _in_order(model: Json) -> list[tuple[Json, float | None]]:
    """Return the entries in the order of application, with the number that an operator takes."""
    config = model["config"]
    if isinstance(config, list) or "input_layers" not in config:
        return [(entry, None) for entry in entries(model)]
    ends = [_ends(config[key]) for key in ("input_layers", "output_layers")]
    if any(len(names) != 1 for names in ends):
        counts = " and ".join(str(len(names)) for names in ends)
        raise LayersError(f"found a network of {counts} inputs and outputs, not one of each")
    (begin,), (end,) = ends
    by_name = {entry["name"]: entry for entry in entries(model)}
    order: list[tuple[Json, float | None]] = []
    name: str | None = end
    while name is not None:  # from the output upwards
        if len(order) > len(by_name):
            raise LayersError("found layers that form a circle")
        before, operand = (None, None) if name == begin else _inputs(by_name[name])
        order.append((by_name[name], operand))
        name = before
    return order[::-1]


def _ends(names: Any) -> list[str]:
    """Return the layers' names of [name, 0, 0] or of a list of such."""
    return [names[0]] if names and isinstance(names[0], str) else [each[0] for each in names]


def _inputs(entry: Json) -> tuple[str, float | None]:
    """Return the name of a layer's input, and the number that an operator takes besides."""
    calls = entry["inbound_nodes"]
    found = [list(_tensors(call)) for call in calls]
    if len(found) != 1 or len(found[0]) != 1:
        what = f"the layer {entry['name']} ({entry['class_name']})"
        if len(found) > 1:
            raise LayersError(f"found {what}, which is applied {len(found)} times")
        raise LayersError(f"found {what}, which takes {len(found[0]) if found else 0} inputs")
    return found[0][0], _number(calls[0])


def _tensors(call: Any) -> Iterator[str]:
    """Give the names of the layers whose outputs a call takes."""
    if isinstance(call, dict):
        history = (call.get("config") or {}).get("keras_history") if "class_name" in call else None
        if history:
            yield history[0]
        else:
            for value in call.values():
                yield from _tensors(value)
    elif isinstance(call, list):
        if len(call) in (3, 4) and isinstance(call[0], str) and isinstance(call[1], int):
            yield call[0]
            yield from _tensors(call[3:])
        else:
            for value in call:
                yield from _tensors(value)


def _number(call: Any) -> float | None:
    """Return the number beside the tensor of an operator such as x / 255."""
    arguments: Iterable[Any] = ()
    if isinstance(call, dict):
        arguments = [*call.get("args", []), *call.get("kwargs", {}).values()]
    elif isinstance(call, list) and call and isinstance(call[-1], list) and len(call[-1]) > 3:
        arguments = call[-1][3].values()
    elif isinstance(call, list) and len(call) > 3 and isinstance(call[3], dict):
        arguments = call[3].values()
    numbers = [v for v in arguments if isinstance(v, int | float) and not isinstance(v, bool)]
    return float(numbers[0]) if len(numbers) == 1 else None
