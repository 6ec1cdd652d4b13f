"""Texts that errors, progress lines and reports share."""

from __future__ import annotations

__all__ = ["pluralize", "short_repr"]

SHORT = 60
"""Characters of a value that an error shows at most."""


def short_repr(value: object) -> str:
    """Return the `repr` of a value in one line of at most 60 characters.

    Where `repr` fails, as for an integer of 5,000 digits, it is the name of the type.
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # of any kind: the value comes from outside
        text = f"<{type(value).__name__}>"
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def pluralize(count: int, noun: str) -> str:
    """Return a count and its noun.

    >>> pluralize(1, "network"), pluralize(1_560, "ideal")
    ('1 network', '1,560 ideals')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"
