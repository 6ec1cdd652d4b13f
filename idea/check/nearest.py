"""The nearest training digits, loaded at the first request."""

from __future__ import annotations

import logging
import threading
import time

import numpy as np
from numpy.typing import NDArray

from idea.check.errors import NotReadyError
from idea.data.mnist import load_mnist
from idea.data.nearest import BinaryImages, NearestExample
from idea.errors import IdeaError

__all__ = ["TrainingDigits"]

_log = logging.getLogger("idea")

_AGAIN = 60  # seconds after which a failed download is tried again


class TrainingDigits:
    """MNIST's training digits, made binary; loaded at the first request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loader: threading.Thread | None = None
        self._digits: BinaryImages | None = None
        self._failure = ""
        self._failed_at = 0.0

    def nearest(self, image: NDArray[np.float32]) -> NearestExample:
        """Find the training digit that differs in the fewest pixels; of equals the first.

        Parameters
        ----------
        image : (784,)
            A binary image.

        Returns
        -------
        NearestExample
            The digit; its image is one row, (784,), as the page takes images.

        Raises
        ------
        NotReadyError
            While MNIST is being loaded or fetched, and after that has failed.
        """
        if self._digits is None:
            self._load()
        if self._digits is None:
            raise NotReadyError(
                self._failure or "MNIST is being fetched: try again in a few seconds"
            )
        found = self._digits.nearest(image)
        return found._replace(image=found.image.ravel())

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
            self._digits = BinaryImages(load_mnist(on_message=_log.info))
        except IdeaError as error:
            _log.warning("%s", error)
            self._failed_at = time.monotonic()
            self._failure = "MNIST is not available on this server; see its log"
