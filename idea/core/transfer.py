"""Legibility: whether an ideal says anything to other networks than the one that it was found for.

An image that only its own network takes for a 5 shows a quirk of that network; one that networks
trained apart from it read as well shows something of the digit. (Whether inputs made for one
network carry over to others is known as transfer; see Szegedy et al., "Intriguing properties of
neural networks", 2014.)
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

__all__ = ["Judge", "Legibility", "Reading", "legibility"]

_Openable = str | os.PathLike[str] | Callable[..., Any]
Judge = Classifier | _Openable
"""A model, or anything that `idea.load_model` opens."""


class Reading(NamedTuple):
    """What one network makes of an image."""

    model: str
    """Its name or file, how the model describes itself, or its class."""
    digit: int
    """What it reads: the digit of its largest logit, of equals the first."""
    probability: float
    """The softmax probability that it gives the digit in question, in 0…1."""


@dataclass(frozen=True)
class Legibility:
    """How networks read an image that is meant to be a digit; `print` says it in a line."""

    digit: int
    """What it is meant to be."""
    readings: tuple[Reading, ...]
    """What each network says, in their order."""

    @property
    def agree(self) -> float:
        """The share of the networks that read the digit, in 0…1."""
        return self._agreeing / len(self.readings)

    @property
    def probability(self) -> float:
        """The mean of the probabilities that they give the digit, in 0…1."""
        return sum(reading.probability for reading in self.readings) / len(self.readings)

    def __str__(self) -> str:
        each = ", ".join(f"{r.model} reads {r.digit} ({r.probability:.4f})" for r in self.readings)
        return (
            f"{self._agreeing} of {len(self.readings)} read it as {self.digit}, "
            f"mean probability of {self.digit} {self.probability:.4f}: {each}"
        )

    @property
    def _agreeing(self) -> int:
        return sum(reading.digit == self.digit for reading in self.readings)


def legibility(image: ArrayLike, digit: int, models: Iterable[Judge]) -> Legibility:
    """Ask networks what they read.

    Parameters
    ----------
    image
        784 numbers in 0…1.
    digit
        What it is meant to be, 0…9.
    models
        The judges, one or more: best trained apart from the network that an ideal was found for.
        Names, files and functions are opened as `idea.load_model` does it, one at a time.

    Returns
    -------
    Legibility
        The share that agrees, the mean probability, and what each one reads.

    Raises
    ------
    DumpError
        If it is no image.
    OptionError
        If `digit` is no digit, or `models` no list of models.
    WeightsError
        If a file can't be opened.
    IdeaError
        If a model gives something else than ten finite numbers.

    Examples
    --------
    >>> import idea
    >>> five = idea.find(idea.load_model(), 5)
    >>> print(legibility(five.image, 5, ["mlp"]))
    1 of 1 read it as 5, mean probability of 5 1.0000: mlp reads 5 (1.0000)
    """
    row = as_image(image).reshape(1, PIXELS)
    digit = check_digit(digit)
    judges = cast("list[Judge]", as_list("models", models, "models"))
    readings = tuple(_reading(model, row, digit) for model in judges)
    if not readings:
        raise OptionError("expected at least one model to judge, found none")
    return Legibility(digit, readings)


def _reading(judge: Judge, row: NDArray[np.float32], digit: int) -> Reading:
    """Let one network judge (1, 784)."""
    model = cast("Classifier", judge) if is_model(judge) else load_model(cast("_Openable", judge))
    name = os.fspath(judge) if isinstance(judge, str | os.PathLike) else _name(model)
    logits = exact_logits(model, row, name)[0]
    return Reading(name, int(logits.argmax()), float(softmax(logits)[digit]))


def _name(model: Classifier) -> str:
    """Name a model in a word: idea's own describe themselves, of others it is the class."""
    return repr(model) if isinstance(model, Model) else type(model).__name__
