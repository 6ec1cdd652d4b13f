"""List the networks that come along, or tell what is in files: `python -m idea.models --help`."""

from __future__ import annotations

import argparse
import sys

from idea.cli.common import Parser, run
from idea.cli.streams import printable, show
from idea.data.mnist import Mnist, load_mnist
from idea.data.reference_logits import Context, energy_context
from idea.files.load import load_model
from idea.files.onnx.weights import ForeignGraphError
from idea.files.weights.formats import read_weights
from idea.networks.bundled import BUNDLED, DEFAULT, provenance


def main() -> int:
    """Parse the command line and print; give the exit status."""
    args = _parser().parse_args()
    if args.context:
        mnist = load_mnist(say=lambda text: print(text, file=sys.stderr))
        for name in args.model or BUNDLED:
            show(f"{name}:\n{_context(name, mnist)}")
        return 0
    if not args.model:
        show(_table())
    for name in args.model:
        show(
            BUNDLED[name].with_suffix(".txt").read_text("utf-8") if name in BUNDLED else _line(name)
        )
    return 0


def _table() -> str:
    """Give a line for each network that comes along."""
    rows = [("name", "network", "reads right", "trained with")]
    for name in BUNDLED:
        marked = f"{name} (default)" if name == DEFAULT else name
        facts = (provenance(name, key) for key in ("network", "test accuracy", "versions"))
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


def _context(name: str, mnist: Mnist) -> str:
    """Tell what real digits reach, in the lines that the texts of the networks here hold."""
    from tqdm import tqdm

    model = load_model(name)
    total = len(mnist.test_images)
    with tqdm(desc=printable(name), total=total, unit="digit", leave=False, disable=None) as bar:
        contexts = energy_context(model, mnist, bar.update)
    rows = {"digit": [str(digit) for digit in range(10)]}
    for field in Context._fields:
        rows[field] = [f"{getattr(context, field):.4f}" for context in contexts]
    width = max(len(cell) for cells in rows.values() for cell in cells)
    lines = (f"{key:15}{' '.join(cell.rjust(width) for cell in row)}" for key, row in rows.items())
    about = "MNIST's 10,000 test digits, in greys of 0…1; the logit of each for what it is:"
    return "\n".join([f"{'real digits':15}{about}", *lines])


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m idea.models",
        description="List the networks that come along, with their accuracy on MNIST's 10,000 test "
        "digits. Their names are taken wherever a file of weights is.",
        epilog="examples:\n"
        "  python -m idea.models                      what comes along\n"
        "  python -m idea.models lenet                where it comes from\n"
        "  python -m idea.models net.onnx             what idea finds in a file of yours\n"
        "  python -m idea.models test.dat --context   what to compare its ideals' energies with\n",
    )
    parser.add_argument(
        "model",
        nargs="*",
        help="the name of one, to read where it comes from, or a file of yours, to see what idea "
        "finds in it",
    )
    parser.add_argument(
        "--context",
        action="store_true",
        help="compute, from MNIST, the strongest and the median logit that real digits of each "
        "kind reach, in greys of 0…1; of no network named, in all that come along",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
