"""Routes on binary images: gains of flips, the nearest training image, and attacks."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from flask import Blueprint
from numpy.typing import NDArray

from idea.attacks.beam import beam, polished
from idea.attacks.problem import Criterion, Flips, Problem
from idea.check.body.json_body import JsonBody
from idea.check.deadline import Deadline
from idea.check.deadline_model import DeadlineModel
from idea.check.errors import RequestTimeoutError
from idea.check.limits import Limits
from idea.check.model_store import ModelStore
from idea.check.nearest import NearestImages
from idea.check.responses import classify_images, prediction_json
from idea.core.state.select import state_of
from idea.image import DIGITS

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
    training_images = NearestImages()

    @routes.post("/api/gains")
    def gains() -> dict[str, Any]:
        body = JsonBody()
        with store.borrow(body.get("model"), Deadline.of_request(limits.seconds)) as model:
            target, image = body.target(model.task), body.binary(model.task)
            (prediction,) = classify_images(model, image[np.newaxis])
            gains = state_of(model, target, image).gains()
        pixel = int(gains.argmax())
        best = {"pixel": pixel, "gain": float(gains[pixel])} if gains[pixel] > 0 else None
        return {
            **prediction,
            "energy": prediction["logits"][target],
            "gains": gains.tolist(),
            "best": best,
        }

    @routes.post("/api/nearest")
    def nearest() -> dict[str, Any]:
        body = JsonBody()
        task = store.find(body.get("model")).model.task
        return training_images.find(body.binary(task), task)

    @routes.post("/api/fool")
    def fool() -> dict[str, Any]:
        body = JsonBody()
        deadline = Deadline.of_request(limits.finish_seconds)
        with store.borrow(body.get("model"), deadline) as model:
            return _fool(model, body.binary(model.task), body.target(model.task), deadline, limits)

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
    before, *predictions = (prediction_json(logits, model.task) for logits in trail.logits)
    after = predictions[-1] if predictions else before
    key = "digit" if model.task == DIGITS else "label"
    return {
        "flips": list(trail.flips),
        "fooled": int(trail.logits[-1].argmax()) == target,
        "before": before,
        "after": after,
        f"{key}s": [prediction[key] for prediction in predictions],
        "margins": criterion.margins(trail.logits[1:]).tolist(),
    }
