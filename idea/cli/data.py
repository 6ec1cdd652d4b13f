"""The options that name a data set."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from idea.cli.common import class_labels
from idea.data.datasets import DataOptions, Dataset, dataset_for
from idea.data.examples import WHITE, accuracy
from idea.data.known import KNOWN, MNIST
from idea.errors import OptionError
from idea.image import Task
from idea.networks.base import Model
from idea.text import percentage

__all__ = ["DATA_HELP", "add_data", "chosen_data", "data_for"]

_SAMPLE = 200  # test images that show how a data set's images are turned
_FAR_BETTER = 0.25  # a difference of accuracies

*_MOST, _LAST = KNOWN
DATA_HELP = (
    f"{', '.join(_MOST)} or {_LAST}; a folder of IDX files, or one of them; mnist.pkl.gz or "
    "Keras's mnist.npz"
)


def add_data(group: argparse._ActionsContainer, *, labels: bool = True, default: str = "") -> None:
    """Add the options that name a data set.

    `labels` also adds ``--classes``, which the options of a network have too; `default` is what the
    help says of the default.
    """
    group.add_argument(
        "--data",
        metavar="NAME|FOLDER",
        help=f"{DATA_HELP} (default: {default or MNIST.name})",
    )
    group.add_argument(
        "--transpose",
        action="store_true",
        help="exchange rows and columns of the images of --data, as EMNIST needs",
    )
    if labels:
        group.add_argument(
            "--classes",
            type=class_labels,
            metavar="A,B,…|FILE",
            help="labels of the classes of --data, or a text file with one in each line (default: "
            "those of a known data set, else numbers)",
        )


def chosen_data(args: argparse.Namespace, task: Task | None = None) -> DataOptions:
    """Return the data set that the options name; without ``--data``, the known one of a task.

    >>> chosen_data(argparse.Namespace(data=None, classes=None, transpose=False)).source
    'mnist'
    """
    source = args.data
    if source == "":
        raise OptionError("--data: expected a name, found ''")
    if source is None:
        source = MNIST.name if task is None else dataset_for(task)
    if source is None:
        raise OptionError(f"no data set is known for {task}: name one with --data")
    return DataOptions(source, args.classes, args.transpose)


def data_for(
    args: argparse.Namespace, network: Model, on_message: Callable[[str], object]
) -> Dataset:
    """Load the data set that the options name, or the known one of a network's task, and check it.

    If the network classifies far more of its test images correctly with rows and columns exchanged,
    a note on standard error says so.
    """
    dataset = chosen_data(args, network.task).load(on_message)
    if args.data is not None and args.classes is None:
        dataset = _labelled(dataset, network.task)
    dataset.check_task(network.task)
    if args.data is not None and (note := _note_on_transposition(args, network, dataset)):
        print(note, file=sys.stderr)
    return dataset


def _labelled(dataset: Dataset, task: Task) -> Dataset:
    """Return a data set whose classes are numbers from 1 on with a network's labels, if as many.

    Those from 0 on agree with any labels: see `Dataset.check_task`.
    """
    classes = dataset.task.classes
    numbers = not dataset.task.is_numbered and all(label.isdecimal() for label in classes)
    if not numbers or len(classes) != len(task.classes):
        return dataset
    return replace(dataset, task=replace(dataset.task, classes=task.classes))


def _note_on_transposition(
    args: argparse.Namespace, network: Model, dataset: Dataset
) -> str | None:
    """Return what suggests that ``--transpose`` is missing, or should be left out."""
    if network.task.height != network.task.width:
        return None
    images = dataset.test_images[:_SAMPLE].astype(np.float32) / WHITE
    labels = dataset.test_labels[:_SAMPLE]
    now, then = (
        accuracy(network, turned.reshape(len(labels), -1), labels)
        for turned in (images, images.transpose(0, 2, 1))
    )
    if then < now + _FAR_BETTER:
        return None
    remedy = "leave out --transpose" if args.transpose else "add --transpose"
    return (
        f"note: the network classifies {percentage(now)} of the first {len(labels)} test images "
        f"correctly, and {percentage(then)} with rows and columns exchanged: {remedy}?"
    )
