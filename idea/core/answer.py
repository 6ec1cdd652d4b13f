"""A model's answer, checked before it is used: a model can be anybody's function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import IdeaError

__all__ = ["check_logits"]


def check_logits(answer: ArrayLike, images: int, name: str = "the model") -> NDArray[Any]:
    """Check that an answer is ten finite numbers for each image.

    Parameters
    ----------
    answer
        What a model gave.
    images
        How many it was asked about.
    name
        What the error calls it.

    Returns
    -------
    (images, 10) array
        The same, of whatever kind of number it is.

    Raises
    ------
    IdeaError
        If it is something else.

    Examples
    --------
    >>> check_logits([[0] * 10], 2)
    Traceback (most recent call last):
    idea.errors.IdeaError: the model gave an array of shape (1, 10) for 2 images; expected (2, 10)
    """
    logits = np.asarray(answer)
    if logits.dtype.kind not in "biuf":
        raise IdeaError(f"{name} gave an array of {logits.dtype}; expected numbers")
    if logits.shape != (images, 10):
        raise IdeaError(
            f"{name} gave an array of shape {logits.shape} for {images} images; "
            f"expected ({images}, 10)"
        )
    if not np.isfinite(logits).all():
        raise IdeaError(f"{name} gave a logit that is not a finite number")
    return logits
