"""Trying networks on real examples: which scale of inputs, and which of several, reads them.

Accuracy doesn't always tell scales apart: ReLU networks with small biases classify stronger or
weaker ink the same, but with logits that are as much larger or smaller. Log losses then do, since a
network is trained to have a small one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.data.examples import Examples, accuracy, few_examples
from idea.inputs import AS_IT_IS, InputScale
from idea.networks.base import Model
from idea.networks.scaled import Scaled
from idea.networks.softmax import softmax
from idea.text import percentage

__all__ = ["BetterScale", "best_of", "better_scale", "note_on_scale"]

_FEW, _FEWEST = 250, 50
"""Examples that are classified with a scale, and those by which scales are chosen for it."""
_FINE = 0.9
"""An accuracy at which nothing else is tried, unless the logits are too small."""
_FAR_BETTER = 0.25
"""A difference of accuracies."""
_CONVINCING = 0.5
_HOPELESS = 0.3
"""An accuracy of few examples below which that of more won't be convincing."""
_BETTER = 0.1
"""A difference of accuracies, for what a file leaves open."""
_NEARLY_EQUAL = 0.02
"""A difference of accuracies: ink that is too strong is still read, but with overrated logits."""
_MAYBE_EQUAL = 0.1
"""The same of few examples."""
_EQUAL_LOSS = 0.01
"""A difference of losses; of many networks' test images some are classified all with certainty."""
_TOO_SMALL = 0.6
"""Share of a loss that the best factor for the logits leaves where these are too small."""
_BETTER_FITS = ((0.5, 0.8), (0.25, 1.05))
"""Shares of its loss, and of that with the best factor for the logits, that a network has at most
with a scale that fits it better. Without shifting the background only the first decreases, but then
by far. Of 38 networks that were trained on images in 0…1, underfitted, regularised and adversarial
ones among them, none has so small shares with another scale.
"""

_LEAST = -100.0
"""Where log p is cut off."""
_FACTORS = tuple(2.0**power for power in range(-10, 11))
"""Factors of logits that are tried."""

_RANGES = ("0..1", "0..255", "-1..1", "0.1307,0.3081", "-0.5..0.5", "0..16")
"""The usual ones: MNIST's mean and deviation are PyTorch's habit, 0..16 are the numbers of
scikit-learn's digits.
"""
_OWN_RANGES = {"Fashion-MNIST": ("0.2860,0.3530",)}
"""Those of one data set alone: of another's nearly equal ones the data can't exclude any."""


class _Trial(NamedTuple):
    scale: InputScale
    accuracy: float
    loss: float
    """The mean of -log p of each example's class."""
    calibrated: float
    """The least such mean of logits that are multiplied by a factor."""


class BetterScale(NamedTuple):
    """A scale of inputs that fits a network far better than images in 0…1.

    With it the network classifies far more real examples correctly or, if about as many, with
    logits that fit their classes far better.
    """

    scale: InputScale
    accuracy: float
    as_it_is: float
    """The accuracy for images in 0…1."""
    loss: float
    """The mean of -log p of each example's class."""
    loss_as_it_is: float
    by_loss: bool
    """Whether the losses alone tell the scales apart."""
    examples: str
    """What was classified, such as "250 test images of MNIST"."""


def better_scale(model: Model) -> BetterScale | None:
    """Return the scale that fits a network far better than images in 0…1, if there is one.

    None also where this machine has no examples of its task.
    """
    examples = _sample(model)
    if examples is None:
        return None
    as_it_is, trials = _tried(model, examples)
    if not trials:
        return None
    best = _best(trials)
    by_loss = best.accuracy < max(as_it_is.accuracy + _FAR_BETTER, _CONVINCING)
    if by_loss:
        fitting = [trial for trial in trials if _fits_better(trial, as_it_is)]
        if not fitting:
            return None
        best = _best(fitting)
    return BetterScale(
        best.scale,
        best.accuracy,
        as_it_is.accuracy,
        best.loss,
        as_it_is.loss,
        by_loss,
        f"{len(examples.labels)} test images of {examples.title}",
    )


