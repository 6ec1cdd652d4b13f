"""Who may send requests: the names of the server, and the pages of other origins."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from idea.check.hosts import LOCALHOST, normalise_host
from idea.errors import OptionError

__all__ = [
    "MAX_PROXIES",
    "Access",
    "Address",
    "is_ip_address",
    "is_loopback",
    "normalise_origin",
    "normalise_origins",
]

MAX_PROXIES = 100
"""The largest number of proxies."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Access:
    """The names of a server, and whose requests it accepts."""

    names: frozenset[str] = LOCALHOST
    """Host names that were given for it. A page at one of them, at the usual port of its scheme, is
    the server's own, seen through a proxy."""
    machine: frozenset[str] = frozenset()
    """Other names of the machine, where programs besides this one may be served."""
    origins: frozenset[str] = frozenset()
    """Origins of other sites whose pages may send requests."""
    proxies: int = 0
    """Proxies in front whose X-Forwarded headers are trusted."""

    @property
    def hosts(self) -> frozenset[str]:
        """All host names to accept besides IP addresses."""
        return self.names | self.machine

    def behind_proxies(self, application: Any) -> Any:
        """Return a WSGI application that sees requests as the first trusted proxy received them."""
        from werkzeug.middleware.proxy_fix import ProxyFix  # not needed to export the site

        n = self.proxies
        return ProxyFix(application, n, n, n, n) if n else application


class Address(NamedTuple):
    """The host and the port of an address."""

    name: str
    """In lower case, empty if there is none."""
    port: int
    """By default the usual one of the scheme, or 0."""
    usual: int
    """The usual port of the scheme, or 0."""

    @classmethod
    def parse(cls, text: str, scheme: str = "") -> Address:
        """Return the host of a URL, or of ``//host:port`` for a scheme.

        Raises
        ------
        ValueError
            If it is no URL, such as one with a bracket that isn't closed.

        Examples
        --------
        >>> Address.parse("//Example.org", "https")
        Address(name='example.org', port=443, usual=443)
        """
        split = urlsplit(text)
        usual = _PORTS.get(scheme or split.scheme, 0)
        return cls((split.hostname or "").rstrip("."), split.port or usual, usual)


def is_ip_address(name: str) -> bool:
    """Return whether a host is an IP address.

    >>> is_ip_address("::1"), is_ip_address("localhost")
    (True, False)
    """
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Return whether a host always is the machine itself.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("192.168.0.7")
    (True, True, False)
    """
    return name in LOCALHOST or (is_ip_address(name) and ipaddress.ip_address(name).is_loopback)


def normalise_origin(text: str) -> str:
    """Return an origin in the form that browsers send.

    Parameters
    ----------
    text
        Such as ``https://example.org`` or ``http://localhost:3000``: without a path.

    Returns
    -------
    str
        The origin in lower case, without the usual port of its scheme.

    Raises
    ------
    OptionError
        If it is no origin of web pages; ``*`` and ``null``, which any page can have, aren't.

    Examples
    --------
    >>> normalise_origin("https://Example.org:443/")
    'https://example.org'
    """
    try:
        split = urlsplit(text)
        rest = split._replace(scheme="", netloc="").geturl()
        if split.scheme not in _PORTS or "@" in split.netloc or rest not in ("", "/"):
            raise ValueError
        address = Address.parse(text)
        name = normalise_host(address.name)
    except ValueError as error:  # also an OptionError of the name
        raise OptionError(
            "expected an origin, such as https://example.org or http://localhost:3000, "
            f"found {text!r:.80}"
        ) from error
    shown = f"[{name}]" if ":" in name else name
    port = "" if address.port == address.usual else f":{address.port}"
    return f"{split.scheme}://{shown}{port}"


def normalise_origins(texts: Iterable[str]) -> frozenset[str]:
    """Return origins in the form that browsers send; a single string is refused."""
    if isinstance(texts, str):
        raise OptionError(f"allow_origins: expected a list, found the string {texts!r:.80}")
    return frozenset(map(normalise_origin, texts))
