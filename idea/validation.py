"""What callers give, checked: one rule for the library, for what files say and for the commands."""

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

__all__ = [
    "as_choice",
    "as_count",
    "as_list",
    "as_number",
    "as_path",
    "as_whole_number",
    "check_digit",
    "check_digits",
    "counted",
    "digits_of",
    "require_callable",
    "shown",
    "typed_number",
    "typed_whole_number",
]

_LONGEST = 60  # characters of a value that an error shows
_MOST = 1_000_000_000  # of what is counted: restarts, steps, threads
_DIGITS = 38  # of a whole number: as many as seeds of 128 bits have

# What int and float take besides is left to neither: digits of other scripts, underscores, blanks.
_WHOLE = re.compile(r"[+-]?[0-9]+")
_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def shown(value: object) -> str:
    """Show a value in an error: in one line, cut where it is long.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    str
        Its `repr`; its type where that fails, as of a number of 5,000 digits.

    Examples
    --------
    >>> shown("5"), shown(10**5000)
    ("'5'", '<int>')
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # of whatever kind: the value is anybody's
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def as_whole_number(
    name: str, value: object, least: int | None = None, most: int | None = None
) -> int:
    """Check that a value is a whole number, of Python's or NumPy's; True and 2.0 are none.

    Parameters
    ----------
    name
        What the error calls it.
    value
        Anything.
    least, most
        What it may be.

    Returns
    -------
    int
        The same.

    Raises
    ------
    OptionError
        If it is something else, or has more than 38 digits.

    Examples
    --------
    >>> as_whole_number("seed", np.int64(3), 0)
    3
    >>> as_whole_number("seed", True, 0)
    Traceback (most recent call last):
    idea.errors.OptionError: seed must be a whole number, 0 or more, not True
    """
    plain = _plain(value)
    if not isinstance(plain, bool) and isinstance(plain, numbers.Integral):
        number = int(plain)
        if abs(number) >= 10**_DIGITS:
            raise OptionError(f"{name} must be a whole number of {_DIGITS} digits or fewer")
        if (least is None or number >= least) and (most is None or number <= most):
            return number
    raise OptionError(f"{name} must be a whole number{_range(least, most)}, not {shown(value)}")


def as_number(
    name: str,
    value: object,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    above: float | None = None,
) -> float:
    """Check that a value is a finite number, of Python's or NumPy's.

    Parameters
    ----------
    name
        What the error calls it.
    value
        Anything.
    least, most
        What it may be.
    above
        What it must be more than.

    Returns
    -------
    float
        The same.

    Raises
    ------
    OptionError
        If it is something else, such as True, NaN or an infinity.

    Examples
    --------
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
    raise OptionError(f"{name} must be a number{range_}, not {shown(value)}")


def as_count(name: str, value: object) -> int:
    """Check that a value says how many there are to be: 1 or more, and not so many as never to end.

    Parameters
    ----------
    name
        What the error calls it.
    value
        Anything.

    Returns
    -------
    int
        The same.

    Raises
    ------
    OptionError
        If it is something else.

    Examples
    --------
    >>> as_count("restarts", 10**30)
    Traceback (most recent call last):
    idea.errors.OptionError: restarts must be a whole number, 1,000,000,000 or less, not \
1000000000000000000000000000000
    """
    return as_whole_number(name, as_whole_number(name, value, 1), most=_MOST)


def check_digit(digit: object) -> int:
    """Check that a value is a digit.

    Parameters
    ----------
    digit
        Anything.

    Returns
    -------
    int
        The same.

    Raises
    ------
    OptionError
        If it isn't one of 0…9.

    Examples
    --------
    >>> check_digit(10)
    Traceback (most recent call last):
    idea.errors.OptionError: digit must be one of 0…9, not 10
    """
    try:
        return as_whole_number("digit", digit, 0, 9)
    except OptionError:
        raise OptionError(f"digit must be one of 0…9, not {shown(digit)}") from None


def check_digits(digits: object) -> list[int]:
    """Check that values are digits.

    Parameters
    ----------
    digits
        A list, a range, a generator of them.

    Returns
    -------
    list of int
        Each digit once, in order; none where none was given.

    Raises
    ------
    OptionError
        If one is no digit.

    Examples
    --------
    >>> check_digits([3, 8, 3])
    [3, 8]
    """
    return list(dict.fromkeys(map(check_digit, as_list("digits", digits, "digits"))))


def typed_whole_number(text: str) -> int:
    """Read a whole number that was typed: ASCII digits, with a sign or without.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    int
        The number.

    Raises
    ------
    OptionError
        If it is something else; `int` would also take ``1_0``, ``٣`` and blanks.

    Examples
    --------
    >>> typed_whole_number("-12")
    -12
    """
    if not _WHOLE.fullmatch(text) or len(text) > _DIGITS:
        raise OptionError(f"expected a whole number, such as 12, not {shown(text)}")
    return int(text)


