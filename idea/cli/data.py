"""The options that name a data set."""

from __future__ import annotations

import argparse

from idea.cli.common import class_labels
from idea.data.datasets import DataOptions, known_name
from idea.data.known import KNOWN, MNIST
from idea.errors import OptionError
from idea.image import Task

__all__ = ["DATA_HELP", "add_data", "chosen_data"]

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
        source = MNIST.name if task is None else known_name(task)
    return DataOptions(source, args.classes, args.transpose)
