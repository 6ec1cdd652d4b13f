"""Opening the networks that a command's options name."""

from __future__ import annotations

import argparse
import sys

from idea.cli.common import task_options
from idea.cli.progress import waiting
from idea.cli.streams import printable
from idea.networks.base import Model
from idea.opening.load import OpenedModel, open_model

__all__ = ["opened", "show_notes"]


def opened(name: str | None, args: argparse.Namespace) -> OpenedModel:
    """Open a network by its name or file, with the declarations of `add_model`; show its notes."""
    with waiting(f"opening {name or 'the network'}"):
        model = open_model(name, task_options(args))
    show_notes(model.network)
    return model


def show_notes(model: Model) -> None:
    """Print what was noticed when a network was opened, on standard error."""
    for note in model.notes:
        print("note:", printable(note), file=sys.stderr)
