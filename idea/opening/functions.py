"""What calls a framework's object whose layers aren't known to be a chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.image import DIGITS, Task, TaskOptions
from idea.labels import numbered_labels
from idea.networks.base import Model

__all__ = ["LiveFunction"]


class LiveFunction(NamedTuple):
    """A function of images, (n, pixels) in 0…1, to (n, classes)."""

    function: Callable[[NDArray[np.float32]], Any]
    shape: tuple[int, int] | None
    """The height and the width of the images; None if it takes flat ones."""
    outputs: int
    """The classes, or 1 for two classes."""

    def model(self, given: TaskOptions) -> Model:
        """Return the model, given what is declared of its task."""
        labels = given.classes or numbered_labels(max(2, self.outputs))
        known = Task(*(self.shape or given.shape or DIGITS.shape), labels)
        given.check(known)
        return Model.from_function(self.function, given.complete(known, max(2, self.outputs)))
