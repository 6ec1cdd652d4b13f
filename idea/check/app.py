"""The WSGI application: the page and its API."""

from __future__ import annotations

import mimetypes
from importlib import metadata

from flask import Flask, Response, current_app, jsonify
from threadpoolctl import threadpool_limits

from idea.check.access import Access
from idea.check.error_handlers import register_error_handlers
from idea.check.export import PAGE
from idea.check.limits import Limits
from idea.check.model_store import ModelStore
from idea.check.openapi.document import openapi_document
from idea.check.responses import methods_json
from idea.check.routes.classify import make_classification_routes
from idea.check.routes.examples import make_example_routes
from idea.check.routes.flips import make_flip_routes
from idea.check.routes.search import make_search_routes
from idea.check.routes.train import make_train_routes
from idea.check.routes.weights import make_weights_routes, served_entry, served_priors
from idea.check.security import add_security_checks
from idea.check.train.site import STATE, TENSORFLOW, images_entry
from idea.data.known import KNOWN
from idea.files.weights.formats import suffixes
from idea.task_options import TaskOptions

__all__ = ["make_app"]


def make_app(model: str | None, given: TaskOptions, access: Access, limits: Limits) -> Flask:
    """Create the application.

    Parameters
    ----------
    model, limits
        As those of `idea.check.create_app`.
    given
        What is declared of the model's task.
    access
        Whose requests to accept.

    Returns
    -------
    flask.Flask
        The application.
    """
    # Some systems call JavaScript plain text, which browsers then refuse to run.
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("application/wasm", ".wasm")
    # Requests share the cores: threads of one matrix product that wait for each other on a busy
    # machine take many times as long as one thread.
    threadpool_limits(1, "blas")
    store = ModelStore(model, given, limits)
    app = Flask(__name__, static_folder=PAGE, static_url_path="")
    app.config.update(
        MAX_CONTENT_LENGTH=limits.body, MAX_FORM_PARTS=8, ACCESS=access, LIMITS=limits
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the provider that Flask makes
    app.wsgi_app = access.behind_proxies(app.wsgi_app)  # type: ignore[method-assign]
    register_error_handlers(app)
    add_security_checks(app, access)
    app.register_blueprint(make_classification_routes(store, limits))
    app.register_blueprint(make_flip_routes(store, limits))
    app.register_blueprint(make_search_routes(store, limits))
    app.register_blueprint(make_weights_routes(store))
    app.register_blueprint(make_example_routes())
    app.register_blueprint(make_train_routes())

    @app.get("/")
    def page() -> Response:
        return app.send_static_file("index.html")

    @app.get("/site.json")
    def site() -> Response:
        return jsonify(_site(store, limits))

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(openapi_document())

    return app


def _site(store: ModelStore, limits: Limits) -> dict[str, object]:
    """Return the contents of `site.json`."""
    images = {name: images_entry(name) for name in KNOWN}
    published = ("file", "picture", "pixels", "seconds", "searches")
    return {
        "version": metadata.version("idea"),
        "server": True,
        "default": store.default,
        "models": [served_entry(stored) for stored in store.listed()],
        "priors": served_priors(),
        "methods": methods_json(),
        "formats": suffixes(untrusted=True),
        "join": current_app.config.get("JOIN"),
        "train": {"tensorflow": TENSORFLOW, "images": images, "state": STATE},
        "limits": {name: getattr(limits, name) for name in published},
    }
