"""What there is to run: `python -m idea`."""

from __future__ import annotations

import sys

from idea.cli.common import run
from idea.cli.streams import show

COMMANDS = {
    "search": "search for a network's ideas; begin here",
    "check": "open a page to draw digits on, see them judged, and fool the network",
    "attack": "find the fewest flips that fool a network",
    "prove": "prove how good the ideas are: bounds over all images",
    "study": "train many networks, and search the ideas of each",
    "compare": "show a study: one page with its figures and a table to sort",
    "vf2png": "turn dumps into pictures",
    "predict": "classify pictures of digits",
    "models": "list the networks that come along, tell what is in a file",
    "export": "convert weights from one form to another",
}


def main() -> int:
    """List the commands; give the exit status."""
    show("Find out what a trained digit classifier has in mind.\n")
    for name, about in COMMANDS.items():
        show(f"  python -m idea.{name:8} {about}")
    show("\nEach tells more with --help.")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
