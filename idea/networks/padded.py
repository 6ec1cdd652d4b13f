"""Networks of digits in images of 32×32, as networks of MNIST's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.image import DIGITS, Task
from idea.networks.base import Model, as_batch, exact_logits
from idea.networks.mlp import MLP

__all__ = ["PADDED_NOTE", "Padded", "is_padded_size", "padded"]

_MARGIN = 2
_LARGE = Task(DIGITS.height + 2 * _MARGIN, DIGITS.width + 2 * _MARGIN)

PADDED_NOTE = (
    f"takes images of {_LARGE.size}: {_MARGIN} black pixels are added around images of "
    f"{DIGITS.size}; --shape {_LARGE.height}x{_LARGE.width} keeps all pixels"
)


def is_padded_size(task: Task) -> bool:
    """Return whether a task is that of digits which the first networks for MNIST padded."""
    return task == _LARGE


def padded(model: Model) -> Model:
    """Return a model of 32×32 pixels as one of 28×28, with black pixels around them.

    An `MLP` becomes an `MLP`: the columns of the added pixels are left out.
    """
    return _without_margin(model) if isinstance(model, MLP) else Padded(model)


def _without_margin(model: MLP) -> MLP:
    (W, b), *others = model.layers
    inner = W.reshape(-1, *_LARGE.shape)[:, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    small = MLP([(np.ascontiguousarray(inner.reshape(len(W), -1)), b), *others], DIGITS)
    small.notes = model.notes
    return small


class Padded(Model):
    """A model of digits that adds black pixels around an image.

    >>> import numpy as np
    >>> class Corner(Model):
    ...     task = Task(32, 32)
    ...     def logits(self, images):
    ...         return images[:, [0, 2 * 32 + 2]] @ np.eye(2, 10)
    >>> Padded(Corner()).logits(np.ones((1, 784)))[0, :2].tolist()
    [0.0, 1.0]
    """

    task = DIGITS

    def __init__(self, model: Model) -> None:
        self._model = model
        self.threadsafe = model.threadsafe
        self.notes = model.notes

    def __repr__(self) -> str:
        return f"Padded({self._model!r})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Return the logits of images (n, 784)."""
        return self._model.logits(_with_margin(images))

    def exact_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Return the logits in double precision, if the model has them."""
        return exact_logits(self._model, _with_margin(images))


def _with_margin(images: NDArray[np.float32]) -> NDArray[np.float32]:
    batch = as_batch(images, DIGITS.pixels, np.float32).reshape(-1, *DIGITS.shape)
    return np.pad(batch, ((0, 0), *[(_MARGIN, _MARGIN)] * 2)).reshape(len(batch), -1)
