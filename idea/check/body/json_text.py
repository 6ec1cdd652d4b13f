"""Parsing the JSON of requests: what is no JSON, or costs too much to convert, is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from idea.errors import IdeaError, OptionError
from idea.text import short_repr

__all__ = ["parse_json"]

_LONGEST_NUMBER = 18  # digits; these fit 64 bits
_DEEPEST = 64  # lists and objects in one another
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{}]', re.DOTALL)


def parse_json(text: str | bytes, expected: str = "a JSON object") -> Any:
    """Parse JSON.

    Parameters
    ----------
    text
        The text, or its bytes in UTF-8, UTF-16 or UTF-32.
    expected
        What errors name.

    Returns
    -------
    object
        The value.

    Raises
    ------
    OptionError
        If it is no JSON, has more than 64 lists and objects in one another, a number of more than
        18 digits, or an object in which a key occurs twice.

    Examples
    --------
    >>> parse_json(b'{"model": "mlp"}')
    {'model': 'mlp'}
    """
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text))
        if _is_deep(text):
            raise OptionError(f"expected {expected}, found one nested too deeply")
        return json.loads(text, parse_int=_integer, object_pairs_hook=_object)
    except IdeaError:
        raise
    except ValueError as error:  # of JSON, or of UTF-8
        raise OptionError(f"expected {expected}, found text that is no JSON") from error


def _is_deep(text: str) -> bool:
    """Return whether the nesting is too deep.

    The parser would notice only at Python's limit of recursion, where a finalizer that happens to
    run is skipped.
    """
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > _DEEPEST:
            return True
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, whose keys must be distinct."""
    made = dict(pairs)
    if len(made) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise OptionError(f"duplicate key {short_repr(twice)}")
    return made


def _integer(text: str) -> int:
    """Parse an integer of JSON; longer ones overflow 64 bits."""
    if len(text) > _LONGEST_NUMBER:
        raise OptionError(
            f"expected numbers of at most {_LONGEST_NUMBER} digits, found {text:.40}…"
        )
    return int(text)
