"""Fool a network with the fewest flips: `python -m idea.attack --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from idea.attacks.fewest import fewest_flips, fewest_flips_each
from idea.attacks.result import Attack
from idea.attacks.search import check_options
from idea.cli.attack_input import OpenModel, Subject, TestDigits, read_subject
from idea.cli.attack_output import AttackBar, Attacked, Options, Written
from idea.cli.attack_survey import survey
from idea.cli.common import (
    INTERRUPTED,
    MODEL_HELP,
    WRONG_INPUT,
    Parser,
    complain,
    named_path,
    run,
    whole_number,
)
from idea.errors import IdeaError, OptionError
from idea.validation import check_digit

_EXAMPLES = """\
examples:
  python -m idea.attack --mnist 7              the fewest flips that change its mind about a digit
  python -m idea.attack --mnist 7 --target 9   … that make it see a 9
  python -m idea.attack five.jpg --target 3    in a picture of yours
  python -m idea.attack ideas/idea_5.vf        in a network's own idea
  python -m idea.attack --mnist 7 --prove 3    try all sets of three flips, too: up to minutes
  python -m idea.attack --sheet                ten digits, before and after
  python -m idea.attack --mnist 7 --sheet      one digit, and all that it can be turned into
  python -m idea.attack --report 500 --model lenet
                                               how many flips 500 digits bear

The flips are named (column,row), from the upper left. A picture is prepared as python -m
idea.predict does. Then greys from a half on are white, the rest
black, and a flip makes a black pixel white or a white one black.

