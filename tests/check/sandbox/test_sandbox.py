"""Strangers' models: what they may cost, and what the processes that open them may do."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import onnx
import pytest

import idea
from idea.check import Limits, create_app
from idea.check.deadline import Deadline
from idea.check.errors import ClientDisconnectedError
from idea.check.sandbox.models import open_model
from idea.check.sandbox.packing import deserialize_weights, serialize_weights
from idea.files.weights.formats import weights_bytes
from idea.networks.exact import largest_sums, rounding_of
from idea.networks.weights import Weights

from client import Client, error_message
from conftest import random_convolutions, random_layers
from graphs import FLOAT, node, save, tanh_graph, tanh_layers, value

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits that Linux has")
WHITE, BLACK = [1] * 784, [0] * 784
HALF = [1] * 392 + [0] * 392


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


def opened(asker, data, name="m.onnx"):
    """Open a model; gives its id, and the process that evaluates it."""
    before = children()
    response = asker.upload("/api/models", data, name)
    assert response.status_code == 201, response.get_data(as_text=True)
    (process,) = children() - before or {0}
    return response.json["id"], process


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


@pytest.fixture
def asker():
    return Client(create_app())


@pytest.mark.slow
@linux
def test_a_graph_is_evaluated_outside_and_as_the_library_does(asker, tmp_path):
    path = tanh_graph(tmp_path / "tanh.onnx")
    id_, process = opened(asker, path.read_bytes())
    assert process
    model = idea.load_model(path)
    images = np.random.default_rng(1).random((5, 784), np.float32)
    answers = asker.post("/api/judge", model=id_, images=images.tolist()).json["answers"]
    # Two sums, which processors may order differently; a tanh enlarges no difference.
    rounding = 2 * rounding_of(largest_sums(np.ones(784), tanh_layers()), [784, 16])
    for answer, logits in zip(answers, model.exact_logits(images), strict=True):
        assert answer["logits"] == pytest.approx(logits.tolist(), rel=0, abs=rounding)
    expected = idea.find(model, 3)
    found = asker.get("/api/ideal", model=id_, digit=3).json
    assert found["image"] == expected.image.ravel().tolist()
    assert found["energy"] == pytest.approx(expected.energy, rel=0, abs=rounding)
    assert found["finished"] is True
    assert children() >= {process}  # the same all the time


@pytest.mark.slow
@linux
def test_batches_are_cut_to_what_an_image_takes(tmp_path):
    asker = Client(create_app(limits=Limits(process_memory=1 << 30)))
    id_, process = opened(asker, costly(tmp_path / "m.onnx", per_image=40))
    answers = asker.post("/api/judge", model=id_, images=[WHITE] * 64)
    assert answers.status_code == 200  # 64 at once would take 2.5 GB
    assert process in children()
    status = Path(f"/proc/{process}/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) << 10
    assert peak < 1 << 30


@linux
def test_a_graph_that_runs_out_of_memory_harms_nothing_else(asker, tmp_path):
    id_, _ = opened(asker, costly(tmp_path / "m.onnx", for_half=100_000))
    other, _ = opened(asker, tanh_graph(tmp_path / "tanh.onnx").read_bytes())
    for _ in range(2):
        response = asker.post("/api/judge", model=id_, images=[HALF])
        said = error_message(response, 503)
        assert said.startswith("m.onnx: needs more than the 2,048 MiB of memory that it may have")
        for name in (None, other, id_):
            answer = asker.post("/api/judge", model=name, images=[BLACK])
            assert answer.status_code == 200


@linux
def test_a_process_that_was_killed_begins_again(asker, tmp_path):
    id_, process = opened(asker, tanh_graph(tmp_path / "tanh.onnx").read_bytes())
    before = asker.post("/api/judge", model=id_, images=[WHITE]).json
    os.kill(process, signal.SIGKILL)
    assert gone(process)
    assert asker.post("/api/judge", model=id_, images=[WHITE]).json == before


@linux
def test_a_process_ends_with_its_model(tmp_path):
    asker = Client(create_app(limits=Limits(models=1)))
    _, first = opened(asker, tanh_graph(tmp_path / "tanh.onnx").read_bytes(), "1.onnx")
    _, second = opened(asker, tanh_graph(tmp_path / "tanh.onnx").read_bytes(), "2.onnx")
    gc.collect()
    assert gone(first)
    assert not {second} - children()


@linux
@pytest.mark.parametrize("end", ["sys.exit()", "os.kill(os.getpid(), 9)"])
def test_processes_end_with_the_server(tmp_path, end):
    tanh_graph(tmp_path / "tanh.onnx")
    code = f"""
        import os, sys
        from idea.check import Limits
        from idea.check.deadline import Deadline
        from idea.check.sandbox.models import open_model
        data = open("tanh.onnx", "rb").read()
        model = open_model(data, "tanh.onnx", Limits(), Deadline(60))
        print(model._process._process.pid, flush=True)
        {end}
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    assert gone(int(done.stdout))


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
        ready = b"@@"
    """
    code = textwrap.dedent(code) + "\n".join(lines)

    def start(name, limits, connection):
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=connection.fileno(), start_new_session=True
        )

    monkeypatch.setattr("idea.check.sandbox.process._start", start)


def test_a_fault_of_the_program_is_called_one(monkeypatch, asker, caplog):
    trace = r'say(b"b", b"Traceback\n  in x\nIndexError: list index out of range\x1b[2J\n")'
    impostor(monkeypatch, "take()", trace)
    said = error_message(asker.upload("/api/models", b"x", "m.onnx"), 500)
    assert said == "m.onnx: an internal error (IndexError); see the server's log"
    assert "IndexError: list index out of range" in caplog.text
    assert "\x1b" not in caplog.text
    impostor(monkeypatch, "take()", "os._exit(3)")
    said = error_message(asker.upload("/api/models", b"x", "m.onnx"), 500)
    assert said == "m.onnx: an internal error (exit status 3); see the server's log"


STUCK = ("take()", "while True: time.sleep(1)")


@pytest.mark.slow
def test_opening_that_never_ends_frees_its_place(monkeypatch, layers):
    asker = Client(create_app(limits=Limits(concurrent_opens=1, open_cpu_seconds=0.2)))
    impostor(monkeypatch, *STUCK)
    before = children()
    for _ in range(3):
        said = error_message(asker.upload("/api/models", b"x", "m.onnx"), 400)
        assert said == "m.onnx: takes more than 0.4 s to open"
    assert children() <= before


def test_opening_ends_when_its_client_leaves(monkeypatch):
    impostor(monkeypatch, *STUCK)
    with pytest.raises(ClientDisconnectedError):
        open_model(b"x", "m.onnx", Limits(), Deadline(60, lambda: True))


HOSTILE = {
    "endless": 'say(b"f", b"", 1 << 60)',
    "short": 'say(b"f", bytes(39))',
    "long": 'say(b"f", bytes(4000))',
    "pickle": 'say(b"O", bytes(40))',
    "noise": "connection.sendall(os.urandom(100))",
    "closed": "connection.close(); time.sleep(60)",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_process_that_was_taken_over_can_only_answer_wrongly(monkeypatch, asker, kind):
    impostor(monkeypatch, "take()", 'say(b"r", ready)', "take()", HOSTILE[kind], *STUCK)
    response = asker.upload("/api/models", b"x", "m.onnx")
    response = asker.post("/api/judge", model=response.json["id"], images=[WHITE])
    assert response.status_code in (500, 503)
    assert error_message(response, response.status_code).startswith("m.onnx: ")
    assert asker.post("/api/judge", images=[WHITE]).status_code == 200


STRANGE = {
    "no batch": ("r", b"@\x00"),
    "too few": ("r", b""),
    "JSON": ("r", b'{"graph": true}'),
    "no weights": ("n", b""),
    "text": ("n", b"[[[1e9], null]]\n"),
    "negative": ("n", b"[[[-1, -784], null]]\n" + bytes(4 * 783)),
    "nested": ("n", b"[" * 100_000),
    "huge": ("n", b"[[[99999999, 99999999], null]]\n"),
    "short": ("n", b"[[[10, 784], null]]\n" + bytes(100)),
    "long": ("n", b"[[[10, 784], null]]\n" + bytes(4 * 7860)),
    "odd": ("n", b"[[[10, 784], null]]\n" + bytes(4 * 7850 - 1)),
    "wrong": ("n", b"[[[10, 783], null]]\n" + bytes(4 * 7840)),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_process_that_was_taken_over_opens_nothing_strange(monkeypatch, asker, kind):
    letter, said = STRANGE[kind]
    impostor(monkeypatch, "take()", f"say({letter.encode()!r}, {said!r})", *STUCK)
    before = children()
    said = error_message(asker.upload("/api/models", b"x", "m.onnx"), 500)
    assert said.startswith("m.onnx: an internal error")
    assert children() <= before


def test_weights_come_as_they_were(random_network):
    again = deserialize_weights(serialize_weights(random_network))
    assert again.sizes() == random_network.sizes()
    assert [c.pool for c in again.convolutions] == [c.pool for c in random_network.convolutions]
    pairs = zip(again.named().items(), random_network.named().items(), strict=True)
    for (name, one), (other_name, other) in pairs:
        assert name == other_name
        assert one.tobytes() == other.tobytes()


@pytest.fixture(params=["mlp", "cnn"])
def random_network(request):
    if request.param == "mlp":
        return Weights(tuple(random_layers(8, 0)))
    convolutions, layers = random_convolutions([(3, 3, False), (5, 2, True)], [7], seed=0)
    return Weights(tuple(layers), tuple(convolutions))


def test_the_server_reads_no_file_itself(monkeypatch, asker):
    """What costs much to read costs the server nothing."""
    for name in ("load.parse_model", "load.parse_weights"):
        monkeypatch.setattr(f"idea.files.{name}", None)
    weights = Weights(tuple(random_layers(8, 0)))
    response = asker.upload("/api/models", weights_bytes("m.onnx", weights), "m.onnx")
    assert response.json["network"] == "784-8-8-10"


@linux
def test_a_crash_is_called_one_and_prints_nothing(asker, tmp_path):
    """The quotient of these integers is none, and some processors say so."""
    nodes = [
        node("Gemm", "x", "W", "s"),
        node("Tanh", "s", "t"),
        node("Div", "least", "minus", "quotient"),
        node("Cast", "quotient", "float", to=FLOAT),
        node("Add", "t", "float", "y"),
    ]
    constants = {
        "W": np.ones((784, 10), np.float32),
        "least": np.array(-(2**63)),
        "minus": np.array(-1),
    }
    given, wanted = [value("x", ("n", 784), FLOAT)], [value("y", ("n", 10), FLOAT)]
    path = save(tmp_path / "m.onnx", nodes, constants, given, wanted)
    response = asker.upload("/api/models", path.read_bytes(), "m.onnx")
    if response.status_code != 201:  # as the processor takes it
        said = error_message(response, 400)
        assert said.startswith("m.onnx: evaluating it crashed its process: ")
    code = """
        from idea.check import Limits
        from idea.check.deadline import Deadline
        from idea.check.sandbox.models import open_model
        from idea.errors import WeightsError
        try:
            open_model(open("m.onnx", "rb").read(), "m.onnx", Limits(), Deadline(60))
        except WeightsError:
            pass
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONFAULTHANDLER": "1"},  # which prints what has crashed
        stderr=subprocess.PIPE,  # a file couldn't be written to anyway
        timeout=120,
        check=False,
    )
    assert done.stderr == b""


