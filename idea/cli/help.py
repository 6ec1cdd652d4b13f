"""The layout of `--help`: text wrapped to the terminal, and commands that can be copied."""

from __future__ import annotations

import argparse
import sys
import textwrap

__all__ = ["HelpFormatter", "as_started", "fill"]

_MODULE, _SCRIPT = "python -m idea.", "idea "


def as_started(text: str) -> str:
    """Replace ``python -m idea.search`` by ``idea search`` where the console script was started."""
    return text.replace(_MODULE, _SCRIPT) if sys.argv[0].startswith(_SCRIPT) else text


def fill(text: str, width: int, indent: str = "") -> str:
    r"""Wrap text by its indentation.

    Lines without indentation are joined to paragraphs. A line indented by two spaces is an item and
    wrapped by itself, unless it has columns. One indented by four or more is code and isn't
    changed.

    >>> print(fill("Joined\nlines.\n  item: of some words\n    a command", 14))
    Joined lines.
      item: of
        some words
        a command
    """
    blocks: list[str] = []
    in_paragraph = False
    for line in text.split("\n"):
        is_text = line[:1] not in ("", " ")
        if is_text and in_paragraph:
            blocks[-1] += f" {line}"
        else:
            blocks.append(line)
        in_paragraph = is_text
    return "\n".join(_wrap(block, width, indent) for block in blocks)


def _wrap(block: str, width: int, indent: str) -> str:
    if block.startswith("    ") or "   " in block.strip():
        return (indent + block).rstrip()
    return textwrap.fill(
        block,
        width,
        initial_indent=indent,
        subsequent_indent=indent + "    " * block.startswith(" "),
        break_long_words=False,
        break_on_hyphens=False,
    )


class HelpFormatter(argparse.HelpFormatter):
    """Lays out descriptions and epilogs by `fill`, and names commands as they were started."""

    def start_section(self, heading: str | None) -> None:
        """Begin a group of arguments."""
        super().start_section(heading and as_started(heading))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return fill(as_started(text), width, indent)

    def _split_lines(self, text: str, width: int) -> list[str]:
        words = " ".join(as_started(text).split())
        return textwrap.wrap(words, width, break_on_hyphens=False)
