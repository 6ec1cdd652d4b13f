"""Requests end when their time is over, or their client has left, and free what they held."""

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
from idea.check.deadline import Bound
from idea.check.errors import ClientLeftError, TimeIsUpError
from idea.check.limited import Bounded
from idea.core.state.dense import DenseState
from idea.core.state.select import state_of

from asking import Asker, events_of, sentence, serving
from conftest import close

BLACK = [0] * 784
# Everything that evaluates more than a batch, and what it asks for.
WORK = {
    "gains": ("POST /api/gains", {"digit": 5, "image": BLACK}),
    "fool": ("POST /api/fool", {"target": 5, "image": BLACK}),
    "ideal": ("GET /api/ideal?digit=5", None),
    "search": ("POST /api/search", {"digit": 5, "every": 10_000, "method": "steepest"}),
    "best": ("POST /api/search", {"digit": 5, "every": 10_000, "method": "best"}),
}


class Slow:
    """A model that takes its time, as its app's default."""

    def __init__(self, monkeypatch, delay):
        self.asked = 0
        self._delay = delay
        model = idea.Model.from_function(self._logits)
        monkeypatch.setattr("idea.check.model_store.load_model", lambda _: model)

    def _logits(self, images):
        self.asked += 1
        time.sleep(self._delay)
        return images[:, :10] + np.arange(10)

    def rests(self) -> bool:
        """Whether it isn't asked for a while, within some time."""
        for _ in range(60):
            before = self.asked
            threading.Event().wait(0.5)
            if before == self.asked:
                return True
        return False


def ask(port, work) -> socket.socket:
    """Send a request, and don't wait for the answer."""
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
        before = slow.asked
        connection = ask(port, work)
        while slow.asked < before + 3:
            time.sleep(0.01)
        connection.close()
        assert slow.rests(), "the work goes on without a client"


def test_ideals_whose_clients_left_hold_no_place(monkeypatch):
    slow = Slow(monkeypatch, 0.05)
    with serving(create_app("slow.dat", limits=Limits(searches=1))) as port:
        with contextlib.closing(ask(port, "ideal")):
            while slow.asked < 3:
                time.sleep(0.01)
            # This one waits for the place, that one will wait for nothing.
            waiting = ask(port, "ideal")
            time.sleep(0.3)
            waiting.close()
        # At once, or as soon as the others have been seen to leave.
        deadline = time.monotonic() + 30
        said = b""
        while not said.startswith(b"HTTP/1.1 200"):
            assert time.monotonic() < deadline, said
            with contextlib.closing(ask(port, "search")) as connection:
                said = connection.recv(100)
            assert said.startswith((b"HTTP/1.1 200", b"HTTP/1.1 429"))
        assert slow.rests()


def test_gains_have_a_bound(monkeypatch):
    Slow(monkeypatch, 0.05)
    asker = Asker(create_app("slow.dat", limits=Limits(seconds=0.2)))
    said = sentence(asker.post("/api/gains", digit=5, image=BLACK), 503)
    assert said == "this takes longer than the 0.2 s that a request may take"


def test_a_try_to_fool_has_time_to_finish(monkeypatch):
    Slow(monkeypatch, 0.05)
    asker = Asker(create_app("slow.dat", limits=Limits(seconds=0.2, grace=30)))
    said = asker.post("/api/fool", target=5, image=BLACK).json
    assert said["fooled"] is False


@pytest.mark.parametrize("model", ["mlp", "convnet"])
def test_a_search_without_frames_ends_in_time_with_the_best_so_far(model):
    asker = Asker(create_app(limits=Limits(seconds=0.5)))
    body = {"digit": 5, "method": "best", "every": 10_000, "options": {"patience": 10**9}}
    events = events_of(asker.post("/api/search", model=model, **body).get_data(as_text=True))
    kind, ideal = events[-1]
    assert (kind, ideal["finished"]) == ("ideal", False)
    assert len(ideal["image"]) == 784


@pytest.mark.slow
def test_a_bound_is_kept_while_waiting_for_a_lock():
    lock = threading.Lock()
    with lock:
        with pytest.raises(TimeIsUpError), Bound(0.2).holding(lock):
            pass
        with pytest.raises(ClientLeftError), Bound(60, lambda: True).holding(lock):
            pass
        assert Bound(60).acquire(lock, patience=0.2) is False
    with Bound(60).holding(lock):
        assert lock.locked()
    assert not lock.locked()


@pytest.mark.parametrize("name", ["mlp", "lenet"])
@pytest.mark.parametrize("backend", ["native", "dense"])
def test_a_bounded_model_takes_the_same_path(monkeypatch, name, backend):
    monkeypatch.setenv("IDEA_BACKEND", backend)
    model = idea.load_model(name)
    bounded = Bounded(model, Bound(600))
    rng = np.random.default_rng(0)
    image, pixels, values = rng.random(784), rng.integers(784, size=700), rng.integers(2, size=700)
    states = [state_of(m, 3, image) for m in (model, bounded)]
    for state in states:
        state.walk(pixels, values, 0.0)
    one, other = states
    assert np.array_equal(one.image, other.image)
    assert (one.energy, one.evaluations) == (other.energy, other.evaluations)
    assert other.gains() == close(one.gains())
    sketches = [state.diverse_start(np.random.default_rng(7)) for state in states]
    assert np.array_equal(*sketches)


def test_every_step_of_a_state_checks_the_bound(shipped, small):
    for model in (shipped, idea.Model.from_function(small.logits)):
        bound = Bound(60)
        state = state_of(Bounded(model, bound), 5, np.zeros(784))
        assert not isinstance(state, DenseState)
        bound.renew(0)
        for step in (
            state.gains,
            state.neighbours,
            lambda state=state: state.walk([1], [1], 0.0),
            lambda state=state: state.first([1], [1], 0.0),
        ):
            with pytest.raises(TimeIsUpError):
                step()
