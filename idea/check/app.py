"""The checker's application: the page, and the API behind it."""

from __future__ import annotations

import mimetypes
from collections.abc import Collection
from importlib import metadata

from flask import Flask, Response, jsonify
from threadpoolctl import threadpool_limits

from idea.check.error_handlers import add_refusals
from idea.check.export import PAGE
from idea.check.limits import Limits
from idea.check.model_store import Library
from idea.check.routes.classify import make_judging
from idea.check.routes.flips import make_flips
from idea.check.routes.search import make_searching
from idea.check.security import add_guard
from idea.core.strategies import METHODS

__all__ = ["make_app"]


def make_app(model: str | None, hosts: Collection[str], limits: Limits) -> Flask:
    """Make the application.

    Parameters
    ----------
    model, hosts, limits
        As those of `idea.check.create_app`.

    Returns
    -------
    flask.Flask
        The application.
    """
    # Some systems call JavaScript plain text, which browsers then refuse to run.
    mimetypes.add_type("text/javascript", ".js")
    # Requests share the cores: threads of one matrix product that wait for each other on a busy
    # machine take many times as long as one thread.
    threadpool_limits(1, "blas")
    library = Library(model, limits)
    app = Flask(__name__, static_folder=PAGE, static_url_path="")
    app.config.update(MAX_CONTENT_LENGTH=limits.body, MAX_FORM_PARTS=8, HOSTS=hosts, LIMITS=limits)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the provider that Flask makes
    add_refusals(app)
    add_guard(app, hosts)
    app.register_blueprint(make_judging(library, limits))
    app.register_blueprint(make_flips(library, limits))
    app.register_blueprint(make_searching(library, limits))

    @app.get("/")
    def page() -> Response:
        return app.send_static_file("index.html")

    @app.get("/site.json")
    def site() -> Response:
        return jsonify(_site(library, limits))

    return app


def _site(library: Library, limits: Limits) -> dict[str, object]:
    """Return what the page needs to know of the server."""
    methods = {n: {"about": m.about, "options": m.options} for n, m in METHODS.items()}
    kept = ("file", "picture", "pixels", "seconds", "searches")
    return {
        "version": metadata.version("idea"),
        "server": True,
        "default": library.default,
        "models": [entry.metadata() for entry in library.listed()],
        "methods": methods,
        "limits": {name: getattr(limits, name) for name in kept},
    }
