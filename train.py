"""Train the network of the articles: `python train.py --help`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields

from idea.command import INTERRUPTED, named_path, run
from idea.errors import IdeaError, OptionError, OutputError
from idea.files.mnist import load_mnist
from idea.files.output import make_folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Train a 784-units-units-10 MLP (ReLU, softmax cross-entropy, Adam) on MNIST "
        "with Chainer, and write its weights. Afterwards: python -m idea.search --model test.model",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--units", type=int, default=784, help="width of both hidden layers")
    parser.add_argument("--batch-size", type=int, default=1000, help="digits an update")
    parser.add_argument("--epochs", type=int, default=20, help="passes over the 60,000 digits")
    parser.add_argument("--seed", type=int, default=0, help="equal seeds give equal weights")
    parser.add_argument(
        "--weight-decay", type=float, default=0.0, help="pull of each weight towards 0 (try 1e-4)"
    )
    parser.add_argument(
        "--data",
        type=named_path,
        metavar="PATH",
        help="MNIST: a folder of IDX files, mnist.pkl.gz or mnist.npz; fetched by default",
    )
    parser.add_argument("--out", type=named_path, default="test.model", help="where the weights go")
    parser.add_argument(
        "--result",
        type=named_path,
        default="result",
        help="a folder for the trainer's log and snapshot",
    )
    return parser


def main() -> int:
    """Parse the command line, train, and print; give the exit status."""
    args = _parser().parse_args()
    for name in ("units", "batch_size", "epochs"):
        if getattr(args, name) < 1:
            raise OptionError(
                f"--{name.replace('_', '-')} must be 1 or more, not {getattr(args, name)}"
            )
    if not 0 <= args.seed < 2**32:
        raise OptionError(f"--seed must be in 0…{2**32 - 1}, not {args.seed}")
    if not 0 <= args.weight_decay < 1:
        raise OptionError(
            f"--weight-decay must be at least 0 and less than 1, not {args.weight_decay:g}"
        )
    if args.out.is_dir():
        raise OutputError(f"{args.out}: is a folder; name a file for the weights")
    make_folder(args.out.parent)
    try:
        from idea.training.chainer import Recipe, train
    except ImportError as error:
        raise IdeaError(
            f"Chainer can't be loaded here ({error}). It wants Python 3.11 and an environment "
            "of its own: 'make chainer' builds .venv-chainer"
        ) from error
    recipe = Recipe(**{field.name: getattr(args, field.name) for field in fields(Recipe)})
    data = load_mnist(args.data)
    try:
        accuracy = train(data, recipe, args.out, args.result)
    except KeyboardInterrupt:
        print(
            f"interrupted: {args.out} not written; the snapshot of the last finished epoch, "
            f"if there is one, is in {args.result}",
            file=sys.stderr,
        )
        return INTERRUPTED
    print(f"{args.out}: reads {accuracy:.2%} of the 10,000 test digits right")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
