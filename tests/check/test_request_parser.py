"""Rejection of requests by their headers, over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from pathlib import Path

import pytest

from idea.check import Limits, create_app

from client import Client, serving

LIMITS = Limits(file=3_000_000, picture=2_000_000, body=1_000_000, uploads=7_000_000)
TYPE = "Content-Type: multipart/form-data; boundary=x"


@pytest.fixture(scope="module")
def app():
    return create_app(limits=LIMITS)


@pytest.fixture
def port(app):
    with serving(app) as port:
        yield port


def begin(stack, port, path, size, *headers, host="localhost", body=b""):
    """Start a request whose body is never finished."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
    length = [] if size is None else [f"Content-Length: {size}"]
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", TYPE, *length, *headers]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    return connection


def answer(connection) -> tuple[int, str]:
    """Return the status and the message that arrive before the connection is closed."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(1 << 16):
            said += part
    head, _, body = said.decode().partition("\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["error"]


def waits(connection) -> bool:
    """Whether the server still waits for the body."""
    connection.settimeout(0.5)
    try:
        return not connection.recv(1)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "most"),
    [("/api/models", 3_100_000), ("/send", 2_100_000), ("/api/classify", 1_000_000)],
)
def test_a_body_that_is_too_large_is_refused_before_it_comes(port, path, most):
    with contextlib.ExitStack() as stack:
        assert waits(begin(stack, port, path, most))
        refused = begin(stack, port, path, most + 1)
        assert answer(refused) == (413, f"expected at most {most:,} bytes, found more")


def test_elsewhere_only_small_bodies_are_received(port):
    with contextlib.ExitStack() as stack:
        for path in ("/", "/nothing", "/API/models", "/api/models/", "//api//models"):
            status, _ = answer(begin(stack, port, path, 1_000_001))
            assert status == 413


def test_whoever_promises_to_wait_is_refused_as_well(port):
    with contextlib.ExitStack() as stack:
        headers = ("Expect: 100-continue",)
        assert answer(begin(stack, port, "/api/models", 4_000_000, *headers))[0] == 413
        asked = begin(stack, port, "/api/models", 2_000_000, *headers)
        assert asked.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_body_of_unknown_length_may_have_what_any_other_may(port):
    with contextlib.ExitStack() as stack:
        connection = begin(stack, port, "/api/models", None, "Transfer-Encoding: chunked")
        with contextlib.suppress(OSError):
            for _ in range(200):
                connection.sendall(b"2710\r\n" + bytes(10_000) + b"\r\n")
        assert answer(connection) == (413, "expected at most 1,000,000 bytes, found more")


@pytest.mark.parametrize("start", [b"5;", b"", b"0\r\n"], ids=["extension", "size", "trailer"])
def test_lines_between_chunks_are_short(port, start):
    with contextlib.ExitStack() as stack:
        chunked = "Transfer-Encoding: chunked"
        body = start + b"1" * 20_000
        connection = begin(stack, port, "/api/classify", None, chunked, body=body)
        said = "expected at most 4,096 bytes between or after chunks, found more"
        assert answer(connection) == (413, said)


def test_foreign_requests_are_refused_before_they_come(port):
    with contextlib.ExitStack() as stack:
        refused = begin(stack, port, "/api/models", 2_000_000, host="evil.example")
        assert answer(refused) == (403, "unknown host 'evil.example': allow it with --name")
        for header in ("Origin: https://evil.example", "Sec-Fetch-Site: cross-site"):
            refused = begin(stack, port, "/api/models", 2_000_000, header)
            status, said = answer(refused)
            assert (status, said[:50]) == (
                403,
                "requests from the pages of other sites are refused",
            )
        own = ("Origin: http://localhost", "Sec-Fetch-Site: same-origin")
        assert waits(begin(stack, port, "/api/models", 2_000_000, *own))


@pytest.mark.slow
def test_all_large_bodies_together_have_a_bound(app, port):
    busy = (429, "too many large requests are in progress: try again in a moment")
    with contextlib.ExitStack() as stack:
        large = [begin(stack, port, "/api/models", 3_000_000, body=bytes(100_000)) for _ in "12"]
        assert all(map(waits, large))
        assert answer(begin(stack, port, "/api/models", 3_000_000)) == busy
        assert answer(begin(stack, port, "/send", 1_500_000)) == busy
        assert waits(begin(stack, port, "/api/classify", 900_000))
        # Small ones and other requests are answered meanwhile.
        small = Client(app).http
        assert small.get("/site.json").status_code == 200
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            body = json.dumps({"images": [[0] * 784] * 20}).encode()
            head = (
                f"POST /api/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            )
            connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        # Closed connections make room.
        for connection in large:
            connection.close()
        deadline = time.monotonic() + 30
        while not waits(begin(stack, port, "/api/models", 3_000_000)):
            assert time.monotonic() < deadline


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_what_unfinished_requests_hold_on_disk_is_bounded(port):
    def held() -> int:
        total = 0
        for file in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                if "(deleted)" in str(file.readlink()):
                    total += file.stat().st_size
        return total

    before = held()
    with contextlib.ExitStack() as stack:
        for number in range(12):
            host = "evil.example" if number % 2 else "localhost"
            with contextlib.suppress(OSError):
                begin(stack, port, "/api/models", 3_000_000, host=host, body=bytes(2_900_000))
        time.sleep(1)  # whatever the server takes, it has taken
        assert held() - before <= LIMITS.uploads
    # And nothing stays.
    deadline = time.monotonic() + 30
    while held() > before:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "X: "], ids=["body", "headers"])
def test_a_request_that_drips_is_ended(monkeypatch, port, end):
    monkeypatch.setattr("idea.check.request_parser._START", 0.2)
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
        head = "POST /api/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
        connection.sendall((head + (end or "\r\n")).encode())
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.05)
        assert answer(connection) == (408, "the request was received too slowly")


def test_what_is_no_request_is_refused(port):
    for said in (
        b"POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1e3\r\n\r\n",
        b"POST /send HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"\x00\xff\r\n\r\n",
        b"GET http://[/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST http://[/send HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + bytes(40_000) + b"\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(said)
            status, message = answer(connection)
            assert status in (400, 413, 431, 501)
            assert message
