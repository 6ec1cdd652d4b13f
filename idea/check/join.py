"""How others reach the page: its address, and a QR code of that."""

from __future__ import annotations

import contextlib
import io
import ipaddress
from typing import Any, TextIO

from idea.check.hosts import external_address

__all__ = ["address_for_others", "join_json", "qr_text"]


def address_for_others(bound: str, host: str, port: int) -> str | None:
    """Return the address at which other machines reach a server.

    Parameters
    ----------
    bound
        The IP address that its socket is bound to.
    host
        The host as it was named.
    port
        The port.

    Returns
    -------
    str or None
        The address; None if only this machine reaches it.

    Examples
    --------
    >>> address_for_others("192.168.1.5", "192.168.1.5", 2828)
    'http://192.168.1.5:2828/'
    >>> address_for_others("127.0.0.1", "localhost", 2828)
    """
    ip = ipaddress.ip_address(bound.partition("%")[0])
    if ip.is_loopback:
        return None
    name = external_address() if ip.is_unspecified else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def join_json(address: str) -> dict[str, Any]:
    """Return what the page shows to those who are to join.

    Parameters
    ----------
    address
        The address for others.

    Returns
    -------
    dict
        ``address``, and ``code``: the rows of its QR code, "1" for a black module; None where
        segno, a package of the extra ``check``, is missing.

    Examples
    --------
    >>> join_json("http://192.168.1.5:2828/")["code"][0][:8]
    '11111110'
    """
    code = _qr_code(address)
    rows = code and ["".join(map(str, row)) for row in code.matrix]
    return {"address": address, "code": rows}


def qr_text(address: str, terminal: TextIO) -> str | None:
    """Return the QR code of an address for a terminal.

    Parameters
    ----------
    address
        The address.
    terminal
        The stream.

    Returns
    -------
    str or None
        Lines of block characters; None if the stream is no terminal or lacks these characters, or
        segno is missing.
    """
    code = _qr_code(address) if terminal.isatty() else None
    if code is None:
        return None
    text = io.StringIO()
    code.terminal(text, border=2, compact=True)
    with contextlib.suppress(UnicodeEncodeError, LookupError):
        text.getvalue().encode(terminal.encoding or "ascii")
        return text.getvalue().rstrip("\n")
    return None


def _qr_code(address: str) -> Any:
    """Return the code, or None: a page without one is of use, too."""
    try:
        import segno
    except ImportError:
        return None
    return segno.make_qr(address, error="m")
