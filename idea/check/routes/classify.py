"""Routes that classify pictures and images, and open models."""

from __future__ import annotations

import threading
from typing import Any

from flask import Blueprint, request

from idea.check.deadline import Deadline
from idea.check.errors import BusyError
from idea.check.limits import Limits
from idea.check.model_store import ModelStore
from idea.check.request_body import JsonBody, declared_task, uploaded_file
from idea.check.responses import classify_images
from idea.files.preprocess import read_picture

__all__ = ["make_classification_routes"]

# Formats of cameras, scanners and web pages; Pillow's other decoders can't be reached.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


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
        data, name = uploaded_file(limits.picture)
        with store.borrow(request.form.get("model"), deadline) as model:
            with deadline.holding(pictures):
                prepared = read_picture(
                    data,
                    drawn=True,
                    task=model.task,
                    name=name,
                    largest=limits.pixels,
                    formats=_FORMATS,
                )
            (prediction,) = classify_images(model, prepared.image.reshape(1, -1))
        return {
            **prediction,
            "image": prepared.image.ravel().tolist(),
            "inverted": prepared.inverted,
            "box": prepared.box,
            "notes": list(prepared.notes),
        }

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
        return stored.metadata(), 201

    return routes
