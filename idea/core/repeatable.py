"""Whether a model gives equal images equal logits: without that, no gain means anything.

Dropout and batch norm in training mode are the usual causes of others. Such a model is searched all
the same, with a warning: low precision, as on many graphics cards, differs by a little, too, and an
ideal is of use there. But nothing that depends on single gains is claimed of it.
"""

from __future__ import annotations

import contextlib
import sys
import warnings
import weakref
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.state.evaluation import rounding_of
from idea.image import as_task
from idea.networks.base import Classifier
from idea.networks.outputs import check_logits

__all__ = ["agrees", "callers", "is_repeatable"]

_MESSAGE = (
    "the model gives equal images different logits: found a difference of {difference:.2g}, where "
    "rounding explains {expected:.2g}; is it in training mode, with dropout or batch norm? Call "
    "its eval() first. Its energies can't be reproduced, no image is called a local optimum, and "
    "nothing is proved"
)

_warned: weakref.WeakSet[Any] = weakref.WeakSet()  # each model gets one warning


def is_repeatable(model: Classifier) -> bool:
    """Return whether an image has the same logits alone and among others; warn if it hasn't.

    It costs four evaluations, and none where a model's attribute `repeatable` is true.
    """
    if getattr(model, "repeatable", False):
        return True
    images = np.random.default_rng(0).random((3, as_task(model).pixels), np.float32)
    return agrees(model, images[0], _logits(model, images[[1, 0, 2]])[1])


def agrees(model: Classifier, image: NDArray[np.float32], logits: ArrayLike) -> bool:
    """Return whether a model gives an image (pixels,) these logits again; warn if it doesn't."""
    if getattr(model, "repeatable", False):
        return True
    (again,) = _logits(model, image[np.newaxis])
    expected = rounding_of(again)
    difference = float(np.abs(again - logits).max())
    if difference <= expected:
        return True
    _warn(model, _MESSAGE.format(difference=difference, expected=expected))
    return False


def _logits(model: Classifier, images: NDArray[np.float32]) -> NDArray[Any]:
    # Copies: a model may change its argument, and reuse the array that it returns.
    shape = len(images), len(as_task(model).classes)
    return check_logits(model.logits(images.copy()), shape).copy()


def _warn(model: Classifier, message: str) -> None:
    with contextlib.suppress(TypeError):  # of models without a hash or weak references
        if model in _warned:
            return
        _warned.add(model)
    warnings.warn(message, RuntimeWarning, stacklevel=callers())


def callers() -> int:
    """Return how far up the caller of this package is, as `warnings.warn` counts."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("idea."):
        level, frame = level + 1, frame.f_back
    return level
