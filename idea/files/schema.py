"""Schemas: the types that a file's values must have, checked with one message for what is wrong.

A schema is a type: ``int``, ``list[str]``, a class of `msgspec.Struct` with a field a key, with a
range as in ``Annotated[int, Meta(ge=1)]``. msgspec converts and checks; this module finds the value
that doesn't fit, and tells its place, what was expected there and what was found.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import os
import re
import reprlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec
import msgspec.inspect
import numpy as np
from msgspec import Meta

from idea.errors import IdeaError, OptionError

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
    "shown",
]

_LARGEST = sys.float_info.max

Natural: TypeAlias = Annotated[int, Meta(ge=0)]
Count: TypeAlias = Annotated[int, Meta(ge=1)]
Digit: TypeAlias = Annotated[int, Meta(ge=0, le=9)]
Finite: TypeAlias = Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)]
Amount: TypeAlias = Annotated[float, Meta(ge=0, le=_LARGEST)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Logits: TypeAlias = Annotated[
    list[Finite], Meta(min_length=10, max_length=10, description="ten numbers")
]
FileName: TypeAlias = Annotated[
    # Without what no file's name can hold: NUL, and halves of characters but for those by which
    # Python stands for bytes that are no UTF-8.
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

# The latter, too, of a text that isn't Unicode where a number should be.
_REFUSALS = (msgspec.ValidationError, ValueError)

_NAMES = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    NoneType: "null",
    list: "a list",
    tuple: "a list",
}


def one_of(names: Iterable[str]) -> Meta:
    """Give the metadata of a text that is one of several.

    Examples
    --------
    >>> checked("c", Annotated[str, one_of("ab")], "grade")
    Traceback (most recent call last):
    idea.errors.IdeaError: grade: expected one of a, b, found 'c'
    """
    names = list(names)
    pattern = "|".join(map(re.escape, names))
    return Meta(pattern=rf"\A(?:{pattern})\Z", description=f"one of {', '.join(names)}")


def all_required(fields: dict[str, Any], name: str) -> Any:
    """Make a schema of an object that has exactly these keys, by their schemas.

    Examples
    --------
    >>> checked({"x": 1}, all_required({"x": int, "y": int}, "Point"), "p.json")
    Traceback (most recent call last):
    idea.errors.IdeaError: p.json: y: expected a whole number, found nothing
    """
    return msgspec.defstruct(name, list(fields.items()), forbid_unknown_fields=True)


def checked(
    value: object, schema: Any, name: str, kind: type[IdeaError] = IdeaError, at: str = ""
) -> Any:
    """Give a value as its schema has it.

    Parameters
    ----------
    value
        Of a parsed JSON or TOML file, or an argument; numbers may be numpy's.
    schema
        A type; objects become instances of its structs, whole numbers floats where it wants these.
    name
        The file or argument, for the error.
    kind
        The error to raise.
    at
        Where in the file the value lies.

    Returns
    -------
    Any
        An instance of the schema.

    Raises
    ------
    IdeaError
        Of that kind, if a value doesn't fit: its place, what was expected and what was found.

    Examples
    --------
    >>> checked([1, 2], list[float], "sizes")
    [1.0, 2.0]
    >>> checked([1, "many"], list[Count], "sizes")
    Traceback (most recent call last):
    idea.errors.IdeaError: sizes[1]: expected a whole number, 1 or more, found 'many'
    """
    value = _plain(value)
    try:
        return msgspec.convert(value, schema)
    except _REFUSALS as error:
        key, fault = _fault(value, schema)
        place = f"{at}{key}".removeprefix(".")
        raise kind(f"{name}{': ' * place[:1].isalpha()}{place}: {fault}") from error


def require_known(
    names: Iterable[object],
    known: Iterable[str],
    what: str,
    labels: Mapping[Any, str] | None = None,
) -> None:
    """Refuse names that aren't known, with those that are.

    Parameters
    ----------
    names
        Of options that were given.
    known
        Of those that there are.
    what
        What has options.
    labels
        What names options in an error. Default: their names.

    Raises
    ------
    OptionError
        If one isn't known.

    Examples
    --------
    >>> require_known(["unit"], ["units", "seeds"], "a study")
    Traceback (most recent call last):
    idea.errors.OptionError: unit: a study has no such option; did you mean units?
    """
    known = list(known)
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, 1, cutoff=0.8)
            told = f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}"
            label = (labels or {}).get(name, key_text(name))
            raise OptionError(f"{label}: {what} has no such option; {told}")


def shown(value: object) -> str:
    """Show a value in an error: short, whatever it is.

    Examples
    --------
    >>> shown("x" * 1000)
    "'xxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxx'"
    """
    try:
        return _SHOW.repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "a number of thousands of digits"


def key_text(name: object) -> str:
    """Show a key in an error: as it is, unless a terminal would take it for more than text."""
    return name if isinstance(name, str) and name.isprintable() else shown(name)


_SHOW = reprlib.Repr()
_SHOW.maxstring = _SHOW.maxother = _SHOW.maxlong = 56
_SHOW.maxlist = _SHOW.maxdict = _SHOW.maxtuple = 4
_SHOW.maxlevel = 2


def _plain(value: object) -> object:
    """Give numpy's numbers as Python's, -0.0, which equals 0.0, as that, and paths as texts."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return value + 0 if type(value) is float else value


