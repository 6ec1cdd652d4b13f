"""Flips: what each gains, what the nearest real digit is, and which fool the model."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from flask import Blueprint
from numpy.typing import NDArray

from idea.check.answers import answer_of, judged
from idea.check.body import Body
from idea.check.library import Library
from idea.check.nearest import TrainingDigits
from idea.core.backend import state_of
from idea.core.fool import flips_towards, margin
from idea.core.model import Classifier

__all__ = ["make_flips"]


def make_flips(library: Library, seconds: float) -> Blueprint:
    """Make the part of the application that looks at single pixels.

    Parameters
    ----------
    library
        The models.
    seconds
        How long a try to fool may take.

    Returns
    -------
    flask.Blueprint
        To be registered.
    """
    flips = Blueprint("flips", __name__)
    digits = TrainingDigits()

    @flips.post("/api/gains")
    def gains() -> dict[str, Any]:
        body = Body()
        model, digit, image = library.find(body.get("model")).model, body.digit(), body.binary()
        (answer,) = judged(model, image[np.newaxis])
        gains = state_of(model, digit, image).gains()
        pixel = int(gains.argmax())
        best = {"pixel": pixel, "gain": float(gains[pixel])} if gains[pixel] > 0 else None
        return {**answer, "energy": answer["logits"][digit], "gains": gains.tolist(), "best": best}

    @flips.post("/api/nearest")
    def nearest() -> dict[str, Any]:
        found = digits.nearest(Body().binary())
        return {**found._asdict(), "image": found.image.tolist()}

    @flips.post("/api/fool")
    def fool() -> dict[str, Any]:
        body = Body()
        model, image = library.find(body.get("model")).model, body.binary()
        return _fooling(model, image, body.digit("target"), seconds)

    return flips


def _fooling(
    model: Classifier, image: NDArray[np.float32], target: int, seconds: float
) -> dict[str, Any]:
    """Flip until the model is fooled, no flip helps, or the time is up."""
    until = time.monotonic() + seconds
    (before,) = judged(model, image[np.newaxis])
    flips = []
    for flip in flips_towards(model, image, target):
        flips.append(flip)
        if time.monotonic() > until:
            break
    answers = [answer_of(flip.logits) for flip in flips]
    after = answers[-1] if answers else before
    return {
        "flips": [flip.pixel for flip in flips],
        "fooled": after["digit"] == target,
        "before": before,
        "after": after,
        "digits": [answer["digit"] for answer in answers],
        "margins": [float(margin(flip.logits, target)) for flip in flips],
    }