exit status: 0 done, 2 wrong input, 130 interrupted (what was found by then is written)"""


def main() -> int:
    """Parse the command line, attack, write and print; give the exit status."""
    args = _parser().parse_args()
    _check(args)
    model, digits = OpenModel.read(args.model), TestDigits(args.data)
    options = Options(args.beam, args.prove, args.jobs)
    if args.report is not None:
        return survey(model, digits, args.report, args.out, options, as_json=args.json)
    subjects = _subjects(args, model, digits)
    out = Written(args.out, model, options, sheet=args.sheet, json=args.json)
    out.prepare(subjects)
    found, status = _attack_all(args, model, subjects, options)
    if found:
        out.write(found, interrupted=status == INTERRUPTED)
    return status


def _attack_all(
    args: argparse.Namespace, model: OpenModel, subjects: list[Subject], options: Options
) -> tuple[list[Attacked], int]:
    """Attack all images; give what was found, and the exit status."""
    found: list[Attacked] = []
    status = 0
    with AttackBar("look") as bar:
        for subject in subjects:
            bar.about = f"{subject.name}, " * (len(subjects) > 1)
            try:
                found += [Attacked(subject, a) for a in _attack(args, model, subject, options, bar)]
            except KeyboardInterrupt as error:
                found += [Attacked(subject, a) for a in getattr(error, "attacks", [])]
                if not found:
                    raise
                return found, INTERRUPTED
            except IdeaError as error:  # one steadfast digit must not lose the rest
                bar.clear()
                complain(f"{subject.name}: {error}")
                status = WRONG_INPUT
    return found, status


def _attack(
    args: argparse.Namespace, model: OpenModel, subject: Subject, options: Options, bar: AttackBar
) -> list[Attack]:
    """Attack one image towards its target or, for a sheet of it alone, towards all others."""
    keywords = {**options._asdict(), "on_progress": bar.show}
    if args.sheet and not _is_for_ten(args):
        return fewest_flips_each(model.model, subject.image, **keywords)
    return [fewest_flips(model.model, subject.image, args.target, **keywords)]


def _subjects(args: argparse.Namespace, model: OpenModel, digits: TestDigits) -> list[Subject]:
    """Read what is to be attacked."""
    if _is_for_ten(args):
        found = digits.first_of_each(model)
        return [subject for subject in found if subject.label != args.target]
    subject = (
        read_subject(model, args.image) if args.mnist is None else digits.subject(model, args.mnist)
    )
    if subject.label == args.target:
        raise OptionError(
            f"{subject.name}: the model reads it as a {args.target} already; name another --target"
        )
    return [subject]


def _is_for_ten(args: argparse.Namespace) -> bool:
    return args.sheet and args.image is None and args.mnist is None


def _check(args: argparse.Namespace) -> None:
    """Check the options, and that they go together, before anything is read."""
    check_options(args.beam, args.prove, args.jobs)
    given = {"the file": args.image, "--mnist": args.mnist, "--target": args.target}
    named = [name for name, value in given.items() if value is not None]
    named += ["--sheet"] * args.sheet
    if args.report is not None:
        if named:
            raise OptionError(
                f"--report attacks test digits towards anything else: leave out {named[0]}"
            )
        return
    if "the file" in named and "--mnist" in named:
        raise OptionError("expected a file or --mnist, found both")
    if "--sheet" in named and "--target" in named and len(named) > 2:
        raise OptionError("a --sheet of one image has all targets: leave out --target")
    if not set(named) - {"--target"}:
        raise OptionError(
            "nothing to attack: name a picture or a dump, or --mnist N, --sheet or --report N"
        )
    if args.target is not None:
        check_digit(args.target)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m idea.attack",
        description="Find the fewest pixels whose flip makes a network take an image for something "
        "else. A beam search finds few; then all smaller sets of up to two or three are tried, so "
        "that it can say what is proved.",
        epilog=_EXAMPLES,
    )
    _add_subject(parser)
    _add_search(parser)
    _add_output(parser)
    return parser


def _add_subject(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to attack")
    what.add_argument(
        "image",
        nargs="?",
        metavar="FILE",
        help="a picture of a digit, or a dump (.vf)",
    )
    what.add_argument(
        "--mnist", type=whole_number, metavar="N", help="the test digit at place N of MNIST, 0…9999"
    )
    what.add_argument(
        "--sheet",
        action="store_true",
        help="one labelled picture: of the file or test digit for all other digits, or of the "
        "first test digit of each kind that the network reads right",
    )
    what.add_argument(
        "--report",
        type=whole_number,
        metavar="N",
        help="attack the first N test digits that the network reads right, and tell how many flips "
        "they bear: a number to compare networks by",
    )
    what.add_argument("--model", metavar="NAME|FILE", help=MODEL_HELP)
    what.add_argument(
        "--data",
        metavar="PATH",
        help="MNIST: a folder of IDX files, mnist.pkl.gz or Keras's mnist.npz (default: the user's "
        "cache, or fetched)",
    )


def _add_search(parser: argparse.ArgumentParser) -> None:
    how = parser.add_argument_group("how")
    goal = how.add_mutually_exclusive_group()
    goal.add_argument(
        "--target", type=whole_number, metavar="D", help="the digit that it is to be taken for"
    )
    goal.add_argument(
        "--untargeted", action="store_true", help="for anything but what it is (the default)"
    )
    how.add_argument(
        "--prove",
        type=whole_number,
        default=2,
        metavar="K",
        help="try all sets of up to K flips, 0…3, for each image; three take from a second to "
        "minutes (default: 2)",
    )
    how.add_argument(
        "--beam",
        type=whole_number,
        default=16,
        metavar="N",
        help="sets of flips that the beam search keeps: more take longer and may find fewer flips "
        "(default: 16)",
    )
    how.add_argument(
        "--jobs",
        type=whole_number,
        metavar="N",
        help="threads; the result is the same (default: all cores)",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("what to write")
    output.add_argument(
        "--out",
        type=named_path,
        default=Path("attacks"),
        metavar="DIR",
        help="for before.png, after.png, difference.png, attack.gif, after.vf and attack.json; "
        "sheet.png and sheet.json; or report.png, report.csv and report.json (default: attacks)",
    )
    output.add_argument(
        "--json", action="store_true", help="print one JSON object an attack and nothing else"
    )


if __name__ == "__main__":
    sys.exit(run(main))
