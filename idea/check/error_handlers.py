"""Error handlers: every error becomes a JSON response."""

from __future__ import annotations

import errno
import logging

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from idea.check.errors import BusyError, RequestError, code_of, error_body
from idea.errors import IdeaError

__all__ = ["register_error_handlers"]

_log = logging.getLogger("idea")

# Errors of a machine, container or service whose resources are used up.
_EXHAUSTED = {errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC}


def register_error_handlers(app: Flask) -> None:
    """Register handlers that answer errors with ``{"error": "a message", "code": "busy"}``.

    Errors of the input itself have the code of their kind or ``invalid``, those of HTTP the name of
    the status, such as ``not_found``.

    Parameters
    ----------
    app
        The application to configure.
    """
    app.register_error_handler(IdeaError, _handle_idea_error)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(MemoryError, _no_memory)
    app.register_error_handler(OSError, _exhausted)
    app.register_error_handler(Exception, _handle_unexpected)


def _error_response(text: str, status: int, code: str = "", place: int | None = None) -> Response:
    response = jsonify(error_body(text, code, place))
    response.status_code = status
    return response


def _handle_idea_error(error: IdeaError) -> Response:
    if not isinstance(error, RequestError):
        return _error_response(str(error), 400, code_of(error))
    place = error.place if isinstance(error, BusyError) else None
    response = _error_response(str(error), error.status, error.code, place)
    if error.retry:
        response.headers["Retry-After"] = str(error.retry)
    return response


def _too_large(error: RequestEntityTooLarge) -> Response:
    if error.description != RequestEntityTooLarge.description:  # from `uploaded_file`
        return _error_response(str(error.description), 413, "too_large")
    most = request.max_content_length or 0
    text = f"expected at most {most:,} bytes, found more"
    if (request.content_length or 0) <= most:  # too many fields, or too large a one
        text = f"expected a form of at most {request.max_form_parts} fields and files, found more"
    return _error_response(text, 413, "too_large")


def _handle_http_error(error: HTTPException) -> Response:
    allowed = _allowed_methods() if isinstance(error, NotFound | MethodNotAllowed) else []
    if allowed:
        text = f"{request.path} takes {' and '.join(allowed)}, found {request.method}"
        response = _error_response(text, 405, "method_not_allowed")
        response.headers["Allow"] = ", ".join(allowed)
        return response
    code = error.name.lower().replace(" ", "_")
    response = _error_response(error.description or error.name, error.code or 500, code)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _allowed_methods() -> list[str]:
    """Return the methods of the address, without those of the page's files.

    The rule of files matches every address, so that Flask looks for a file of that name.
    """
    rules = current_app.url_map.iter_rules()
    return sorted(
        method
        for rule in rules
        if rule.rule == request.path and rule.endpoint != "static"
        for method in rule.methods or ()
    )


def _no_memory(_: MemoryError) -> Response:
    return _error_response("the server has not enough memory for that", 503, "exhausted")


def _exhausted(error: OSError) -> Response:
    if error.errno not in _EXHAUSTED:
        return _handle_unexpected(error)
    _log.error("a request failed: %s", error)
    text = "the server has no more processes, files or room on its disk for that"
    return _error_response(text, 503, "exhausted")


def _handle_unexpected(error: Exception) -> Response:
    _log.exception("a request failed")
    text = f"the server failed ({type(error).__name__}); see its log"
    return _error_response(text, 500, "failed")
