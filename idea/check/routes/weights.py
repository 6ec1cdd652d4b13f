"""The route of weights, which the page evaluates networks with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from idea.check.model_store import ModelStore, StoredModel
from idea.check.page_weights import weights_bytes
from idea.errors import WeightsError
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP

__all__ = ["make_weights_routes", "served_entry"]


def make_weights_routes(store: ModelStore) -> Blueprint:
    """Return the route of weights.

    Parameters
    ----------
    store
        The models.

    Returns
    -------
    flask.Blueprint
        The route to register.
    """
    routes = Blueprint("weights", __name__)

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
    """Return a model's entry in `site.json`, with the address of its weights if it has any.

    Parameters
    ----------
    stored
        The model.

    Returns
    -------
    dict
        The entry.
    """
    entry = stored.metadata()
    if "layers" in entry:
        entry["weights"] = f"api/weights?{urlencode({'model': stored.id})}"
    return entry
