"""The logits that real images reach, to compare the energy of an ideal with."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from idea.data.datasets import Dataset, known_name, load_dataset
from idea.data.examples import WHITE, few_examples
from idea.errors import DataError, OptionError
from idea.image import Task, as_task
from idea.networks.base import Classifier, check_model
from idea.networks.bundled import BUNDLED, find_file, provenance
from idea.networks.outputs import check_logits
from idea.text import short_repr
from idea.validation import as_whole_number, check_callable

__all__ = [
    "Context",
    "context",
    "context_of_output",
    "energy_context",
    "few_contexts",
    "known_contexts",
]

_BATCH = 500  # images


class Context(NamedTuple):
    """The logits of a class that its real images reach in a network."""

    strongest: float
    """The largest logit."""
    median: float
    """The median logit, misclassified images included."""


def context(model: str | os.PathLike[str] | None, target: int) -> Context | None:
    """Return what real images of a class reach in a bundled network, or None for other networks.

    `target` is the index of the class. The values are read from the text beside the network;
    `energy_context` computes them for others.

    >>> context("mlp", 5)
    Context(strongest=38.881, median=21.679)
    >>> print(context("mine.dat", 5))
    None
    """
    names = {path: name for name, path in BUNDLED.items()}
    contexts = known_contexts(names.get(find_file(model), ""))
    if contexts is None:
        return None
    return contexts[as_whole_number("target", target, 0, len(contexts) - 1)]


def known_contexts(name: str) -> tuple[Context, ...] | None:
    """Return what real images of each class reach in a bundled network; None for other names."""
    if name not in BUNDLED:
        return None
    strongest, median = (map(float, provenance(name, key).split()) for key in Context._fields)
    return tuple(itertools.starmap(Context, zip(strongest, median, strict=True)))


def few_contexts(network: Classifier) -> tuple[Context, ...] | None:
    """Return what the images of each class among the first thousand test images reach.

    None where no data set is known for the network's task, or it would have to be downloaded, or a
    class isn't among them.
    """
    task = as_task(network)
    examples = few_examples(task)
    if examples is None:
        return None
    logits = np.asarray(network.logits(examples.images))
    own = [logits[examples.labels == target, target] for target in range(len(task.classes))]
    if not all(reached.size for reached in own):
        return None
    return tuple(Context(float(reached.max()), float(np.median(reached))) for reached in own)


def context_of_output(network: Classifier, output: int, task: Task) -> Context | None:
    """Return what the first thousand test images of a task reach at an output of a network.

    None where no data set is known for the task, or it would have to be downloaded.
    """
    examples = few_examples(task)
    if examples is None:
        return None
    reached = np.asarray(network.logits(examples.images))[:, output]
    return Context(float(reached.max()), float(np.median(reached)))


def energy_context(
    model: Classifier,
    dataset: Dataset | None = None,
    on_batch: Callable[[int], object] | None = None,
) -> tuple[Context, ...]:
    """Compute the logits that real images reach in a network.

    Parameters
    ----------
    model
        The network.
    dataset
        The data set, whose test images are evaluated in greys of 0…1. Default: the known one for
        the network's task, such as MNIST.
    on_batch
        Called with the number of images in each batch that was evaluated.

    Returns
    -------
    tuple of Context
        One for each class, in order.

    Raises
    ------
    OptionError
        If `model` isn't a model, `dataset` is for another task, or none is known for this one.
    DataError, OutputError, MissingPackageError
        If the known data set can't be loaded, or a class has no test images.
    IdeaError
        If the model returns anything but finite numbers, one for each image and class.

    Examples
    --------
    >>> import idea
    >>> images, labels = np.zeros((10, 28, 28), np.uint8), np.arange(10)
    >>> blank = idea.Dataset("blank", idea.Task(), images, labels, images, labels)
    >>> model = idea.Model.from_function(lambda images: [range(10)] * len(images))
    >>> energy_context(model, blank)[7]
    Context(strongest=7.0, median=7.0)
    """
    check_model(model)
    check_callable("on_batch", on_batch)
    if not isinstance(dataset, Dataset | None):
        raise OptionError(
            f"dataset must be an idea.Dataset, as idea.load_dataset returns it, not "
            f"{short_repr(dataset)}"
        )
    task = as_task(model)
    dataset = load_dataset(known_name(task)) if dataset is None else dataset
    dataset.check_task(task)
    images, labels = dataset.test_images.reshape(-1, task.pixels), dataset.test_labels
    own = np.empty(len(images))  # the logit of each image's own class
    for begin in range(0, len(images), _BATCH):
        batch = slice(begin, begin + _BATCH)
        floats = images[batch].astype(np.float32) / WHITE
        logits = check_logits(model.logits(floats), (len(floats), len(task.classes)))
        own[batch] = logits[np.arange(len(floats)), labels[batch]]
        if on_batch is not None:
            on_batch(len(floats))
    return tuple(
        _context_of(own[labels == target], label)
        for target, label in enumerate(dataset.task.classes)
    )


def _context_of(energies: np.ndarray, label: str) -> Context:
    if not energies.size:
        raise DataError(f"the test images include no {label}")
    return Context(float(energies.max()), float(np.median(energies)))