@pytest.mark.parametrize("kind", ["EAGAIN", "EMFILE", "ENOSPC"])
def test_a_machine_that_has_no_more_to_give_is_no_fault(monkeypatch, asker, kind):
    def start(*_):
        number = getattr(errno, kind)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("idea.check.sandbox.process._start", start)
    said = error_message(asker.upload("/api/models", b"x", "m.onnx"), 503)
    assert said == "the server has no more processes, files or room on its disk for that"


def test_a_name_of_megabytes_is_shown_in_part(asker, tmp_path):
    nodes = [node("Gemm", "x", "W" * 5_000_000, "y")]
    given, wanted = [value("x", ("n", 784), FLOAT)], [value("y", ("n", 10), FLOAT)]
    path = save(tmp_path / "m.onnx", nodes, {}, given, wanted)
    said = error_message(asker.upload("/api/models", path.read_bytes(), "m.onnx"), 400)
    assert said.startswith("m.onnx: expected a valid ONNX graph, found a node Gemm that uses 'WWW")
    assert len(said) < 1000


@pytest.mark.slow
def test_a_request_of_a_stuck_graph_has_a_bound(monkeypatch):
    asker = Client(create_app(limits=Limits(seconds=0.5, graphs=1)))
    impostor(monkeypatch, "take()", 'say(b"r", ready)', *STUCK)
    id_ = asker.upload("/api/models", b"x", "m.onnx").json["id"]
    for _ in range(2):
        said = error_message(asker.post("/api/judge", model=id_, images=[WHITE]), 503)
        assert said == "this takes longer than the 0.5 s that a request may take"


