"""Schemas: the types of a file's values, checked with one message for what is wrong.

A schema is a type: ``int``, ``list[str]``, a subclass of `msgspec.Struct` with a field for each
key, or one with a range such as ``Annotated[int, Meta(ge=1)]``. msgspec converts and checks;
`idea.files.schema_errors` finds the value that doesn't fit and describes it.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeAlias

import msgspec
import numpy as np
from msgspec import Meta

from idea.errors import IdeaError, OptionError
from idea.files.schema_errors import LARGEST, REFUSALS, key_text, mismatch_in

__all__ = [
    "Amount",
    "Checksum",
    "Count",
    "Digit",
    "FileName",
    "Finite",
    "Logits",
    "Natural",
    "Share",
    "Version",
    "all_required",
    "checked",
    "key_text",
    "one_of",
    "require_known",
]

Natural: TypeAlias = Annotated[int, Meta(ge=0)]
Count: TypeAlias = Annotated[int, Meta(ge=1)]
Digit: TypeAlias = Annotated[int, Meta(ge=0, le=9)]
Finite: TypeAlias = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Amount: TypeAlias = Annotated[float, Meta(ge=0, le=LARGEST)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Logits: TypeAlias = Annotated[
    list[Finite], Meta(min_length=2, max_length=1000, description="a number for each class")
]
FileName: TypeAlias = Annotated[
    # Excludes what no file's name can contain: NUL, and surrogates other than those by which Python
    # represents bytes that aren't UTF-8.
    str,
    Meta(
        max_length=4096,
        pattern="\\A[^\0\ud800-\udc7f\udd00-\udfff]+\\Z",
        description="a file's name",
    ),
]
Checksum: TypeAlias = Annotated[
    str, Meta(pattern=r"\A[0-9a-f]{64}\Z", description="a SHA-256 of 64 hexadecimal digits")
]
Version: TypeAlias = Annotated[str, Meta(pattern=r"\A[ -~]{1,200}\Z", description="a version")]


def one_of(names: Iterable[str]) -> Meta:
    """Return the metadata of a string that is one of several.

    >>> checked("c", Annotated[str, one_of("ab")], "grade")
    Traceback (most recent call last):
    idea.errors.IdeaError: grade: expected one of a, b, found 'c'
    """
    names = list(names)
    pattern = "|".join(map(re.escape, names))
    return Meta(pattern=rf"\A(?:{pattern})\Z", description=f"one of {', '.join(names)}")


def all_required(
    fields: dict[str, Any], name: str, defaults: Mapping[str, Any] | None = None
) -> Any:
    """Return the schema of an object that has exactly these keys, by their schemas.

    Those that older files lack have `defaults`.

    >>> checked({"x": 1}, all_required({"x": int, "y": int}, "Point"), "p.json")
    Traceback (most recent call last):
    idea.errors.IdeaError: p.json: y: expected a whole number, found nothing
    """
    defaults = defaults or {}
    described = [
        (key, schema, defaults[key]) if key in defaults else (key, schema)
        for key, schema in fields.items()
    ]
    return msgspec.defstruct(name, described, kw_only=True, forbid_unknown_fields=True)


def checked(
    value: object, schema: Any, name: str, kind: type[IdeaError] = IdeaError, at: str = ""
) -> Any:
    """Convert a value, parsed from a file or passed as an argument, to its schema.

    Errors are of the given kind and begin with `name`, the file or argument, and the value's path
    in it, which begins with `at`.

    >>> checked([1, 2], list[float], "sizes")
    [1.0, 2.0]
    >>> checked([1, "many"], list[Count], "sizes")
    Traceback (most recent call last):
    idea.errors.IdeaError: sizes[1]: expected a whole number, 1 or more, found 'many'
    """
    value = _plain(value)
    try:
        return msgspec.convert(value, schema)
    except REFUSALS as error:
        key, mismatch = mismatch_in(value, schema)
        place = f"{at}{key}".removeprefix(".")
        raise kind(f"{name}{': ' * place[:1].isalpha()}{place}: {mismatch}") from error


def require_known(
    names: Iterable[object],
    known: Iterable[str],
    what: str,
    labels: Mapping[Any, str] | None = None,
) -> None:
    """Check that all options are known; `what` has them, and `labels` name them in errors.

    >>> require_known(["unit"], ["units", "seeds"], "a study")
    Traceback (most recent call last):
    idea.errors.OptionError: unit: a study has no such option; did you mean units?
    """
    known = list(known)
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, 1, cutoff=0.8)
            hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}"
            label = (labels or {}).get(name, key_text(name))
            raise OptionError(f"{label}: {what} has no such option; {hint}")


def _plain(value: object) -> object:
    """Convert numpy's numbers to Python's, -0.0 to 0.0, which equals it, and paths to strings."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return value + 0 if type(value) is float else value
