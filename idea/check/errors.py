"""Errors of requests for reasons other than invalid input."""

from __future__ import annotations

import contextlib

from idea.errors import (
    DataError,
    DumpError,
    IdeaError,
    MissingPackageError,
    OptionError,
    PictureError,
    WeightsError,
)
from idea.optional import optional_imports

__all__ = [
    "BusyError",
    "ClientDisconnectedError",
    "ForbiddenError",
    "InternalError",
    "NoDataError",
    "NotReadyError",
    "RequestError",
    "RequestTimeoutError",
    "ResourceLimitError",
    "UnavailableError",
    "UnknownModelError",
    "UnknownShapeError",
    "WrongSizeError",
    "WrongTargetError",
    "checker_imports",
    "code_of",
    "error_body",
]


class RequestError(IdeaError):
    """A request refused for a reason other than invalid input."""

    status = 400
    code = ""
    """Identifies the reason in responses; the page has a translation of each."""
    retry: int | None = None
    """Seconds after which to try again."""


class ForbiddenError(RequestError):
    """A request from another site's page, or to an unknown host name."""

    status = 403
    code = "forbidden"


class UnknownModelError(RequestError):
    """A model that doesn't exist, or no longer does."""

    status = 404
    code = "unknown"


class UnknownShapeError(RequestError):
    """A model's file that doesn't give the size of its images: the form has to."""

    code = "shape"


class WrongSizeError(RequestError):
    """An image of another size than the model's."""

    code = "size"


class WrongTargetError(RequestError):
    """A target that is none of the model's classes."""

    code = "target"


class NoDataError(RequestError):
    """A model whose data set isn't known or can't be loaded here."""

    code = "no_data"


class BusyError(RequestError):
    """Too many concurrent requests of a kind."""

    status = 429
    code = "busy"
    retry = 5
    place: int | None = None
    """The request's place in the line, from 1, if it keeps one until it comes again."""


class NotReadyError(RequestError):
    """Data that is still being loaded."""

    status = 503
    code = "not_yet"
    retry = 3


class UnavailableError(NotReadyError):
    """Data that could not be loaded, which is tried again later."""

    code = "unavailable"


class RequestTimeoutError(RequestError):
    """A request that exceeds its time limit."""

    status = 503
    code = "timeout"


class ResourceLimitError(RequestError):
    """An opened graph that exceeds a limit of its process, or whose process has exited."""

    status = 503
    code = "too_costly"


class ClientDisconnectedError(RequestError):
    """A request whose client has closed the connection."""

    status = 499  # as nginx logs it
    code = "left"


class InternalError(RequestError):
    """An internal error."""

    status = 500
    code = "failed"


# Of errors of the input, the kinds of which the page has a translation.
_CODES: dict[type[IdeaError], str] = {
    WeightsError: "weights",
    DumpError: "dump",
    PictureError: "picture",
    DataError: "data",
    MissingPackageError: "package",
    OptionError: "option",
}


def code_of(error: IdeaError) -> str:
    """Return what identifies an error's reason in responses, or ``invalid``."""
    if isinstance(error, RequestError):
        return error.code
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), "invalid")


def error_body(text: str, code: str = "", place: int | None = None) -> dict[str, str | int]:
    """Return the JSON of an error: its message, its code, and the place in the line if there is."""
    return {"error": text, "code": code or "invalid"} | ({"place": place} if place else {})


def checker_imports() -> contextlib.AbstractContextManager[None]:
    """Turn ImportErrors of a block into an error that names the checker's packages."""
    return optional_imports("the checker", "flask waitress threadpoolctl")
