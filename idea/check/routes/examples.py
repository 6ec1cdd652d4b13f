"""The route of labelled images, on which the page tries networks that it opens."""

from __future__ import annotations

import numpy as np
from flask import Blueprint, Response, request

from idea.data.examples import WHITE, few_examples
from idea.data.known import KNOWN

__all__ = ["make_example_routes"]

_COUNT = 250  # unless another number is wanted


def make_example_routes() -> Blueprint:
    """Return the route of examples.

    Returns
    -------
    flask.Blueprint
        The route to register.
    """
    routes = Blueprint("examples", __name__)

    @routes.get("/api/examples")
    def examples() -> Response:
        known = KNOWN.get(request.args.get("data", ""))
        found = few_examples(known.task) if known else None
        count = max(0, request.args.get("count", _COUNT, type=int))
        data = b""
        if found is not None:
            greys = np.round(WHITE * found.images[:count]).astype(np.uint8)
            data = found.labels[:count].astype(np.uint8).tobytes() + greys.tobytes()
        return Response(data, mimetype="application/octet-stream")

    return routes
