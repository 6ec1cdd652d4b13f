"""Parsing the JSON of requests."""

from __future__ import annotations

import json

import pytest

from idea.check.body.json_text import parse_json
from idea.errors import OptionError


def nested(depth: int) -> str:
    """Return lists and objects in one another, in turn."""
    opened = ["[" if level % 2 else '{"a": ' for level in range(depth)]
    closed = ["]" if level % 2 else "}" for level in reversed(range(depth))]
    return "".join(opened) + "0" + "".join(closed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_depth_is_bounded_in_every_encoding(encoding):
    assert parse_json(nested(64).encode(encoding)) == json.loads(nested(64))
    with pytest.raises(OptionError, match="deep"):
        parse_json(nested(65).encode(encoding))


@pytest.mark.parametrize(
    "text",
    ["[" * 100, '"' + "{" * 100, "\\" * 100 + "[" * 100, r"\"[[" * 100, "ü" + "[" * 100],
)
def test_brackets_in_strings_are_text(text):
    assert parse_json(json.dumps({text: [text, {}]})) == {text: [text, {}]}


def test_many_values_next_to_one_another_are_not_deep():
    assert parse_json(json.dumps([[{}]] * 1000)) == [[{}]] * 1000


def test_a_string_without_end_is_scanned_once():
    with pytest.raises(OptionError, match="no JSON"):
        parse_json('["' + r"\"" * 500_000)
