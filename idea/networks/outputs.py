"""A model's answer, checked before it is used: a model can be anybody's function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import IdeaError
from idea.text import short_repr

__all__ = ["as_logits", "check_logits"]


def as_logits(answer: object, name: str = "the model") -> NDArray[Any]:
    """Make an array of numbers of what a model gave.

    Parameters
    ----------
    answer
        Anything.
    name
        What the error calls the model.

    Returns
    -------
    array
        The same, of any shape.

    Raises
    ------
    IdeaError
        If it is something else, such as texts or rows of unlike lengths.

    Examples
    --------
    >>> as_logits([[1], [2, 3]])
    Traceback (most recent call last):
    idea.errors.IdeaError: the model gave [[1], [2, 3]]; expected numbers
    """
    try:
        logits = np.asarray(answer)
    except Exception as error:  # of whatever kind: the answer is anybody's
        raise IdeaError(f"{name} gave {short_repr(answer)}; expected numbers") from error
    if logits.dtype.kind not in "biuf":
        raise IdeaError(f"{name} gave an array of {logits.dtype}; expected numbers")
    return logits


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
    logits = as_logits(answer, name)
    if logits.shape != (images, 10):
        raise IdeaError(
            f"{name} gave an array of shape {logits.shape} for {images} images; "
            f"expected ({images}, 10)"
        )
    if not np.isfinite(logits).all():
        raise IdeaError(f"{name} gave a logit that is not a finite number")
    return logits
