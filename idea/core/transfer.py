"""Legibility: whether other networks read an ideal as the class that it was found for.

An image that only its own network reads as a 5 shows a quirk of that network; one that
independently trained networks classify as a 5, too, shows something of the class. In the literature
this is transfer; see Szegedy et al., "Intriguing properties of neural networks", 2014.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from numpy.typing import ArrayLike

from idea.errors import OptionError
from idea.image import Task, as_image, as_task
from idea.networks.base import Classifier, Model, exact_logits, is_model
from idea.networks.softmax import softmax
from idea.opening.live import live_model
from idea.opening.load import load_model
from idea.validation import as_list

__all__ = ["Legibility", "ModelLike", "Reading", "legibility", "opened_model"]

_Openable = str | os.PathLike[str] | Callable[..., Any]
ModelLike = Classifier | _Openable
"""A model, or anything that `idea.load_model` opens."""


class Reading(NamedTuple):
    """The prediction of one network for an image."""

    model: str
    """The network's name, file, representation or class."""
    label: str
    """The class of its largest logit, the first of equal ones."""
    probability: float
    """Its softmax probability of the intended class, in 0…1."""


@dataclass(frozen=True)
class Legibility:
    """Predictions of several networks for an image intended as a class; `print` shows one line.

    Examples
    --------
    >>> import idea
    >>> read = idea.legibility([0] * 784, 1, ["mlp"])
    >>> read.label, read.readings[0].model
    ('1', 'mlp')
    """

    label: str
    """The intended class."""
    readings: tuple[Reading, ...]
    """The prediction of each network, in order."""

    @property
    def agree(self) -> float:
        """The share of the networks that predict it, in 0…1."""
        return self._agreeing / len(self.readings)

    @property
    def probability(self) -> float:
        """The mean of their probabilities of it, in 0…1."""
        return sum(reading.probability for reading in self.readings) / len(self.readings)

    def __str__(self) -> str:
        each = ", ".join(f"{r.model}: {r.label} ({r.probability:.4f})" for r in self.readings)
        return (
            f"{self._agreeing} of {len(self.readings)} classify it as {self.label}, "
            f"mean probability of {self.label} {self.probability:.4f}: {each}"
        )

    @property
    def _agreeing(self) -> int:
        return sum(reading.label == self.label for reading in self.readings)


def legibility(image: ArrayLike, target: int | str, models: Iterable[ModelLike]) -> Legibility:
    """Classify an image with several networks.

    Parameters
    ----------
    image
        Numbers in 0…1, one for each pixel.
    target
        The intended class, by its label or index.
    models
        One or more models, ideally trained independently of the one that an ideal was found for.
        Names, files and functions are opened by `idea.load_model`, one at a time.

    Returns
    -------
    Legibility
        The share that predicts the target, its mean probability, and the prediction of each.

    Raises
    ------
    DumpError
        If `image` isn't an image.
    OptionError
        If `target` is no class, `models` is no list of models, or their tasks differ.
    WeightsError
        If a file can't be opened.
    IdeaError
        If a model returns anything but a finite number for each class.

    Examples
    --------
    >>> import idea
    >>> five = idea.find(idea.load_model(), 5)
    >>> print(legibility(five.image, 5, ["mlp"]))
    1 of 1 classify it as 5, mean probability of 5 1.0000: mlp: 5 (1.0000)
    """
    listed = cast("list[ModelLike]", as_list("models", models, "models"))
    if not listed:
        raise OptionError("expected at least one model, found none")
    task: Task | None = None
    readings = []
    for source in listed:
        model, name = opened_model(source)
        task = task or as_task(model)  # that of the first
        if (found := as_task(model)) != task:
            raise OptionError(f"{name}: expected a network for {task}, found one for {found}")
        index = task.index(target)
        (logits,) = exact_logits(model, as_image(image, task=task).reshape(1, -1), name)
        predicted = task.label(int(logits.argmax()))
        readings.append(Reading(name, predicted, float(softmax(logits)[index])))
    assert task is not None  # noqa: S101  # for mypy
    return Legibility(task.label(index), tuple(readings))


def opened_model(source: ModelLike) -> tuple[Classifier, str]:
    """Return a model, opened if it isn't yet, and its name."""
    opened: object = live_model(source)
    if opened is None:
        opened = source if is_model(source) else load_model(cast("_Openable", source))
    model = cast("Classifier", opened)
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else _name(model)
    return model, name


def _name(model: Classifier) -> str:
    """Return a name of a model: the representation of idea's own models, the class of others."""
    return repr(model) if isinstance(model, Model) else type(model).__name__
