"""The options of `idea.attack`."""

from __future__ import annotations

import argparse
from pathlib import Path

from idea.attacks.beam import WIDTH
from idea.attacks.search import METHODS
from idea.cli.animations import add_animate
from idea.cli.common import EXIT_STATUS, JOBS_HELP, Parser, add_model, named_path, whole_number
from idea.cli.data import add_data

__all__ = ["parser"]

_EPILOG = f"""\
Images are binarised first: greys of 0.5 and more become white, others black. Pictures are prepared
as by python -m idea.predict. Flipped pixels are printed as (column,row), counted from the upper
left corner.

examples:
  Find the fewest flips that change the prediction for a test digit:
    python -m idea.attack --test 7
  Find the fewest flips that turn it into a 9:
    python -m idea.attack --test 7 --target 9
  Attack your own picture, or an ideal found by a search:
    python -m idea.attack five.jpg --target 3
    python -m idea.attack ideas/idea_5.vf
  Also try all sets of three flips, which takes up to minutes:
    python -m idea.attack --test 7 --prove 3
  Write a video of the flips:
    python -m idea.attack --test 7 --animate flips.mp4
  Draw ten digits before and after:
    python -m idea.attack --sheet
  Draw the attacks on one digit for all targets:
    python -m idea.attack --test 7 --sheet
  Measure the robustness of a network on 500 digits:
    python -m idea.attack --report 500 --model lenet
  Compare four networks on the same 100 digits:
    python -m idea.attack --report 100 --compare robust lenet convnet

{EXIT_STATUS}, 130 interrupted (partial results are written)"""


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.attack",
        usage="%(prog)s [options] [FILE]",
        description="Find the fewest pixels whose flip (black to white or white to black) changes "
        "a network's prediction for an image. A beam search finds a small set of flips; then all "
        "smaller sets, of up to --prove flips, are tried, to prove that fewer do not suffice.",
        epilog=_EPILOG,
    )
    _add_input(parser.add_argument_group("input"))
    _add_method(parser.add_argument_group("method"))
    _add_output(parser.add_argument_group("output"))
    return parser


def _add_input(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "image", nargs="?", metavar="FILE", help="picture, or dump (.vf) of an image"
    )
    group.add_argument(
        "--test",
        "--mnist",
        type=whole_number,
        metavar="N",
        help="the test image of this index in the data set, 0…9999 of MNIST",
    )
    group.add_argument(
        "--sheet",
        action="store_true",
        help="write one labelled figure: all targets for the given image, or, without an image, "
        "one attack for the first correctly classified test image of each class",
    )
    group.add_argument(
        "--report",
        type=whole_number,
        metavar="N",
        help="attack the first N correctly classified test images, and report how many flips they "
        "need: a robustness measure for comparing networks",
    )
    group.add_argument(
        "--compare",
        nargs="+",
        metavar="NAME|FILE",
        help="networks to report beside that of --model, on the same images: the first N that all "
        "of them classify correctly",
    )
    add_model(group)
    add_data(group, labels=False, default="the one with the network's task")


def _add_method(group: argparse._ArgumentGroup) -> None:
    target = group.add_mutually_exclusive_group()
    target.add_argument(
        "--target", metavar="LABEL", help="class that the network is to predict, by label or index"
    )
    target.add_argument(
        "--untargeted", action="store_true", help="accept any other prediction (default)"
    )
    group.add_argument(
        "--method",
        default="beam",
        metavar="|".join(METHODS),
        help="how small sets of flips are found (default: %(default)s)",
    )
    group.add_argument(
        "--prove",
        type=whole_number,
        default=2,
        metavar="K",
        help="try all sets of up to K flips, 0…3; three flips take from a second to minutes for "
        "each image (default: 2)",
    )
    group.add_argument(
        "--beam",
        type=whole_number,
        default=WIDTH,
        metavar="N",
        help="beam width: larger values take longer and may find smaller sets of flips "
        "(default: %(default)s)",
    )
    group.add_argument("--jobs", type=whole_number, metavar="N", help=JOBS_HELP)


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--out",
        type=named_path,
        default=Path("attacks"),
        metavar="DIR",
        help="folder for before.png, after.png, difference.png, attack.gif, after.vf and "
        "attack.json; for sheet.png and sheet.json; or for report.png, report.csv and report.json "
        "(default: attacks)",
    )
    group.add_argument(
        "--mp4", action="store_true", help="also write attack.mp4, a video (extra 'video')"
    )
    add_animate(group, "the flips")
    group.add_argument(
        "--json", action="store_true", help="print one JSON object per attack and nothing else"
    )
