"""Labelled examples of a task, where this machine has its data set."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.data.datasets import files_at_hand
from idea.data.idx import TEST_NAMES, parse_idx
from idea.image import Task
from idea.networks.base import Classifier

__all__ = ["WHITE", "Examples", "accuracy", "few_examples"]

WHITE = np.float32(255)
"""The grey of a data set's images that is 1 in a network's."""
_FEW = 1000


class Examples(NamedTuple):
    """Labelled test images of a data set."""

    images: NDArray[np.float32]
    """(n, pixels), in 0…1."""
    labels: NDArray[np.integer]
    """The index of each class, (n,)."""
    title: str
    """The data set's, such as "MNIST"."""


@functools.lru_cache(1)
def few_examples(task: Task) -> Examples | None:
    """Return the first thousand test images of the known data set of a task.

    None where no data set is known for it, or it would have to be downloaded.
    """
    found = files_at_hand(task, TEST_NAMES)
    if found is None:
        return None
    known, files = found
    images, labels = (parse_idx(files[part], part, part)[:_FEW] for part in TEST_NAMES)
    greys = images.reshape(-1, task.pixels).astype(np.float32) / WHITE
    return Examples(greys, labels, known.title)


def accuracy(model: Classifier, images: NDArray[np.float32], labels: NDArray[np.integer]) -> float:
    """Return the share of images (n, pixels) that a model classifies as their labels."""
    return float((np.asarray(model.logits(images)).argmax(axis=1) == labels).mean())
