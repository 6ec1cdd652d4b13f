"""Train networks to classify images: `python train.py --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import importlib.util
import sys
from dataclasses import fields
from pathlib import Path

from tqdm import tqdm

from idea.cli.common import (
    INTERRUPTED,
    Parser,
    is_terminal,
    named_path,
    real_number,
    run,
    whole_number,
)
from idea.cli.data import add_data, chosen_data
from idea.cli.prior_training import add_prior, check_no_prior, given_options, train_prior
from idea.cli.robust import add_robust
from idea.cli.streams import show
from idea.data.datasets import Dataset
from idea.data.known import MNIST
from idea.errors import OptionError
from idea.files.schema import Count, checked
from idea.files.weights.formats import check_name, weights_bytes, write_weights
from idea.files.write import check_folder, make_folder, require_no_folders
from idea.networks.architectures import ARCHITECTURES
from idea.optional import load_package
from idea.text import percentage
from idea.training.learner import learner_for, require_framework
from idea.training.metrics import Row
from idea.training.outcome import write_outcome
from idea.training.recipe import FRAMEWORKS, Recipe, recipe_for
from idea.training.trainer import Trainer, split

_EPILOG = """\
architectures:
  mlp      pixels-units-units-classes, of MNIST 784-units-units-10; batch 1000, 20 epochs
  lenet    conv 1→6 (3×3), pool, conv 6→16 (3×3), pool, dense 400→120→84→10; batch 64,
           10 epochs on 50,000 digits, validated with the other 10,000
  convnet  conv 1→16 (3×3), pool, conv 16→32 (3×3), pool, conv 32→32 (3×3), dense 288→64→10;
           batch 128, 10 epochs
  The first dense layer follows from the size of the images: lenet needs 10×10 pixels or more,
  convnet 18×18. Of fewer than 60,000 training images, a default batch has a sixtieth at most, and
  lenet holds out a sixth at most.

