"""The options of `idea.search`."""

from __future__ import annotations

import argparse
from typing import Any

from idea.cli.animations import add_animate
from idea.cli.common import (
    EXIT_STATUS,
    JOBS_HELP,
    Parser,
    add_model,
    add_target,
    named_path,
    real_number,
    whole_number,
)
from idea.core.objective import AIMS
from idea.core.strategies import METHODS

__all__ = ["OWN", "parser"]

# The options that only some methods have, and what they mean.
OWN = sorted({name for method in METHODS.values() for name in method.options})
_MEANING = {
    "flips": "maximum number of flips",
    "patience": "number of consecutive perturbations without improvement before the search moves "
    "on to the next image",
    "rounds": "maximum number of rankings",
    "seconds": "time limit for each class and restart; 0: no limit; one round, in which each "
    "of two images is given up after --patience perturbations",
    "starts": "number of starting images",
    "steps": "number of proposed changes",
    "sweeps": "number of passes over the pixels",
}

_EXAMPLES = f"""\
examples:
  Watch noise turn into a 5:
    python -m idea.search --digit 5 --gif
  The same as a video, to a file of any name:
    python -m idea.search --digit 5 --animate five.mp4
  Find the ideals of all ten digits, and draw them on one sheet:
    python -m idea.search --digit all
  Keep the best result of 20 random starts:
    python -m idea.search --digit 3 --restarts 20
  Find the best images possible in two seconds per digit:
    python -m idea.search --digit all --method best --seconds 2
  Prefer smooth images, without noise at the border:
    python -m idea.search --smooth 0.3 --freeze unused
  Find digits that look written, by a model of how probable images are:
    python -m idea.search --digit all --prior digits
  Find six fives that differ:
    python -m idea.search --prior digits --diverse 6
  Use another bundled network:
    python -m idea.search --model convnet
  Use a network of your own:
    python -m idea.search --model test.model

{EXIT_STATUS}, 130 interrupted (the best images so far are written)"""


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.search",
        usage="%(prog)s [options]",
        description="Search the binary images for the one that a trained network scores "
        "highest as a class: its ideal of that class. The score is called energy and is maximised; "
        "by default it is the class's logit, the network's output before softmax.",
        epilog=_epilog(),
    )
    _add_objective(parser.add_argument_group("network and objective"))
    _add_prior(parser.add_argument_group("prior"))
    _add_method(parser.add_argument_group("method"))
    _add_output(parser.add_argument_group("output"))
    return parser


def _add_objective(group: argparse._ArgumentGroup) -> None:
    add_target(group)
    group.add_argument(
        "--minimise",
        action="store_true",
        help="search for the image that the network scores lowest instead",
    )
    add_model(group)
    group.add_argument(
        "--objective",
        metavar="|".join(AIMS),
        help="quantity to maximise: "
        + "; ".join(f"{name}, {about}" for name, about in AIMS.items())
        + " (default: logit)",
    )
    group.add_argument(
        "--ink",
        type=real_number,
        metavar="WEIGHT",
        help="penalty for each white pixel, in units of the objective; negative to reward ink, as "
        "in --ink=-0.1 (default: 0)",
    )
    group.add_argument(
        "--smooth",
        type=real_number,
        metavar="WEIGHT",
        help="penalty for each pair of horizontal or vertical neighbours that differ (default: 0)",
    )
    group.add_argument(
        "--freeze",
        metavar="FILE|unused",
        help="fix pixels to black: those that are white in a mask (a dump, or a picture of the "
        "image's size), or, with 'unused', those that are black in every training image (67 for "
        "MNIST) and whose weights therefore got no gradient",
    )


def _add_prior(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--prior",
        metavar="digits|FILE",
        help="add the logarithm of an image's probability under a model of example images: digits "
        "(bundled; of MNIST's training digits, without labels), or a file that python train.py "
        "--prior wrote. The ideal then shows the network and the prior",
    )
    group.add_argument(
        "--prior-weight",
        type=real_number,
        metavar="W",
        help="what it is multiplied by, in logits (default: chosen for the network, such that "
        "ideals are about as probable as real examples)",
    )


def _add_method(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--method",
        metavar="NAME",
        help=f"{', '.join(METHODS)}; see below (default: greedy, with a prior anneal)",
    )
    group.add_argument(
        "--start",
        metavar="FILE.vf",
        help="dump (.vf image file) to start from (default: random grey values)",
    )
    group.add_argument(
        "--seed",
        type=whole_number,
        metavar="N",
        help="seed of the random number generator (default: 0)",
    )
    group.add_argument(
        "--restarts",
        type=whole_number,
        metavar="N",
        help="number of runs from different starts; the best result is kept (default: 1)",
    )
    group.add_argument(
        "--diverse",
        type=whole_number,
        metavar="N",
        help="find N ideals of each class that differ, and write the best ones to a folder 1, the "
        "next ones to 2, and so on; each is that of a seed from --seed on",
    )
    group.add_argument(
        "--distance",
        type=whole_number,
        metavar="FLIPS",
        help="for --diverse: in how many pixels two of them differ, or in more (default: a "
        "sixteenth of all, with a prior half as many)",
    )
    group.add_argument("--jobs", type=whole_number, metavar="N", help=JOBS_HELP)
    for name in OWN:
        group.add_argument(f"--{name}", metavar="N", **_own_option(name))
    group.add_argument(
        "--every",
        type=whole_number,
        metavar="N",
        help="number of steps between two frames; for greedy, one step is one pixel (default: "
        + ", ".join(f"{name} {method.every}" for name, method in METHODS.items())
        + ")",
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--out",
        type=named_path,
        metavar="DIR",
        help="output folder (default: ideas, or for a replay the folder of the record)",
    )
    group.add_argument(
        "--gif", action="store_true", help="also write an animation of the search, idea_5.gif"
    )
    group.add_argument(
        "--mp4", action="store_true", help="the same as a video, idea_5.mp4 (extra 'video')"
    )
    add_animate(
        group, "the search", "; with several classes a file for each, FILE_0.gif, FILE_1.gif, …"
    )
    group.add_argument(
        "--frames",
        action="store_true",
        help="also write the frames as dumps x0000.vf, x0001.vf, …, and remove those of an earlier "
        "search; with several classes to folders frames_0, frames_1, …",
    )
    group.add_argument(
        "--json", action="store_true", help="print one JSON object per class and nothing else"
    )
    group.add_argument(
        "--replay",
        metavar="FILE.json",
        help="repeat a recorded search, and check that the dump is identical; use --model, --start "
        "and --freeze for files that have moved",
    )


def _epilog() -> str:
    methods = [f"  {name}: {method.about}." for name, method in METHODS.items()]
    return "\n".join(["methods:", *methods, "", _EXAMPLES])


def _own_option(name: str) -> dict[str, Any]:
    """Return the type and help of a method's own option."""
    defaults = {m: method.options[name] for m, method in METHODS.items() if name in method.options}
    methods = ", ".join(f"{method} (default: {value:g})" for method, value in defaults.items())
    meaning = f"{_MEANING[name]}; for " if name in _MEANING else "for "
    kind = whole_number if isinstance(next(iter(defaults.values())), int) else real_number
    return {"type": kind, "help": f"{meaning}{methods}"}
