"""Judging: pictures, images, and the models to judge by."""

from __future__ import annotations

import threading
from typing import Any

from flask import Blueprint, request

from idea.check.deadline import Bound
from idea.check.errors import BusyError
from idea.check.limits import Limits
from idea.check.model_store import Library
from idea.check.request_body import Body, file_of
from idea.check.responses import judged
from idea.files.preprocess import read_picture

__all__ = ["make_judging"]

# What people's cameras, scanners and pages make; Pillow's many other readers stay out of reach.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


def make_judging(library: Library, limits: Limits) -> Blueprint:
    """Make the part of the application that opens models and asks them.

    Parameters
    ----------
    library
        The models.
    limits
        How much may be asked for.

    Returns
    -------
    flask.Blueprint
        To be registered.
    """
    judging = Blueprint("judging", __name__)
    pictures = threading.BoundedSemaphore(limits.pictures)
    trials = threading.BoundedSemaphore(limits.trials)

    @judging.post("/send")
    def send() -> dict[str, Any]:
        bound = Bound.of_request(limits.seconds)
        data, name = file_of(limits.picture)
        with library.using(request.form.get("model"), bound) as model:
            with bound.holding(pictures):
                prepared = read_picture(data, name=name, largest=limits.pixels, formats=_FORMATS)
            (answer,) = judged(model, prepared.image.reshape(1, -1))
        return {
            **answer,
            "image": prepared.image.ravel().tolist(),
            "inverted": prepared.inverted,
            "box": prepared.box,
        }

    @judging.post("/api/judge")
    def judge() -> dict[str, Any]:
        body = Body()
        with library.using(body.get("model"), Bound.of_request(limits.seconds)) as model:
            return {"answers": judged(model, body.images("images", limits.images))}

    @judging.post("/api/models")
    def open_model() -> tuple[dict[str, Any], int]:
        data, name = file_of(limits.file)
        if not trials.acquire(blocking=False):
            raise BusyError(f"{limits.trials} models are being opened: try again in a moment")
        try:
            entry = library.open(data, name, Bound.of_request(limits.seconds))
        finally:
            trials.release()
        return entry.metadata(), 201

    return judging
