"""Clients and servers for tests: in this process, over the network, and of static files."""

from __future__ import annotations

import contextlib
import functools
import http.server
import io
import json
import threading

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from idea.check.openapi.operations import OPERATIONS
from idea.check.openapi.results import Error, Frame, Ideal
from idea.check.serving import listen, make_server

RESULTS = {
    (each.method.upper(), each.path, each.status): each.result
    for each in OPERATIONS
    if each.media == "application/json"
}
EVENTS = {"frame": Frame, "ideal": Ideal, "error": Error}
KEPT = "max-age=86400"
"""The header Cache-Control of files that don't change while tests run."""


class _Http(FlaskClient):
    """A client that holds each response to be of the type that the API's description gives it."""

    def open(self, *args, **kwargs):
        response = super().open(*args, **kwargs)
        request, status = response.request, response.status_code
        kind = Error if status >= 400 else RESULTS.get((request.method, request.path, status))
        if kind is not None and request.method != "HEAD":
            msgspec.json.decode(response.get_data(), type=kind)
        return response


class Client:
    """A client of an application in this process."""

    def __init__(self, app: Flask) -> None:
        app.test_client_class = _Http
        self.http = app.test_client()

    def get(self, path: str, **query):
        return self.http.get(path, query_string=query)

    def post(self, path: str, **body):
        return self.http.post(path, json=body)

    def upload(self, path: str, data: bytes, name: str, **fields):
        form = {**fields, "file": (io.BytesIO(data), name)}
        response = self.http.post(path, data=form, content_type="multipart/form-data")
        response.request.environ["wsgi.input"].close()  # a file, where the form is large
        return response


def error_message(response, status: int) -> str:
    """Return the message of an error response."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert {"error"} <= set(response.json) <= {"error", "code"}
    return response.json["error"]


def rounded(logits, model):
    """Logits up to the rounding of two sums, which threads and processors may order differently."""
    return pytest.approx(logits.tolist(), rel=0, abs=2 * model.rounding)


def events_of(text: str) -> list[tuple[str, dict]]:
    """Return the kinds and data of server-sent events."""
    events = []
    for event in text.split("\n\n")[:-1]:
        kind, data = event.split("\n")
        events.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    assert text.endswith("\n\n")
    for kind, data in events:
        msgspec.convert(data, EVENTS[kind])
    return events


@contextlib.contextmanager
def serving(app: Flask):
    """Serve an application as `python -m idea.check` does; yields the port."""
    server = make_server(app, listen("127.0.0.1", [0]))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        thread.join(10)


class _Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript"  # whatever the system's setting
    }

    def log_message(self, *_):
        pass


class _KeptFiles(_Files):
    def end_headers(self):
        self.send_header("Cache-Control", KEPT)
        super().end_headers()


@contextlib.contextmanager
def files_of(folder, are_kept=False):
    """Serve a folder of static files; yields its address.

    Browsers needn't ask again for files that are kept.
    """
    handler = functools.partial(_KeptFiles if are_kept else _Files, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
