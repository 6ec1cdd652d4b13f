"""Host names that a server accepts."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
from collections.abc import Iterable

from idea.errors import OptionError

__all__ = ["LOCALHOST", "allowed_hosts", "external_address", "normalise_host", "normalise_hosts"]

LOCALHOST = frozenset({"localhost"})
"""The name that every machine resolves to itself, so that no page of another site has it."""

_LONGEST = 253
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


def normalise_host(text: str) -> str:
    """Return a host name in the form that browsers send.

    Parameters
    ----------
    text
        A name such as ``digits.example.org``, without scheme and port, or an IP address.

    Returns
    -------
    str
        The name in lower case; an international name in its ASCII form.

    Raises
    ------
    OptionError
        If it is no valid host name.

    Examples
    --------
    >>> normalise_host("Bücher.example")
    'xn--bcher-kva.example'
    """
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(text))
    try:
        name = text.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:  # an empty label, one that is too long, or half a character
        name = ""
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise OptionError(f"expected a host name, such as digits.example.org, found {text!r:.80}")
    return name


def normalise_hosts(texts: Iterable[str] | None) -> frozenset[str]:
    """Return host names in the form that browsers send.

    Parameters
    ----------
    texts
        Names as `normalise_host` takes them; None stands for `LOCALHOST`.

    Returns
    -------
    frozenset of str
        The normalised names.

    Raises
    ------
    OptionError
        If one is no valid host name.

    Examples
    --------
    >>> normalise_hosts(None) == LOCALHOST
    True
    """
    if isinstance(texts, str):
        raise OptionError(f"hosts: expected a list of names, found the string {texts!r:.80}")
    return LOCALHOST if texts is None else frozenset(map(normalise_host, texts))


def allowed_hosts(host: str) -> set[str]:
    """Return the host names to accept at an address.

    Parameters
    ----------
    host
        The address to serve at.

    Returns
    -------
    set of str
        ``localhost``, and this machine's names unless the address is a loopback one.

    Examples
    --------
    >>> allowed_hosts("127.0.0.1")
    {'localhost'}
    """
    names = set(LOCALHOST)
    if host in ("127.0.0.1", "::1", *LOCALHOST):
        return names
    machine = socket.gethostname()
    for text in (host, machine, f"{machine}.local", socket.getfqdn()):
        with contextlib.suppress(OptionError):  # browsers send valid names only
            names.add(normalise_host(text))
    return names


def external_address() -> str:
    """Return the address at which other machines can reach this one.

    Returns
    -------
    str
        The address of outgoing packets, or without a network the machine's name.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation; nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
