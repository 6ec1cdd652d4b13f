"""Trying networks on real examples: which scale of inputs, and which of several, reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from idea.data.examples import Examples, few_examples
from idea.inputs import AS_IT_IS, InputScale
from idea.networks.base import Model
from idea.networks.scaled import Scaled
from idea.networks.softmax import softmax

__all__ = ["BetterScale", "best_of", "better_scale", "note_on_scale"]

_FEW, _FEWEST = 250, 50
"""Examples that are classified with a scale, and those by which scales are chosen for it."""
_FINE = 0.9
"""An accuracy at which nothing else is tried."""
_FAR_BETTER = 0.25
"""A difference of accuracies."""
_CONVINCING = 0.5
_BETTER = 0.05
"""The same, for what a file leaves open."""
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


class BetterScale(NamedTuple):
    """A scale of inputs with which a network classifies far more real examples correctly."""

    scale: InputScale
    accuracy: float
    as_it_is: float
    """The accuracy for images in 0…1."""
    examples: str
    """What was classified, such as "250 test images of MNIST"."""


def better_scale(model: Model) -> BetterScale | None:
    """Return the scale that a network seems to expect in place of 0…1.

    None also where this machine has no examples of its task.
    """
    examples = _sample(model)
    if examples is None:
        return None
    as_it_is, best = _tried(model, examples)
    if best.accuracy < max(as_it_is.accuracy + _FAR_BETTER, _CONVINCING):
        return None
    about = f"{len(examples.labels)} test images of {examples.title}"
    return BetterScale(best.scale, best.accuracy, as_it_is.accuracy, about)


def note_on_scale(model: Model, name: str) -> str | None:
    """Return what suggests that a network expects other inputs than images in 0…1, if anything."""
    better = better_scale(model)
    if better is None:
        return None
    return (
        f"{name}: opened for inputs in 0..1, as which it classifies {_percent(better.as_it_is)} of "
        f"{better.examples} correctly; with --input {better.scale} it is "
        f"{_percent(better.accuracy)}"
    )


def best_of(about: str, models: Iterable[tuple[str, Model]], name: str) -> tuple[Model, str | None]:
    """Return the first of several models, or the one that classifies far more real examples.

    Each is tried with the usual scales, until one classifies nearly all. A note says what was
    chosen, if it isn't the first, which is also chosen without examples of the task.
    """
    found: list[tuple[str, Model, float]] = []
    for key, model in models:
        examples = _sample(model)
        if examples is None:
            return model, None
        share = max(trial.accuracy for trial in _screened(model, examples, ""))
        found.append((key, model, share))
        if share >= _FINE:
            break
    first, best = found[0], max(found, key=lambda each: each[2])  # of equal ones the first
    if best[2] < max(first[2] + _BETTER, _CONVINCING):
        return first[1], None
    note = (
        f"{name}: {about} taken as {best[0]}, which the file doesn't hold: {_percent(best[2])} of "
        f"{_FEWEST} test images are classified correctly; {first[0]} {_percent(first[2])}"
    )
    return best[1], note


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
    square = model.task.height == model.task.width
    trials: list[_Trial] = []
    for words in ("", "invert,", "transpose,", "transpose,invert,")[: 4 if square else 2]:
        trials += _screened(model, examples, words)
        if max(trial.accuracy for trial in trials) >= _FINE:
            break
    most = max(trial.accuracy for trial in trials)
    # Of few examples all may be classified correctly with several scales: only errors tell.
    nearly = [
        _try(model, trial.scale, examples)
        for trial in trials
        if trial.accuracy >= most - _NEARLY_EQUAL
    ]
    return as_it_is, min(nearly, key=lambda trial: trial.loss)


def _screened(model: Model, examples: Examples, words: str) -> list[_Trial]:
    """Try the usual scales with what stands before them, on few examples."""
    few = Examples(examples.images[:_FEWEST], examples.labels[:_FEWEST], examples.title)
    scales = (InputScale.parse(words + each) for each in _RANGES)
    return [_try(model, scale, few) for scale in scales]


def _try(model: Model, scale: InputScale, examples: Examples) -> _Trial:
    labels = examples.labels
    logits = np.asarray(Scaled(model, scale).logits(examples.images))
    with np.errstate(divide="ignore"):  # a probability may be 0
        own = np.log(softmax(logits)[np.arange(len(labels)), labels])
    share = float((logits.argmax(axis=1) == labels).mean())
    return _Trial(scale, share, -float(np.maximum(own, _LEAST).mean()))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
