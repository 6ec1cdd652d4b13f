"""Serving the application: a socket, and a server that bears many clients."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from idea.check.errors import checker_imports
from idea.errors import OptionError

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["listen", "make_server"]

_THREADS = 16


def make_server(app: Flask, listening: socket.socket) -> Any:
    """Make a server; its ``run`` serves until Ctrl-C.

    Parameters
    ----------
    app
        The application, of `idea.check.create_app`.
    listening
        Where it is asked.

    Returns
    -------
    waitress.server.BaseWSGIServer
        Ready to run.

    Raises
    ------
    MissingPackageError
        If waitress is not installed.
    """
    with checker_imports():
        from waitress.server import create_server

        from idea.check.intake import channel_class
    limits = app.config["LIMITS"]
    server: Any = create_server(
        app,
        sockets=[listening],
        threads=_THREADS,
        ident=None,
        # `intake` knows better; what waitress itself refuses would be waited for if its client asks
        # by "Expect: 100-continue".
        max_request_body_size=1 << 40,
        max_request_header_size=32_000,
        channel_request_lookahead=1,  # lets a request see that its client has left
        # A browser keeps half a dozen connections; many that idle or dawdle must not shut others
        # out.
        connection_limit=1000,
        channel_timeout=30,
        cleanup_interval=5,
        asyncore_use_poll=True,
    )
    server.channel_class = channel_class(app.config["HOSTS"], limits)
    return server


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
            if not host:  # which would be all addresses
                raise ValueError
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address, family=family)
        except OSError as error:
            failure = str(error.strerror).partition(" (")[0]  # Python adds the address
        except ValueError:  # of idna, or a NUL
            failure = "that is no name"
    raise OptionError(
        f"can't serve at {host if host.isprintable() and host else repr(host)}, port {port}: "
        f"{failure}; name another --host or --port"
    )
