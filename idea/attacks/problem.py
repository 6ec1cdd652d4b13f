"""The problem of an attack: its criterion, and the logits of images some flips away."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.energy import margin
from idea.core.objective import Objective
from idea.core.state.base import Floats, State
from idea.core.state.select import state_of
from idea.image import as_image, as_task, require_binary
from idea.networks.base import Classifier, check_model, exact_logits

__all__ = ["Criterion", "Flips", "Problem"]

Flips = frozenset[int]
"""A set of pixels to flip, each ``x + width*y``."""


class Criterion(NamedTuple):
    """The prediction that an attack is to reach."""

    label: int
    """The model's prediction before the flips."""
    target: int | None
    """The index of the class to reach; None is any but the label."""

    def margins(self, logits: ArrayLike) -> Floats:
        """Return the margins, (…), of logits (…, classes), above 0 where the criterion is reached.

        A margin is the target's logit minus the largest other one; without a target the largest
        other one minus the label's. A tie doesn't reach the criterion.

        >>> logits = [3, 1, 5, 0, 0, 0, 0, 0, 0, 0]
        >>> float(Criterion(0, 1).margins(logits)), float(Criterion(0, None).margins(logits))
        (-4.0, 2.0)
        """
        if self.target is None:
            return -margin(logits, self.label)
        return margin(logits, self.target)


class Problem:
    """A binary image and a model's logits of the images some flips away.

    If the model is thread-safe, so is this: each thread has its own state.

    Attributes
    ----------
    image : (pixels,) float32 array
        The image.
    logits : (classes,) float64 array
        Its logits.
    label : int
        The index of the predicted class.
    """

    def __init__(self, model: Classifier, image: ArrayLike) -> None:
        check_model(model)
        self.task = as_task(model)
        self.image: NDArray[np.float32] = require_binary(as_image(image, task=self.task)).ravel()
        self._model = model
        self._own = threading.local()
        self._counting = threading.Lock()
        self._evaluations = 0
        (self.logits,) = self.exact([frozenset()])
        self.label = int(self.logits.argmax())

    @property
    def evaluations(self) -> int:
        """The number of images evaluated so far."""
        return self._evaluations

    def flipped(self, flips: Collection[int]) -> NDArray[np.float32]:
        """Return the image after flips, (pixels,)."""
        image = self.image.copy()
        pixels = list(flips)
        image[pixels] = 1 - image[pixels]
        return image

    def exact(self, sets: Sequence[Collection[int]]) -> Floats:
        """Return the logits after each of some sets of flips, (n, classes), by forward passes.

        They are as precise as the model allows: in double precision, except for black boxes.
        """
        images = np.stack([self.flipped(flips) for flips in sets])  # (n, pixels)
        logits = exact_logits(self._model, images)
        self._count(len(sets))
        return logits

    def neighbours(self, flips: Flips) -> tuple[Floats, float]:
        """Return the logits after flips and one more, (pixels, classes), and their error bound.

        Row i is for pixel i; if it is among the flips, it is flipped back.
        """
        state: State | None = getattr(self._own, "state", None)
        if state is None:
            state = state_of(self._model, self.label, self.image, Objective("margin"))
            self._own.state = state
        state.set_image(self.flipped(flips))
        self._count(self.task.pixels)
        return state.neighbours(), state.neighbours_error_bound

    def _count(self, images: int) -> None:
        with self._counting:
            self._evaluations += images
