"""Resource limits and confinement of the processes that open untrusted models."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import onnx
import pytest

from idea.check import Limits, create_app
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights

from client import Client, error_message
from conftest import random_convolutions
from graphs import FLOAT, node, save, tanh_graph, value
from processes import BLACK, STUCK, WHITE, children, impostor, linux, opened

pytest_plugins = ["processes"]
HALF = [1] * 392 + [0] * 392


def costly(path, *, per_image=0, for_half=0):
    """A graph that needs so many MB for each image, and so many for `HALF`."""
    nodes = [
        node("Gemm", "x", "W", "scores"),
        node("MatMul", "x", "halves", "ink"),
        node("ReduceMax", "ink", "most", keepdims=0),
        node("Sub", "most", "nearly", "above"),
        node("Relu", "above", "excess"),
        node("Mul", "excess", "floats", "extra"),
        node("Cast", "extra", "whole", to=onnx.TensorProto.INT64),
        node("Shape", "x", "shape"),
        node("Gather", "shape", "zero", "count"),
        node("Mul", "count", "each", "many"),
        node("Add", "many", "whole", "all"),
        node("Reshape", "all", "minus", "size"),
        node("ConstantOfShape", "size", "much"),
        node("ReduceSum", "much", "sum", keepdims=0),
        node("Add", "scores", "sum", "y"),
    ]
    rng = np.random.default_rng(0)
    constants = {
        "W": rng.normal(size=(784, 10)).astype(np.float32),
        "halves": (2 * np.float32(HALF) - 1),
        "nearly": np.float32(391),
        "floats": np.float32(for_half * 250_000),
        "zero": np.array(0, np.int64),
        "each": np.array(per_image * 250_000, np.int64),
        "minus": np.array([-1], np.int64),
    }
    constants = {name: np.asarray(array) for name, array in constants.items()}
    given, wanted = [value("x", ("n", 784), FLOAT)], [value("y", ("n", 10), FLOAT)]
    return save(path, nodes, constants, given, wanted).read_bytes()


@pytest.mark.slow
@linux
def test_batches_are_cut_to_what_an_image_takes(tmp_path):
    client = Client(create_app(limits=Limits(process_memory=1 << 30)))
    id_, process = opened(client, costly(tmp_path / "m.onnx", per_image=40))
    answers = client.post("/api/classify", model=id_, images=[WHITE] * 64)
    assert answers.status_code == 200  # 64 at once would take 2.5 GB
    assert process in children()
    status = Path(f"/proc/{process}/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) << 10
    assert peak < 1 << 30


@pytest.mark.slow
@linux
def test_a_graph_that_runs_out_of_memory_harms_nothing_else(client, tmp_path):
    id_, _ = opened(client, costly(tmp_path / "m.onnx", for_half=100_000))
    other, _ = opened(client, tanh_graph(tmp_path / "tanh.onnx").read_bytes())
    for _ in range(2):
        response = client.post("/api/classify", model=id_, images=[HALF])
        said = error_message(response, 503)
        assert said.startswith("m.onnx: needs more than the 2,048 MiB of memory that it may have")
        for name in (None, other, id_):
            answer = client.post("/api/classify", model=name, images=[BLACK])
            assert answer.status_code == 200


# What a file that takes a reader over might try; each is tried behind `confine`.
TRIES = {
    "read a file": "open('/etc/passwd')",
    "write a file": f"open({str(Path.cwd())!r} + '/x', 'w')",
    "remove a file": "os.unlink(path)",
    "list a folder": "os.listdir('/')",
    "open a connection": "socket.create_connection(('127.0.0.1', port))",
    "make a socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "run a program": "os.execv('/bin/true', ['true'])",
    "end the server": "os.kill(os.getppid(), 0)",
    "take much memory": "bytearray(1 << 31)",
}


@linux
@pytest.mark.parametrize("attempt", TRIES)
def test_what_a_process_may_not(tmp_path, attempt):
    kept = tmp_path / "kept"
    kept.touch()
    code = f"""
        import os, socket, sys
        from idea.check.sandbox.confinement import confine
        path = {str(kept)!r}
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            os.close(0)
            os.dup(1)  # as in the process, the lowest descriptor is in use
            confine(1 << 30)
            try:
                {TRIES[attempt]}
            except (OSError, MemoryError) as error:
                print(type(error).__name__)
            else:
                print("done")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    needed = {"remove a file": 1, "run a program": 1, "end the server": 6}
    if _landlock() < needed.get(attempt, 0):
        pytest.skip("this kernel has no Landlock, or an old one")
    assert done.stdout.strip() in ("OSError", "PermissionError", "MemoryError"), done.stderr
    assert kept.exists()


def _landlock() -> int:
    """The version of Landlock that this kernel has; below 1 if none."""
    import ctypes

    return ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)


@pytest.mark.slow
@linux
def test_a_process_ends_when_its_time_is_over():
    code = "from idea.check.sandbox.confinement import *; extend_cpu_limit(0)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == -signal.SIGXCPU


@pytest.mark.slow
def test_opening_that_never_ends_frees_its_place(monkeypatch, layers):
    client = Client(create_app(limits=Limits(concurrent_opens=1, open_cpu_seconds=0.2)))
    impostor(monkeypatch, *STUCK)
    before = children()
    for _ in range(3):
        said = error_message(client.upload("/api/models", b"x", "m.onnx"), 400)
        assert said == "m.onnx: takes more than 0.4 s to open"
    assert children() <= before


@pytest.mark.slow
def test_a_request_of_a_stuck_graph_has_a_bound(monkeypatch):
    client = Client(create_app(limits=Limits(seconds=0.5, graphs=1)))
    impostor(monkeypatch, "take()", 'say(b"r", ready)', *STUCK)
    id_ = client.upload("/api/models", b"x", "m.onnx").json["id"]
    for _ in range(2):
        said = error_message(client.post("/api/classify", model=id_, images=[WHITE]), 503)
        assert said == "this takes longer than the 0.5 s that a request may take"


@pytest.mark.slow
@linux
def test_weights_that_a_bound_could_not_stop_are_refused(client):
    """A file of 13 MB whose convolutions make gigabytes of numbers for a batch."""
    convolutions, layers = random_convolutions([(600, 3, False), (600, 3, True)], [], seed=0)
    data = weights_bytes("m.onnx", Weights(tuple(layers), tuple(convolutions)))
    said = error_message(client.upload("/api/models", data, "m.onnx"), 400)
    assert said.startswith(
        ("m.onnx: is too large for this page: ", "m.onnx: needs more than the 2")
    )


@pytest.mark.nightly
def test_the_answers_of_a_large_graph_file_come_within_the_memory(tmp_path, client):
    """Of the size that may be opened: reading it takes a multiple of it."""
    rng = np.random.default_rng(0)
    wide = 24_000
    nodes = [
        node("Gemm", "x", "V", "h"),
        node("Tanh", "h", "t"),
        node("Gemm", "t", "W", "y"),
    ]
    constants = {
        "V": rng.normal(size=(784, wide)).astype(np.float32),
        "W": rng.normal(size=(wide, 10)).astype(np.float32),
    }
    given, wanted = [value("x", ("n", 784), FLOAT)], [value("y", ("n", 10), FLOAT)]
    path = save(tmp_path / "m.onnx", nodes, constants, given, wanted)
    assert 70e6 < path.stat().st_size < 100e6
    opened(client, path.read_bytes())
