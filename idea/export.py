"""Convert weights between the forms of several frameworks: `python -m idea.export --help`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np

from idea.cli.common import Parser, named_path, run
from idea.cli.streams import show
from idea.errors import OptionError
from idea.files.load import load_model
from idea.files.weights.formats import check_name, read_weights, weights_bytes
from idea.files.write import write_files
from idea.image import PIXELS
from idea.networks.bundled import find_file


def main() -> int:
    """Parse the command line, write or check, and print; give the exit status."""
    args = _parser().parse_args()
    if args.check == (args.out is not None):
        raise OptionError("name either a file to write, or --check to write none")
    if args.check:
        show(half_logits(args.weights))
        return 0
    check_name(args.out)
    source = find_file(args.weights)
    weights = read_weights(source)
    if os.path.realpath(args.out) == os.path.realpath(source):
        raise OptionError(f"{args.out} is the file that is read; name another to write")
    data = weights_bytes(args.out, weights)  # or the form can't hold them: no folder is made then
    write_files({args.out: data}, new_folders=True)
    # Read back, so that the numbers speak for the file and not for what it was made from.
    show(half_logits(args.out))
    return 0


def half_logits(path: Path) -> str:
    """Give the logits of the image that is 0.5 everywhere, to compare with other programs'.

    Parameters
    ----------
    path
        A file of any kind, or the name of a network that comes with the package.

    Returns
    -------
    str
        Ten numbers; programs that read the file right agree in about five digits.

    Raises
    ------
    WeightsError
        If the file isn't one.

    Examples
    --------
    >>> len(half_logits(Path("mlp")).split())
    10
    """
    logits = load_model(path).logits(np.full((1, PIXELS), 0.5, np.float32))[0]
    return " ".join(f"{logit:.5f}" for logit in logits)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m idea.export",
        description="Write a network's weights in another form. A .dat is bare little-endian "
        "float32 for programs in C, C++ and JavaScript: for each layer its matrix row by row, then "
        "its bias. Prints the ten logits of the image that is 0.5 everywhere; a program that "
        "prints the same has read the file right.",
    )
    parser.add_argument(
        "weights",
        type=named_path,
        help="Chainer's .npz or .model (a classifier, a bare MLP, a trainer's snapshot), PyTorch's "
        ".pt or .safetensors, .onnx, .dat, or mlp, lenet or convnet, which come along",
    )
    parser.add_argument(
        "out",
        type=named_path,
        nargs="?",
        help="the file to write; its name ends in .dat, .npz, .model, .pt, .safetensors or .onnx",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, only print the logits")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
