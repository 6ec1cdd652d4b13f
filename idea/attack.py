"""Fool a network with the fewest flips: `python -m idea.attack --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import functools
import sys
from pathlib import Path

from idea.attacks.beam import WIDTH
from idea.attacks.fewest import fewest_flips, fewest_flips_each
from idea.attacks.result import Attack
from idea.attacks.search import METHODS, check_options
from idea.cli.animations import Animations, add_animate
from idea.cli.attack_input import AttackInput, TestImages, read_input
from idea.cli.attack_output import AttackBar, AttackOptions, AttackOutcome, AttackWriter
from idea.cli.attack_survey import survey
from idea.cli.common import (
    EXIT_STATUS,
    INTERRUPTED,
    JOBS_HELP,
    WRONG_INPUT,
    Parser,
    add_model,
    complain,
    named_path,
    run,
    whole_number,
)
from idea.cli.data import add_data, data_for
from idea.cli.opened import opened
from idea.errors import IdeaError, OptionError
from idea.opening.load import OpenedModel
from idea.targets import parse_target
from idea.validation import as_choice

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


def main() -> int:
    """Parse the command line, attack, write and print; return the exit status."""
    args = parser().parse_args()
    _check(args)
    model = opened(args.model, args)
    task = model.network.task
    on_message = functools.partial(print, file=sys.stderr)
    images = TestImages(task, lambda: data_for(args, model.network, on_message))
    options = AttackOptions(args.method, args.beam, args.prove, args.jobs)
    if args.report is not None:
        models = [model, *_compared(args, model)]
        return survey(models, images, args.report, args.out, options, as_json=args.json)
    if args.target is not None:
        args.target = parse_target(args.target, task)
    inputs = _inputs(args, model, images)
    animations = Animations.chosen(args, "gif")
    writer = AttackWriter(args.out, model, options, animations, sheet=args.sheet, json=args.json)
    writer.check(inputs)
    outcomes, status = _attack_all(args, model, inputs, options)
    if outcomes:
        writer.write(outcomes, interrupted=status == INTERRUPTED)
    return status


def _compared(args: argparse.Namespace, first: OpenedModel) -> list[OpenedModel]:
    """Open the networks that the first is compared with: others of its task."""
    names = [first.name, *(args.compare or [])]
    for name in names:
        if names.count(name) > 1:
            raise OptionError(f"--compare: expected different networks, found {name} twice")
    models = [opened(name, args) for name in names[1:]]
    for model in models:
        if model.network.task != first.network.task:
            raise OptionError(
                f"--compare {model.name}: expected a network of {first.network.task.described}, "
                f"like {first.name}, found one of {model.network.task.described}"
            )
    return models


def _attack_all(
    args: argparse.Namespace,
    model: OpenedModel,
    inputs: list[AttackInput],
    options: AttackOptions,
) -> tuple[list[AttackOutcome], int]:
    """Attack all images; return the outcomes and the exit status."""
    outcomes: list[AttackOutcome] = []
    status = 0
    with AttackBar("look") as bar:
        for one in inputs:
            bar.prefix = f"{one.name}, " * (len(inputs) > 1)
            try:
                outcomes += [AttackOutcome(one, a) for a in _attack(args, model, one, options, bar)]
            except KeyboardInterrupt as error:
                outcomes += [AttackOutcome(one, a) for a in getattr(error, "attacks", [])]
                if not outcomes:
                    raise
                return outcomes, INTERRUPTED
            except IdeaError as error:  # go on with the other images
                bar.clear()
                complain(f"{one.name}: {error}")
                status = WRONG_INPUT
    return outcomes, status


def _attack(
    args: argparse.Namespace,
    model: OpenedModel,
    attacked: AttackInput,
    options: AttackOptions,
    bar: AttackBar,
) -> list[Attack]:
    """Attack one image: with its target or, for a sheet of this image alone, with all targets."""
    keywords = {**options._asdict(), "on_progress": bar.show}
    if args.sheet and not _is_for_ten(args):
        return fewest_flips_each(model.network, attacked.image, **keywords)
    return [fewest_flips(model.network, attacked.image, args.target, **keywords)]


def _inputs(args: argparse.Namespace, model: OpenedModel, images: TestImages) -> list[AttackInput]:
    """Read the images to attack."""
    if _is_for_ten(args):
        return [one for one in images.first_of_each(model) if one.label != args.target]
    test = args.test
    attacked = read_input(model, args.image) if test is None else images.get(model, test)
    if attacked.label == args.target:
        label = model.network.task.label(attacked.label)
        raise OptionError(
            f"{attacked.name}: is classified as {label} already; name another --target"
        )
    return [attacked]


def _is_for_ten(args: argparse.Namespace) -> bool:
    return args.sheet and args.image is None and args.test is None


def _check(args: argparse.Namespace) -> None:
    """Check the options, and their combination, before anything is read."""
    as_choice("--method", args.method, METHODS)
    check_options(args.beam, args.prove, args.jobs)
    given = {"the file": args.image, "--test": args.test, "--target": args.target}
    named = [name for name, value in given.items() if value is not None]
    named += ["--sheet"] * args.sheet
    if (args.sheet or args.report is not None) and (
        args.animate is not None or args.mp4 or args.no_captions
    ):
        raise OptionError(
            "--animate, --mp4 and --no-captions are for one attack: leave out --sheet and --report"
        )
    if args.compare and args.report is None:
        raise OptionError("--compare compares networks in a --report: add --report N")
    if args.report is not None:
        if named:
            raise OptionError(
                f"--report attacks test images without a target: leave out {named[0]}"
            )
        return
    if "the file" in named and "--test" in named:
        raise OptionError("expected a file or --test, found both")
    if "--sheet" in named and "--target" in named and len(named) > 2:
        raise OptionError("a --sheet of one image has all targets: leave out --target")
    if not set(named) - {"--target"}:
        raise OptionError(
            "nothing to attack: name a picture or a dump, or --test N, --sheet or --report N"
        )


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


if __name__ == "__main__":
    sys.exit(run(main))
