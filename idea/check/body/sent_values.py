"""The values in which clients of `POST /send` put an image: data URIs, base64, arrays."""

from __future__ import annotations

import base64
import itertools
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from idea.check.errors import WrongSizeError
from idea.errors import DumpError, PictureError
from idea.image import Task, as_image
from idea.text import short_repr

__all__ = ["as_entries", "decode_text", "image_of_numbers"]

# Some programs leave out the padding, break lines, or use the alphabet of addresses; in a form that
# isn't percent-encoded a plus becomes a blank.
_BASE64 = str.maketrans(" -_", "++/", "\r\n\t=")
_WHITE = 255
_DATA = "data:"


def decode_text(text: str, name: str) -> bytes:
    """Return the bytes of a data URI, or of base64 alone.

    Parameters
    ----------
    text
        Such as ``"data:image/png;base64,iVBORw0…"``, or what follows its comma.
    name
        Of the value, for errors.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    PictureError
        If the text is neither.

    Examples
    --------
    >>> decode_text("data:image/gif;base64,R0lGODlh", "image")
    b'GIF89a'
    """
    found = f"{name}: expected a data URI or the base64 of a picture, found {short_repr(text)}"
    if "\ufffd" in text:  # bytes of a form's part that Werkzeug has decoded as text
        found += "; give the part of a form that is a file a filename"
    text = text.strip()
    if text[: len(_DATA)].lower() == _DATA:
        head, comma, text = text.partition(",")
        if not comma:
            raise PictureError(f"{found}, cut off before its comma (curl -F does: --form-string)")
        if not head.rstrip().lower().endswith(";base64"):
            return unquote_to_bytes(text)
        text = unquote_to_bytes(text).decode("latin-1") if "%" in text else text
    encoded = text.translate(_BASE64)
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError as error:
        raise PictureError(found) from error


def as_entries(value: Any) -> Any:
    """Return the list that JavaScript writes as an object: ``{"0": 0, "1": 0.5}``.

    That is what `JSON.stringify` makes of a typed array. Anything else is returned as it is.

    >>> as_entries({"0": 0, "1": 0.5})
    [0, 0.5]
    """
    if isinstance(value, dict) and value and list(value) == [str(n) for n in range(len(value))]:
        return list(value.values())
    return value


def image_of_numbers(value: Any, name: str, task: Task) -> NDArray[np.float32]:
    """Return the image of nested lists of numbers.

    Parameters
    ----------
    value
        A number for each pixel, ink large: flat or in rows, also as a batch of one image or with
        one channel, (1, height, width, 1). They lie in 0…1, or in 0…255 if one is above 1.
    name
        Of the value, for errors.
    task
        Gives the image's size.

    Returns
    -------
    (height, width) float32 array
        In 0…1.

    Raises
    ------
    WrongSizeError
        If the lists are of another size.
    DumpError
        If an entry is no number, or out of range.

    Examples
    --------
    >>> image_of_numbers([[[0, 255], [51, 0]]], "image", Task(2, 2)).tolist()
    [[0.0, 1.0], [0.20000000298023224, 0.0]]
    """
    entries = _flat(value, name, task)
    if not all(type(entry) in (int, float) for entry in entries):
        raise DumpError(f"{name}: expected {task.pixels} numbers, found {short_repr(value)}")
    numbers = np.array(entries, np.float64)
    bad = np.flatnonzero(~((numbers >= 0) & (numbers <= _WHITE)))  # NaN, too
    if bad.size:
        y, x = divmod(int(bad[0]), task.width)
        raise DumpError(
            f"{name}: the pixel in column {x}, row {y} is {entries[bad[0]]!s:.20}; "
            f"expected numbers in 0…1, or in 0…{_WHITE}"
        )
    return as_image(numbers / _WHITE if numbers.max() > 1 else numbers, name, task)


def _flat(value: Any, name: str, task: Task) -> list[Any]:
    """Return the entries of nested lists, whose sizes other than 1 are those of an image."""
    shape = []
    first = value
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    sizes = [[n for n in tried if n != 1] for tried in (shape, task.shape, (task.pixels,))]
    if sizes[0] not in sizes[1:]:
        found = f"shape {'×'.join(map(str, shape))}" if len(shape) < 9 else short_repr(value)
        raise WrongSizeError(
            f"{name}: expected {task.pixels} numbers or {task.height} rows of {task.width}, found "
            f"{found}; send a drawing of another size as a picture or a data URI"
        )
    entries = value
    for size in shape[1:]:
        if not all(isinstance(row, list) and len(row) == size for row in entries):
            raise DumpError(f"{name}: expected rows of equal length, found {short_repr(value)}")
        entries = list(itertools.chain.from_iterable(entries))
    return list(entries)
