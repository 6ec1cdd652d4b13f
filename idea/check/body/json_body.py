"""Validated bodies of requests: JSON objects."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from flask import request
from numpy.typing import NDArray

from idea.check.body.json_text import parse_json
from idea.check.errors import WrongSizeError, WrongTargetError
from idea.errors import DumpError, OptionError
from idea.image import DIGITS, Task, as_image
from idea.targets import parse_target
from idea.text import short_repr

__all__ = ["JsonBody", "query_target"]

_LONGEST_NAME = 80


class JsonBody:
    """The JSON object of a request."""

    def __init__(self) -> None:
        if not request.is_json:
            raise OptionError("expected Content-Type: application/json")
        body = parse_json(request.get_data())
        if not isinstance(body, dict):
            raise OptionError(f"expected a JSON object, found {short_repr(body)}")
        self._body = body

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value, unchecked."""
        return self._body.get(name, default)

    def image(self, task: Task, name: str = "image") -> NDArray[np.float32]:
        """Return an image of a task, (pixels,) float32 in 0…1."""
        return _image(self.get(name), name, task)

    def binary(self, task: Task, name: str = "image") -> NDArray[np.float32]:
        """Return a binary image of a task, (pixels,) float32."""
        image = self.image(task, name)
        if not np.isin(image, (0, 1)).all():
            raise DumpError(f"{name}: expected a binary image, of 0 and 1, found greys")
        return image

    def _list_of(
        self, name: str, most: int, read: Callable[[Any, str, Task], Any], task: Task
    ) -> list[Any]:
        """Return a list of 1 to `most` items."""
        value = self.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            found = f"{len(value)} items" if isinstance(value, list) else short_repr(value)
            raise OptionError(f"{name}: expected a list of 1…{most}, found {found}")
        return [read(entry, f"{name}[{number}]", task) for number, entry in enumerate(value)]

    def images(self, name: str, most: int, task: Task) -> NDArray[np.float32]:
        """Return a list of images of a task, (n, pixels) float32 in 0…1."""
        return np.stack(self._list_of(name, most, _image, task))

    def encoded_images(self, name: str, most: int, task: Task) -> NDArray[np.float32]:
        """Return a list of encoded images of a task, (n, height, width) float32 in 0…1."""
        return np.stack(self._list_of(name, most, _decode_greys, task))

    def text(self, name: str, default: str) -> str:
        """Return a short text."""
        value = self.get(name, default)
        if not isinstance(value, str) or len(value) > _LONGEST_NAME or not value.isprintable():
            raise OptionError(
                f"{name} must be printable text of at most {_LONGEST_NAME} characters, "
                f"not {short_repr(value)}"
            )
        return value

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.get(name, default)
        if type(value) is not int:
            raise OptionError(f"{name} must be a whole number, not {short_repr(value)}")
        return value

    def number(self, name: str, default: float) -> float:
        """Return a number."""
        return float(_number(self.get(name, default), name))

    def numbers(self, name: str) -> dict[str, Any]:
        """Return an object of numbers, each int or float; empty if it is missing."""
        numbers = self.get(name)
        if numbers is None:
            return {}
        if not isinstance(numbers, dict):
            raise OptionError(f"{name} must be an object, not {short_repr(numbers)}")
        return {key: _number(n, short_repr(key).strip("'")) for key, n in numbers.items()}

    def size(self) -> Task | None:
        """Return a task of the size that `height` and `width` give; None if they are missing."""
        if self.get("height") is None and self.get("width") is None:
            return None
        return Task(self.integer("height", 0), self.integer("width", 0))

    def target(self, task: Task) -> int:
        """Return the index of the class that `target` names by index or label, or `digit`."""
        return _target(self.get("target"), self.get("digit"), task, task.index)


def query_target(task: Task) -> int:
    """Return the index of the class that the address names: by `target`, or `digit`.

    In an address both are texts. One that is no label can be an index.
    """
    target, digit = (request.args.get(name) for name in ("target", "digit"))
    return _target(target, digit, task, lambda text: parse_target(text, task))


def _target(target: Any, digit: Any, task: Task, index_of: Callable[[Any], int]) -> int:
    if digit is not None and task.classes != DIGITS.classes:
        raise WrongTargetError(f"digit is for networks of digits, found {task}: use target")
    given = [name for name in (digit, target) if name is not None]
    try:
        index, *others = [index_of(name) for name in given] or [task.index(None)]
    except OptionError as error:
        raise WrongTargetError(str(error)) from None
    if others not in ([], [index]):
        raise WrongTargetError("digit and target name different classes: leave out one")
    return index


def _image(value: Any, name: str, task: Task) -> NDArray[np.float32]:
    if not isinstance(value, list):
        raise DumpError(
            f"{name}: expected a list of {task.pixels} numbers, found {short_repr(value)}"
        )
    if len(value) != task.pixels:
        raise WrongSizeError(
            f"{name}: expected a list of {task.pixels} numbers{_size(task)}, "
            f"found {len(value)} entries"
        )
    if not all(type(entry) in (int, float) for entry in value):
        raise DumpError(f"{name}: expected {task.pixels} numbers, found {short_repr(value)}")
    with np.errstate(over="ignore"):  # numbers too large for float32 are invalid pixels
        return as_image(value, name, task).ravel()


def _decode_greys(value: Any, name: str, task: Task) -> NDArray[np.float32]:
    """Decode an image, the base64 of a byte for each pixel, to greys in 0…1."""
    expected = f"{name}: expected base64 of {task.pixels} bytes"
    try:
        data = base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise DumpError(f"{expected}, found {short_repr(value)}") from error
    if len(data) != task.pixels:
        raise WrongSizeError(f"{expected}{_size(task)}, found {len(data)} bytes")
    greys = np.frombuffer(data, np.uint8).astype(np.float32) / np.float32(255)
    return greys.reshape(task.shape)


def _size(task: Task) -> str:
    """Name the size of images where readers can't know it."""
    return "" if task.shape == DIGITS.shape else f" ({task.size})"


def _number(value: Any, name: str) -> int | float:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    raise OptionError(f"{name} must be a number, not {short_repr(value)}")
