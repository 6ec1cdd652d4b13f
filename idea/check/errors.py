"""What a checker refuses for other reasons than wrong input."""

from __future__ import annotations

import contextlib

from idea.errors import IdeaError
from idea.optional import optional_imports

__all__ = [
    "BusyError",
    "ClientLeftError",
    "ForbiddenError",
    "InternalError",
    "NotYetError",
    "RefusedError",
    "TimeIsUpError",
    "TooCostlyError",
    "UnknownModelError",
    "body_of",
    "checker_imports",
]


class RefusedError(IdeaError):
    """What is refused for a reason other than wrong input."""

    status = 400
    code = ""
    """Names the reason to programs; the page has a translation of each."""
    retry: int | None = None
    """Seconds after which to ask again."""


class ForbiddenError(RefusedError):
    """A request from a foreign page, or by a foreign name."""

    status = 403
    code = "forbidden"


class UnknownModelError(RefusedError):
    """A model that isn't there, or isn't any more."""

    status = 404
    code = "unknown"


class BusyError(RefusedError):
    """As many requests of a kind are under way as may be."""

    status = 429
    code = "busy"
    retry = 5


class NotYetError(RefusedError):
    """Something that the server still has to get."""

    status = 503
    code = "not_yet"
    retry = 3


class TimeIsUpError(RefusedError):
    """The time that a request may take is over."""

    status = 503
    code = "timeout"


class TooCostlyError(RefusedError):
    """An opened graph needs more memory than it may have, or its process has ended."""

    status = 503
    code = "too_costly"


class ClientLeftError(RefusedError):
    """The client has closed its connection: nobody reads the answer."""

    status = 499  # as nginx logs it
    code = "left"


class InternalError(RefusedError):
    """A fault of this program's own."""

    status = 500
    code = "failed"


def body_of(text: str, code: str = "") -> dict[str, str]:
    """Return the JSON of a refusal: its sentence, and the code if there is one."""
    return {"error": text, "code": code} if code else {"error": text}


def checker_imports() -> contextlib.AbstractContextManager[None]:
    """Turn a block's ImportErrors into the error that names the packages of the checker."""
    return optional_imports("the checker", "flask waitress threadpoolctl")