def test_a_graph_that_fails_on_an_image_is_a_sentence(monkeypatch, asker):
    impostor(
        monkeypatch, "take()", 'say(b"r", ready)', "take()", r'say(b"w", b"m: no\x07")', *STUCK
    )
    id_ = asker.upload("/api/models", b"x", "m.onnx").json["id"]
    assert error_message(asker.post("/api/judge", model=id_, images=[WHITE]), 400) == "m: no"


@pytest.mark.parametrize("suffix", ["dat", "npz", "model", "safetensors", "onnx"])
def test_every_form_opens_in_a_process_that_can_load_nothing_more(suffix):
    data = weights_bytes(f"m.{suffix}", Weights(tuple(random_layers(8, 0))))
    assert repr(open_model(data, f"m.{suffix}", Limits(), Deadline(60))) == "MLP(784-8-8-10)"


@pytest.mark.slow
@linux
def test_weights_that_a_bound_could_not_stop_are_refused(asker):
    """A file of 13 MB whose convolutions make gigabytes of numbers for a batch."""
    convolutions, layers = random_convolutions([(600, 3, False), (600, 3, True)], [], seed=0)
    data = weights_bytes("m.onnx", Weights(tuple(layers), tuple(convolutions)))
    said = error_message(asker.upload("/api/models", data, "m.onnx"), 400)
    assert said.startswith(
        ("m.onnx: is too large for this page: ", "m.onnx: needs more than the 2")
    )


@pytest.mark.slow
def test_the_answers_of_a_large_graph_file_come_within_the_memory(tmp_path, asker):
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
    opened(asker, path.read_bytes())
