"""A model that expects other inputs than an image's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.image import as_task
from idea.inputs import InputScale
from idea.networks.base import Classifier, Model, as_batch

__all__ = ["Scaled", "scaled"]


class Scaled(Model):
    """A model as a model of images in 0…1.

    >>> import idea
    >>> Scaled(idea.load_model(), InputScale.parse("0..255"))
    Scaled(MLP(784-784-784-10), 0..255)
    """

    def __init__(self, model: Classifier, scale: InputScale) -> None:
        self._model, self._scale = model, scale
        self.task = as_task(model)
        scale.check(*self.task.shape)
        self.notes = getattr(model, "notes", ())
        self.threadsafe = bool(getattr(model, "threadsafe", False))
        self.notes = getattr(model, "notes", ())

    def __repr__(self) -> str:
        return f"Scaled({self._model!r}, {self._scale})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Return the logits of images (n, pixels) in 0…1."""
        batch = as_batch(images, self.task.pixels)
        scaled = self._scale.apply(batch.reshape(-1, *self.task.shape))
        return self._model.logits(np.ascontiguousarray(scaled.reshape(len(batch), -1)))


def scaled(model: Model, scale: InputScale | None) -> Model:
    """Return a model as one of images in 0…1, given the scale that it expects, if another."""
    return Scaled(model, scale) if scale else model
