"""Fooling a network: flips that make it take an image for another digit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.arguments import check_digit
from idea.core.backend import is_native, state_of
from idea.core.model import Classifier, exact_logits
from idea.errors import OptionError
from idea.files.vf import PIXELS, as_image

__all__ = ["Flip", "flips_towards", "margin"]


class Flip(NamedTuple):
    """One flip on the way, and what the model says after it."""

    pixel: int
    """Which, ``x + 28*y``."""
    logits: NDArray[np.float64]
    """(10,)."""


def margin(logits: ArrayLike, digit: int) -> NDArray[np.float64]:
    """Give by how much a digit leads: its logit minus the largest other one.

    Parameters
    ----------
    logits : (..., 10)
        A network's raw outputs.
    digit
        0…9.

    Returns
    -------
    (...) float64 array
        Above 0 where the digit is the model's answer.

    Examples
    --------
    >>> float(margin([3, 1, 0, 0, 0, 0, 0, 0, 0, 0], 1))
    -2.0
    """
    logits = np.asarray(logits, np.float64)
    return np.asarray(logits[..., digit] - np.delete(logits, digit, axis=-1).max(axis=-1))


def flips_towards(model: Classifier, image: ArrayLike, target: int) -> Iterator[Flip]:
    """Flip pixels until a model takes an image for another digit.

    Greedy on the margin: each time the flip after which the target leads by most, or trails by
    least, among the pixels that weren't flipped before. So the flips are few, but not always the
    fewest. It ends when the target leads, or when no flip brings it nearer.

    Parameters
    ----------
    model
        The judge.
    image
        784 numbers, 0 or 1.
    target
        The digit to be taken for, 0…9.

    Yields
    ------
    Flip
        Each as soon as it is chosen; the model is fooled if the last one's margin is above 0.

    Raises
    ------
    DumpError
        If it is no image.
    OptionError
        If it isn't binary, or `target` is no digit.

    Examples
    --------
    >>> import idea
    >>> model = idea.load_model()
    >>> five = idea.find(model, 5).image
    >>> flips = list(flips_towards(model, five, 3))
    >>> int(flips[-1].logits.argmax())
    3
    """
    pixels = as_image(image).ravel()
    if not np.isin(pixels, (0, 1)).all():
        raise OptionError("expected a binary image, of 0 and 1, found greys")
    return _flips(model, pixels, check_digit(target))


def _flips(model: Classifier, pixels: NDArray[np.float32], target: int) -> Iterator[Flip]:
    free = np.ones(PIXELS, bool)
    neighbours = _Neighbours(model, pixels)
    best = float(margin(exact_logits(model, pixels[np.newaxis])[0], target))
    while best <= 0 and free.any():
        margins = np.where(free, margin(neighbours.logits(), target), -np.inf)
        pixel = int(margins.argmax())
        image = neighbours.flip(pixel)
        logits = exact_logits(model, image[np.newaxis])[0]
        if margin(logits, target) <= best:
            return
        best = float(margin(logits, target))
        free[pixel] = False
        yield Flip(pixel, logits)


class _Neighbours:
    """What a model says of all images one flip away: by a kernel's exact gains of each digit."""

    def __init__(self, model: Classifier, image: NDArray[np.float32]) -> None:
        self._model = model
        self._image = image.copy()
        native = is_native(model)
        self._states = [state_of(model, digit, image) for digit in range(10)] if native else []

    def logits(self) -> NDArray[np.float64]:
        """Give the logits after each flip, (784, 10)."""
        if self._states:
            return np.column_stack([state.energy + state.gains() for state in self._states])
        flipped = np.abs(self._image - np.eye(PIXELS, dtype=np.float32))
        return np.asarray(self._model.logits(flipped), np.float64)

    def flip(self, pixel: int) -> NDArray[np.float32]:
        """Make a flip; give the image, (784,)."""
        self._image[pixel] = 1 - self._image[pixel]
        for state in self._states:
            state.set(pixel, self._image[pixel])
        return self._image
