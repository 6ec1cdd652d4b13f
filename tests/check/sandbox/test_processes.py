"""Processes that evaluate opened graphs: their replies, restarts and exits."""

from __future__ import annotations

import errno
import gc
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import idea
from idea.check import Limits, create_app
from idea.networks.exact import largest_sums, rounding_of

from client import Client, error_message
from graphs import FLOAT, node, save, tanh_graph, tanh_layers, value
from processes import WHITE, children, gone, linux, opened

pytest_plugins = ["processes"]


@pytest.mark.slow
@linux
def test_a_graph_is_evaluated_outside_and_as_the_library_does(client, tmp_path):
    path = tanh_graph(tmp_path / "tanh.onnx")
    id_, process = opened(client, path.read_bytes())
    assert process
    model = idea.load_model(path)
    images = np.random.default_rng(1).random((5, 784), np.float32)
    answers = client.post("/api/classify", model=id_, images=images.tolist()).json["answers"]
    # Two sums, which processors may order differently; a tanh enlarges no difference.
    rounding = 2 * rounding_of(largest_sums(np.ones(784), tanh_layers()), [784, 16])
    for answer, logits in zip(answers, model.exact_logits(images), strict=True):
        assert answer["logits"] == pytest.approx(logits.tolist(), rel=0, abs=rounding)
    expected = idea.find(model, 3)
    found = client.get("/api/ideal", model=id_, digit=3).json
    assert found["image"] == expected.image.ravel().tolist()
    assert found["energy"] == pytest.approx(expected.energy, rel=0, abs=rounding)
    assert found["finished"] is True
    assert children() >= {process}  # the same all the time


@pytest.mark.slow
@linux
def test_a_process_that_was_killed_begins_again(client, tmp_path):
    id_, process = opened(client, tanh_graph(tmp_path / "tanh.onnx").read_bytes())
    before = client.post("/api/classify", model=id_, images=[WHITE]).json
    os.kill(process, signal.SIGKILL)
    assert gone(process)
    assert client.post("/api/classify", model=id_, images=[WHITE]).json == before


@pytest.mark.slow
@linux
def test_a_process_ends_with_its_model(tmp_path):
    client = Client(create_app(limits=Limits(models=1)))
    _, first = opened(client, tanh_graph(tmp_path / "tanh.onnx").read_bytes(), "1.onnx")
    _, second = opened(client, tanh_graph(tmp_path / "tanh.onnx").read_bytes(), "2.onnx")
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


@pytest.mark.slow
@linux
def test_a_crash_is_called_one_and_prints_nothing(client, tmp_path):
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
    response = client.upload("/api/models", path.read_bytes(), "m.onnx")
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
def test_a_machine_that_has_no_more_to_give_is_no_fault(monkeypatch, client, kind):
    def start(*_):
        number = getattr(errno, kind)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("idea.check.sandbox.process._start", start)
    said = error_message(client.upload("/api/models", b"x", "m.onnx"), 503)
    assert said == "the server has no more processes, files or room on its disk for that"
