"""Trying networks on real examples: which scale of inputs, and which of several, reads them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from idea.data.examples import Examples, few_examples
from idea.inputs import AS_IT_IS, InputScale
from idea.networks.base import Model
from idea.networks.scaled import Scaled
from idea.networks.softmax import softmax

__all__ = ["best_of", "note_on_scale"]

_FEW, _FEWEST = 250, 50
"""Examples that are classified with a scale, and those by which scales are chosen for it."""
_FINE = 0.9
"""An accuracy at which nothing else is tried."""
_FAR_BETTER = 0.25
"""A difference of accuracies."""
_CONVINCING = 0.5
_NEARLY_EQUAL = 0.02
"""A difference of accuracies: ink that is too strong is still read, but with overrated logits."""

_LEAST = -100.0
"""Where log p is cut off."""

_RANGES = ("0..1", "0..255", "-1..1", "0.1307,0.3081", "0.2860,0.3530", "-0.5..0.5", "0..16")
"""The usual ones: MNIST's and Fashion-MNIST's means and deviations are PyTorch's habit, 0..16 those
of scikit-learn's digits.
"""


class _Trial(NamedTuple):
    scale: InputScale
    accuracy: float
    loss: float
    """The mean of -log p of each example's class."""


def note_on_scale(model: Model, name: str) -> str | None:
    """Return what suggests that a network expects other inputs than images in 0…1, if anything.

    That is, if it classifies far more real examples as what they are. None also where this machine
    has no examples of its task.
    """
    examples = _sample(model)
    if examples is None:
        return None
    as_it_is, best = _tried(model, examples)
    if best.accuracy < max(as_it_is.accuracy + _FAR_BETTER, _CONVINCING):
        return None
    return (
        f"{name}: opened for inputs in 0..1, as which it classifies {_percent(as_it_is.accuracy)} "
        f"of {len(examples.labels)} test images of {examples.title} correctly; with --input "
        f"{best.scale} it is {_percent(best.accuracy)}"
    )


def best_of(about: str, models: Mapping[str, Model], name: str) -> tuple[Model, str | None]:
    """Return the model that classifies most real examples correctly, each with its best scale.

    With a note of what was chosen. Without examples of their task it is the first.
    """
    first, *_ = models.values()
    examples = _sample(first)
    if examples is None:
        return first, None
    found = {key: _tried(model, examples)[1].accuracy for key, model in models.items()}
    ranked = sorted(found, key=found.__getitem__, reverse=True)  # of equal ones the first
    others = "; ".join(f"{key} {_percent(found[key])}" for key in ranked[1:3])
    note = (
        f"{name}: {about} taken as {ranked[0]}: {_percent(found[ranked[0]])} of "
        f"{len(examples.labels)} test images of {examples.title} are classified correctly; {others}"
    )
    return models[ranked[0]], note


def _sample(model: Model) -> Examples | None:
    examples = few_examples(model.task)
    if examples is None:
        return None
    return Examples(examples.images[:_FEW], examples.labels[:_FEW], examples.title)


def _tried(model: Model, examples: Examples) -> tuple[_Trial, _Trial]:
    """Return the trial of a model as it is, and the best: of nearly equal ones of least loss."""
    as_it_is = _try(model, AS_IT_IS, examples)
    if as_it_is.accuracy >= _FINE:
        return as_it_is, as_it_is
    fewest = Examples(examples.images[:_FEWEST], examples.labels[:_FEWEST], examples.title)
    trials: list[_Trial] = []
    square = model.task.height == model.task.width
    for transpose, invert in itertools.product((False, True)[: 1 + square], (False, True)):
        if max((trial.accuracy for trial in trials), default=0) >= _FINE:
            break
        words = ["transpose"] * transpose + ["invert"] * invert
        scales = [",".join([*words, each]) for each in _RANGES]
        trials += [_try(model, InputScale.parse(scale), fewest) for scale in scales]
    most = max(trial.accuracy for trial in trials)
    # Of few examples all may be classified correctly with several scales: only errors tell.
    nearly = [
        _try(model, trial.scale, examples)
        for trial in trials
        if trial.accuracy >= most - _NEARLY_EQUAL
    ]
    return as_it_is, min(nearly, key=lambda trial: trial.loss)


def _try(model: Model, scale: InputScale, examples: Examples) -> _Trial:
    labels = examples.labels
    logits = np.asarray(Scaled(model, scale).logits(examples.images))
    with np.errstate(divide="ignore"):  # a probability may be 0
        own = np.log(softmax(logits)[np.arange(len(labels)), labels])
    share = float((logits.argmax(axis=1) == labels).mean())
    return _Trial(scale, share, -float(np.maximum(own, _LEAST).mean()))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
