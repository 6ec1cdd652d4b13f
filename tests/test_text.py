"""Values and counts in messages."""

from __future__ import annotations

import pytest

from idea.text import short_repr


class Broken:
    def __repr__(self):
        raise RuntimeError("no repr")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("5", "'5'"),
        (Broken(), "<Broken>"),
        ([[1, 2], "a\nb"], r"[[1, 2], 'a\nb']"),
        ("x" * 100, "'" + "x" * 58 + "…"),
    ],
)
def test_a_value_is_shown_in_one_short_line(value, text):
    assert short_repr(value) == text


def test_of_a_value_too_long_to_print_the_type_is_shown():
    assert short_repr(10**5000) == "<int>"