def _fault(value: object, schema: Any) -> tuple[str, str]:
    """Find the innermost value that doesn't fit: its place, and what is wrong with it."""
    for step, part, inner in _parts(value, schema):
        if not _fits(part, inner):
            key, fault = _fault(part, inner)
            return f"{step}{key}", fault
    fields = _fields(schema)
    if isinstance(value, dict) and fields:
        for name, inner in fields.items():
            if name not in value and not _is_optional(schema, name):
                return f".{name}", f"expected {_expected(inner)}, found nothing"
        unknown = ", ".join(key_text(name) for name in value if name not in fields)
        return "", f"expected no other keys than {', '.join(fields)}, found {unknown}"
    return "", f"expected {_expected(schema)}, found {shown(value)}"


def _parts(value: object, schema: Any) -> Iterator[tuple[str, object, Any]]:
    """Give what a value is made of: the step to each part, the part, and its schema."""
    for one in _alternatives(schema):
        origin, arguments, fields = get_origin(one), get_args(one), _fields(one)
        if isinstance(value, dict):
            inner = fields if origin is not dict else dict.fromkeys(value, arguments[1])
            for name in filter(value.__contains__, inner):
                yield f".{key_text(name)}", value[name], inner[name]
        elif isinstance(value, list) and origin in (list, tuple):
            for place, part in enumerate(value):
                yield f"[{place}]", part, arguments[0]


def _alternatives(schema: Any) -> Iterator[Any]:
    """Give the schemas that are joined by ``|``, or the only one, without their ranges."""
    origin, arguments = get_origin(schema), get_args(schema)
    if origin is Annotated:
        yield from _alternatives(arguments[0])
    elif origin in (Union, UnionType):
        for one in arguments:
            yield from _alternatives(one)
    else:
        yield schema


def _fits(value: object, schema: Any) -> bool:
    with contextlib.suppress(*_REFUSALS):
        msgspec.convert(value, schema)
        return True
    return False


def _fields(schema: Any) -> dict[str, Any]:
    """Give the schemas of an object's keys; none if it is no struct."""
    is_struct = isinstance(schema, type) and issubclass(schema, msgspec.Struct)
    has_fields = is_struct or dataclasses.is_dataclass(schema)
    return get_type_hints(schema, include_extras=True) if has_fields else {}


def _is_optional(schema: Any, name: str) -> bool:
    info: Any = msgspec.inspect.type_info(schema)
    return any(field.name == name and not field.required for field in info.fields)


def _expected(schema: Any) -> str:
    """Say in words what a schema allows."""
    origin, arguments = get_origin(schema), get_args(schema)
    if origin is Annotated:
        meta = arguments[1]
        return meta.description or f"{_expected(arguments[0])}{_range(meta)}"
    if origin in (Union, UnionType):
        return " or ".join(_expected(one) for one in arguments if one is not msgspec.UnsetType)
    return _NAMES.get(origin or schema, "an object")


def _range(meta: Meta) -> str:
    """Say in words the range of a number; the largest floats are no bounds, but keep nan out."""
    ge, le = (None if bound in (-_LARGEST, _LARGEST) else bound for bound in (meta.ge, meta.le))
    if ge is not None and le is not None:
        return f" in {ge}…{le}"
    said = {"more than {}": meta.gt, "{} or more": ge, "less than {}": meta.lt, "{} or less": le}
    bounds = [text.format(bound) for text, bound in said.items() if bound is not None]
    return f", {' and '.join(bounds)}" if bounds else ""
