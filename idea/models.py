"""List the networks that come along, or tell what is in files: `python -m idea.models --help`."""

from __future__ import annotations

import argparse
import sys

from idea.command import run
from idea.core.load import load_model
from idea.core.shipped import DEFAULT, SHIPPED, told
from idea.files.formats import read_weights
from idea.files.onnx_weights import ForeignGraphError


def main() -> int:
    """Parse the command line and print; give the exit status."""
    names = _parser().parse_args().model
    if not names:
        print(_table())
    for name in names:
        print(
            SHIPPED[name].with_suffix(".txt").read_text("utf-8") if name in SHIPPED else _line(name)
        )
    return 0


def _table() -> str:
    """Give a line for each network that comes along."""
    rows = [("name", "network", "reads right", "trained with")]
    for name in SHIPPED:
        marked = f"{name} (default)" if name == DEFAULT else name
        facts = (told(name, key) for key in ("network", "test accuracy", "versions"))
        network, accuracy, versions = facts
        rows.append((marked, network, accuracy, versions.split(",")[0]))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _line(path: str) -> str:
    """Tell what a file is, and of a graph that the kernel doesn't know why."""
    model = load_model(path)
    try:
        read_weights(path)
    except ForeignGraphError as error:
        return f"{path}: {model!r}, run by ONNX Runtime: {str(error).removeprefix(f'{path}: ')}"
    return f"{path}: {model!r}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m idea.models",
        description="List the networks that come along, with their accuracy on MNIST's 10,000 test "
        "digits. Their names are taken wherever a file of weights is.",
    )
    parser.add_argument(
        "model",
        nargs="*",
        help="the name of one, to read where it comes from, or a file of yours, to see what idea "
        "finds in it",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
