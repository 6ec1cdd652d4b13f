"""Formatting of numbers and classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from idea.image import DIGITS, Task

__all__ = [
    "format_duration",
    "format_number",
    "format_percent",
    "format_values",
    "name_of",
]

_RUN = 3  # least number of consecutive integers that are abbreviated
_UNKNOWN = "–"
_MINUTE, _HOUR = 60, 3600


def format_number(value: float, places: int = 1) -> str:
    """Format a number; NaN as a dash.

    Examples
    --------
    >>> format_number(1234.56), format_number(-0.01), format_number(float("nan"))
    ('1,234.6', '0.0', '–')
    """
    return _UNKNOWN if math.isnan(value) else f"{value:z,.{places}f}"


def format_percent(share: float, places: int = 2) -> str:
    r"""Format a share of 0…1 in per cent, so that no line breaks within.

    Examples
    --------
    >>> format_percent(0.98321), format_percent(0.5, 0), format_percent(float("nan"))
    ('98.32\xa0%', '50\xa0%', '–')
    """
    return _UNKNOWN if math.isnan(share) else f"{share:.{places}%}".replace("%", "\xa0%")


def format_duration(value: float) -> str:
    """Format a duration in seconds, minutes or hours.

    Examples
    --------
    >>> format_duration(0.25), format_duration(90), format_duration(5400)
    ('0.2 s', '1.5 min', '1.5 h')
    """
    for unit, length in (("h", _HOUR), ("min", _MINUTE)):
        if value >= length:
            return f"{value / length:,.1f} {unit}"
    return f"{value:.1f} s"


def format_values(values: Sequence[Any]) -> str:
    """Format values as a list; of consecutive integers the first and the last.

    Examples
    --------
    >>> [format_values(values) for values in ([0, 1, 2, 3], [1, 2], [16, 100], ["mlp"])]
    ['0…3', '1, 2', '16, 100', 'mlp']
    """
    whole = all(isinstance(value, int) for value in values)
    if len(values) >= _RUN and whole and list(values) == [*range(values[0], values[-1] + 1)]:
        return f"{values[0]}…{values[-1]}"
    return ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values)


def name_of(label: str, task: Task) -> str:
    """Format a class: a digit with its article, any other label in quotation marks.

    Examples
    --------
    >>> name_of("5", Task()), name_of("8", Task()), name_of("coat", Task(8, 8, ["coat", "bag"]))
    ('a 5', 'an 8', '“coat”')
    """
    if task.classes != DIGITS.classes:
        return f"“{label}”"
    return f"{'an' if label == '8' else 'a'} {label}"
