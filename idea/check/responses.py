"""JSON of predictions and ideals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.result import Ideal
from idea.core.strategies import METHODS
from idea.errors import IdeaError
from idea.image import DIGITS, Task, as_task
from idea.networks.base import Classifier, exact_logits
from idea.networks.softmax import softmax

__all__ = ["classify_images", "ideal_json", "methods_json", "prediction_json"]


def prediction_json(logits: ArrayLike, task: Task) -> dict[str, Any]:
    """Return the JSON of a prediction.

    Parameters
    ----------
    logits : (classes,)
        A model's raw outputs.
    task
        The model's task.

    Returns
    -------
    dict
        The keys digit (for MNIST's task) or label, probability, logits and probabilities.

    Examples
    --------
    >>> prediction_json([0, 0, 9, 0, 0, 0, 0, 0, 0, 0], Task())["digit"]
    2
    >>> prediction_json([0, 9], Task(8, 8, ["cat", "dog"]))["label"]
    'dog'
    """
    logits = np.asarray(logits, np.float64)
    probabilities = softmax(logits)
    best = int(logits.argmax())
    return {
        **({"digit": best} if task == DIGITS else {"label": task.label(best)}),
        "probability": float(probabilities[best]),
        "logits": logits.tolist(),
        "probabilities": probabilities.tolist(),
    }


def classify_images(model: Classifier, images: NDArray[np.float32]) -> list[dict[str, Any]]:
    """Classify images.

    Parameters
    ----------
    model
        The model.
    images : (n, pixels)
        Images in 0…1.

    Returns
    -------
    list of dict
        The prediction for each image.

    Raises
    ------
    IdeaError
        If the logits are infinite or NaN, which JSON doesn't have.
    """
    logits = exact_logits(model, images)
    if not np.isfinite(logits).all():
        raise IdeaError("the model's logits aren't finite for this image")
    task = as_task(model)
    return [prediction_json(row, task) for row in logits]


def ideal_json(ideal: Ideal, *, finished: bool) -> dict[str, Any]:
    """Return the JSON of an ideal.

    Parameters
    ----------
    ideal
        The result of a search.
    finished
        Whether the search has finished within its limits.

    Returns
    -------
    dict
        The prediction, and the data of the search.
    """
    named = {"digit": ideal.index} if ideal.task == DIGITS else {"target": ideal.label}
    prediction = prediction_json(ideal.logits, ideal.task)
    prediction.pop("label", None)
    return {
        **prediction,
        **named,
        "probability": ideal.probability,
        "energy": ideal.energy,
        "image": ideal.image.ravel().tolist(),
        "locally_optimal": ideal.locally_optimal,
        "flat": ideal.flat,
        "evaluations": ideal.evaluations,
        "seconds": round(ideal.seconds, 3),
        "finished": finished,
    }


def methods_json() -> dict[str, Any]:
    """Return the search methods by name: what each does, and its options with their defaults."""
    return {name: {"about": m.about, "options": m.options} for name, m in METHODS.items()}
