"""Serve the page where one draws digits: `python -m idea.check --help`."""

from __future__ import annotations

import argparse
import logging
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

from idea.check import Limits, create_app
from idea.check.errors import missing
from idea.check.site import write_site
from idea.command import MODEL_HELP, HelpFormatter, named_path, run
from idea.errors import OptionError

_PORT = 2828
_LOOPBACK = ("localhost", "127.0.0.1", "::1")  # the names of this machine for itself
_THREADS = 16


def main() -> int:
    """Parse the command line; serve until Ctrl-C, or write the site; give the exit status."""
    args = _parser().parse_args()
    if args.export is not None:
        return _export(args.export, args.model)
    hosts = _LOOPBACK if args.host in _LOOPBACK else None
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it tells of clients that leave
    server = _server(create_app(args.model, hosts=hosts), args.host, args.port)
    address = f"http://{_named(args.host)}:{server.effective_port}/"
    print(f"the checker is at {address}   (Ctrl-C ends it)", flush=True)
    if not args.no_browser:
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
    server.run()  # it returns on Ctrl-C
    return 0


def _export(folder: Path, model: str | None) -> int:
    written = write_site(folder, model)
    size = sum(path.stat().st_size for path in written)
    print(f"{folder}: {len(written)} files, {size / 1e6:.1f} MB; try it with")
    print(f"python -m http.server --bind 127.0.0.1 --directory {folder}")
    return 0


def _server(app: Any, host: str, port: int | None) -> Any:
    """Bind, so that a browser that is opened now finds the page."""
    try:
        from waitress.server import create_server
    except ImportError as error:
        raise missing(error) from error
    return create_server(
        app,
        sockets=[_socket(host, [_PORT, 0] if port is None else [port])],
        threads=_THREADS,
        ident=None,
        # Room for a model's file and what a form says around it.
        max_request_body_size=Limits.file + 1_000_000,
        channel_request_lookahead=1,  # lets a search see that its client has left
    )


def _socket(host: str, ports: list[int]) -> socket.socket:
    """Listen on the first of the ports that is free; 0 is any."""
    for port in ports:
        try:
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address, family=family)
        except OSError as error:
            failure = str(error.strerror).partition(" (")[0]  # Python adds the address
    raise OptionError(
        f"can't serve at {host}, port {ports[-1]}: {failure}; name another --host or --port"
    )


def _named(host: str) -> str:
    """Give a name by which this machine's browser can ask."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  # all of this machine's addresses
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port, 0…65535, not {text!r}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m idea.check",
        description="Open a page in the browser where you draw digits and see at once what a "
        "network makes of them, watch it search for its ideas, and fool it.",
        epilog="examples:\n"
        "  python -m idea.check                       on this machine, for nobody else\n"
        "  python -m idea.check --model convnet       begin with another network\n"
        "  python -m idea.check --host 0.0.0.0        for everybody in your network: there is\n"
        "                                             no password\n"
        "  python -m idea.check --export site         files for any web host, without a server\n\n"
        "exit status: 0 done, 2 wrong input",
        formatter_class=HelpFormatter,
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve at (default: %(default)s)"
    )
    parser.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=f"port; 0 is any that is free (default: {_PORT}, or any if that is taken)",
    )
    parser.add_argument("--model", metavar="NAME|FILE", help=f"to begin with: {MODEL_HELP}")
    parser.add_argument("--no-browser", action="store_true", help="don't open the browser")
    parser.add_argument(
        "--export",
        type=named_path,
        metavar="DIR",
        help="write the page as a static site, which classifies in the browser, and serve nothing; "
        "of the networks it has those that a .dat can hold",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
