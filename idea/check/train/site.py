"""What a site holds for the page to train networks with, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from idea.check.train.images import packed_images
from idea.check.train.tensorflow import VERSION, tensorflow_files
from idea.data.datasets import load_dataset
from idea.data.known import MNIST
from idea.errors import IdeaError

__all__ = ["IMAGES", "NO_FILES", "STATE", "TENSORFLOW", "TrainFiles", "train_files", "train_images"]

TENSORFLOW = f"tensorflow/{VERSION}/"
"""The address of the folder of TensorFlow.js."""
IMAGES = f"train/{MNIST.name}.gz"
"""The address of the images."""
STATE = "train/state/"
"""Of a server, the address of the folder in which `tensorflow` and `images` tell their state."""


@dataclass(frozen=True)
class TrainFiles:
    """Files of a static site."""

    files: Mapping[Path, bytes] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Those of `tensorflow` and `images`, where they are there."""
    missing: tuple[str, ...] = ()
    """Why what is missing is."""


NO_FILES = TrainFiles()
"""For a site that trains nothing."""


def train_files(report: Callable[[str], object]) -> TrainFiles:
    """Return the files with which the page trains, as far as they can be had.

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
    addresses: dict[str, str] = {}
    missing = []
    try:
        found = tensorflow_files(report)
        files |= {Path(TENSORFLOW) / name: data for name, data in found.items()}
        addresses["tensorflow"] = TENSORFLOW
    except IdeaError as error:
        missing.append(str(error))
    try:
        files[Path(IMAGES)] = train_images(report)
        addresses["images"] = IMAGES
    except IdeaError as error:
        missing.append(str(error))
    return TrainFiles(files, addresses, tuple(missing))


def train_images(report: Callable[[str], object]) -> bytes:
    """Return the packed images; `report` is called with messages about a download."""
    return packed_images(load_dataset(MNIST.name, on_message=report))
