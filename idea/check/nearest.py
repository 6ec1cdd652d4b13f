"""The nearest training images, of data sets that are loaded at the first request."""

from __future__ import annotations

import importlib.util
import logging
import threading
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.check.errors import NoDataError, NotReadyError
from idea.data.datasets import dataset_for, load_dataset
from idea.data.known import DIGITS8, KNOWN
from idea.data.nearest import BinaryImages
from idea.errors import IdeaError, MissingPackageError
from idea.image import DIGITS, Task

__all__ = ["NearestImages", "data_of"]

_log = logging.getLogger("idea")

_AGAIN = 60  # seconds after which a failed download is tried again


def data_of(task: Task) -> str | None:
    """Return the name of the data set with a task, or None if there is none that can be loaded."""
    name = dataset_for(task)
    missing = name == DIGITS8.name and importlib.util.find_spec("sklearn") is None
    return None if missing else name


class NearestImages:
    """The training images of all data sets that are known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sets: dict[str, _TrainingImages] = {}

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
            images = self._sets.setdefault(name, _TrainingImages(name))
        found = images.loaded().nearest(image)
        return {
            "flips": found.flips,
            "place": found.place,
            "label": found.target if task == DIGITS else found.label,
            "image": found.image.ravel().tolist(),
        }


class _TrainingImages:
    """The training images of a data set, made binary; loaded at the first request."""

    def __init__(self, name: str) -> None:
        self._name, self._title = name, KNOWN[name].title
        self._lock = threading.Lock()
        self._loader: threading.Thread | None = None
        self._images: BinaryImages | None = None
        self._missing = ""
        self._failure = ""
        self._failed_at = 0.0

    def loaded(self) -> BinaryImages:
        """Return the images, or raise a `NotReadyError` or `NoDataError`."""
        if self._images is None and not self._missing:
            self._load()
        if self._missing:
            raise NoDataError(self._missing)
        if self._images is None:
            raise NotReadyError(
                self._failure or f"{self._title} is being fetched: try again in a few seconds"
            )
        return self._images

    def _load(self) -> None:
        """Start to load unless that is running or has just failed; wait up to two seconds."""
        with self._lock:
            waiting = self._failure and time.monotonic() < self._failed_at + _AGAIN
            if not waiting and (self._loader is None or not self._loader.is_alive()):
                self._failure = ""
                self._loader = threading.Thread(target=self._fetch, daemon=True)
                self._loader.start()
            loader = self._loader
        if loader is not None:
            loader.join(2)

    def _fetch(self) -> None:
        try:
            self._images = BinaryImages(load_dataset(self._name, on_message=_log.info))
        except MissingPackageError as error:
            self._missing = str(error)
        except IdeaError as error:
            _log.warning("%s", error)
            self._failed_at = time.monotonic()
            self._failure = f"{self._title} is not available on this server; see its log"
