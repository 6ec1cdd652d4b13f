"""Helpers: processes that open untrusted models, as seen from outside, and impostors of them.

Test modules name it as a plugin, for its fixture. pytest collects doctests here, too, so it may be
imported by then: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from idea.check import create_app

from client import Client

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits that Linux has")
WHITE, BLACK = [1] * 784, [0] * 784


def children() -> set[int]:
    """The processes that this one has started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                found.add(int(stat.parent.name))
    return found


def gone(pid: int) -> bool:
    """Whether a process has ended, or ends within some seconds."""
    for _ in range(300):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def opened(client, data, name="m.onnx"):
    """Open a model; gives its id, and the process that evaluates it."""
    before = children()
    response = client.upload("/api/models", data, name)
    assert response.status_code == 201, response.get_data(as_text=True)
    (process,) = children() - before or {0}
    return response.json["id"], process


@pytest.fixture
def client():
    return Client(create_app())


def impostor(monkeypatch, *lines):
    """Let a process of ours stand for those that open models; it answers with `say(kind, data)`."""
    code = """
        import os, socket, struct, time
        connection = socket.socket(fileno=0)
        def take():
            size, = struct.unpack("<xQ", connection.recv(9, socket.MSG_WAITALL))
            return connection.recv(size, socket.MSG_WAITALL)
        def say(kind, data, size=None):
            connection.sendall(struct.pack("<cQ", kind, len(data) if size is None else size) + data)
        ready = b"[]\\n@@"
    """
    code = textwrap.dedent(code) + "\n".join(lines)

    def start(name, limits, connection):
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=connection.fileno(), start_new_session=True
        )

    monkeypatch.setattr("idea.check.sandbox.process._start", start)


STUCK = ("take()", "while True: time.sleep(1)")
