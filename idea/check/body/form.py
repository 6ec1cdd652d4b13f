"""Forms of requests: the file, and what fields declare."""

from __future__ import annotations

import contextlib
import re
import unicodedata

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from idea.errors import OptionError
from idea.task_options import TaskOptions
from idea.text import pluralize, short_repr

__all__ = [
    "FORM_DATA",
    "FORM_OVERHEAD",
    "declared_task",
    "found_body",
    "read_file",
    "sent_files",
    "uploaded_file",
]

FORM_OVERHEAD = 100_000
"""Bytes of a form besides its file, at most: the labels of many classes."""

FORM_DATA = "multipart/form-data"
"""The type of forms with files."""

_LONGEST_NAME = 80
_SHAPE = re.compile("([0-9]{1,4})[x×]([0-9]{1,4})")


def declared_task() -> TaskOptions:
    """Return what the fields `shape`, `classes` and `input` of a form declare of a network.

    The labels are separated by commas or line ends.

    Raises
    ------
    OptionError
        If the shape isn't like 28x28, or the input no scale.
    """
    names = ("shape", "classes", "input")
    shape, classes, scale = (request.form.get(name, "").strip() for name in names)
    size = _SHAPE.fullmatch(shape)
    if shape and not size:
        raise OptionError(f"shape: expected a size such as 28x28, found {short_repr(shape)}")
    labels = tuple(label.strip() for label in re.split(r"[,\r\n]+", classes))
    return TaskOptions.of(
        (int(size[1]), int(size[2])) if size else None,
        labels if classes else None,
        scale or None,
    )


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
    files = sent_files()
    if len(files) != 1:
        raise OptionError(f"expected a form with one file, found {found_body(len(files))}")
    return read_file(files[0], most)


def sent_files() -> list[FileStorage]:
    """Return the files of a form, without those that a browser's user has left empty."""
    if request.mimetype != FORM_DATA:  # Flask would parse other forms, of any number of fields
        return []
    return [file for _, file in request.files.items(multi=True) if file.filename]


def read_file(file: FileStorage, most: int) -> tuple[bytes, str]:
    """Return the contents of a form's file, and its name for display."""
    name = _display_name(file.filename or "file")
    with contextlib.closing(file):
        data = file.read(most + 1)
    if len(data) > most:
        raise RequestEntityTooLarge(f"{name}: expected at most {most:,} bytes, found more")
    return data, name


def found_body(files: int = 0) -> str:
    """Describe the body that was sent where a form with one file was expected."""
    kind = short_repr(request.mimetype).strip("'")
    if kind != FORM_DATA:
        return f"a body of {kind}" if kind else "a body without a Content-Type"
    if "boundary" not in request.mimetype_params:
        return f"{FORM_DATA} without a boundary: let the client set the header Content-Type"
    return pluralize(files, "file")


def _display_name(name: str) -> str:
    """Return a name without folders and control characters, and not too long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in base if unicodedata.category(c)[0] != "C")
    return shown[-_LONGEST_NAME:].lstrip("-") or "file"
