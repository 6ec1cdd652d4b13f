"""The training images of data sets for the page, a bit a pixel: it finds the nearest ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from idea.data.datasets import Dataset, dataset_at_hand
from idea.data.known import KNOWN
from idea.data.nearest import BRIGHT
from idea.image import Task

__all__ = ["TrainingImages", "images_bytes"]

_LEVEL = 7  # 9 takes four times as long, for 3 % less


class TrainingImages:
    """The files of the data sets that belong to some tasks.

    Parameters
    ----------
    tasks
        The tasks of the site's networks.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.files: dict[Path, bytes] = {}
        """By path in the site."""
        self.entries: dict[str, dict[str, Any]] = {}
        """By data set, what `site.json` tells of them."""
        self.missing: list[str] = []
        """The names of the data sets that this machine doesn't have."""
        wanted = set(tasks)
        for name, known in KNOWN.items():
            if known.task not in wanted:
                continue
            dataset = dataset_at_hand(known.task)
            if dataset is None:
                self.missing.append(name)
            else:
                self._add(name, dataset)

    def _add(self, name: str, dataset: Dataset) -> None:
        path = Path(f"data/{name}.bin")
        self.files[path] = images_bytes(dataset)
        self.entries[name] = {
            "address": path.as_posix(),
            "title": dataset.title,
            "count": len(dataset.train_labels),
            "bytes": len(self.files[path]),
        }


def images_bytes(dataset: Dataset) -> bytes:
    """Return the training images of a data set as the page reads them.

    Parameters
    ----------
    dataset
        The data set, of at most 256 classes.

    Returns
    -------
    bytes
        Compressed by gzip: the index of each image's class, a byte each, then for each image its
        pixels row by row, a bit each, in whole bytes, the first pixel in the highest bit.

    Examples
    --------
    >>> import idea
    >>> images = np.array([[[0, 255, 128, 127]] * 4], np.uint8)
    >>> one = idea.Dataset("one", idea.Task(4, 4), images, np.array([7]), images, np.array([7]))
    >>> gzip.decompress(images_bytes(one)).hex()
    '076666'
    """
    count = len(dataset.train_labels)
    bits = np.packbits(dataset.train_images.reshape(count, -1) >= BRIGHT, axis=1)
    labels = dataset.train_labels.astype(np.uint8)
    return gzip.compress(labels.tobytes() + bits.tobytes(), _LEVEL, mtime=0)
