"""Rejection of requests by their headers, before their bodies are received.

waitress stores a whole body, mostly on disk, before it calls the application. So that uploads can't
fill the disk, oversized bodies are rejected here.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterator
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import Error
from werkzeug.wrappers import Request

from idea.check.access import Access
from idea.check.body.form import FORM_OVERHEAD
from idea.check.errors import BusyError, RequestError, error_body
from idea.check.limits import Limits
from idea.check.security import cors_headers, require_access

__all__ = ["channel_class"]

_SLOWEST = 100_000  # bytes a second
_START = 30  # seconds that a request may take in addition
_LONGEST_LINE = 4096  # bytes between chunks; waitress rescans them with each packet


def channel_class(access: Access, limits: Limits) -> type[HTTPChannel]:
    """Return the class of a server's connections.

    Parameters
    ----------
    access
        Whose requests to accept.
    limits
        Sizes of bodies.

    Returns
    -------
    type
        The server's ``channel_class``.
    """

    class Channel(HTTPChannel):
        """A connection."""

        def __init__(self, server: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(server, *args, **kwargs)
            self.parser_class = functools.partial(  # type: ignore[assignment]
                _Parser, access=access, limits=limits, server=server
            )

        def check_client_disconnected(self) -> bool:  # type: ignore[override]  # by the stubs
            """Return whether the client has disconnected or the server is shutting down.

            Threads that compute while Python shuts down would crash the process.
            """
            disconnected = bool(super().check_client_disconnected())
            return disconnected or self.server.task_dispatcher.stop_count > 0

        def handle_close(self) -> None:
            super().handle_close()
            if self.request is not None:  # received in part
                self.request.close()
                self.request = None

    return Channel


class _TooLargeError(RequestError):
    status = 413
    code = "too_large"


class _TooSlowError(RequestError):
    status = 408
    code = "timeout"


class _MalformedError(RequestError):
    """A request that waitress can't parse."""

    def __init__(self, error: Error) -> None:
        super().__init__(str(error.body))
        self.status = error.code
        self.code = error.reason.lower().replace(" ", "_")


class _Parser(HTTPRequestParser):
    """A request that is being received."""

    large_body_size = 0
    """Bytes that a large body may have; 0 for a small one."""

    def __init__(self, adj: Adjustments, *, access: Access, limits: Limits, server: Any) -> None:
        super().__init__(adj)
        self._access = access
        self._limits = limits
        self._server = server
        self._began = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers; errors that waitress misses become a `ParsingError`, too."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # of an address, such as a bracket that isn't closed
            raise ParsingError("Bad URI") from error

    def received(self, data: bytes) -> int:
        """Process received data; return how many bytes of it belong to this request."""
        had_headers = self.headers_finished
        consumed = super().received(data)
        if self.error is not None:  # of waitress, in plain text
            self.error = _ErrorResponse(_MalformedError(self.error), {})
        else:
            try:
                if self.body_rcv is not None:
                    if not had_headers:
                        self._check_headers()
                    self._check_size()
                self._check_speed()
            except RequestError as error:
                self.large_body_size = 0
                self.error = _ErrorResponse(error, cors_headers(self._request(), self._access))
                self.completed = True
                self.expect_continue = False  # or waitress would request the body
        return consumed

    def _check_headers(self) -> None:
        """Reject a body that is too large, from another site, or one too many at a time."""
        files = {"/api/models": self._limits.file, "/send": self._limits.picture}
        path = str(self.path)  # type: ignore[attr-defined]  # which the stubs lack
        self._max_size = self._limits.body
        if path in files and not self.chunked:  # the size of a chunked one is unknown
            self._max_size = files[path] + FORM_OVERHEAD
        size = self._max_size if self.chunked else self.content_length
        if size > self._limits.small_body:
            require_access(self._request(), self._access)
            if size > self._max_size:
                raise _TooLargeError(f"expected at most {self._max_size:,} bytes, found more")
            if size + sum(self._other_body_sizes()) > self._limits.uploads:
                raise BusyError("too many large requests are in progress: try again in a moment")
            self.large_body_size = size

    def _request(self) -> Request:
        """Return the request as the application will see it, without its body."""
        environ = {
            "REQUEST_METHOD": "POST",  # no other has a body
            "PATH_INFO": getattr(self, "path", ""),  # missing until the headers have arrived
            "SERVER_PORT": str(self._server.effective_port),
            "wsgi.url_scheme": self.adj.url_scheme,
            **{f"HTTP_{name}": value for name, value in self.headers.items()},
        }
        return Request(self._access.behind_proxies(lambda environ, _: environ)(environ, None))

    def _other_body_sizes(self) -> Iterator[int]:
        """Return the sizes of all other large bodies that are being received or processed."""
        for channel in list(self._server.active_channels.values()):
            for request in (channel.request, *channel.requests):
                if isinstance(request, _Parser) and request is not self:
                    yield request.large_body_size

    def _check_size(self) -> None:
        lines = (getattr(self.body_rcv, name, b"") for name in ("control_line", "trailer"))
        if self.chunked and max(map(len, lines)) > _LONGEST_LINE:
            raise _TooLargeError(
                f"expected at most {_LONGEST_LINE:,} bytes between or after chunks, found more"
            )
        if self.body_bytes_received > self._max_size:
            raise _TooLargeError(f"expected at most {self._max_size:,} bytes, found more")

    def _check_speed(self) -> None:
        slowest = _START + self.body_bytes_received / _SLOWEST
        if not self.completed and time.monotonic() - self._began > slowest:
            raise _TooSlowError("the request was received too slowly")


class _ErrorResponse(Error):  # noqa: N818  # not an exception
    """A `RequestError` as waitress sends it, before it closes the connection."""

    def __init__(self, error: RequestError, headers: dict[str, str]) -> None:
        super().__init__(str(error))
        self._error = error
        self._headers = headers

    def to_response(self, ident: str | None = None) -> Any:  # noqa: ARG002
        headers = [("Content-Type", "application/json"), *self._headers.items()]
        if self._error.retry:
            headers.append(("Retry-After", str(self._error.retry)))
        body = json.dumps(error_body(self.body, self._error.code)).encode()
        return f"{self._error.status} Refused", headers, body
