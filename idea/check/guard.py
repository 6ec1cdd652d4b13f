"""Who may ask, and what a browser may do with the answers."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, request

from idea.check.errors import ForbiddenError

__all__ = ["add_guard"]

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


def add_guard(app: Flask, hosts: Collection[str] | None) -> None:
    """Let an application refuse foreign requests, and mark its answers.

    Parameters
    ----------
    app
        To be changed.
    hosts
        The names it may be asked by besides IP addresses; None is any.
    """

    def check() -> None:
        _check_host(hosts)
        _check_origin()

    app.before_request(check)
    app.after_request(_mark)


def _check_host(hosts: Collection[str] | None) -> None:
    """Refuse other names: a foreign page can make one of its own mean this machine.

    It can't do so with an address.
    """
    name = _split(f"//{request.host}").hostname or ""
    if hosts is not None and name not in hosts and not _is_address(name):
        raise ForbiddenError(f"this checker is not asked by the name {request.host}")


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


def _check_origin() -> None:
    """Refuse what another site's page asks; but a link there may lead to the page."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    foreign = origin is not None and _split(origin).netloc != request.host
    embedded = site not in ("same-origin", "none") and request.path != "/"
    if foreign or embedded:
        raise ForbiddenError("requests from the pages of other sites are refused")


def _mark(response: Response) -> Response:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
