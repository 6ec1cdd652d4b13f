"""Host and origin checks, and security headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.wrappers import Request

from idea.check.access import Access, Address, is_ip_address, is_loopback
from idea.check.errors import ForbiddenError

__all__ = ["add_security_checks", "cors_headers", "require_access"]


# Scripts, styles and data come from this server only, and none are inline.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
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
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


# Elsewhere browsers ignore it, and say so in the console.
_OF_SECURE_ADDRESSES = {"Cross-Origin-Opener-Policy": "same-origin"}
_HINT = ": --allow-origin allows them; behind a proxy, see --name and --proxies"
_ALLOW_ORIGIN = "Access-Control-Allow-Origin"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}


def add_security_checks(app: Flask, access: Access) -> None:
    """Reject requests from other sites, and add security headers to responses.

    Parameters
    ----------
    app
        The application to configure.
    access
        Whose requests to accept.
    """

    def check() -> None:
        require_access(request, access)

    def add_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if _is_secure(request):
            response.headers.update(_OF_SECURE_ADDRESSES)
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers.update(cors_headers(request, access))
        if request.method == "OPTIONS" and _ALLOW_ORIGIN in response.headers:
            response.headers.update(_PREFLIGHT)
        return response

    app.before_request(check)
    app.after_request(add_headers)


def _is_secure(request: Request) -> bool:
    """Return whether browsers trust the address: that of a TLS server, or of the machine itself."""
    # A proxy that isn't trusted otherwise may say so: the header restricts the page alone.
    schemes = (request.scheme, request.headers.get("X-Forwarded-Proto"))
    return "https" in schemes or is_loopback(urlsplit(f"//{request.host}").hostname or "")


def require_access(request: Request, access: Access) -> None:
    """Reject requests to unknown hosts or from other sites.

    Parameters
    ----------
    request
        The request, of which the headers ``Host``, ``Origin`` and ``Sec-Fetch-Site`` are used.
    access
        Whose requests to accept.

    Raises
    ------
    ForbiddenError
        If the host isn't accepted, or the request comes from another site's page.
    """
    received = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    # A page can set X-Forwarded-Host, but not Host: what has arrived is checked as well.
    for host in (request.host, received.get("HTTP_HOST") or request.host):
        _require_host(host, access)
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in access.origins:
        return
    if origin is not None and not _is_own(origin, site, request.host, received, access):
        raise _foreign(f"Origin: {origin!r:.80}", _HINT)
    if site not in ("same-origin", "none", None) and request.path != "/":  # links are allowed
        raise _foreign(f"Sec-Fetch-Site: {site!r:.80}")


def cors_headers(request: Request, access: Access) -> dict[str, str]:
    """Return the headers that let a page of another origin read a response, if it may."""
    if not access.origins:
        return {}
    headers = {"Vary": "Origin"}
    origin = request.headers.get("Origin")
    if origin in access.origins:
        headers |= {_ALLOW_ORIGIN: origin, "Access-Control-Expose-Headers": "Retry-After"}
    return headers


def _require_host(host: str, access: Access) -> None:
    # Another site can let its name resolve to this machine (DNS rebinding), but not an IP address.
    name = _address(f"//{host}").name
    if name not in access.hosts and not is_ip_address(name):
        raise ForbiddenError(f"unknown host {host!r:.100}: allow it with --name")


def _is_own(
    origin: str, site: str | None, host: str, received: Mapping[str, Any], access: Access
) -> bool:
    """Return whether an origin is the server's own, perhaps by another name, of a proxy."""
    page = _address(origin)
    if not page.usual:  # no page of the web, such as "null"
        return False
    if page == _address(f"//{host}", urlsplit(origin).scheme):
        return True
    if site == "same-origin":  # from the browser; then only the port may be unknown here
        return page.name in access.hosts or is_loopback(page.name)
    port = int(received.get("SERVER_PORT") or 0)
    if is_loopback(page.name):  # other ports are other programs of the machine
        return page.port == port
    return page.name in access.names and page.port in (page.usual, port)


def _address(text: str, scheme: str = "") -> Address:
    try:
        return Address.parse(text, scheme)
    except ValueError as error:  # such as a bracket that isn't closed
        raise ForbiddenError(f"expected an address, found {text.lstrip('/')!r:.60}") from error


def _foreign(found: str, hint: str = "") -> ForbiddenError:
    return ForbiddenError(f"requests from the pages of other sites are refused ({found}){hint}")
