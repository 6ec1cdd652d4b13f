"""Serving the application: a socket, and a server for many clients."""

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


def make_server(app: Flask, server_socket: socket.socket) -> Any:
    """Return a server, whose ``run`` serves until Ctrl-C.

    Parameters
    ----------
    app
        The application, created by `idea.check.create_app`.
    server_socket
        A listening socket, such as `listen` returns.

    Returns
    -------
    waitress.server.BaseWSGIServer
        The server.

    Raises
    ------
    MissingPackageError
        If waitress is not installed.
    """
    with checker_imports():
        from waitress.server import create_server

        from idea.check.request_parser import channel_class
    access, limits = app.config["ACCESS"], app.config["LIMITS"]
    server: Any = create_server(
        app,
        sockets=[server_socket],
        threads=_THREADS,
        ident=None,
        # `request_parser` checks the size. If waitress rejected a request itself, it would still
        # wait for the body after "Expect: 100-continue".
        max_request_body_size=1 << 40,
        max_request_header_size=32_000,
        channel_request_lookahead=1,  # needed to notice disconnected clients
        # A browser keeps half a dozen connections; idle and slow ones must not block others.
        connection_limit=1000,
        channel_timeout=30,
        cleanup_interval=5,
        asyncore_use_poll=True,
        # `Access.behind_proxies` reads these headers, if proxies are trusted.
        clear_untrusted_proxy_headers=not access.proxies,
    )
    server.channel_class = channel_class(access, limits)
    return server


def listen(host: str, ports: Iterable[int]) -> socket.socket:
    """Listen on the first free port.

    Parameters
    ----------
    host
        Name or address of this machine.
    ports
        Ports to try; 0 is any free port.

    Returns
    -------
    socket.socket
        The listening socket.

    Raises
    ------
    OptionError
        If the host is invalid, or no port is free.

    Examples
    --------
    >>> with listen("127.0.0.1", [0]) as server_socket:
    ...     server_socket.getsockname()[0]
    '127.0.0.1'
    """
    for port in ports:
        try:
            if not host:  # would mean all addresses
                raise ValueError
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address, family=family)
        except OSError as error:
            failure = str(error.strerror).partition(" (")[0]  # Python adds the address
        except ValueError:  # of idna, or a NUL
            failure = "invalid host name"
    raise OptionError(
        f"can't serve at {host if host.isprintable() and host else repr(host)}, port {port}: "
        f"{failure}; name another --host or --port"
    )
