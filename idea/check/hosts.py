"""The names by which a server is asked."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
from collections.abc import Iterable

from idea.errors import OptionError

__all__ = ["LOCAL", "host_name", "host_names", "names_of", "outside"]

LOCAL = frozenset({"localhost"})
"""The name that means the visitor's own machine everywhere: no foreign page can have it."""

_LONGEST = 253
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


def host_name(text: str) -> str:
    """Bring a name to the form that browsers send.

    Parameters
    ----------
    text
        Such as ``digits.example.org``, without scheme and port; or an IP address.

    Returns
    -------
    str
        In small letters; international names in their ASCII form.

    Raises
    ------
    OptionError
        If it is no name.

    Examples
    --------
    >>> host_name("Bücher.example")
    'xn--bcher-kva.example'
    """
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(text))
    try:
        name = text.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:  # an empty label, one that is too long, or half a character
        name = ""
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise OptionError(f"expected a host's name, such as digits.example.org, found {text!r:.80}")
    return name


def host_names(texts: Iterable[str] | None) -> frozenset[str]:
    """Read the names that an application is given.

    Parameters
    ----------
    texts
        See `host_name`; None stands for `LOCAL`.

    Returns
    -------
    frozenset of str
        The names.

    Raises
    ------
    OptionError
        If one is no name.

    Examples
    --------
    >>> host_names(None) == LOCAL
    True
    """
    if isinstance(texts, str):
        raise OptionError(f"hosts: expected several names, such as [{texts!r:.80}], found one")
    return LOCAL if texts is None else frozenset(map(host_name, texts))


def names_of(host: str) -> set[str]:
    """Return the host names of an application that is served at an address.

    Parameters
    ----------
    host
        Where it is served.

    Returns
    -------
    set of str
        At an address that only this machine has, only ``localhost``.

    Examples
    --------
    >>> names_of("127.0.0.1")
    {'localhost'}
    """
    names = set(LOCAL)
    if host in ("127.0.0.1", "::1", *LOCAL):
        return names
    own = socket.gethostname()
    for text in (host, own, f"{own}.local", socket.getfqdn()):
        with contextlib.suppress(OptionError):  # no browser asks by what is no name
            names.add(host_name(text))
    return names


def outside() -> str:
    """Return the address by which other machines reach this one: that which it would send from.

    Returns
    -------
    str
        An address, or where it has none but its own, its name.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # of no machine; nothing is sent
            return str(asking.getsockname()[0])
        except OSError:
            return socket.gethostname()
