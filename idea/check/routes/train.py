"""The routes of what the page trains networks with."""

from __future__ import annotations

import logging
import mimetypes
from typing import Any

from flask import Blueprint, Response, abort, request

from idea.check.background import Background
from idea.check.errors import NoDataError, NotReadyError
from idea.check.train.site import STATE, TENSORFLOW, train_images
from idea.check.train.tensorflow import FILES, tensorflow_files
from idea.data.known import KNOWN, Known

__all__ = ["make_train_routes"]

_log = logging.getLogger("idea")
_YEAR = 365 * 24 * 3600  # seconds


def make_train_routes() -> Blueprint:
    """Return the routes of TensorFlow.js and of the images.

    They are loaded, and fetched if need be, at the first request.

    Returns
    -------
    flask.Blueprint
        The routes to register.
    """
    routes = Blueprint("train", __name__)
    tensorflow: Background[Any] = Background("TensorFlow.js", lambda: tensorflow_files(_log.info))
    images = {name: _images(known) for name, known in KNOWN.items()}

    @routes.get(f"/{STATE}<name>")
    def state(name: str) -> dict[str, str]:
        """Begin to load what isn't there, and return the code of why it isn't yet, or `ready`."""
        loaded = tensorflow if name == "tensorflow" else images.get(name)
        if loaded is None:
            abort(404)
        try:
            loaded.get()
        except (NoDataError, NotReadyError) as error:
            return {"state": error.code}
        return {"state": "ready"}

    @routes.get(f"/{TENSORFLOW}<name>")
    def tensorflow_file(name: str) -> Response:
        if name not in FILES:
            abort(404)
        response = Response(tensorflow.get()[name], mimetype=mimetypes.guess_type(name)[0])
        # The address names the version.
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
        return response

    @routes.get("/train/<name>.gz")
    def image_file(name: str) -> Response:
        if name not in images:
            abort(404)
        response = Response(images[name].get(), mimetype="application/gzip")
        response.add_etag()
        response.cache_control.no_cache = True
        response.make_conditional(request)
        return response

    return routes


def _images(known: Known) -> Background[Any]:
    return Background(known.title, lambda: train_images(known.name, _log.info))
