"""Who may ask, and what a browser may do with the answers."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, request

from idea.check.errors import ForbiddenError

__all__ = ["add_guard", "require_own"]


# Everything comes from the server itself: no inline script or style, nothing from elsewhere.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class _Headers(Protocol):
    def get(self, name: str, /) -> str | None: ...


def add_guard(app: Flask, hosts: Collection[str]) -> None:
    """Make an application refuse foreign requests, and add headers to its responses.

    Parameters
    ----------
    app
        To be changed.
    hosts
        The names it may be asked by besides IP addresses, in small letters.
    """

    def check() -> None:
        require_own(request.host, request.path, request.headers, hosts)

    app.before_request(check)
    app.after_request(_mark)


def require_own(host: str, path: str, headers: _Headers, hosts: Collection[str]) -> None:
    """Refuse foreign requests.

    Parameters
    ----------
    host
        The name that is asked, perhaps with a port.
    path
        What is asked for.
    headers
        Of the request: ``Origin`` and ``Sec-Fetch-Site`` are looked at.
    hosts
        As in `add_guard`.

    Raises
    ------
    ForbiddenError
        If the name isn't one of the hosts, or another site's page asks.
    """
    # A foreign page can make a name of its own mean this machine; it can't do so with an address.
    name = (_split(f"//{host}").hostname or "").rstrip(".")
    if name not in hosts and not _is_address(name):
        raise ForbiddenError(f"this checker is not asked by the name {host:.100}")
    # A link there may lead to the page.
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    foreign = origin is not None and _split(origin).netloc != host
    embedded = site not in ("same-origin", "none", None) and path != "/"
    if foreign or embedded:
        raise ForbiddenError("requests from the pages of other sites are refused")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError as error:  # such as a bracket that isn't closed
        raise ForbiddenError(f"expected an address, found {address!r:.60}") from error


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _mark(response: Response) -> Response:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
