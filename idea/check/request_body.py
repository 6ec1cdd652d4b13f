"""Validated request bodies."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from flask import request
from numpy.typing import NDArray
from werkzeug.exceptions import RequestEntityTooLarge

from idea.errors import DumpError, IdeaError, OptionError
from idea.image import PIXELS, as_image
from idea.text import short_repr

__all__ = ["FORM_OVERHEAD", "JsonBody", "decode_greys", "uploaded_file"]

FORM_OVERHEAD = 10_000
"""Bytes of a form besides its file, at most."""

_LONGEST_NAME = 80
_LONGEST_NUMBER = 18  # digits; these fit 64 bits


class JsonBody:
    """The JSON object of a request."""

    def __init__(self) -> None:
        if not request.is_json:
            raise OptionError("expected Content-Type: application/json")
        try:
            body = json.loads(request.get_data(), parse_int=_integer, object_pairs_hook=_object)
        except RecursionError as error:
            raise OptionError("expected a JSON object, found one nested too deeply") from error
        except IdeaError:
            raise
        except ValueError as error:  # of JSON, or of UTF-8
            raise OptionError("expected a JSON object, found text that is no JSON") from error
        if not isinstance(body, dict):
            raise OptionError(f"expected a JSON object, found {short_repr(body)}")
        self._body = body

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value, unchecked."""
        return self._body.get(name, default)

    def image(self, name: str = "image") -> NDArray[np.float32]:
        """Return an image, (784,) float32 in 0…1."""
        return _image(self.get(name), name)

    def binary(self, name: str = "image") -> NDArray[np.float32]:
        """Return a binary image, (784,) float32."""
        image = self.image(name)
        if not np.isin(image, (0, 1)).all():
            raise DumpError(f"{name}: expected a binary image, of 0 and 1, found greys")
        return image

    def list_of(self, name: str, most: int, read: Callable[[Any, str], Any]) -> list[Any]:
        """Return a list of 1 to `most` items."""
        value = self.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            found = f"{len(value)} items" if isinstance(value, list) else short_repr(value)
            raise OptionError(f"{name}: expected a list of 1…{most}, found {found}")
        return [read(entry, f"{name}[{number}]") for number, entry in enumerate(value)]

    def images(self, name: str, most: int) -> NDArray[np.float32]:
        """Return a list of images, (n, 784) float32 in 0…1."""
        return np.stack(self.list_of(name, most, _image))

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

    def digit(self, name: str = "digit") -> int:
        """Return a digit."""
        return parse_digit(self.get(name), name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, whose keys must be distinct."""
    made = dict(pairs)
    if len(made) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise OptionError(f"duplicate key {short_repr(twice)}")
    return made


def parse_digit(value: Any, name: str) -> int:
    """Check a digit, given as a number or its text.

    Parameters
    ----------
    value
        The value in a request.
    name
        Its name in the error.

    Returns
    -------
    int
        0…9.

    Raises
    ------
    OptionError
        If it is no digit.

    Examples
    --------
    >>> parse_digit("5", "digit"), parse_digit(5, "digit")
    (5, 5)
    """
    if type(value) in (int, str) and str(value) in set("0123456789"):
        return int(value)
    raise OptionError(f"{name} must be one of 0…9, not {short_repr(value)}")


def decode_greys(value: Any, name: str) -> NDArray[np.float32]:
    """Decode an image of 784 bytes.

    Parameters
    ----------
    value
        Base64 of 784 bytes.
    name
        Its name in the error.

    Returns
    -------
    (784,) float32 array
        Greys in 0…1.

    Raises
    ------
    DumpError
        If it is no base64 of 784 bytes.

    Examples
    --------
    >>> decode_greys("A" * 1044 + "AA==", "image").shape
    (784,)
    """
    try:
        data = base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise DumpError(
            f"{name}: expected base64 of {PIXELS} bytes, found {short_repr(value)}"
        ) from error
    if len(data) != PIXELS:
        raise DumpError(f"{name}: expected base64 of {PIXELS} bytes, found {len(data)} bytes")
    return np.frombuffer(data, np.uint8).astype(np.float32) / np.float32(255)


def uploaded_file(most: int) -> tuple[bytes, str]:
    """Return the file of a form.

    Parameters
    ----------
    most
        Maximum size in bytes.

    Returns
    -------
    data, name
        The contents, and the name for display.

    Raises
    ------
    OptionError
        If the form doesn't have exactly one file.
    RequestEntityTooLarge
        If the file is larger.
    """
    request.max_content_length = most + FORM_OVERHEAD
    files = list(request.files.values())
    if len(files) != 1:
        raise OptionError(f"expected a form with one file, found {len(files)}")
    name = _display_name(files[0].filename or "file")
    with contextlib.closing(files[0]):
        data = files[0].read(most + 1)
    if len(data) > most:
        raise RequestEntityTooLarge(f"{name}: expected at most {most:,} bytes, found more")
    return data, name


def _display_name(name: str) -> str:
    """Return a name without folders and control characters, and not too long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in base if unicodedata.category(c)[0] != "C")
    return shown[-_LONGEST_NAME:].lstrip("-") or "file"


def _image(value: Any, name: str) -> NDArray[np.float32]:
    if not isinstance(value, list) or len(value) != PIXELS:
        found = f"{len(value)} entries" if isinstance(value, list) else short_repr(value)
        raise DumpError(f"{name}: expected a list of {PIXELS} numbers, found {found}")
    if not all(type(entry) in (int, float) for entry in value):
        raise DumpError(f"{name}: expected {PIXELS} numbers, found {short_repr(value)}")
    with np.errstate(over="ignore"):  # numbers too large for float32 are invalid pixels
        return as_image(value, name).ravel()


def _number(value: Any, name: str) -> int | float:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    raise OptionError(f"{name} must be a number, not {short_repr(value)}")


def _integer(text: str) -> int:
    """Parse an integer of JSON; longer ones overflow 64 bits."""
    if len(text) > _LONGEST_NUMBER:
        raise OptionError(
            f"expected numbers of at most {_LONGEST_NUMBER} digits, found {text:.40}…"
        )
    return int(text)
