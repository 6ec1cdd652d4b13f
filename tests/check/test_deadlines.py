"""Requests end at their deadline or when their client disconnects, and release their locks."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time

import numpy as np
import pytest

import idea
from idea.check import Limits, create_app
from idea.check.deadline import Deadline
from idea.check.deadline_model import DeadlineModel
from idea.check.errors import ClientDisconnectedError, RequestTimeoutError
from idea.core.state.dense import DenseState
from idea.core.state.select import state_of

from client import Client, error_message, events_of, serving
from conftest import close

BLACK = [0] * 784
# Requests that evaluate more than a batch.
WORK = {
    "gains": ("POST /api/gains", {"digit": 5, "image": BLACK}),
    "fool": ("POST /api/fool", {"target": 5, "image": BLACK}),
    "ideal": ("GET /api/ideal?digit=5", None),
    "search": ("POST /api/search", {"digit": 5, "every": 10_000, "method": "steepest"}),
    "best": ("POST /api/search", {"digit": 5, "every": 10_000, "method": "best"}),
}


class Slow:
    """A slow default model."""

    def __init__(self, monkeypatch, delay):
        self.evaluations = 0
        self._delay = delay
        model = idea.Model.from_function(self._logits)
        monkeypatch.setattr("idea.check.model_store.load_model", lambda *_, **_options: model)

    def _logits(self, images):
        self.evaluations += 1
        time.sleep(self._delay)
        return images[:, :10] + np.arange(10)

    def rests(self) -> bool:
        """Return whether evaluation stops within some time."""
        for _ in range(60):
            before = self.evaluations
            threading.Event().wait(0.5)
            if before == self.evaluations:
                return True
        return False


def send(port, work) -> socket.socket:
    """Send a request without waiting for the response."""
    line, body = WORK[work]
    data = b"" if body is None else json.dumps(body).encode()
    head = f"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n"
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + data)
    return connection


@pytest.mark.parametrize("work", WORK)
def test_work_ends_with_its_client(monkeypatch, work):
    slow = Slow(monkeypatch, 0.05)
    with serving(create_app("slow.dat")) as port:
        before = slow.evaluations
        connection = send(port, work)
        while slow.evaluations < before + 3:
            time.sleep(0.01)
        connection.close()
        assert slow.rests(), "the work goes on without a client"


def test_ideals_whose_clients_left_hold_no_place(monkeypatch):
    slow = Slow(monkeypatch, 0.05)
    with serving(create_app("slow.dat", limits=Limits(searches=1))) as port:
        with contextlib.closing(send(port, "ideal")):
            while slow.evaluations < 3:
                time.sleep(0.01)
            # This one waits for the place, that one will wait for nothing.
            waiting = send(port, "ideal")
            time.sleep(0.3)
            waiting.close()
        # At once, or as soon as the server notices that the others have disconnected.
        deadline = time.monotonic() + 30
        said = b""
        while not said.startswith(b"HTTP/1.1 200"):
            assert time.monotonic() < deadline, said
            with contextlib.closing(send(port, "search")) as connection:
                said = connection.recv(100)
            assert said.startswith((b"HTTP/1.1 200", b"HTTP/1.1 429"))
        assert slow.rests()


def test_gains_have_a_deadline(monkeypatch):
    Slow(monkeypatch, 0.05)
    client = Client(create_app("slow.dat", limits=Limits(seconds=0.2)))
    said = error_message(client.post("/api/gains", digit=5, image=BLACK), 503)
    assert said == "this takes longer than the 0.2 s that a request may take"


def test_a_try_to_fool_has_time_to_finish(monkeypatch):
    Slow(monkeypatch, 0.05)
    client = Client(create_app("slow.dat", limits=Limits(seconds=0.2, finish_seconds=30)))
    said = client.post("/api/fool", target=5, image=BLACK).json
    assert said["fooled"] is False


@pytest.mark.parametrize("model", ["mlp", "convnet"])
def test_a_search_without_frames_ends_in_time_with_the_best_so_far(model):
    client = Client(create_app(limits=Limits(seconds=0.5)))
    body = {"digit": 5, "method": "best", "every": 10_000, "options": {"patience": 10**9}}
    events = events_of(client.post("/api/search", model=model, **body).get_data(as_text=True))
    kind, ideal = events[-1]
    assert (kind, ideal["finished"]) == ("ideal", False)
    assert len(ideal["image"]) == 784


@pytest.mark.slow
def test_a_deadline_ends_waiting_for_a_lock():
    lock = threading.Lock()
    with lock:
        with pytest.raises(RequestTimeoutError), Deadline(0.2).holding(lock):
            pass
        with pytest.raises(ClientDisconnectedError), Deadline(60, lambda: True).holding(lock):
            pass
        assert Deadline(60).acquire(lock, timeout=0.2) is False
    with Deadline(60).holding(lock):
        assert lock.locked()
    assert not lock.locked()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "backend"),
    [
        *(("mlp", "native"), ("mlp", "dense"), ("lenet", "native")),
        pytest.param("lenet", "dense", marks=pytest.mark.nightly),
    ],
)
def test_a_deadline_model_takes_the_same_path(monkeypatch, name, backend):
    monkeypatch.setenv("IDEA_BACKEND", backend)
    model = idea.load_model(name)
    limited = DeadlineModel(model, Deadline(600))
    rng = np.random.default_rng(0)
    image, pixels, values = rng.random(784), rng.integers(784, size=700), rng.integers(2, size=700)
    states = [state_of(m, 3, image) for m in (model, limited)]
    for state in states:
        state.walk(pixels, values, 0.0)
    one, other = states
    assert np.array_equal(one.image, other.image)
    assert (one.energy, one.evaluations) == (other.energy, other.evaluations)
    assert other.gains() == close(one.gains())
    sketches = [state.sampling.start(np.random.default_rng(7)) for state in states]
    assert np.array_equal(*sketches)
    assert np.array_equal(one.sampling.pixels, other.sampling.pixels)
    assert one.sampling.temperatures == other.sampling.temperatures


def test_every_step_of_a_state_checks_the_deadline(shipped, small):
    for model in (shipped, idea.Model.from_function(small.logits)):
        deadline = Deadline(60)
        state = state_of(DeadlineModel(model, deadline), 5, np.zeros(784))
        assert not isinstance(state, DenseState)
        deadline.restart(0)
        for step in (
            state.gains,
            state.neighbours,
            lambda state=state: state.walk([1], [1], 0.0),
            lambda state=state: state.first([1], [1], 0.0),
        ):
            with pytest.raises(RequestTimeoutError):
                step()
