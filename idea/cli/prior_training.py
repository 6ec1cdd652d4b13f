"""`python train.py --prior`: trains a prior, with a progress bar and a line for each epoch."""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.cli.common import whole_number
from idea.cli.data import chosen_data
from idea.cli.progress import Bar
from idea.cli.streams import show
from idea.data.datasets import Dataset
from idea.errors import OptionError
from idea.files.prior import prior_bytes
from idea.files.write import check_folder, require_no_folders, write_files
from idea.networks.prior import Prior
from idea.targets import parse_targets
from idea.training.rbm import PriorRecipe, prior_recipe, train
from idea.training.rbm_measures import example_percentiles, mean_log_probability, pseudo_likelihood

__all__ = ["add_prior", "check_no_prior", "given_options", "train_prior"]

Images = NDArray[np.bool_]

_OWN = ("hidden", "leave_out")
_ACCEPTED = ("prior", *_OWN, "epochs", "seed", "data", "transpose", "classes", "out")
_OUT = Path("prior.npz")
_INK = 128  # the smallest grey that is ink, as 0.5 in images
_MEASURED = 500  # images, at most, whose pseudo-likelihood is computed: exact, thus slow
_COMPARED = 10_000  # images, at most, of each part of the data set whose log p is compared


def add_prior(group: argparse._ArgumentGroup) -> None:
    """Add the options of priors alone."""
    group.add_argument(
        "--prior",
        choices=("digits", "rbm"),
        help="train a prior instead of a network, for --prior of idea.search: a model of the "
        "images of --data, binarised and without labels. digits makes the bundled one of that name "
        "from MNIST; for images of other things the same may be called rbm: a restricted Boltzmann "
        "machine. Of the other options --epochs (default: 20; of fewer than 60,000 images more), "
        "--seed, --out and those of the data set apply",
    )
    group.add_argument(
        "--hidden",
        type=whole_number,
        metavar="N",
        help="number of the prior's hidden units (default: 128)",
    )
    group.add_argument(
        "--leave-out",
        nargs="+",
        metavar="LABEL",
        help="classes whose images it isn't trained with, for example 2,5,7",
    )


def given_options(parser: argparse.ArgumentParser) -> dict[str, object]:
    """Return the options that the command line has, without defaults."""
    absent = object()
    preset = argparse.Namespace(**dict.fromkeys(vars(parser.parse_args()), absent))
    parsed = vars(parser.parse_args(namespace=preset))
    return {name: value for name, value in parsed.items() if value is not absent}


def check_no_prior(given: Iterable[str]) -> None:
    """Raise an `OptionError` if options that a prior alone has are given."""
    own = [name for name in given if name in _OWN]
    if own:
        raise OptionError(f"{_named(own)}: for priors alone, which --prior trains")


def train_prior(args: argparse.Namespace, given: Iterable[str]) -> int:
    """Train, write and print; return the exit status."""
    others = [name for name in given if name not in _ACCEPTED]
    if others:
        raise OptionError(f"{_named(others)}: for networks alone, and --prior trains a prior")
    chosen = {name: getattr(args, name) for name in ("hidden", "epochs", "seed")}
    prior_recipe(1, **chosen)  # checked before the data set is loaded
    out = _checked_out(args.out or [_OUT])
    dataset = chosen_data(args).load()
    left_out = parse_targets(args.leave_out, dataset.task) if args.leave_out else []
    training, test = (_part(dataset, part, left_out) for part in ("train", "test"))
    recipe = prior_recipe(len(training.images), **chosen)
    prior = _train(training.images, test.images, dataset, recipe)
    examples = example_percentiles(prior, *_binary(dataset, "test"))
    prior = dataclasses.replace(prior, examples=examples)
    write_files({out: prior_bytes(prior)}, new_folders=True)
    likelihoods = [_likelihood(prior, test.images, f"test {dataset.noun}s")]
    if left_out:
        likelihoods.append(_likelihood(prior, test.left_out, f"test {dataset.noun}s left out"))
    show(f"{out}: log pseudo-likelihood {', '.join(likelihoods)}")
    return 0


@dataclasses.dataclass(frozen=True, eq=False)
class _Part:
    """A part of a data set: binary images (n, pixels), and those of the classes left out."""

    images: Images
    left_out: Images


def _part(dataset: Dataset, part: str, left_out: list[int]) -> _Part:
    images, labels = _binary(dataset, part)
    omitted = np.isin(labels, left_out)
    if omitted.all():
        raise OptionError(f"--leave-out: expected other classes, found all of {dataset.title}")
    return _Part(images[~omitted], images[omitted])


def _binary(dataset: Dataset, part: str) -> tuple[Images, NDArray[np.integer]]:
    """Return the binarised images (n, pixels) and the labels of ``"train"`` or ``"test"``."""
    images = getattr(dataset, f"{part}_images").reshape(-1, dataset.task.pixels)
    return images >= _INK, getattr(dataset, f"{part}_labels")


def _train(training: Images, test: Images, dataset: Dataset, recipe: PriorRecipe) -> Prior:
    """Train with a progress bar, where there is a terminal, and a line for each epoch."""
    began = time.perf_counter()
    epoch, done = 1, 0
    with Bar(dataset.noun) as bar:

        def on_batch(images: int) -> None:
            nonlocal done
            done += images
            bar.go_to(done, len(training), f"epoch {epoch}/{recipe.epochs}")

        for prior in train(training, dataset.task, recipe, on_batch):
            bar.clear()
            seconds = time.perf_counter() - began
            measures = _measures(prior, training, test)
            show(f"epoch {epoch:2}/{recipe.epochs}: {measures}, {seconds:.0f} s")
            epoch, done = epoch + 1, 0
    return prior


def _measures(prior: Prior, training: Images, test: Images) -> str:
    likelihood = pseudo_likelihood(prior, _some(test, _MEASURED))
    means = [mean_log_probability(prior, _some(part, _COMPARED)) for part in (training, test)]
    return (
        f"log pseudo-likelihood {likelihood:.2f} of test images, "
        f"training minus test log p {means[0] - means[1]:+.2f}"
    )


def _likelihood(prior: Prior, images: Images, name: str) -> str:
    if not len(images):
        return f"of no {name}"
    some = _some(images, _MEASURED)
    return f"{pseudo_likelihood(prior, some):.2f} of {len(some):,} {name}"


def _some(images: Images, most: int) -> Images:
    """Return some of very many images, always the same."""
    if len(images) <= most:
        return images
    return images[np.random.default_rng(0).choice(len(images), most, replace=False)]


def _checked_out(outs: list[Path]) -> Path:
    """Check before the training that the file can be written."""
    if len(outs) > 1 or outs[0].suffix != ".npz":
        found = " ".join(map(str, outs))
        raise OptionError(f"--out: expected one .npz file for a prior, found {found}")
    require_no_folders(outs)
    check_folder(outs[0].parent)
    return outs[0]


def _named(names: list[str]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in names)
