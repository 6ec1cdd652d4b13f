"""Serve the page where one draws and a network classifies: `python -m idea.check --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import logging
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idea.check.access import MAX_PROXIES, Access, normalise_origin
from idea.check.errors import checker_imports
from idea.check.export import write_site
from idea.check.exported.hdf5_reader import PACKAGE as HDF5_PACKAGE
from idea.check.hosts import LOCALHOST, allowed_hosts, normalise_host
from idea.check.join import address_for_others, join_json, qr_text
from idea.check.limits import Limits
from idea.check.serving import listen, make_server
from idea.check.train.site import NO_FILES, train_files
from idea.cli.common import (
    MODEL_HELP,
    Parser,
    add_task,
    named_path,
    run,
    task_options,
    whole_number,
)
from idea.cli.streams import output, show
from idea.errors import OptionError
from idea.files.write import check_folder
from idea.task_options import TaskOptions

if TYPE_CHECKING:
    from flask import Flask

_PORT = 2828
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # all of this machine's addresses
_EPILOG = (
    "examples:\n"
    "  python -m idea.check                       served on this machine only\n"
    "  python -m idea.check --model convnet       start with another network\n"
    "  python -m idea.check --host 0.0.0.0        for a class: reachable by everyone on your\n"
    "                                             local network, without a password; terminal\n"
    "                                             and page show the address as a QR code\n"
    "  python -m idea.check --name digits.example.org --proxies 1\n"
    "                                             behind a reverse proxy\n"
    "  python -m idea.check --allow-origin https://example.org\n"
    "                                             pages of that site may send drawings\n"
    "  python -m idea.check --export site         files for any web host, without a server\n\n"
    "exit status: 0 success, 2 invalid input"
)


def main() -> int:
    """Parse the command line; serve until Ctrl-C, or write the site; return the exit status."""
    args = parser().parse_args()
    given = task_options(args)
    if args.export is not None:
        training = not args.without_training
        return _export(args.export, args.model, given, args.address or "", train=training)
    if args.address is not None:
        raise OptionError("--address is for --export")
    with checker_imports():
        from idea.check.app import make_app
    access = Access(
        LOCALHOST | set(args.name),
        frozenset(allowed_hosts(args.host)),
        frozenset(args.allow_origin),
        args.proxies,
    )
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it logs each client that disconnects
    ports = [_PORT, 0] if args.port is None else [args.port]
    app = make_app(args.model, given, access, Limits())
    server_socket = listen(args.host, ports)
    # Not what was typed: "0" and "*" may stand for all addresses, too.
    bound = server_socket.getsockname()[0]
    server = make_server(app, server_socket)
    host = "127.0.0.1" if bound in _EVERYWHERE else args.host
    address = f"http://{_named(host)}:{server.effective_port}/"
    show(f"serving at {address}   (Ctrl-C ends it)")
    _show_to_others(app, address_for_others(bound, args.host, server.effective_port), address)
    if not args.no_browser:
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
    # As the first process of a container, one without a handler can't be ended so.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.run()  # it returns on Ctrl-C
    return 0


def _export(
    folder: Path, model: str | None, given: TaskOptions, address: str, *, train: bool
) -> int:
    check_folder(folder)  # before anything is fetched
    files = train_files(lambda text: print(text, file=sys.stderr)) if train else NO_FILES
    site = write_site(folder, model, given, files, address=address)
    for text in files.missing:
        show(f"left out: {text}")
    for name in site.missing:
        show(f"left out: the training images of {name}, among which the page finds the nearest;")
        show(f"""python -c 'import idea; idea.load_dataset("{name}")' downloads them""")
    if not site.reads_hdf5:
        show(
            f"left out: what reads Keras's files, {HDF5_PACKAGE}, which needs npm and its registry"
        )
    size = sum(path.stat().st_size for path in site.files)
    show(f"{folder}: {len(site.files)} files, {size / 1e6:.1f} MB; try it with")
    show(f"python -m http.server --bind 127.0.0.1 --directory {folder}")
    return 0


def _show_to_others(app: Flask, others: str | None, own: str) -> None:
    """Print the address for others, and let the page show it."""
    if others is None:
        return
    app.config["JOIN"] = join_json(others)
    if others != own:
        show(f"and for others at {others}")
    code = qr_text(others, output())
    if code is not None:
        show(code)


def _named(host: str) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def _site_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise OptionError(f"expected an address such as https://example.org/idea/, not {text!r}")
    return text


def _port(text: str) -> int:
    port = whole_number(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port, 0…65535, not {text!r}")
    return port


def _proxies(text: str) -> int:
    count = whole_number(text)
    if not 0 <= count <= MAX_PROXIES:
        raise argparse.ArgumentTypeError(f"expected a number, 0…{MAX_PROXIES}, not {text!r}")
    return count


def _checked(normalise: Callable[[str], str]) -> Callable[[str], str]:
    """Return the type of an argument, whose errors argparse then prints."""

    def parse(text: str) -> str:
        try:
            return normalise(text)
        except OptionError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse


def parser() -> argparse.ArgumentParser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.check",
        description="Open a page in the browser where you draw and see a network's "
        "predictions as you draw, watch searches for its ideas, and find flips that fool it.",
        epilog=_EPILOG,
    )
    _add_serving(parser)
    parser.add_argument("--model", metavar="NAME|FILE", help=f"initial network: {MODEL_HELP}")
    add_task(parser)
    parser.add_argument("--no-browser", action="store_true", help="don't open the browser")
    _add_export(parser)
    return parser


def _add_serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve at (default: %(default)s)"
    )
    parser.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=f"port; 0 selects a free port (default: {_PORT}, or a free port if that is in use)",
    )
    parser.add_argument(
        "--name",
        type=_checked(normalise_host),
        action="append",
        default=[],
        metavar="HOST",
        help="additional host name to accept, such as that of a reverse proxy; repeatable (IP "
        "addresses and localhost are always accepted, this machine's own names if it serves other "
        "machines); a page at https://HOST is this server's, whatever Host the proxy sends",
    )
    parser.add_argument(
        "--proxies",
        type=_proxies,
        default=0,
        metavar="N",
        help="number of reverse proxies in front whose X-Forwarded-Host, -Proto, -Port and -For "
        "are trusted; each must set them (default: %(default)s)",
    )
    parser.add_argument(
        "--allow-origin",
        type=_checked(normalise_origin),
        action="append",
        default=[],
        metavar="ORIGIN",
        help="another site, such as https://example.org, whose pages may send requests and read "
        "the responses (CORS); repeatable",
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--export",
        type=named_path,
        metavar="DIR",
        help="write the page as a static site that does everything in the browser, also without a "
        "network after the first visit, then exit; it holds the bundled networks and --model, an "
        "MLP or a CNN, the training images of their data sets that this machine has, and what the "
        "panel Train needs: TensorFlow.js and digits, fetched for the first time",
    )
    parser.add_argument(
        "--without-training",
        action="store_true",
        help="with --export: leave out what the panel Train needs, 4 to 9 MB",
    )
    parser.add_argument(
        "--address",
        type=_checked(_site_address),
        metavar="URL",
        help="with --export: where the site will be, such as https://example.org/idea/, for the "
        "picture that services show beside links to it",
    )


if __name__ == "__main__":
    sys.exit(run(main))
