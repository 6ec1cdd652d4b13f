"""How others reach the page."""

from __future__ import annotations

import io
import socket
import sys

import pytest

from idea.check import create_app
from idea.check.join import address_for_others, join_json, qr_text

ADDRESS = "http://192.168.1.5:2828/"


@pytest.mark.parametrize(
    ("bound", "host", "address"),
    [
        ("127.0.0.1", "localhost", None),
        ("127.0.0.2", "127.0.0.2", None),
        ("::1", "::1", None),
        ("192.168.1.5", "192.168.1.5", ADDRESS),
        ("192.168.1.5", "lab.example", "http://lab.example:2828/"),
        ("fe80::1%eth0", "fe80::1%eth0", "http://[fe80::1%eth0]:2828/"),
    ],
)
def test_the_address_for_others(bound, host, address):
    assert address_for_others(bound, host, 2828) == address


def test_at_all_addresses_it_is_that_of_outgoing_packets():
    address = address_for_others("0.0.0.0", "0", 80)  # noqa: S104
    name = address.removeprefix("http://").removesuffix(":80/")
    assert socket.getaddrinfo(name, 80)
    assert not name.startswith("0.")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class OldTerminal(Terminal):
    encoding = "latin-1"


def test_the_code_of_a_terminal_is_that_of_the_page():
    rows = join_json(ADDRESS)["code"]
    lines = qr_text(ADDRESS, Terminal()).splitlines()
    halves = {" ": "11", "▀": "01", "▄": "10", "█": "00"}  # a terminal's letters are white
    drawn = [halves[letter] for letter in lines[1 + len(rows) // 4]][2:-2]
    row = 2 * (1 + len(rows) // 4) - 2  # behind two rows of margin
    assert ["".join(pair) for pair in zip(rows[row], rows[row + 1], strict=True)] == drawn
    assert qr_text(ADDRESS, OldTerminal()) is None
    assert qr_text(ADDRESS, io.StringIO()) is None


def test_without_its_package_there_is_the_address_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)
    assert join_json(ADDRESS) == {"address": ADDRESS, "code": None}
    assert qr_text(ADDRESS, Terminal()) is None


def test_the_page_gets_it():
    app = create_app()
    assert app.test_client().get("/site.json").json["join"] is None
    app.config["JOIN"] = join_json(ADDRESS)
    assert app.test_client().get("/site.json").json["join"]["address"] == ADDRESS
