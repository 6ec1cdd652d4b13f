"""Legibility: whether other networks read an ideal as the digit that it was found for.

An image that only its own network reads as a 5 shows a quirk of that network; one that
independently trained networks classify as a 5, too, shows something of the digit. In the literature
this is transfer; see Szegedy et al., "Intriguing properties of neural networks", 2014.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import OptionError
from idea.files.load import load_model
from idea.image import PIXELS, as_image
from idea.networks.base import Classifier, Model, exact_logits, is_model
from idea.networks.softmax import softmax
from idea.validation import as_list, check_digit

__all__ = ["Legibility", "ModelLike", "Reading", "legibility"]

_Openable = str | os.PathLike[str] | Callable[..., Any]
ModelLike = Classifier | _Openable
"""A model, or anything that `idea.load_model` opens."""


class Reading(NamedTuple):
    """How one network reads an image."""

    model: str
    """The network's name, file, representation or class."""
    digit: int
    """The digit of its largest logit, the first of equal ones."""
    probability: float
    """Its softmax probability of the intended digit, in 0…1."""


@dataclass(frozen=True)
class Legibility:
    """Predictions of several networks for an image intended as a digit; `print` shows one line.

    Examples
    --------
    >>> import idea
    >>> read = idea.legibility([0] * 784, 1, ["mlp"])
    >>> read.digit, read.readings[0].model
    (1, 'mlp')
    """

    digit: int
    """The intended digit."""
    readings: tuple[Reading, ...]
    """The prediction of each network, in order."""

    @property
    def agree(self) -> float:
        """The share of the networks that predict the digit, in 0…1."""
        return self._agreeing / len(self.readings)

    @property
    def probability(self) -> float:
        """The mean of their probabilities of the digit, in 0…1."""
        return sum(reading.probability for reading in self.readings) / len(self.readings)

    def __str__(self) -> str:
        each = ", ".join(f"{r.model}: {r.digit} ({r.probability:.4f})" for r in self.readings)
        return (
            f"{self._agreeing} of {len(self.readings)} classify it as {self.digit}, "
            f"mean probability of {self.digit} {self.probability:.4f}: {each}"
        )

    @property
    def _agreeing(self) -> int:
        return sum(reading.digit == self.digit for reading in self.readings)


def legibility(image: ArrayLike, digit: int, models: Iterable[ModelLike]) -> Legibility:
    """Classify an image with several networks.

    Parameters
    ----------
    image
        784 numbers in 0…1.
    digit
        The intended digit, 0…9.
    models
        One or more models, ideally trained independently of the one that an ideal was found for.
        Names, files and functions are opened by `idea.load_model`, one at a time.

    Returns
    -------
    Legibility
        The share that predicts the digit, its mean probability, and the prediction of each.

    Raises
    ------
    DumpError
        If `image` isn't an image.
    OptionError
        If `digit` isn't a digit, or `models` isn't a list of models.
    WeightsError
        If a file can't be opened.
    IdeaError
        If a model returns anything but ten finite numbers.

    Examples
    --------
    >>> import idea
    >>> five = idea.find(idea.load_model(), 5)
    >>> print(legibility(five.image, 5, ["mlp"]))
    1 of 1 classify it as 5, mean probability of 5 1.0000: mlp: 5 (1.0000)
    """
    row = as_image(image).reshape(1, PIXELS)
    digit = check_digit(digit)
    listed = cast("list[ModelLike]", as_list("models", models, "models"))
    readings = tuple(_reading(model, row, digit) for model in listed)
    if not readings:
        raise OptionError("expected at least one model, found none")
    return Legibility(digit, readings)


def _reading(source: ModelLike, row: NDArray[np.float32], digit: int) -> Reading:
    """Evaluate how one network reads an image (1, 784)."""
    opened = source if is_model(source) else load_model(cast("_Openable", source))
    model = cast("Classifier", opened)
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else _name(model)
    logits = exact_logits(model, row, name)[0]
    return Reading(name, int(logits.argmax()), float(softmax(logits)[digit]))


def _name(model: Classifier) -> str:
    """Return a name of a model: the representation of idea's own models, the class of others."""
    return repr(model) if isinstance(model, Model) else type(model).__name__
