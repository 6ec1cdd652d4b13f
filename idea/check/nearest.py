"""The real training digit that is nearest to an image."""

from __future__ import annotations

import logging
import threading
import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.check.errors import NotYetError
from idea.errors import IdeaError
from idea.files.mnist import load_mnist
from idea.files.vf import PIXELS

__all__ = ["Nearest", "TrainingDigits"]

_log = logging.getLogger("idea")

_BRIGHT = 128  # greys from here on are ink
_AGAIN = 60  # seconds after which a failed fetch is tried again
# How many bits each 16-bit number has.
_ONES = np.unpackbits(np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2), axis=1)
_ONES = _ONES.sum(axis=1, dtype=np.uint8)

Words = NDArray[np.uint16]


class Nearest(NamedTuple):
    """A training digit."""

    flips: int
    """How many pixels differ."""
    place: int
    """Its place among the 60,000."""
    label: int
    """What it is."""
    image: NDArray[np.uint8]
    """(784,) of 0 and 1."""


class TrainingDigits:
    """MNIST's training digits, made binary; loaded when they are first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loader: threading.Thread | None = None
        self._digits: tuple[Words, NDArray[np.uint8]] | None = None
        self._failure = ""
        self._failed_at = 0.0

    def nearest(self, image: NDArray[np.float32]) -> Nearest:
        """Find the training digit that differs in the fewest pixels; of equals the first.

        Parameters
        ----------
        image : (784,)
            Binary.

        Returns
        -------
        Nearest
            The digit.

        Raises
        ------
        NotYetError
            While MNIST is being loaded or fetched, and after that has failed.
        """
        if self._digits is None:
            self._load()
        if self._digits is None:
            raise NotYetError(self._failure or "MNIST is being fetched: ask again in a few seconds")
        words, labels = self._digits
        flips = _ONES[words ^ _packed(image[np.newaxis] > 0)].sum(axis=1, dtype=np.int64)
        place = int(flips.argmin())
        found = np.unpackbits(words[place].view(np.uint8))
        return Nearest(int(flips[place]), place, int(labels[place]), found)

    def _load(self) -> None:
        """Begin to load, unless that goes on, or failed just now; wait for what comes quickly."""
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
            mnist = load_mnist(say=_log.info)
            bright = mnist.train_images.reshape(-1, PIXELS) >= _BRIGHT
            self._digits = _packed(bright), mnist.train_labels
        except IdeaError as error:
            _log.warning("%s", error)
            self._failed_at = time.monotonic()
            self._failure = "MNIST can't be had here; the server's log says why"


def _packed(bright: NDArray[np.bool_]) -> Words:
    """Pack (n, 784) bits into (n, 49) words, to be compared 16 at a time."""
    return np.packbits(bright, axis=1).view(np.uint16)
