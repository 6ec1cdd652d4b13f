"""Refusals: whatever can't be answered becomes a status and a sentence."""

from __future__ import annotations

import errno
import logging

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from idea.check.errors import RefusedError, body_of
from idea.errors import IdeaError

__all__ = ["add_refusals"]

_log = logging.getLogger("idea")

# What a machine, a container or a service's limits may be out of.
_EXHAUSTED = {errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC}


def add_refusals(app: Flask) -> None:
    """Make an application answer every error with ``{"error": "a sentence", "code": "busy"}``.

    The code is missing where the sentence is about the input itself.

    Parameters
    ----------
    app
        To be changed.
    """
    app.register_error_handler(IdeaError, _wrong)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(MemoryError, _no_memory)
    app.register_error_handler(OSError, _exhausted)
    app.register_error_handler(Exception, _broken)


def _refusal(text: str, status: int, code: str = "") -> Response:
    response = jsonify(body_of(text, code))
    response.status_code = status
    return response


def _wrong(error: IdeaError) -> Response:
    if not isinstance(error, RefusedError):
        return _refusal(str(error), 400)
    response = _refusal(str(error), error.status, error.code)
    if error.retry:
        response.headers["Retry-After"] = str(error.retry)
    return response


def _too_large(error: RequestEntityTooLarge) -> Response:
    if error.description != RequestEntityTooLarge.description:  # ours, of a file
        return _refusal(str(error.description), 413, "too_large")
    text = f"expected at most {request.max_content_length:,} bytes, found more"
    return _refusal(text, 413, "too_large")


def _http(error: HTTPException) -> Response:
    return _refusal(error.description or error.name, error.code or 500)


def _no_memory(_: MemoryError) -> Response:
    return _refusal("the server has not enough memory for that", 503, "exhausted")


def _exhausted(error: OSError) -> Response:
    if error.errno not in _EXHAUSTED:
        return _broken(error)
    _log.error("a request failed: %s", error)
    text = "the server has no more processes, files or room on its disk for that"
    return _refusal(text, 503, "exhausted")


def _broken(error: Exception) -> Response:
    _log.exception("a request failed")
    text = f"the server failed ({type(error).__name__}); its log says more"
    return _refusal(text, 500, "failed")
