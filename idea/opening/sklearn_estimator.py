"""Classifiers of scikit-learn that a caller's program holds, and any others with its methods."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, WeightsError
from idea.files.sklearn.estimators import UnreadEstimatorError, network_of
from idea.image import MAX_PIXELS, Task
from idea.labels import as_labels, numbered_labels
from idea.networks.base import Model, as_batch
from idea.networks.outputs import as_logits
from idea.networks.scaled import scaled
from idea.opening.load import network_model
from idea.task_options import TaskOptions
from idea.text import gist

__all__ = ["open_model"]

_METHODS = ("decision_function", "predict_proba")
"""The former first: scores don't saturate."""

_LEAST = 1e-12
"""The probability below which its logarithm is cut off."""


def open_model(estimator: Any, given: TaskOptions) -> Model:
    """Return a model of a classifier: of its layers, or else one that calls it.

    Raises a `WeightsError` for all other objects.
    """
    try:
        chain = network_of(estimator)
    except UnreadEstimatorError:
        return scaled(_called(estimator, given), given.input)
    return network_model(lambda: chain, Path(type(estimator).__name__), given)


def _called(estimator: Any, given: TaskOptions) -> Model:
    """Return a model that calls a fitted classifier's own methods.

    Raises a `WeightsError` if it has none that gives a number for each class, or isn't fitted.
    """
    name = type(estimator).__name__
    try:
        labels = [str(label) for label in np.asarray(estimator.classes_)]
        width = int(estimator.n_features_in_)
    except Exception as error:  # of scikit-learn's or of a subclass
        raise WeightsError(
            f"{name}: expected a fitted classifier, with classes_ and n_features_in_, found "
            f"{gist(error)}"
        ) from error
    task = _task(name, labels, width, given)
    for method in _METHODS:
        if hasattr(estimator, method):
            model = _Estimator(estimator, method, task)
            if model.logits(np.zeros((1, width), np.float32)).shape == (1, len(labels)):
                return model
    raise WeightsError(
        f"{name}: expected scores of {len(labels)} classes from {' or '.join(_METHODS)}"
    )


def _task(name: str, labels: Sequence[str], features: int, given: TaskOptions) -> Task:
    """Return the task, of which the shape may have to be given."""
    side = round(features**0.5)
    if given.shape is None and (side**2 != features or features > MAX_PIXELS):
        raise WeightsError(
            f"{name}: expected square images, found {features:,} features: give a shape"
        )
    try:
        own = numbered_labels(len(labels)) if _is_numbered(labels) else as_labels(labels)
        height, width = given.shape or (side, side)
        task = Task(height, width, given.classes or own)
    except IdeaError as error:
        raise WeightsError(f"{name}: {error}") from error
    if task.pixels != features or len(task.classes) != len(labels):
        raise WeightsError(
            f"{name}: expected {features:,} pixels and {len(labels)} classes, found {task}"
        )
    return task


def _is_numbered(labels: Sequence[str]) -> bool:
    return [label.removesuffix(".0") for label in labels] == list(numbered_labels(len(labels)))


class _Estimator(Model):
    """An estimator whose method gives scores, or probabilities, of which logarithms are taken."""

    def __init__(self, estimator: Any, method: str, task: Task) -> None:
        self._estimator, self._method = estimator, method
        self.task = task
        if method == "predict_proba":
            self.add_note(
                f"{type(estimator).__name__}: its logits are the logarithms of predict_proba, at "
                f"least {_LEAST:g}; where probabilities saturate, many flips change nothing"
            )

    def __repr__(self) -> str:
        return f"{type(self._estimator).__name__}.{self._method}"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Return scores, or logarithms of probabilities, whose softmax these are."""
        batch = as_batch(images, self.task.pixels)
        name = type(self._estimator).__name__
        with warnings.catch_warnings():  # of one that was fitted to named columns
            warnings.simplefilter("ignore")
            found = as_logits(getattr(self._estimator, self._method)(batch), name)
        if self._method == "predict_proba":
            return np.asarray(np.log(np.maximum(found, _LEAST)))
        if found.ndim == 1:  # the score of the second of two classes
            return np.column_stack([np.zeros_like(found), found])
        return found
