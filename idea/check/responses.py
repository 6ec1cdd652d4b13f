"""JSON of predictions and ideals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.result import Ideal
from idea.errors import IdeaError
from idea.networks.base import Classifier, exact_logits
from idea.networks.softmax import softmax

__all__ = ["classify_images", "ideal_json", "prediction_json"]


def prediction_json(logits: ArrayLike) -> dict[str, Any]:
    """Return the JSON of a prediction.

    Parameters
    ----------
    logits : (10,)
        A model's raw outputs.

    Returns
    -------
    dict
        The keys digit, probability, logits and probabilities.

    Examples
    --------
    >>> prediction_json([0, 0, 9, 0, 0, 0, 0, 0, 0, 0])["digit"]
    2
    """
    logits = np.asarray(logits, np.float64)
    probabilities = softmax(logits)
    digit = int(logits.argmax())
    return {
        "digit": digit,
        "probability": float(probabilities[digit]),
        "logits": logits.tolist(),
        "probabilities": probabilities.tolist(),
    }


def classify_images(model: Classifier, images: NDArray[np.float32]) -> list[dict[str, Any]]:
    """Classify images.

    Parameters
    ----------
    model
        The model.
    images : (n, 784)
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
    return [prediction_json(row) for row in logits]


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
    return {
        **prediction_json(ideal.logits),
        "digit": ideal.digit,
        "probability": ideal.probability,
        "energy": ideal.energy,
        "image": ideal.image.ravel().tolist(),
        "locally_optimal": ideal.locally_optimal,
        "evaluations": ideal.evaluations,
        "seconds": round(ideal.seconds, 3),
        "finished": finished,
    }
