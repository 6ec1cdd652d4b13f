"""Refusals: whatever can't be answered becomes a status and a sentence."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from idea.errors import IdeaError

__all__ = ["BusyError", "ForbiddenError", "NotYetError", "UnknownModelError", "add_errors"]

_log = logging.getLogger("idea")


class RefusedError(IdeaError):
    """What is refused for a reason other than wrong input."""

    status = 400
    retry: int | None = None
    """Seconds after which to ask again."""


class ForbiddenError(RefusedError):
    """A request from a foreign page, or by a foreign name."""

    status = 403


class UnknownModelError(RefusedError):
    """A model that isn't there, or isn't any more."""

    status = 404


class BusyError(RefusedError):
    """As many searches run as may."""

    status = 429
    retry = 5


class NotYetError(RefusedError):
    """Something that the server still has to get."""

    status = 503
    retry = 3


def add_errors(app: Flask) -> None:
    """Let an application answer every error with ``{"error": "a sentence"}``.

    Parameters
    ----------
    app
        To be changed.
    """
    app.register_error_handler(IdeaError, _wrong)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(MemoryError, _no_memory)
    app.register_error_handler(Exception, _broken)


def _said(text: str, status: int) -> Response:
    response = jsonify(error=text)
    response.status_code = status
    return response


def _wrong(error: IdeaError) -> Response:
    if not isinstance(error, RefusedError):
        return _said(str(error), 400)
    response = _said(str(error), error.status)
    if error.retry:
        response.headers["Retry-After"] = str(error.retry)
    return response


def _too_large(_: RequestEntityTooLarge) -> Response:
    most = request.max_content_length or 0
    return _said(f"expected at most {most:,} bytes, found more", 413)


def _http(error: HTTPException) -> Response:
    return _said(error.description or error.name, error.code or 500)


def _no_memory(_: MemoryError) -> Response:
    return _said("the server has not enough memory for that", 503)


def _broken(error: Exception) -> Response:
    _log.exception("a request failed")
    return _said(f"the server failed ({type(error).__name__}); its log says more", 500)