def typed_number(text: str) -> float:
    """Read a number that was typed: ASCII digits, such as 12, 0.5 or 1e-3.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    float
        The number.

    Raises
    ------
    OptionError
        If it is something else, NaN, or too large.

    Examples
    --------
    >>> typed_number("1e-3")
    0.001
    """
    if not _REAL.fullmatch(text) or not math.isfinite(number := float(text)):
        raise OptionError(f"expected a number, such as 0.5, not {shown(text)}")
    return number


def as_choice(name: str, value: object, choices: Collection[str]) -> str:
    """Check that a value is one of some names.

    Parameters
    ----------
    name
        What the error calls it.
    value
        Anything.
    choices
        The names.

    Returns
    -------
    str
        The same.

    Raises
    ------
    OptionError
        If it is something else.

    Examples
    --------
    >>> as_choice("method", "hill", ["greedy", "mc"])
    Traceback (most recent call last):
    idea.errors.OptionError: method must be one of greedy, mc, not hill
    """
    if not isinstance(value, str) or value not in choices:
        short = isinstance(value, str) and value.isidentifier() and len(value) < _LONGEST
        found = value if short else shown(value)  # a word needs no quotes
        raise OptionError(f"{name} must be one of {', '.join(choices)}, not {found}")
    return value


def as_list(name: str, value: object, what: str) -> list[object]:
    """Take what a list, a set, a range or a generator holds; a text is none of these.

    Parameters
    ----------
    name
        What the error calls it.
    value
        Anything.
    what
        What it should hold, in the plural.

    Returns
    -------
    list
        Its items.

    Raises
    ------
    OptionError
        If it is something else.

    Examples
    --------
    >>> as_list("digits", 5, "digits")
    Traceback (most recent call last):
    idea.errors.OptionError: digits must be a list of digits, not 5
    """
    alone = (
        isinstance(value, str | bytes | bytearray | io.IOBase) or getattr(value, "ndim", None) == 0
    )
    if isinstance(value, Iterable) and not alone:
        return list(value)
    raise OptionError(f"{name} must be a list of {what}, not {shown(value)}")


def digits_of(texts: list[str]) -> list[int]:
    """Read digits from a command line.

    Parameters
    ----------
    texts
        What was typed, such as ``["0,3", "5"]`` or ``["all"]``.

    Returns
    -------
    list of int
        Each digit once, in order.

    Raises
    ------
    OptionError
        If one is no digit.

    Examples
    --------
    >>> digits_of(["3,8", "3"])
    [3, 8]
    """
    names = ",".join(texts).split(",")
    if names == ["all"]:
        return list(range(10))
    for name in names:
        if name not in set("0123456789"):
            raise OptionError(f"digit must be one of 0…9, or all alone, not {shown(name)}")
    return list(dict.fromkeys(map(int, names)))


def counted(count: int, thing: str) -> str:
    """Say how many there are of something.

    Parameters
    ----------
    count
        How many.
    thing
        Of what, in the singular.

    Returns
    -------
    str
        Both.

    Examples
    --------
    >>> counted(1, "network"), counted(1_560, "ideal")
    ('1 network', '1,560 ideals')
    """
    return f"{count:,} {thing}{'s' * (count != 1)}"


def require_callable(name: str, value: object) -> None:
    """Check that a value can be called, or is None.

    Parameters
    ----------
    name
        What the error calls it.
    value
        Anything.

    Raises
    ------
    OptionError
        If it can't.

    Examples
    --------
    >>> require_callable("on_frame", 5)
    Traceback (most recent call last):
    idea.errors.OptionError: on_frame must be a function, not 5
    """
    if value is not None and not callable(value):
        raise OptionError(f"{name} must be a function, not {shown(value)}")


def as_path(value: object, kind: type[IdeaError] = OptionError) -> Path:
    r"""Check that a value can be the name of a file or folder.

    Parameters
    ----------
    value
        Anything.
    kind
        The error to raise.

    Returns
    -------
    Path
        The name, of a file that may be there or not.

    Raises
    ------
    IdeaError
        Of that kind, if it is something else than a text or a path, or no file can have that name.

    Examples
    --------
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
    except (TypeError, ValueError):  # what isn't Unicode, or a path of bytes
        pass
    raise kind(f"expected the name of a file or folder, found {shown(value)}")


def _plain(value: object) -> object:
    """Give a number of NumPy's, or an array of one, as Python's own; anything else as it is."""
    if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def _range(least: float | None, most: float | None) -> str:
    """Say what a number may be."""
    low, high = least not in (None, -math.inf), most not in (None, math.inf)
    if low and high:
        return f", {least:,}…{most:,}"
    if low:
        return f", {least:,} or more"
    return f", {most:,} or less" if high else ""
