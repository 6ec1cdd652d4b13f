"""Serving an application: sockets, names and addresses, and a server that bears many clients."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any

from idea.check.errors import missing
from idea.check.limits import Limits
from idea.errors import OptionError

__all__ = ["listen", "make_server", "names_of", "outside"]

_THREADS = 16


def make_server(app: Any, listening: socket.socket) -> Any:
    """Make a server; its ``run`` serves until Ctrl-C.

    Parameters
    ----------
    app
        A WSGI application.
    listening
        Where it is asked.

    Returns
    -------
    waitress.server.BaseWSGIServer
        Ready to run.

    Raises
    ------
    IdeaError
        If waitress is not installed.
    """
    try:
        from waitress.server import create_server
    except ImportError as error:
        raise missing(error) from error
    return create_server(
        app,
        sockets=[listening],
        threads=_THREADS,
        ident=None,
        # Room for a model's file and what a form says around it.
        max_request_body_size=Limits.file + 1_000_000,
        channel_request_lookahead=1,  # lets a search see that its client has left
        # A browser keeps half a dozen connections; many that idle or dawdle must not shut others
        # out.
        connection_limit=1000,
        channel_timeout=30,
        cleanup_interval=5,
        asyncore_use_poll=True,
    )


def listen(host: str, ports: Iterable[int]) -> socket.socket:
    """Listen on the first port that is free.

    Parameters
    ----------
    host
        A name or address of this machine.
    ports
        Which; 0 is any.

    Returns
    -------
    socket.socket
        Bound: clients may connect from now on.

    Raises
    ------
    OptionError
        If none is.

    Examples
    --------
    >>> with listen("127.0.0.1", [0]) as listening:
    ...     listening.getsockname()[0]
    '127.0.0.1'
    """
    for port in ports:
        try:
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address, family=family)
        except OSError as error:
            failure = str(error.strerror).partition(" (")[0]  # Python adds the address
    raise OptionError(
        f"can't serve at {host}, port {port}: {failure}; name another --host or --port"
    )


def names_of(host: str) -> set[str]:
    """Give the names by which an application is asked that is served at an address.

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
    if host in ("127.0.0.1", "::1", "localhost"):
        return {"localhost"}
    own = socket.gethostname()
    return {"localhost", host, own, f"{own}.local", socket.getfqdn()}


def outside() -> str:
    """Give the address by which others can ask: the one this machine would send from.

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
