"""What a site holds for the page to train networks with, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idea.check.train.images import packed_images
from idea.check.train.tensorflow import VERSION, tensorflow_files
from idea.data.datasets import Dataset, dataset_at_hand, load_dataset
from idea.data.known import KNOWN, MNIST
from idea.errors import IdeaError

__all__ = [
    "NO_FILES",
    "STATE",
    "TENSORFLOW",
    "TrainFiles",
    "images_entry",
    "train_files",
    "train_images",
]

TENSORFLOW = f"tensorflow/{VERSION}/"
"""The address of the folder of TensorFlow.js."""
STATE = "train/state/"
"""Of a server, the address of the folder that tells the state of `tensorflow` and the data sets."""


@dataclass(frozen=True)
class TrainFiles:
    """Files of a static site."""

    files: Mapping[Path, bytes] = field(default_factory=dict)
    addresses: Mapping[str, Any] = field(default_factory=dict)
    """Those of `tensorflow` and, by data set, of `images`, where they are there."""
    missing: tuple[str, ...] = ()
    """Why what is missing is."""


NO_FILES = TrainFiles()
"""For a site that trains nothing."""


def train_files(report: Callable[[str], object]) -> TrainFiles:
    """Return the files with which the page trains, as far as they can be had.

    MNIST is downloaded if need be; of other data sets those are taken that need no download.

    Parameters
    ----------
    report
        Called with messages about downloads.

    Returns
    -------
    TrainFiles
        The files, and what is missing.
    """
    files: dict[Path, bytes] = {}
    addresses: dict[str, Any] = {}
    missing = []
    try:
        found = tensorflow_files(report)
        files |= {Path(TENSORFLOW) / name: data for name, data in found.items()}
        addresses["tensorflow"] = TENSORFLOW
    except IdeaError as error:
        missing.append(str(error))
    images = {}
    for name in KNOWN:
        try:
            dataset = _dataset(name, report)
        except IdeaError as error:
            missing.append(str(error))
            continue
        if dataset is not None:
            images[name] = images_entry(name)
            files[Path(images[name]["address"])] = packed_images(dataset)
    if images:
        addresses["images"] = images
    return TrainFiles(files, addresses, tuple(missing))


def _dataset(name: str, report: Callable[[str], object]) -> Dataset | None:
    if name == MNIST.name:
        return load_dataset(name, on_message=report)
    return dataset_at_hand(KNOWN[name].task)


def images_entry(name: str) -> dict[str, str]:
    """Return what `site.json` says of a data set's images.

    >>> images_entry("digits8")["address"]
    'train/digits8.gz'
    """
    return {"address": f"train/{name}.gz", "title": KNOWN[name].title}


def train_images(name: str, report: Callable[[str], object]) -> bytes:
    """Return a data set's packed images; `report` is called with messages about a download."""
    return packed_images(load_dataset(name, on_message=report))
