"""Routes that classify pictures and images, and open models."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from flask import Blueprint

from idea.check.body.form import declared_task, uploaded_file
from idea.check.body.json_body import JsonBody
from idea.check.body.sent import read_sent
from idea.check.deadline import Deadline
from idea.check.errors import BusyError
from idea.check.limits import Limits
from idea.check.model_store import ModelStore
from idea.check.responses import classify_images
from idea.check.routes.weights import served_entry
from idea.image import DIGITS

__all__ = ["make_classification_routes"]


def make_classification_routes(store: ModelStore, limits: Limits) -> Blueprint:
    """Return the routes that classify pictures and images, and open models.

    Parameters
    ----------
    store
        The models.
    limits
        Resource limits.

    Returns
    -------
    flask.Blueprint
        The routes to register.
    """
    routes = Blueprint("classification", __name__)
    pictures = threading.BoundedSemaphore(limits.pictures)
    opens = threading.BoundedSemaphore(limits.concurrent_opens)

    @routes.post("/send")
    def send() -> dict[str, Any]:
        deadline = Deadline.of_request(limits.seconds)
        sent = read_sent(limits)
        with store.borrow(sent.model, deadline) as model:
            with deadline.holding(pictures):
                whole, digits = sent.prepared(model.task, limits)
            images = np.stack([each.image.ravel() for each in (whole, *digits)])
            prediction, *each = classify_images(model, images)
        answer = {
            **prediction,
            "image": whole.image.ravel().tolist(),
            "inverted": whole.inverted,
            "box": whole.box,
            "notes": list(whole.notes),
        }
        if model.task == DIGITS:
            answer["number"] = "".join(str(found["digit"]) for found in each or [prediction])
        if each:
            answer["digits"] = [
                {**found, "box": digit.box} for found, digit in zip(each, digits, strict=True)
            ]
        return answer

    @routes.post("/api/classify")
    def classify() -> dict[str, Any]:
        body = JsonBody()
        with store.borrow(body.get("model"), Deadline.of_request(limits.seconds)) as model:
            return {
                "answers": classify_images(model, body.images("images", limits.images, model.task))
            }

    @routes.post("/api/models")
    def open_model() -> tuple[dict[str, Any], int]:
        data, name = uploaded_file(limits.file)
        if not opens.acquire(blocking=False):
            raise BusyError(
                f"{limits.concurrent_opens} models are being opened: try again in a moment"
            )
        try:
            stored = store.open(data, name, declared_task(), Deadline.of_request(limits.seconds))
        finally:
            opens.release()
        return served_entry(stored), 201

    return routes
