"""Fool a network with the fewest flips: `python -m idea.attack --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import functools
import sys

from idea.attacks.fewest import fewest_flips, fewest_flips_each
from idea.attacks.result import Attack
from idea.attacks.search import METHODS, check_options
from idea.cli.animations import Animations
from idea.cli.attack_input import AttackInput, TestImages, read_input
from idea.cli.attack_options import parser
from idea.cli.attack_output import AttackBar, AttackOptions, AttackOutcome, AttackWriter
from idea.cli.attack_survey import survey
from idea.cli.common import INTERRUPTED, WRONG_INPUT, complain, run
from idea.cli.data import data_for
from idea.cli.opened import opened
from idea.errors import IdeaError, OptionError
from idea.opening.load import OpenedModel
from idea.targets import parse_target
from idea.validation import as_choice


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


if __name__ == "__main__":
    sys.exit(run(main))
