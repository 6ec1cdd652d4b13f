"""Checks of what a model returns: it may be any function of the caller's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import IdeaError
from idea.text import short_repr

__all__ = ["as_logits", "check_logits"]


def as_logits(outputs: object, name: str = "the model") -> NDArray[Any]:
    """Return the outputs of a model as an array of numbers of any shape."""
    try:
        # PyTorch's tensors that record gradients aren't converted otherwise.
        logits = np.asarray(outputs.detach() if hasattr(outputs, "detach") else outputs)
    except Exception as error:  # of any kind: the outputs come from outside
        raise IdeaError(f"{name} returned {short_repr(outputs)}; expected numbers") from error
    if logits.dtype.kind not in "biuf":
        raise IdeaError(f"{name} returned an array of {logits.dtype}; expected numbers")
    return logits


def check_logits(
    outputs: ArrayLike, shape: tuple[int, int], name: str = "the model"
) -> NDArray[Any]:
    """Return the outputs of a model, checked to be finite and of a shape (images, classes)."""
    logits = as_logits(outputs, name)
    if logits.shape != shape:
        raise IdeaError(
            f"{name} returned an array of shape {logits.shape} for {shape[0]} images; "
            f"expected {shape}"
        )
    if not np.isfinite(logits).all():
        raise IdeaError(f"{name} returned a logit that is not a finite number")
    return logits
