"""Texts that errors, progress lines and reports share."""

from __future__ import annotations

import reprlib

__all__ = ["gist", "percentage", "pluralize", "short_number", "short_repr"]

SHORT = 60
"""Characters of a value that an error shows at most."""


class _Repr(reprlib.Repr):
    """Limits size and depth, for values from outside; errors of `repr` are raised."""

    def repr_instance(self, x: object, level: int) -> str:  # noqa: ARG002  # as in the base class
        return repr(x)


_REPR = _Repr()
_REPR.maxstring = _REPR.maxlong = _REPR.maxother = 2 * SHORT


def short_repr(value: object) -> str:
    """Return the `repr` of a value in one line of at most 60 characters.

    Of long or deep collections it is the beginning. Where `repr` fails, as for an integer of 5,000
    digits, it is the name of the type.

    >>> short_repr([1, "two"]), len(short_repr("a" * 1000))
    ("[1, 'two']", 60)
    """
    try:
        text = " ".join(_REPR.repr(value).split())
    except Exception:  # of any kind: the value comes from outside
        text = f"<{type(value).__name__}>"
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def gist(error: Exception) -> str:
    """Return an error's kind and the first line of its text."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]:.160}" if lines else type(error).__name__


def percentage(share: float, places: int = 0) -> str:
    """Return a share as a percentage, with a blank before the sign.

    >>> percentage(0.94), percentage(0.98321, 1)
    ('94 %', '98.3 %')
    """
    return f"{100 * share:.{places}f} %"


def short_number(value: float) -> str:
    """Return a number to three digits.

    >>> short_number(26.0), short_number(-0.04567), short_number(147.39)
    ('26.0', '-0.0457', '147')
    """
    return f"{value:#.3g}".removesuffix(".")


def pluralize(count: int, noun: str) -> str:
    """Return a count and its noun.

    >>> pluralize(1, "network"), pluralize(1_560, "ideal")
    ('1 network', '1,560 ideals')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"
