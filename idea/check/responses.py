"""What the API says of images and ideals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.core.result import Ideal
from idea.errors import IdeaError
from idea.networks.base import Classifier, exact_logits
from idea.networks.softmax import softmax

__all__ = ["answer_of", "ideal_of", "judged"]


def answer_of(logits: ArrayLike) -> dict[str, Any]:
    """Return the prediction that a model's logits make.

    Parameters
    ----------
    logits : (10,)
        A model's raw outputs.

    Returns
    -------
    dict
        digit, probability, logits, probabilities.

    Examples
    --------
    >>> answer_of([0, 0, 9, 0, 0, 0, 0, 0, 0, 0])["digit"]
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


def judged(model: Classifier, images: NDArray[np.float32]) -> list[dict[str, Any]]:
    """Judge images.

    Parameters
    ----------
    model
        The judge.
    images : (n, 784)
        In 0…1.

    Returns
    -------
    list of dict
        An answer for each.

    Raises
    ------
    IdeaError
        If the model gives what no JSON can hold: infinite or undefined logits.
    """
    logits = exact_logits(model, images)
    if not np.isfinite(logits).all():
        raise IdeaError("the model's logits aren't finite for this image")
    return [answer_of(row) for row in logits]


def ideal_of(ideal: Ideal, *, finished: bool) -> dict[str, Any]:
    """Return an ideal's data for JSON.

    Parameters
    ----------
    ideal
        What was found.
    finished
        Whether the search came to its end.

    Returns
    -------
    dict
        Ready for JSON.
    """
    return {
        **answer_of(ideal.logits),
        "digit": ideal.digit,
        "probability": ideal.probability,
        "energy": ideal.energy,
        "image": ideal.image.ravel().tolist(),
        "locally_optimal": ideal.locally_optimal,
        "evaluations": ideal.evaluations,
        "seconds": round(ideal.seconds, 3),
        "finished": finished,
    }
