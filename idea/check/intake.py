"""Which requests are received: decided from their headers, before their bodies come.

waitress receives a body whole, the larger part of it on disk, before the application sees anything
of it. So what a stranger could fill the disk with is refused here.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Collection, Iterator
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import Error
from werkzeug.sansio.utils import get_host

from idea.check.errors import BusyError, RefusedError, body_of
from idea.check.limits import Limits
from idea.check.request_body import FORM
from idea.check.security import require_own

__all__ = ["channel_class"]

_SLOWEST = 100_000  # bytes a second
_START = 30  # seconds that a request may take besides
_LONGEST_LINE = 4096  # bytes between chunks; waitress rescans them with each packet


def channel_class(hosts: Collection[str], limits: Limits) -> type[HTTPChannel]:
    """Make the class of a server's connections.

    Parameters
    ----------
    hosts
        The names that it is asked by.
    limits
        How large bodies may be.

    Returns
    -------
    type
        To be the server's ``channel_class``.
    """

    class Channel(HTTPChannel):
        """A connection."""

        def __init__(self, server: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(server, *args, **kwargs)
            self.parser_class = functools.partial(  # type: ignore[assignment]
                _Parser, hosts=hosts, limits=limits, server=server
            )

        def check_client_disconnected(self) -> bool:  # type: ignore[override]  # by the stubs
            """Return whether nobody reads an answer: the client has left, or the server ends.

            Threads that still computed when Python ends would take the process down.
            """
            left = bool(super().check_client_disconnected())
            return left or self.server.task_dispatcher.stop_count > 0

        def handle_close(self) -> None:
            super().handle_close()
            if self.request is not None:  # which will never be whole
                self.request.close()
                self.request = None

    return Channel


class _TooLargeError(RefusedError):
    status = 413
    code = "too_large"


class _TooSlowError(RefusedError):
    status = 408
    code = "timeout"


class _Parser(HTTPRequestParser):
    """A request on its way."""

    large = 0
    """Bytes that its body may come to, where that isn't small."""

    def __init__(
        self, adj: Adjustments, *, hosts: Collection[str], limits: Limits, server: Any
    ) -> None:
        super().__init__(adj)
        self._hosts = hosts
        self._limits = limits
        self._server = server
        self._began = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; what waitress doesn't foresee is refused like what it does."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # of an address, such as a bracket that isn't closed
            raise ParsingError("Bad URI") from error

    def received(self, data: bytes) -> int:
        """Take what comes next; give how much of it belongs to this request."""
        had_headers = self.headers_finished
        consumed = super().received(data)
        if self.error is None:
            try:
                if self.body_rcv is not None:
                    if not had_headers:
                        self._admit()
                    self._check_size()
                self._check_speed()
            except RefusedError as error:
                self.large = 0
                self.error = _Refusal(error)
                self.completed = True
                self.expect_continue = False  # or waitress would ask for the body
        return consumed

    def _admit(self) -> None:
        """Refuse a body that is too large, foreign, or one too many at a time."""
        files = {"/api/models": self._limits.file, "/send": self._limits.picture}
        path = str(self.path)  # type: ignore[attr-defined]  # which the stubs lack
        self._most = self._limits.body
        if path in files and not self.chunked:  # of these nobody knows how long they are
            self._most = files[path] + FORM
        size = self._most if self.chunked else self.content_length
        if size > self._limits.small:
            self._require_own(path)
            if size > self._most:
                raise _TooLargeError(f"expected at most {self._most:,} bytes, found more")
            if size + sum(self._others()) > self._limits.uploads:
                raise BusyError("too much is being sent to this server: try again in a moment")
            self.large = size

    def _require_own(self, path: str) -> None:
        headers = {
            name: self.headers[key]
            for name, key in (("Origin", "ORIGIN"), ("Sec-Fetch-Site", "SEC_FETCH_SITE"))
            if key in self.headers
        }
        host = get_host(self.url_scheme, self.headers.get("HOST", ""))
        require_own(host, path, headers, self._hosts)

    def _others(self) -> Iterator[int]:
        """Return the sizes of all large bodies that are being received or worked on."""
        for channel in list(self._server.active_channels.values()):
            for request in (channel.request, *channel.requests):
                if isinstance(request, _Parser) and request is not self:
                    yield request.large

    def _check_size(self) -> None:
        lines = (getattr(self.body_rcv, name, b"") for name in ("control_line", "trailer"))
        if self.chunked and max(map(len, lines)) > _LONGEST_LINE:
            raise _TooLargeError(
                f"expected at most {_LONGEST_LINE:,} bytes between or after chunks, found more"
            )
        if self.body_bytes_received > self._most:
            raise _TooLargeError(f"expected at most {self._most:,} bytes, found more")

    def _check_speed(self) -> None:
        slowest = _START + self.body_bytes_received / _SLOWEST
        if not self.completed and time.monotonic() - self._began > slowest:
            raise _TooSlowError("the request comes too slowly")


class _Refusal(Error):  # noqa: N818  # it is no exception
    """A refusal as waitress answers it; the connection is closed then."""

    def __init__(self, error: RefusedError) -> None:
        super().__init__(str(error))
        self._error = error

    def to_response(self, ident: str | None = None) -> Any:  # noqa: ARG002
        headers = [("Content-Type", "application/json")]
        if self._error.retry:
            headers.append(("Retry-After", str(self._error.retry)))
        body = json.dumps(body_of(self.body, self._error.code)).encode()
        return f"{self._error.status} Refused", headers, body
