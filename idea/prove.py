"""Bound the score of all images, to prove the best known optimal: `python -m idea.prove --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.cli.common import (
    EXIT_STATUS,
    INTERRUPTED,
    Parser,
    add_model,
    add_target,
    chosen_targets,
    named_path,
    real_number,
    run,
)
from idea.cli.opened import opened
from idea.cli.prove_output import (
    ProofBar,
    TargetBounds,
    header,
    improved_files,
    label_width,
)
from idea.cli.search_output import SearchBar
from idea.cli.streams import show
from idea.core.find import find
from idea.core.target import Target, as_targets
from idea.errors import MissingPackageError, OptionError
from idea.files.vf import read_vf
from idea.files.write import check_folder, require_no_folders
from idea.image import Task, as_task, require_binary
from idea.networks.base import Classifier, exact_logits
from idea.networks.mlp import MLP
from idea.validation import as_number
from idea.verification.crown import Reach, reach
from idea.verification.linear_program import load_solver
from idea.verification.prove import prove

_SECONDS = 60.0

# With so many hidden units a proof is promising; with more it is tried only if --seconds is given.
_FEW = 128

_EPILOG = f"""\
verdicts:
  proved optimal, to a millionth: no logit exceeds the best known one by more than a millionth.
  any better image is at most 0.2 % better: the bound exceeds the best known logit by that much.
  no useful bound: the bound is at least twice the best known logit.
  no image scores higher than X: the best known logit is not positive, and no ratio is given.

examples:
  Bound the bundled MLP:
    python -m idea.prove --digit all
  Train a small network and prove its best images optimal:
    python train.py --arch mlp --units 16 --out small.dat
    python -m idea.prove --model small.dat --digit all
  Bound a hidden unit, which no image activates more:
    python -m idea.prove --target layer1:17
  Start from an image of your own, and take longer:
    python -m idea.prove --model small.dat --image my_5.vf --seconds 600

{EXIT_STATUS}, 130 interrupted (what is proved so far is printed)"""


def main() -> int:
    """Parse the command line, bound, prove, write and print; return the exit status."""
    args = parser().parse_args()
    if args.prior is not None:
        raise OptionError(
            "--prior: the bounds are of a network's value alone, and with a prior the energy isn't "
            "piecewise linear: leave it out"
        )
    model = opened(args.model, args)
    task = model.network.task
    targets = as_targets(model.network, chosen_targets(args, task))
    initial = _initial_image(args.image, task, targets)
    reaches = {target.key: reach(target.network) for target in targets}
    exact = _exact(targets, args)
    if exact:
        files = [path for target in exact for path in improved_files(args.out, target)]
        _check_files(args.out, files, args.image)
    width = label_width(task, targets)
    if not args.json:
        show(header(task, width))
    for target in targets:
        image = _best_known(target) if initial is None else initial
        bounds = _bounds(target, reaches[target.key], image)
        result = TargetBounds(task, target, width, *bounds)
        if target in exact:
            seconds = args.seconds or _SECONDS
            with ProofBar(target.label) as bar:
                result.proof = prove(
                    target.network, target.output, image, seconds=seconds, on_part=bar.show
                )
            result.save_improvement(args.out)
        show(json.dumps(result.record(model.name)) if args.json else result.line())
        if result.proof is not None and result.proof.interrupted:
            print("interrupted: stopped before the proof was complete", file=sys.stderr)
            return INTERRUPTED
    return 0


def _best_known(target: Target) -> NDArray[np.float32]:
    """Search for the best image, (height, width) of 0 and 1."""
    with SearchBar([target], 1) as bar:
        return find(target.model, target, "best", every=10, on_frame=bar.show).image


def _bounds(
    target: Target, reached: Reach, image: NDArray[np.float32]
) -> tuple[float, float, float]:
    """Return the value of an image, and two bounds on those of all."""
    weights = np.eye(len(as_task(target.network).classes))[target.output]
    value = float(exact_logits(target.network, image.reshape(1, -1))[0, target.output])
    return value, reached.interval(weights), reached.linear(weights)


def _exact(targets: list[Target], args: argparse.Namespace) -> list[Target]:
    """Return those for which to attempt a proof; if HiGHS is missing, print how to install it."""
    if args.bounds:
        return []
    if args.seconds is not None:
        as_number("seconds", args.seconds, above=0)
    exact = [target for target in targets if _is_exact(target.network, args)]
    try:
        if exact:
            load_solver()
    except MissingPackageError as error:
        print(f"bounds only: {error}", file=sys.stderr)
        return []
    return exact


def _is_exact(network: Classifier, args: argparse.Namespace) -> bool:
    if not isinstance(network, MLP):
        if args.seconds is not None:
            raise OptionError(
                f"an exact proof needs an MLP, found {network!r}: leave out --seconds"
            )
        return False
    hidden = sum(len(b) for _, b in network.layers[:-1])
    return args.seconds is not None or hidden <= _FEW


def _initial_image(
    path: str | None, task: Task, targets: list[Target]
) -> NDArray[np.float32] | None:
    """Read the image to begin with, if one is given."""
    if path is None:
        return None
    if len(targets) > 1:
        raise OptionError("--image is an image of one class: name one --target")
    return require_binary(read_vf(path, task), path)


def _check_files(folder: Path, files: list[Path], image: str | None) -> None:
    """Check, before the proof, that the files can be written and don't overwrite the image."""
    check_folder(folder)
    require_no_folders(files)
    if image is not None and os.path.realpath(image) in map(os.path.realpath, files):
        raise OptionError(f"{image} would be overwritten by a better image: name another --out")


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.prove",
        usage="%(prog)s [options]",
        description="Compute upper bounds on a class's logit, or a hidden unit's value, over all "
        "binary images, and thereby on the possible improvement over the best known image. Two "
        "bounds are cheap to compute, for MLPs and CNNs: interval arithmetic, and linear bounds "
        "propagated back through the layers (CROWN). Both are loose. For small MLPs, branch and "
        "bound with linear programs solved by HiGHS closes the gap: usually within seconds with 16 "
        "units per layer, often not within a minute with 32. It often finds a better image, too. "
        "All bounds account for rounding errors.",
        epilog=_EPILOG,
    )
    add_model(parser)
    add_target(parser)
    parser.add_argument(
        "--image",
        metavar="FILE.vf",
        help="dump of the best known image (default: search with the method best)",
    )
    parser.add_argument(
        "--seconds",
        type=real_number,
        metavar="S",
        help=f"time limit of the proof for each class (default: {_SECONDS:.0f}; for MLPs with more "
        f"than {_FEW} hidden units in total, a proof is attempted only if --seconds is given)",
    )
    parser.add_argument("--prior", help=argparse.SUPPRESS)  # refused with a reason
    parser.add_argument("--bounds", action="store_true", help="compute the two loose bounds only")
    parser.add_argument(
        "--out",
        type=named_path,
        default=Path("proofs"),
        metavar="DIR",
        help="folder for better images that a proof finds, as idea_5.vf and idea_5.png "
        "(default: proofs)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object per class and nothing else"
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
