"""Routes that classify pictures and images, and open models."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlencode

import numpy as np
from flask import Blueprint, Response, request

from idea.check.body.form import declared_task, uploaded_file
from idea.check.body.json_body import JsonBody
from idea.check.body.sent import read_sent
from idea.check.deadline import Deadline
from idea.check.errors import BusyError
from idea.check.limits import Limits
from idea.check.model_store import ModelStore, StoredModel
from idea.check.page_weights import weights_bytes
from idea.check.responses import classify_images
from idea.errors import WeightsError
from idea.image import DIGITS
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP

__all__ = ["make_classification_routes", "served_entry"]


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

    @routes.post("/api/judge")
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

    @routes.get("/api/weights")
    def weights() -> Response:
        stored = store.find(request.args.get("model"))
        if not isinstance(stored.model, MLP | CNN):
            raise WeightsError(f"{stored.name}: expected an MLP or a CNN, found another ONNX graph")
        response = Response(weights_bytes(stored.model), mimetype="application/octet-stream")
        response.add_etag()
        response.cache_control.no_cache = True  # without asking whether it is still the same
        response.make_conditional(request)
        return response

    return routes


def served_entry(stored: StoredModel) -> dict[str, Any]:
    """Return a model's entry in `site.json`, with the address of its weights if it has any."""
    entry = stored.metadata()
    if "layers" in entry:
        entry["weights"] = f"api/weights?{urlencode({'model': stored.id})}"
    return entry
