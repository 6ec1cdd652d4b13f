"""The routes of weights and priors, which the page evaluates and searches networks with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from idea.check.model_store import ModelStore
from idea.check.page_weights import weights_bytes
from idea.check.priors import prior_values, priors_json
from idea.check.stored_model import StoredModel
from idea.errors import WeightsError
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP

__all__ = ["make_weights_routes", "served_entry", "served_priors"]


def make_weights_routes(store: ModelStore) -> Blueprint:
    """Return the routes of weights and priors.

    Parameters
    ----------
    store
        The models.

    Returns
    -------
    flask.Blueprint
        The routes to register.
    """
    routes = Blueprint("weights", __name__)

    @routes.get("/api/weights")
    def weights() -> Response:
        stored = store.find(request.args.get("model"))
        if not isinstance(stored.model, MLP | CNN):
            raise WeightsError(f"{stored.name}: expected an MLP or a CNN, found another ONNX graph")
        return _cacheable(weights_bytes(stored.model))

    @routes.get("/api/prior")
    def prior() -> Response:
        return _cacheable(prior_values(request.args.get("name", "")))

    return routes


def _cacheable(data: bytes) -> Response:
    response = Response(data, mimetype="application/octet-stream")
    response.add_etag()
    response.cache_control.no_cache = True  # without asking whether it is still the same
    response.make_conditional(request)
    return response


def served_priors() -> list[dict[str, Any]]:
    """Return the entries of the priors in `site.json`."""
    return priors_json(lambda name: f"api/prior?{urlencode({'name': name})}")


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
