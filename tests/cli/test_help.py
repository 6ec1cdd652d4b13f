"""The text of `--help`: it fits the terminal, and its examples can be copied."""

from __future__ import annotations

import importlib
import shlex

import pytest

from idea.__main__ import COMMANDS
from idea.cli.common import Parser
from idea.cli.help import fill

WIDTHS = (60, 80, 120)
OURS = ("search", "attack", "prove", "predict", "models", "export", "vf2png")


def parser_of(name: str) -> Parser:
    module = importlib.import_module("idea.check.__main__" if name == "check" else f"idea.{name}")
    return module.parser()


def test_paragraphs_are_wrapped_and_code_is_left_alone():
    text = "One\nparagraph of words.\n\n  term: and its text\n    a command, as it is\n  a   table"
    assert fill(text, 12) == (
        "One\nparagraph of\nwords.\n\n"
        "  term: and\n    its text\n    a command, as it is\n  a   table"
    )
    assert fill("One\nline", 40, "  ") == "  One line"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", OURS)
def test_help_fits_the_terminal(monkeypatch, name, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = parser_of(name).format_help().splitlines()
    commands = [line for line in lines if line.startswith("    python ")]
    assert all(len(line) <= 80 for line in commands)
    rest = set(lines) - set(commands)
    assert [line for line in rest if len(line) > width and "usage:" not in line] == []


@pytest.mark.parametrize("name", [*COMMANDS])
def test_every_option_has_a_description(name):
    parser = parser_of(name)
    assert parser.description
    for action in parser._actions:
        assert action.help, action.dest


@pytest.mark.parametrize("name", OURS)
def test_the_examples_are_command_lines_that_parse(name):
    lines = parser_of(name).epilog.splitlines()
    commands = [shlex.split(line) for line in lines if line.startswith("    python -m idea.")]
    assert len(commands) >= 3
    for _, _, module, *arguments in commands:
        parser_of(module.removeprefix("idea.")).parse_args(arguments)
