"""Routes on binary images: gains of flips, the nearest training digit, and attacks."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from flask import Blueprint
from numpy.typing import NDArray

from idea.attacks.beam import beam, polished
from idea.attacks.problem import Criterion, Flips, Problem
from idea.check.deadline import Deadline
from idea.check.deadline_model import DeadlineModel
from idea.check.errors import RequestTimeoutError
from idea.check.limits import Limits
from idea.check.model_store import ModelStore
from idea.check.nearest import TrainingDigits
from idea.check.request_body import JsonBody
from idea.check.responses import classify_images, prediction_json
from idea.core.state.select import state_of

__all__ = ["make_flip_routes"]

_WIDTH = 4  # beam width: small, for a quick response


def make_flip_routes(store: ModelStore, limits: Limits) -> Blueprint:
    """Return the routes on binary images.

    Parameters
    ----------
    store
        The models.
    limits
        Time limits.

    Returns
    -------
    flask.Blueprint
        The routes to register.
    """
    routes = Blueprint("flips", __name__)
    digits = TrainingDigits()

    @routes.post("/api/gains")
    def gains() -> dict[str, Any]:
        body = JsonBody()
        with store.borrow(body.get("model"), Deadline.of_request(limits.seconds)) as model:
            digit, image = body.digit(), body.binary()
            (prediction,) = classify_images(model, image[np.newaxis])
            gains = state_of(model, digit, image).gains()
        pixel = int(gains.argmax())
        best = {"pixel": pixel, "gain": float(gains[pixel])} if gains[pixel] > 0 else None
        return {
            **prediction,
            "energy": prediction["logits"][digit],
            "gains": gains.tolist(),
            "best": best,
        }

    @routes.post("/api/nearest")
    def nearest() -> dict[str, Any]:
        found = digits.nearest(JsonBody().binary())
        return {**found._asdict(), "image": found.image.tolist()}

    @routes.post("/api/fool")
    def fool() -> dict[str, Any]:
        body = JsonBody()
        deadline = Deadline.of_request(limits.finish_seconds)
        with store.borrow(body.get("model"), deadline) as model:
            return _fool(model, body.binary(), body.digit("target"), deadline, limits)

    return routes


def _fool(
    model: DeadlineModel,
    image: NDArray[np.float32],
    target: int,
    deadline: Deadline,
    limits: Limits,
) -> dict[str, Any]:
    """Find a minimal set of flips; when the time is over, the best set so far."""
    problem = Problem(model, image)
    criterion = Criterion(problem.label, target)
    flips: Flips = frozenset()
    deadline.restart(limits.seconds)
    with contextlib.suppress(RequestTimeoutError):
        for larger in beam(problem, criterion, _WIDTH):
            flips = larger
    deadline.restart(limits.finish_seconds)
    trail = polished(problem, criterion, flips, pairs=0)
    before, *predictions = map(prediction_json, trail.logits)
    after = predictions[-1] if predictions else before
    return {
        "flips": list(trail.flips),
        "fooled": after["digit"] == target,
        "before": before,
        "after": after,
        "digits": [prediction["digit"] for prediction in predictions],
        "margins": criterion.margins(trail.logits[1:]).tolist(),
    }
