"""The logits that real digits reach, to compare the energy of an ideal with."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from idea.data.datasets import Dataset
from idea.data.mnist import load_mnist
from idea.errors import DataError, OptionError
from idea.image import PIXELS
from idea.networks.base import Classifier, check_model
from idea.networks.bundled import BUNDLED, find_file, provenance
from idea.networks.outputs import check_logits
from idea.text import short_repr
from idea.validation import check_callable, check_digit

__all__ = ["Context", "context", "energy_context"]

_BATCH = 500  # digits
_WHITE = np.float32(255)


class Context(NamedTuple):
    """The logits of a class that its real digits reach in a network."""

    strongest: float
    """The largest logit."""
    median: float
    """The median logit, misclassified digits included."""


def context(model: str | os.PathLike[str] | None, digit: int) -> Context | None:
    """Return what real digits of a class reach in a bundled network, or None for other networks.

    The values are read from the text beside the network; `energy_context` computes them for others.

    >>> context("mlp", 5)
    Context(strongest=38.881, median=21.679)
    >>> print(context("mine.dat", 5))
    None
    """
    names = {path: name for name, path in BUNDLED.items()}
    name = names.get(find_file(model))
    if name is None:
        return None
    place = check_digit(digit)
    strongest, median = (provenance(name, key).split() for key in Context._fields)
    return Context(float(strongest[place]), float(median[place]))


def energy_context(
    model: Classifier,
    digits: Dataset | None = None,
    on_batch: Callable[[int], object] | None = None,
) -> tuple[Context, ...]:
    """Compute the logits that real digits reach in a network.

    Parameters
    ----------
    model
        The network.
    digits
        The data set, whose test digits are evaluated in greys of 0…1. Default: `load_mnist`.
    on_batch
        Called with the number of digits in each batch that was evaluated.

    Returns
    -------
    tuple of ten Context
        By class.

    Raises
    ------
    OptionError
        If `model` isn't a model.
    DataError, OutputError
        If MNIST can't be loaded, or lacks a class.
    IdeaError
        If the model returns anything but ten finite numbers for each image.

    Examples
    --------
    >>> import idea
    >>> images = np.zeros((10, 28, 28), np.uint8)
    >>> blank = Dataset(images, np.arange(10), images, np.arange(10))
    >>> model = idea.Model.from_function(lambda images: [range(10)] * len(images))
    >>> energy_context(model, blank)[7]
    Context(strongest=7.0, median=7.0)
    """
    check_model(model)
    check_callable("on_batch", on_batch)
    if not isinstance(digits, Dataset | None):
        raise OptionError(
            f"digits must be MNIST, as idea.load_mnist gives it, not {short_repr(digits)}"
        )
    digits = load_mnist() if digits is None else digits
    images, labels = digits.test_images.reshape(-1, PIXELS), digits.test_labels
    own = np.empty(len(images))  # the logit of each digit's own class
    for begin in range(0, len(images), _BATCH):
        batch = slice(begin, begin + _BATCH)
        floats = images[batch].astype(np.float32) / _WHITE
        logits = check_logits(model.logits(floats), (len(floats), 10))
        own[batch] = logits[np.arange(len(floats)), labels[batch]]
        if on_batch is not None:
            on_batch(len(floats))
    return tuple(_context_of(own[labels == digit], digit) for digit in range(10))


def _context_of(energies: np.ndarray, digit: int) -> Context:
    if not energies.size:
        raise DataError(f"the test digits include no {digit}")
    return Context(float(energies.max()), float(np.median(energies)))
