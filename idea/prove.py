"""Prove how good a network's ideas are: `python -m idea.prove --help`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.cli.common import INTERRUPTED, MODEL_HELP, Parser, named_path, real_number, run
from idea.cli.prove_output import HEADER, ProofBar, Result, files_of
from idea.cli.search_output import SearchBar
from idea.cli.streams import show
from idea.core.find import find
from idea.errors import MissingPackageError, OptionError
from idea.files.load import load_model
from idea.files.vf import read_vf
from idea.files.write import check_folder, require_no_folders
from idea.networks.base import Model, exact_logits
from idea.networks.mlp import MLP
from idea.validation import as_number, parse_digits
from idea.verification.crown import Reach, reach
from idea.verification.linear_program import load_solver
from idea.verification.prove import prove

_SECONDS = 60.0

# So many hidden units are promising; of more, a proof is tried where --seconds asks for it.
_FEW = 128

_EXAMPLES = """\
examples:
  python -m idea.prove --digit all              bounds for the network that comes along
  python train.py --arch mlp --units 16 --out small.dat
  python -m idea.prove --model small.dat --digit all
                                                the best images of a small one, proved
  python -m idea.prove --model small.dat --digit 5 --image ideas/idea_5.vf --seconds 600
                                                begin with an image of yours, take longer

verdicts:
  proved optimal           no binary image scores higher by more than a millionth
  at most 0.2 % better     the best of all may be so much better than the best known, not more
  no useful bound          nothing better than twice the best known could be excluded

exit status: 0 done, 2 wrong input, 130 interrupted (what is proved so far is printed)"""


def main() -> int:
    """Parse the command line, bound, prove, write and print; give the exit status."""
    args = _parser().parse_args()
    digits = parse_digits(args.digit)
    model = load_model(args.model)
    known = _given(args.image, digits)
    reached = reach(model)
    exact = _is_exact(model, args)
    if exact:
        _check_files(
            args.out, [path for digit in digits for path in files_of(args.out, digit)], args.image
        )
    if not args.json:
        show(HEADER)
    for digit in digits:
        image = _best_known(model, digit) if known is None else known
        result = _bounded(model, reached, digit, image)
        if exact:
            seconds = args.seconds or _SECONDS
            with ProofBar(digit) as bar:
                result.proof = prove(model, digit, image, seconds=seconds, on_part=bar.show)
            result.keep(args.out)
        show(json.dumps(result.record(args.model)) if args.json else result.line())
        if result.proof is not None and result.proof.interrupted:
            print("interrupted: the rest was not proved", file=sys.stderr)
            return INTERRUPTED
    return 0


def _best_known(model: Model, digit: int) -> NDArray[np.float32]:
    """Search for the best image; (28, 28), 0 or 1."""
    with SearchBar([digit], 1) as bar:
        return find(model, digit, "best", every=10, on_frame=bar.show).image


def _bounded(model: Model, reached: Reach, digit: int, image: NDArray[np.float32]) -> Result:
    weights = np.eye(10)[digit]
    value = float(exact_logits(model, image.reshape(1, -1))[0, digit])
    return Result(digit, value, reached.interval(weights), reached.linear(weights))


def _is_exact(model: Model, args: argparse.Namespace) -> bool:
    """Tell whether to try a proof; where HiGHS is missing, say what would bring it."""
    if args.bounds:
        return False
    if args.seconds is not None:
        as_number("seconds", args.seconds, above=0)
    if not isinstance(model, MLP):
        if args.seconds is not None:
            raise OptionError(f"an exact proof takes an MLP, found {model!r}: leave out --seconds")
        return False
    if args.seconds is None and sum(len(b) for _, b in model.layers[:-1]) > _FEW:
        return False
    try:
        load_solver()
    except MissingPackageError as error:
        print(f"bounds only: {error}", file=sys.stderr)
        return False
    return True


def _given(path: str | None, digits: list[int]) -> NDArray[np.float32] | None:
    """Read the image to begin with."""
    if path is None:
        return None
    if len(digits) > 1:
        raise OptionError("--image is the best known of one digit: name one --digit")
    image = read_vf(path)
    if not np.isin(image, (0, 1)).all():
        raise OptionError(f"{path}: expected a binary image, of 0 and 1, found greys")
    return image


def _check_files(folder: Path, files: list[Path], image: str | None) -> None:
    """Find out before the proof whether something is in the way."""
    check_folder(folder)
    require_no_folders(files)
    if image is not None and Path(image).resolve() in [path.resolve() for path in files]:
        raise OptionError(f"{image} would be overwritten by a better image: name another --out")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m idea.prove",
        description="Prove how good a network's ideas are: what the logit of a digit can't exceed, "
        "over all 2^784 binary images. Two bounds take a moment, for MLPs and CNNs: by interval "
        "arithmetic, and by linear bounds taken back through the layers (CROWN). They are far off. "
        "For small MLPs, branch and bound with HiGHS's linear programs closes the gap (with 16 "
        "units a layer in seconds as a rule, with 32 often not in a minute), and often finds a "
        "better image on its way. All bounds hold in spite of rounding.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--model", metavar="NAME|FILE", help=MODEL_HELP)
    parser.add_argument(
        "--digit",
        nargs="+",
        default=["5"],
        metavar="D",
        help="digits, such as 5 or 0 3 5 or 0,3,5, or all (default: 5)",
    )
    parser.add_argument(
        "--image",
        metavar="FILE.vf",
        help="a dump of the best image known (default: what the method best finds)",
    )
    parser.add_argument(
        "--seconds",
        type=real_number,
        metavar="S",
        help=f"how long a proof may take a digit (default: {_SECONDS:.0f}, and for an MLP of more "
        f"than {_FEW} hidden units none)",
    )
    parser.add_argument("--bounds", action="store_true", help="the two bounds alone, no proof")
    parser.add_argument(
        "--out",
        type=named_path,
        default=Path("proofs"),
        metavar="DIR",
        help="where better images go that a proof finds, as idea_5.vf and idea_5.png "
        "(default: proofs)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a digit")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
