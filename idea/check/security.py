"""Host and origin checks, and security headers."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, request

from idea.check.errors import ForbiddenError

__all__ = ["add_security_checks", "require_same_origin"]


# Scripts, styles and data come from this server only, and none are inline.
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


def add_security_checks(app: Flask, hosts: Collection[str]) -> None:
    """Reject requests from other sites, and add security headers to responses.

    Parameters
    ----------
    app
        The application to configure.
    hosts
        Host names to accept besides IP addresses, in lower case.
    """

    def check() -> None:
        require_same_origin(request.host, request.path, request.headers, hosts)

    app.before_request(check)
    app.after_request(_add_headers)


def require_same_origin(host: str, path: str, headers: _Headers, hosts: Collection[str]) -> None:
    """Reject requests to unknown hosts or from other sites.

    Parameters
    ----------
    host
        The requested host, perhaps with a port.
    path
        The requested path.
    headers
        The request's headers, of which ``Origin`` and ``Sec-Fetch-Site`` are used.
    hosts
        Host names to accept besides IP addresses, in lower case.

    Raises
    ------
    ForbiddenError
        If the host isn't accepted, or the request comes from another site's page.
    """
    # Another site can let its name resolve to this machine (DNS rebinding), but not an IP address.
    name = (_split(f"//{host}").hostname or "").rstrip(".")
    if name not in hosts and not _is_address(name):
        raise ForbiddenError(f"unknown host {host!r:.100}: allow it with --name")
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    foreign = origin is not None and _split(origin).netloc != host
    embedded = site not in ("same-origin", "none", None) and path != "/"  # links are allowed
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


def _add_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
