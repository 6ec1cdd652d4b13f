"""Checks of arguments: one rule for the library, for what files hold and for command lines.

Each function returns the value in its plain form or raises an `OptionError` that names the argument
and says what was expected and what was found.
"""

from __future__ import annotations

import io
import math
import numbers
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

from idea.errors import IdeaError, OptionError
from idea.text import SHORT, short_repr

__all__ = [
    "as_choice",
    "as_count",
    "as_list",
    "as_number",
    "as_path",
    "as_whole_number",
    "check_callable",
    "parse_number",
    "parse_whole_number",
]

_LARGEST_COUNT = 1_000_000_000  # of restarts, steps, threads
_MAX_DIGITS = 38  # of a whole number: as many as a 128-bit seed has

# `int` and `float` also accept digits of other scripts, underscores and blanks.
_WHOLE = re.compile(r"[+-]?[0-9]+")
_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def as_whole_number(
    name: str, value: object, least: int | None = None, most: int | None = None
) -> int:
    """Return a whole number of Python's or NumPy's as an int; True and 2.0 are refused.

    >>> as_whole_number("seed", np.int64(3), 0)
    3
    >>> as_whole_number("seed", True, 0)
    Traceback (most recent call last):
    idea.errors.OptionError: seed must be a whole number, 0 or more, not True
    """
    plain = _plain(value)
    if not isinstance(plain, bool) and isinstance(plain, numbers.Integral):
        number = int(plain)
        if abs(number) >= 10**_MAX_DIGITS:
            raise OptionError(f"{name} must be a whole number of {_MAX_DIGITS} digits or fewer")
        if (least is None or number >= least) and (most is None or number <= most):
            return number
    raise OptionError(
        f"{name} must be a whole number{_range(least, most)}, not {short_repr(value)}"
    )


def as_number(
    name: str,
    value: object,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    above: float | None = None,
) -> float:
    """Return a finite number of Python's or NumPy's as a float; True is refused.

    >>> as_number("seconds", np.float32(0.5), 0)
    0.5
    >>> as_number("seconds", "2", 0)
    Traceback (most recent call last):
    idea.errors.OptionError: seconds must be a number, 0 or more, not '2'
    """
    plain = _plain(value)
    if not isinstance(plain, bool) and isinstance(plain, numbers.Real):
        try:
            number = float(plain)
        except OverflowError:
            number = math.inf
        if math.isfinite(number) and least <= number <= most and (above is None or number > above):
            return number
    range_ = _range(least, most) if above is None else f", more than {above:g}"
    raise OptionError(f"{name} must be a number{range_}, not {short_repr(value)}")


def as_count(name: str, value: object) -> int:
    """Return a whole number between 1 and a billion as an int.

    >>> as_count("restarts", 10**30)
    Traceback (most recent call last):
    idea.errors.OptionError: restarts must be a whole number, 1,000,000,000 or less, not \
1000000000000000000000000000000
    """
    return as_whole_number(name, as_whole_number(name, value, 1), most=_LARGEST_COUNT)


def as_choice(name: str, value: object, choices: Collection[str]) -> str:
    """Return a value that is one of some names.

    >>> as_choice("method", "hill", ["greedy", "mc"])
    Traceback (most recent call last):
    idea.errors.OptionError: method must be one of greedy, mc, not hill
    """
    if not isinstance(value, str) or value not in choices:
        short = isinstance(value, str) and value.isidentifier() and len(value) < SHORT
        found = value if short else short_repr(value)  # a word needs no quotes
        raise OptionError(f"{name} must be one of {', '.join(choices)}, not {found}")
    return value


def as_list(name: str, value: object, items: str) -> list[object]:
    """Return the items of an iterable as a list; a string is refused.

    >>> as_list("digits", 5, "digits")
    Traceback (most recent call last):
    idea.errors.OptionError: digits must be a list of digits, not 5
    """
    single = (
        isinstance(value, str | bytes | bytearray | io.IOBase) or getattr(value, "ndim", None) == 0
    )
    if isinstance(value, Iterable) and not single:
        return list(value)
    raise OptionError(f"{name} must be a list of {items}, not {short_repr(value)}")


def as_path(value: object, kind: type[IdeaError] = OptionError) -> Path:
    r"""Return a path that a file or folder can have, whether there is one or not.

    >>> as_path("a\0b")
    Traceback (most recent call last):
    idea.errors.OptionError: expected the name of a file or folder, found 'a\x00b'
    """
    try:
        if not isinstance(value, str | os.PathLike) or not os.fspath(value):
            raise TypeError("no path")  # an empty one would stand for the current folder
        path = Path(value)
        if b"\0" not in os.fsencode(path):
            return path
    except (TypeError, ValueError):  # not Unicode, or a path of bytes
        pass
    raise kind(f"expected the name of a file or folder, found {short_repr(value)}")


def check_callable(name: str, value: object) -> None:
    """Raise unless a value can be called or is None.

    >>> check_callable("on_frame", 5)
    Traceback (most recent call last):
    idea.errors.OptionError: on_frame must be a function, not 5
    """
    if value is not None and not callable(value):
        raise OptionError(f"{name} must be a function, not {short_repr(value)}")


def parse_whole_number(text: str) -> int:
    """Parse a whole number of ASCII digits, with or without a sign."""
    if not _WHOLE.fullmatch(text) or len(text) > _MAX_DIGITS:
        raise OptionError(f"expected a whole number, such as 12, not {short_repr(text)}")
    return int(text)


def parse_number(text: str) -> float:
    """Parse a finite number of ASCII digits, such as 12, 0.5 or 1e-3."""
    if not _REAL.fullmatch(text) or not math.isfinite(number := float(text)):
        raise OptionError(f"expected a number, such as 0.5, not {short_repr(text)}")
    return number


def _plain(value: object) -> object:
    """Return a NumPy scalar or 0-d array as a Python number; anything else as it is."""
    if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def _range(least: float | None, most: float | None) -> str:
    """Describe the range of a number, for an error."""
    low, high = least not in (None, -math.inf), most not in (None, math.inf)
    if low and high:
        return f", {least:,}…{most:,}"
    if low:
        return f", {least:,} or more"
    return f", {most:,} or less" if high else ""
