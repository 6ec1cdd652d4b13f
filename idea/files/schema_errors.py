"""Describing where a value doesn't match its schema."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import msgspec.inspect
from msgspec import Meta

from idea.text import short_repr

__all__ = ["LARGEST", "REFUSALS", "key_text", "mismatch_in"]

LARGEST = sys.float_info.max
"""The bound of numbers without another, which excludes nan and infinities."""

# ValueError is raised for a string that isn't valid Unicode in place of a number.
REFUSALS = (msgspec.ValidationError, ValueError)

_NAMES = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    NoneType: "null",
    list: "a list",
    tuple: "a list",
}


def mismatch_in(value: object, schema: Any) -> tuple[str, str]:
    """Return the path of the innermost value that doesn't fit, and what is wrong with it."""
    for step, part, inner in _parts(value, schema):
        if not _fits(part, inner):
            key, mismatch = mismatch_in(part, inner)
            return f"{step}{key}", mismatch
    fields = _fields(schema)
    if isinstance(value, dict) and fields:
        for name, inner in fields.items():
            if name not in value and not _is_optional(schema, name):
                return f".{name}", f"expected {_expected(inner)}, found nothing"
        unknown = ", ".join(key_text(name) for name in value if name not in fields)
        return "", f"expected no other keys than {', '.join(fields)}, found {unknown}"
    return "", f"expected {_expected(schema)}, found {short_repr(value)}"


def _parts(value: object, schema: Any) -> Iterator[tuple[str, object, Any]]:
    """Yield the parts of a value: the step to each part, the part, and its schema."""
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
    """Yield the schemas that are joined by ``|``, or the only one, without their ranges."""
    origin, arguments = get_origin(schema), get_args(schema)
    if origin is Annotated:
        yield from _alternatives(arguments[0])
    elif origin in (Union, UnionType):
        for one in arguments:
            yield from _alternatives(one)
    else:
        yield schema


def _fits(value: object, schema: Any) -> bool:
    with contextlib.suppress(*REFUSALS):
        msgspec.convert(value, schema)
        return True
    return False


def _fields(schema: Any) -> dict[str, Any]:
    """Return the schemas of an object's keys; none if it isn't a struct."""
    is_struct = isinstance(schema, type) and issubclass(schema, msgspec.Struct)
    has_fields = is_struct or dataclasses.is_dataclass(schema)
    return get_type_hints(schema, include_extras=True) if has_fields else {}


def _is_optional(schema: Any, name: str) -> bool:
    info: Any = msgspec.inspect.type_info(schema)
    return any(field.name == name and not field.required for field in info.fields)


def _expected(schema: Any) -> str:
    """Describe what a schema allows."""
    origin, arguments = get_origin(schema), get_args(schema)
    if origin is Annotated:
        meta = arguments[1]
        return meta.description or f"{_expected(arguments[0])}{_range(meta)}"
    if origin in (Union, UnionType):
        return " or ".join(_expected(one) for one in arguments if one is not msgspec.UnsetType)
    return _NAMES.get(origin or schema, "an object")


def _range(meta: Meta) -> str:
    """Describe the range of a number; the largest floats, which exclude nan, are omitted."""
    ge, le = (None if bound in (-LARGEST, LARGEST) else bound for bound in (meta.ge, meta.le))
    if ge is not None and le is not None:
        return f" in {ge}…{le}"
    texts = {"more than {}": meta.gt, "{} or more": ge, "less than {}": meta.lt, "{} or less": le}
    bounds = [text.format(bound) for text, bound in texts.items() if bound is not None]
    return f", {' and '.join(bounds)}" if bounds else ""


def key_text(name: object) -> str:
    """Return a key for an error: as it is, unless it has control characters."""
    return name if isinstance(name, str) and name.isprintable() else short_repr(name)