def note_on_scale(model: Model, name: str) -> str | None:
    """Return what suggests that a network expects other inputs than images in 0…1, if anything."""
    better = better_scale(model)
    if better is None:
        return None
    now, then = percentage(better.as_it_is), percentage(better.accuracy)
    head = f"{name}: opened for inputs in 0..1, as which it classifies {now} of {better.examples}"
    if not better.by_loss:
        return f"{head} correctly; with --input {better.scale} it is {then}"
    return (
        f"{head} correctly, with a log loss of {better.loss_as_it_is:.2f}; with --input "
        f"{better.scale} it is {then}, with {better.loss:.2f}: its logits suggest that it was "
        f"trained on those"
    )


def _fits_better(trial: _Trial, as_it_is: _Trial) -> bool:
    """Return whether a scale classifies as well, with logits that fit the classes far better."""
    if trial.accuracy < max(as_it_is.accuracy - _NEARLY_EQUAL, _CONVINCING):
        return False
    return any(
        trial.loss <= share * as_it_is.loss and trial.calibrated <= shape * as_it_is.calibrated
        for share, shape in _BETTER_FITS
    )


def _best(trials: list[_Trial]) -> _Trial:
    """Return the best: of nearly equal accuracies the least loss, of equal ones the least scale."""
    most = max(trial.accuracy for trial in trials)
    nearly = [trial for trial in trials if trial.accuracy >= most - _NEARLY_EQUAL]
    least = min(trial.loss for trial in nearly)
    equal = [trial for trial in nearly if trial.loss <= least + _EQUAL_LOSS]
    return min(equal, key=lambda trial: abs(trial.scale.scale))


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
        share = max(share for _, share in _screened(model, examples, ""))
        found.append((key, model, share))
        if share >= _FINE:
            break
    first, best = found[0], max(found, key=lambda each: each[2])  # of equal ones the first
    if best[2] < max(first[2] + _BETTER, _CONVINCING):
        return first[1], None
    note = (
        f"{name}: {about} taken as {best[0]}, which the file doesn't hold: {percentage(best[2])} "
        f"of {_FEWEST} test images are classified correctly; {first[0]} {percentage(first[2])}"
    )
    return best[1], note


def _sample(model: Model) -> Examples | None:
    examples = few_examples(model.task)
    if examples is None:
        return None
    return Examples(examples.images[:_FEW], examples.labels[:_FEW], examples.title)


def _tried(model: Model, examples: Examples) -> tuple[_Trial, list[_Trial]]:
    """Return the trial of a model as it is, and those of the scales that may be better."""
    as_it_is = _try(model, AS_IT_IS, examples)
    fits = as_it_is.calibrated > _TOO_SMALL * as_it_is.loss
    if as_it_is.accuracy >= _FINE and fits:
        return as_it_is, []
    square = model.task.height == model.task.width
    screened: list[tuple[InputScale, float]] = []
    for words in ("", "invert,", "transpose,", "transpose,invert,")[: 4 if square else 2]:
        screened += _screened(model, examples, words)
        if max(share for _, share in screened) >= _FINE:
            break
    # Of few examples all may be classified correctly with several scales: only errors tell.
    least = max(_HOPELESS, max(share for _, share in screened) - _MAYBE_EQUAL)
    return as_it_is, [_try(model, scale, examples) for scale, share in screened if share >= least]


def _screened(model: Model, examples: Examples, words: str) -> list[tuple[InputScale, float]]:
    """Return the usual scales with what stands before them, and the accuracies of few examples."""
    ranges = (*_RANGES, *_OWN_RANGES.get(examples.title, ()))
    scales = [InputScale.parse(words + each) for each in ranges]
    few, labels = examples.images[:_FEWEST], examples.labels[:_FEWEST]
    return [(scale, accuracy(Scaled(model, scale), few, labels)) for scale in scales]


def _try(model: Model, scale: InputScale, examples: Examples) -> _Trial:
    labels = examples.labels
    logits = np.asarray(Scaled(model, scale).logits(examples.images))
    share = float((logits.argmax(axis=1) == labels).mean())
    least = min(_log_loss(factor * logits, labels) for factor in _FACTORS)
    return _Trial(scale, share, _log_loss(logits, labels), least)


def _log_loss(logits: NDArray[Any], labels: NDArray[np.integer]) -> float:
    with np.errstate(divide="ignore"):  # a probability may be 0
        own = np.log(softmax(logits)[np.arange(len(labels)), labels])
    return -float(np.maximum(own, _LEAST).mean())