examples:
  python train.py                                     the default MLP, 784-784-784-10
  python train.py --units 1000 --batch-size 100       that of Chainer's own MNIST example
  python train.py --arch lenet --out lenet.pt lenet.onnx
  python -m idea.search --model lenet.onnx            its ideal of a 5
  python train.py --arch lenet --resume               resume after Ctrl-C
  python train.py --adversarial 0.3 --batch-size 250 --epochs 6
                                                      harder to fool, with ideals one can read
  python train.py --data fashion --out fashion.npz    clothes: Fashion-MNIST
  python train.py --data emnist/ --classes letters.txt --transpose --out letters.npz
                                                      IDX files, transposed like EMNIST's
  python train.py --prior digits --leave-out 2,5,7    a prior without these digits: prior.npz"""


def main() -> int:
    """Parse the command line, train, write and print; return the exit status."""
    options = parser()
    args = options.parse_args()
    if args.prior is not None:
        return train_prior(args, given_options(options))
    check_no_prior(given_options(options))
    given = {f.name: getattr(args, f.name) for f in fields(Recipe)[1:]}
    recipe_for(args.arch, **given)  # checked before the data set is loaded
    framework = _framework(args.framework, args.arch)
    checked(args.every, Count, "--every", OptionError)
    _check_outs(args.out or [], args.result)
    require_framework(framework)
    # Fail before the training if the outputs can't be written or drawn.
    load_package("matplotlib", args.result / "training.png", "matplotlib")
    dataset = chosen_data(args).load()
    recipe = recipe_for(args.arch, len(dataset.train_labels), **given)
    learner = learner_for(framework, recipe, dataset.task)
    outs = args.out or [_default_out(framework, recipe.arch, dataset)]
    for out in outs:
        weights_bytes(out, learner.weights())
    data = split(dataset, recipe.held_out)
    trainer = Trainer(learner, recipe, data, args.result, args.every, dataset.name)
    if args.resume:
        trainer.resume()
    for folder in (args.result, *(out.parent for out in outs)):
        make_folder(folder)
    try:
        _train(trainer, recipe, dataset.noun)
    except KeyboardInterrupt:
        return _report_interruption(trainer)
    for out in outs:
        write_weights(out, learner.weights())
    accuracy, files = write_outcome(trainer, dataset, recipe, framework, outs, args.result)
    show(*files, trainer.metrics, trainer.snapshot)
    show(
        f"{' '.join(map(str, outs))}: test accuracy {percentage(accuracy['test'], 2)} on "
        f"{len(data['test']):,} {dataset.noun}s"
    )
    return 0


def _train(trainer: Trainer, recipe: Recipe, noun: str) -> None:
    """Train with a progress bar, where there is a terminal, and a line for each epoch."""
    count = len(trainer.data["training"])
    with tqdm(unit=noun, total=count, leave=False, disable=not is_terminal(sys.stderr)) as bar:

        def on_batch(images: int, row: Row) -> None:
            bar.set_description(f"epoch {row.epoch}/{recipe.epochs}", refresh=False)
            bar.set_postfix_str(
                f"loss {row.loss:.4f}, accuracy {percentage(row.accuracy, 2)}", refresh=False
            )
            bar.update(images)

        for row in trainer.epochs(on_batch):
            bar.clear()
            show(_line(row, recipe.epochs))
            if row.epoch < recipe.epochs:
                bar.reset()


def _line(row: Row, epochs: int) -> str:
    held_out = percentage(row.validation_accuracy or 0.0, 2)  # an epoch's row has one
    return (
        f"epoch {row.epoch:2}/{epochs}: loss {row.loss:.4f}, "
        f"accuracy {percentage(row.accuracy, 2)}, validation loss {row.validation_loss:.4f}, "
        f"accuracy {held_out}, {row.seconds:.0f} s"
    )


def _report_interruption(trainer: Trainer) -> int:
    """Report the state after Ctrl-C."""
    epochs = trainer.progress.epoch
    stored = f"epoch {epochs} is in {trainer.snapshot}; --resume resumes from it"
    print(f"interrupted: {stored if epochs else 'no epoch was finished'}", file=sys.stderr)
    return INTERRUPTED


def _framework(chosen: str | None, arch: str) -> str:
    """Return the chosen framework, or the first installed one that supports the network."""
    able = FRAMEWORKS[arch]
    if chosen is None:
        return next((name for name in able if importlib.util.find_spec(name)), able[-1])
    if chosen not in able:
        raise OptionError(f"--framework {chosen} does not support {arch}; use {able[0]}")
    return chosen


def _default_out(framework: str, arch: str, dataset: Dataset) -> Path:
    """Return the file for the weights if none is named."""
    if framework == "chainer":
        return Path("test.model")
    # PyTorch's own files don't hold labels.
    return Path(f"{arch}.pt" if dataset.task == MNIST.task else f"{arch}.safetensors")


def _check_outs(outs: list[Path], result: Path) -> None:
    """Check before the training that weights and results can be written."""
    require_no_folders(outs)
    for out in outs:
        check_name(out)
    for folder in (result, *(out.parent for out in outs)):
        check_folder(folder)


def parser() -> argparse.ArgumentParser:
    """Return the command's argument parser."""
    parser = Parser(
        description="Train a network on MNIST or another data set, with ReLU, softmax "
        "cross-entropy and Adam, and write its weights; or, with --prior, a model of its images. "
        "Afterwards: python -m idea.search --model FILE, or --prior FILE",
        epilog=_EPILOG,
    )
    what = parser.add_argument_group("network")
    what.add_argument("--arch", choices=ARCHITECTURES, default="mlp", help="(default: mlp)")
    what.add_argument(
        "--framework",
        choices=("chainer", "torch"),
        help="(default: Chainer for an mlp, if it is installed; otherwise PyTorch)",
    )
    what.add_argument(
        "--units", type=whole_number, help="width of both hidden layers of an mlp (default: 784)"
    )
    how = parser.add_argument_group(
        "hyperparameters (defaults depend on the architecture, see below)"
    )
    how.add_argument("--batch-size", type=whole_number, metavar="N", help="batch size")
    how.add_argument(
        "--epochs", type=whole_number, metavar="N", help="number of passes over the training set"
    )
    how.add_argument(
        "--learning-rate",
        type=real_number,
        metavar="R",
        help="learning rate of Adam (default: 0.001)",
    )
    how.add_argument(
        "--weight-decay",
        type=real_number,
        metavar="L",
        help="L2 penalty (default: 0; try 1e-4)",
    )
    how.add_argument(
        "--held-out",
        type=whole_number,
        metavar="N",
        help="validate with the last N of the training images and don't train with them; 0 "
        "validates with the test images",
    )
    how.add_argument(
        "--seed",
        type=whole_number,
        help="random seed; the same seed gives the same weights (default: 0)",
    )
    add_robust(parser)
    add_prior(parser.add_argument_group("prior"))
    _add_files(parser)
    return parser


def _add_files(parser: argparse.ArgumentParser) -> None:
    add_data(parser.add_argument_group("data set"))
    files = parser.add_argument_group("files")
    files.add_argument(
        "--out",
        type=named_path,
        nargs="+",
        metavar="FILE",
        help="output files for the weights: .model or .npz (Chainer's), .dat, .pt, .safetensors, "
        ".onnx, or "
        "several of them; .dat is for 28×28 digits alone, and .pt doesn't store labels (default: "
        "test.model of Chainer, else mlp.pt, lenet.pt or convnet.pt, or .safetensors for data sets "
        "other than MNIST; prior.npz of a prior)",
    )
    files.add_argument(
        "--result",
        type=named_path,
        default=Path("result"),
        metavar="DIR",
        help="a folder for run.json, metrics.csv, training.png (the curves), mistakes.png (the "
        "misclassified images) and the snapshot of the last finished epoch (default: result)",
    )
    files.add_argument(
        "--every",
        type=whole_number,
        default=100,
        metavar="N",
        help="record metrics every N batches (default: 100)",
    )
    files.add_argument(
        "--resume", action="store_true", help="resume from the snapshot, with the same options"
    )


if __name__ == "__main__":
    sys.exit(run(main))
