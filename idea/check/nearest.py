"""The nearest training images, of data sets that are loaded at the first request."""

from __future__ import annotations

import importlib.util
import logging
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.background import Background
from idea.check.errors import NoDataError
from idea.data.datasets import dataset_for, load_dataset
from idea.data.known import DIGITS8, KNOWN
from idea.data.nearest import BinaryImages
from idea.image import DIGITS, Task

__all__ = ["NearestImages", "data_of"]

_log = logging.getLogger("idea")


def data_of(task: Task) -> str | None:
    """Return the name of the data set with a task, or None if there is none that can be loaded."""
    name = dataset_for(task)
    missing = name == DIGITS8.name and importlib.util.find_spec("sklearn") is None
    return None if missing else name


class NearestImages:
    """The training images of all data sets that are known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sets: dict[str, Background[BinaryImages]] = {}

    def find(self, image: NDArray[np.float32], task: Task) -> dict[str, Any]:
        """Find the training image that differs in the fewest pixels; of equals the first.

        Parameters
        ----------
        image : (pixels,)
            A binary image.
        task
            Its task, which selects the data set.

        Returns
        -------
        dict
            Its JSON: flips, place, label, and image as the page takes images.

        Raises
        ------
        NoDataError
            If no data set with this task is known, or it needs a package that is missing.
        NotReadyError
            While the data set is being loaded or fetched, and after that has failed.
        """
        name = data_of(task)
        if name is None:
            raise NoDataError(f"no data set is known for {task}")
        with self._lock:
            images = self._sets.setdefault(name, _loader(name))
        found = images.get().nearest(image)
        return {
            "flips": found.flips,
            "place": found.place,
            "label": found.target if task == DIGITS else found.label,
            "image": found.image.ravel().tolist(),
        }


def _loader(name: str) -> Background[BinaryImages]:
    """Return the training images of a data set, made binary."""

    def load() -> BinaryImages:
        return BinaryImages(load_dataset(name, on_message=_log.info))

    return Background(KNOWN[name].title, load)
