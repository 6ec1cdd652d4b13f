"""What `POST /send` takes: a picture, or an array of numbers, wherever clients put one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from idea.check.body.form import FORM_DATA, FORM_OVERHEAD, found_body, read_file, sent_files
from idea.check.body.json_text import parse_json
from idea.check.body.sent_values import as_entries, decode_text, image_of_numbers
from idea.check.limits import Limits
from idea.errors import OptionError
from idea.files.preprocess import Prepared, read_digits, read_picture
from idea.image import DIGITS, Task
from idea.text import short_repr

__all__ = ["FIELDS", "FORMATS", "Sent", "read_sent"]

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""Formats of cameras, scanners and web pages; Pillow's other decoders can't be reached."""

FIELDS = ("image", "data", "img")
"""Names of the field with the image; without any of them, the only other field is it."""

_BODY = "the body"
_URI = "data:"
_FORM = "application/x-www-form-urlencoded"
# The types that clients send by default: curl calls any data a form.
_UNDECLARED = ("", "text/plain", _FORM)
_HELP = (
    "send a picture as a file of a form, as the body (Content-Type: image/png), or as a data URI "
    f"in a field or JSON key {', '.join(FIELDS)}, which also takes an array of numbers"
)


@dataclass(frozen=True)
class Sent:
    """An image as a client sent it."""

    value: bytes | list[Any]
    """A picture's or dump's bytes, or nested lists of numbers."""
    name: str
    """In errors: a file's, or a field's."""
    model: Any
    """The id of the model; None for the default one."""

    def prepared(self, task: Task, limits: Limits) -> tuple[Prepared, list[Prepared]]:
        """Return the image of a model's task, and those of the digits if there are several."""
        if isinstance(self.value, list):
            image = image_of_numbers(self.value, self.name, task)
            box = (0, 0, task.width, task.height)
            return Prepared(image, inverted=False, box=box, raw=True), []
        picture: dict[str, Any] = {"name": self.name, "largest": limits.pixels, "formats": FORMATS}
        digits: list[Prepared] = []
        if task == DIGITS:
            digits = read_digits(self.value, **picture)
            if len(digits) == 1:
                return digits[0], []
        return read_picture(self.value, drawn=True, task=task, **picture), digits


def read_sent(limits: Limits) -> Sent:
    """Return the image of the current request.

    Parameters
    ----------
    limits
        The size of a body, `picture`.

    Returns
    -------
    Sent
        What was sent, not yet decoded.

    Raises
    ------
    OptionError
        If the body holds no image, or several.
    PictureError
        If a text isn't a picture's.
    RequestEntityTooLarge
        If the body is too large.
    """
    request.max_content_length = limits.picture + FORM_OVERHEAD
    if request.mimetype == FORM_DATA:
        return _in_form_data(limits)
    data = request.get_data()
    start = data.lstrip()[:1]
    if not start:
        raise OptionError(f"expected a picture, found nothing in {found_body()}: {_HELP}")
    if request.is_json or (request.mimetype in _UNDECLARED and start in (b"{", b"[")):
        return _in_json(data)
    # What is percent-encoded is ASCII, and begins with a name; no picture does.
    if request.mimetype == _FORM and data.isascii() and b"=" in data[:100]:
        return _in_fields(_parse_form(data))
    return Sent(_picture(data, _BODY), _BODY, _model({}))


def _in_form_data(limits: Limits) -> Sent:
    """Return the file of a form, or the image in one of its fields."""
    request.max_form_memory_size = limits.picture + FORM_OVERHEAD
    files = sent_files()
    fields = request.form.to_dict()
    if len(files) == 1:
        data, name = read_file(files[0], limits.picture)
        return Sent(_picture(data, name), name, _model(fields))
    if files or not fields:
        raise OptionError(f"expected one picture, found {found_body(len(files))}: {_HELP}")
    return _in_fields(fields)


def _parse_form(data: bytes) -> dict[str, str]:
    most = current_app.config["MAX_FORM_PARTS"]
    try:
        # In a form that isn't encoded, a data URI has a semicolon and plus signs.
        return dict(parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=most))
    except ValueError as error:
        raise OptionError(f"expected a form of at most {most} fields, found more") from error


def _in_json(data: bytes) -> Sent:
    body = as_entries(_parse_json(data, "JSON"))
    if isinstance(body, dict):
        return _in_fields(body)
    return Sent(_value(body, _BODY), _BODY, _model({}))


def _in_fields(fields: Mapping[str, Any]) -> Sent:
    """Return the image in the field with a usual name, else with a data URI, else the only one."""
    given = [n for n, value in fields.items() if n != "model" and value not in (None, "")]
    names = [name for name in FIELDS if name in given]
    names = names or [name for name in given if _is_uri(fields[name])] or given
    if len(names) != 1:
        found = f"the fields {short_repr(names)}" if names else "none"
        raise OptionError(f"expected one field with an image, found {found}: {_HELP}")
    (name,) = names
    shown = short_repr(name).strip("'\"")
    return Sent(_value(fields[name], shown), shown, _model(fields))


def _is_uri(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_URI)


def _value(value: Any, name: str) -> bytes | list[Any]:
    """Return the picture or the numbers of a field."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        value = _parse_json(value, f"{name}: a data URI or an array")
    value = as_entries(value)
    if isinstance(value, str):
        return decode_text(value, name)
    if isinstance(value, list):
        return value
    raise OptionError(
        f"{name}: expected a data URI or an array of numbers, found {short_repr(value)}"
    )


def _parse_json(text: str | bytes, expected: str) -> Any:
    """Parse JSON of at most the size that other requests may have: values take more memory."""
    most = current_app.config["MAX_CONTENT_LENGTH"]
    if len(text) > most:
        raise RequestEntityTooLarge(f"expected at most {most:,} bytes of JSON, found more")
    return parse_json(text, expected)


def _picture(data: bytes, name: str) -> bytes:
    """Return a picture's bytes, which may have been sent as text."""
    is_text = request.mimetype == "text/plain" and data.isascii()
    if is_text or data[: len(_URI)].lower() == _URI.encode():
        return decode_text(data.decode("latin-1"), name)
    return data


def _model(fields: Mapping[str, Any]) -> Any:
    """Return the model that the query or the body names."""
    given = [m for m in (request.args.get("model"), fields.get("model")) if m is not None]
    if len(given) == 2 and given[0] != given[1]:
        raise OptionError("the query and the body name different models: leave out one")
    return given[0] if given else None
