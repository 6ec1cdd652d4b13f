"""Numbers as a reader wants them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["a_digit", "named", "number", "numbered", "percent", "seconds"]

_RUN = 3  # of so many numbers or more, the ends alone are given
_UNKNOWN = "–"
_MINUTE, _HOUR = 60, 3600


def number(value: float, places: int = 1) -> str:
    """Format a number; NaN is unknown.

    Examples
    --------
    >>> number(1234.56), number(-0.01), number(float("nan"))
    ('1,234.6', '0.0', '–')
    """
    return _UNKNOWN if math.isnan(value) else f"{value:z,.{places}f}"


def percent(share: float, places: int = 2) -> str:
    r"""Format a share of 0…1 in per cent, so that no line breaks within.

    Examples
    --------
    >>> percent(0.98321), percent(0.5, 0), percent(float("nan"))
    ('98.32\xa0%', '50\xa0%', '–')
    """
    return _UNKNOWN if math.isnan(share) else f"{share:.{places}%}".replace("%", "\xa0%")


def seconds(value: float) -> str:
    """Format a duration in the unit that suits it.

    Examples
    --------
    >>> seconds(0.25), seconds(90), seconds(5400)
    ('0.2 s', '1.5 min', '1.5 h')
    """
    for unit, length in (("h", _HOUR), ("min", _MINUTE)):
        if value >= length:
            return f"{value / length:,.1f} {unit}"
    return f"{value:.1f} s"


def numbered(values: Sequence[Any]) -> str:
    """Format values as a list; of consecutive integers the first and the last.

    Examples
    --------
    >>> numbered([0, 1, 2, 3]), numbered([1, 2]), numbered([16, 100, 784]), numbered(["mlp"])
    ('0…3', '1, 2', '16, 100, 784', 'mlp')
    """
    whole = all(isinstance(value, int) for value in values)
    if len(values) >= _RUN and whole and list(values) == [*range(values[0], values[-1] + 1)]:
        return f"{values[0]}…{values[-1]}"
    return ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values)


def named(column: str) -> str:
    """Return the heading of a column of a study's table.

    Examples
    --------
    >>> named("arch"), named("batch_size")
    ('architecture', 'batch size')
    """
    return {"arch": "architecture"}.get(column, column.replace("_", " "))


def a_digit(digit: int) -> str:
    """Format a digit with its article.

    Examples
    --------
    >>> a_digit(5), a_digit(8)
    ('a 5', 'an 8')
    """
    return f"{'an' if digit == 8 else 'a'} {digit}"
