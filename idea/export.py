"""Convert weights between file formats: `python -m idea.export --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import os
import sys
from dataclasses import replace

import numpy as np

from idea.cli.common import EXIT_STATUS, Parser, add_task, named_path, run, task_options
from idea.cli.opened import opened
from idea.cli.streams import show
from idea.errors import OptionError
from idea.files.weights.formats import check_name, read_weights, weights_bytes
from idea.files.weights.safetensors import safetensors_bytes
from idea.files.write import write_files
from idea.networks.base import Model
from idea.networks.bundled import find_file
from idea.opening.load import open_model

_EPILOG = f"""\
A .dat holds little-endian float32 without a header, for programs in C, C++ and JavaScript: for each
layer its matrix W row by row, then its bias b. The logits that are printed are those of the image
that is 0.5 everywhere, read back from the new file: a program that prints the same numbers has read
the file correctly.

examples:
  Convert Chainer's weights to raw float32:
    python -m idea.export test.model test.dat
  Export a bundled network to ONNX:
    python -m idea.export lenet lenet.onnx
  Add the labels, which a .pt lacks:
    python -m idea.export w.pt w.safetensors --classes shirt,bag,boot
  Store a network in half the space:
    python -m idea.export test.model small.safetensors --half
  Print the logits of a file only:
    python -m idea.export --check test.dat

{EXIT_STATUS}"""


def main() -> int:
    """Parse the command line, convert or check, and print; return the exit status."""
    args = parser().parse_args()
    if args.check == (args.out is not None):
        raise OptionError("expected either a file to write or --check")
    given = task_options(args)
    if args.check:
        show(_half_grey_logits(opened(str(args.weights), args).network))
        return 0
    check_name(args.out)
    if args.half and args.out.suffix != ".safetensors":
        raise OptionError(f"{args.out}: only a .safetensors holds --half the precision")
    source = find_file(args.weights)
    weights = read_weights(source, given)
    if os.path.realpath(args.out) == os.path.realpath(source):
        raise OptionError(f"{args.out} is the input file; name another output file")
    if args.half:
        data = safetensors_bytes(weights, args.out, half=True)
    else:
        data = weights_bytes(args.out, weights)
    write_files({args.out: data}, new_folders=True)
    # The file has taken over the scale of the inputs.
    written = open_model(str(args.out), replace(given, input=None)).network
    show(_half_grey_logits(written))
    return 0


def _half_grey_logits(model: Model) -> str:
    """Return the logits of the image that is 0.5 everywhere, to compare programs by."""
    (logits,) = model.logits(np.full((1, model.task.pixels), 0.5, np.float32))
    return " ".join(f"{logit:.5f}" for logit in logits)


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.export",
        description="Convert a network's weights to another file format, and print reference "
        "logits, one a class, for verifying other programs that read the file.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "weights",
        type=named_path,
        help="Chainer's .npz or .model (a classifier, a plain MLP or a trainer's snapshot), "
        "PyTorch's .pt or .safetensors, Keras's .keras or .h5, TensorFlow.js's model.json, "
        ".onnx, .dat, or a bundled network: mlp, lenet, convnet, robust, fashion or digits8",
    )
    parser.add_argument(
        "out",
        type=named_path,
        nargs="?",
        help="file to write: .dat, .npz, .model, .pt, .safetensors or .onnx",
    )
    parser.add_argument(
        "--check", action="store_true", help="print the logits only, and write no file"
    )
    parser.add_argument(
        "--half",
        action="store_true",
        help="round the weights to half precision (float16): a .safetensors of half the size",
    )
    add_task(parser)
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
