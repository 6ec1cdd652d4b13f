"""Ideals, live searches and animations."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import threading
import time

import numpy as np
import pytest

import idea
from idea.check import Limits, create_app
from idea.core.strategies import METHODS

from client import Client, error_message, events_of, serving
from conftest import frames_of

WATCHED = {"digit": 5, "every": 100}


@pytest.fixture(scope="module")
def client():
    return Client(create_app())


def levels(image) -> str:
    return base64.b64encode(np.rint(np.ravel(image) * 255).astype(np.uint8).tobytes()).decode()


def slow_model(seconds):
    """A model that takes its time, and counts how often it is asked."""

    def logits(images):
        asked.append(len(images))
        time.sleep(seconds)
        return images[:, :10]

    asked: list[int] = []
    return idea.Model.from_function(logits), asked


def slow_app(monkeypatch, delay, **limits):
    """A checker whose default model is slow; also gives what it was asked."""
    model, asked = slow_model(delay)
    monkeypatch.setattr("idea.check.model_store.load_model", lambda *_, **_options: model)
    return create_app("slow.dat", limits=Limits(**limits)), asked


@pytest.mark.parametrize("digit", [0, 5])
def test_an_ideal_is_that_of_the_library(client, shipped, digit):
    expected = idea.find(shipped, digit)
    said = client.get("/api/ideal", digit=digit).json
    assert said["image"] == expected.image.ravel().tolist()
    assert said["logits"] == expected.logits.tolist()
    for name in ("digit", "energy", "probability", "locally_optimal", "flat", "evaluations"):
        assert said[name] == getattr(expected, name)
    assert said["finished"] is True
    assert client.get("/api/ideal", digit=digit).json == said


def test_an_ideal_of_another_objective_is_that_of_the_library(client):
    model = idea.load_model("digits8")
    given = {"objective": "margin", "smooth": 0.3, "ink": 0.1}
    expected = idea.find(model, 5, objective=idea.Objective("margin", ink=0.1, smooth=0.3))
    said = client.get("/api/ideal", model="digits8", target=5, **given).json
    assert (said["image"], said["energy"]) == (expected.image.ravel().tolist(), expected.energy)
    assert client.get("/api/ideal", model="digits8", target=5, **given).json == said
    plain = client.get("/api/ideal", model="digits8", target=5).json
    assert plain["energy"] == idea.find(model, 5).energy


def test_a_search_takes_an_objective(client, shipped):
    frozen = np.zeros(784, bool)
    frozen[300:500] = True
    objective = idea.Objective(smooth=0.2, frozen=frozen, prior="digits", prior_weight=0.1)
    expected = idea.find(shipped, 3, "guided", objective=objective, restarts=1)
    given = {"smooth": 0.2, "prior": "digits", "prior_weight": 0.1}
    freeze = frozen.astype(int).tolist()
    response = client.post("/api/search", target=3, method="guided", freeze=freeze, **given)
    said = events_of(response.get_data(as_text=True))[-1][1]
    assert (said["image"], said["energy"]) == (expected.image.ravel().tolist(), expected.energy)


@pytest.mark.slow
def test_the_weight_of_a_prior_is_chosen_where_none_is_given(client):
    model = idea.load_model("lenet")
    expected = idea.find(model, 3, objective=idea.Objective(prior="digits"), restarts=1)
    said = client.get("/api/ideal", model="lenet", target=3, prior="digits").json
    assert (said["image"], said["energy"]) == (expected.image.ravel().tolist(), expected.energy)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"prior": "/etc/passwd"}, "prior must be one of digits, digits8, not '/etc/passwd'"),
        ({"smooth": "much"}, "smooth must be a number, not 'much'"),
        ({"freeze": "mask.png"}, "freeze must be unused here, not 'mask.png'"),
        ({"prior_weight": "1"}, "prior_weight is for a prior, and there is none"),
        ({"model": "digits8", "prior": "digits"}, "the prior digits is for images of 28×28"),
    ],
)
def test_objectives_that_make_no_sense_are_refused(client, given, expected):
    assert error_message(client.get("/api/ideal", target=5, **given), 400).startswith(expected)


def test_an_ideal_that_takes_too_long_is_the_best_so_far(monkeypatch):
    app, _ = slow_app(monkeypatch, 0.02, seconds=0.2)
    said = Client(app).get("/api/ideal", digit=5).json
    assert said["finished"] is False
    assert said["locally_optimal"] is False


@pytest.mark.parametrize(
    ("settings", "own"),
    [
        ({}, {}),
        ({"method": "mc", "seed": 3}, {"steps": 1500}),
        ({"start": np.linspace(0, 1, 784).tolist()}, {"sweeps": 2}),
    ],
)
def test_a_search_is_told_frame_by_frame(client, shipped, settings, own):
    expected = idea.find(shipped, 5, every=100, **settings, **own)
    response = client.post("/api/search", **WATCHED, **settings, options=own)
    assert response.mimetype == "text/event-stream"
    *frames, (kind, ideal) = events_of(response.get_data(as_text=True))
    assert len(frames) == len(expected.trace)
    for (name, said), frame in zip(frames, expected.trace, strict=True):
        assert name == "frame"
        assert (said["step"], said["steps"]) == (frame.step, frame.steps)
        assert said["energy"] == frame.energy
        assert said["image"] == levels(frame.image)
    assert kind == "ideal"
    assert ideal["image"] == expected.image.ravel().tolist()
    assert (ideal["energy"], ideal["finished"]) == (expected.energy, True)


@pytest.mark.slow
def test_a_search_may_take_only_so_long_and_so_many_frames(monkeypatch, client):
    app, _ = slow_app(monkeypatch, 0.02, seconds=0.2, search_frames=1000)
    *_, (kind, said) = events_of(Client(app).post("/api/search", digit=5, every=1).get_data(True))
    assert (kind, said["finished"]) == ("ideal", False)
    few = Client(create_app(limits=Limits(search_frames=7)))
    events = events_of(few.post("/api/search", digit=5, every=1).get_data(as_text=True))
    assert [kind for kind, _ in events] == ["frame"] * 7 + ["ideal"]
    assert events[-1][1]["finished"] is False


def test_a_model_that_breaks_on_the_way_is_an_event(monkeypatch):
    def logits(images):
        return images[:, :10] if len(asked) < 9 else asked.fail()

    class Asked(list):
        def fail(self):
            raise idea.IdeaError("the model has had enough")

    asked = Asked()
    model = idea.Model.from_function(lambda images: asked.append(1) or logits(images))
    monkeypatch.setattr("idea.check.model_store.load_model", lambda *_, **_options: model)
    response = Client(create_app("bad.dat")).post("/api/search", digit=5, every=50)
    events = events_of(response.get_data(as_text=True))
    assert events[-1] == ("error", {"error": "the model has had enough", "code": "invalid"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"digit": 10}, "digit must be one of 0…9, not 10"),
        ({"digit": "five"}, "digit must be one of 0…9, not 'five'"),
        ({"digit": True}, "digit must be one of 0…9, not True"),
        ({}, "digit must be one of 0…9, not None"),
        (
            {"digit": 5, "method": "luck"},
            f"method must be one of {', '.join(METHODS)}, not luck",
        ),
        ({"digit": 5, "every": 0}, "every must be a whole number, 1 or more, not 0"),
        ({"digit": 5, "every": 10**9}, "every must be at most 10000, not 1000000000"),
        ({"digit": 5, "every": 1.5}, "every must be a whole number, not 1.5"),
        ({"digit": 5, "seed": -1}, "seed must be a whole number, 0 or more, not -1"),
        ({"digit": 5, "options": [1]}, "options must be an object, not [1]"),
        ({"digit": 5, "options": {"seed": 1}}, "greedy has no option seed; it has sweeps"),
        ({"digit": 5, "options": {"sweeps": 0}}, "sweeps must be a whole number, 1 or more"),
        ({"digit": 5, "start": [1]}, "start: expected a list of 784 numbers, found 1 entries"),
    ],
)
def test_wrong_searches_are_sentences(client, body, said):
    assert error_message(client.post("/api/search", **body), 400).startswith(said)


def ask_live(port, **body) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Idea-Ticket": "mine"}
    connection.request("POST", "/api/search", json.dumps(body), headers)
    return connection, connection.getresponse()


def test_searches_stream_while_they_run_and_beyond_their_number_are_refused(monkeypatch):
    app, asked = slow_app(monkeypatch, 0.02, searches=2)
    with serving(app) as port:
        streams = [ask_live(port, digit=5, every=1) for _ in range(2)]
        for _, response in streams:
            assert response.status == 200
            assert response.readline() == b"event: frame\n"
        connection, refused = ask_live(port, digit=5)
        assert refused.status == 429
        assert refused.getheader("Retry-After") == "2"
        assert json.loads(refused.read()) == {
            "error": "2 searches are running already: try again in a moment",
            "code": "busy",
            "place": 1,
        }
        connection.close()
        for connection, response in streams:
            leave(connection, response)
        # Their places are free again, and nobody asks the model any more.
        deadline = time.monotonic() + 30
        while (answer := ask_live(port, digit=5, every=1))[1].status != 200:
            leave(*answer)
            assert time.monotonic() < deadline
            time.sleep(0.05)
        leave(*answer)
        until_it_rests(asked)


@pytest.mark.slow
def test_clients_that_idle_or_dawdle_shut_nobody_out():
    with serving(create_app()) as port, contextlib.ExitStack() as stack:
        for number in range(400):
            asking = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            if number % 2:
                asking.sendall(b"POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9")
            else:
                asking.sendall(b"GET /site.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert asking.recv(1 << 16).startswith(b"HTTP/1.1 200 OK")
        connection, response = ask_live(port, digit=5, every=1000)
        assert response.status == 200
        assert events_of(response.read().decode())[-1][0] == "ideal"
        connection.close()


def leave(connection, response):
    """Go as a closed browser tab goes."""
    response.close()
    if connection.sock:
        connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()


def until_it_rests(asked):
    """Wait until a model isn't asked for half a second."""
    deadline = time.monotonic() + 30
    before = -1
    while before != len(asked):
        assert time.monotonic() < deadline, "the search goes on without a client"
        before = len(asked)
        threading.Event().wait(0.5)


def test_frames_become_an_animation(client, tmp_path):
    images = [np.zeros(784), np.linspace(0, 1, 784), np.ones(784)]
    response = client.post("/api/gif", images=[levels(image) for image in images], fps=5)
    assert response.mimetype == "image/gif"
    (tmp_path / "a.gif").write_bytes(response.data)
    frames = frames_of(tmp_path / "a.gif")
    assert [duration for _, duration in frames] == [200, 200, 2000]
    for (pixels, _), image in zip(frames, images, strict=True):
        assert np.abs(pixels[5::10, 5::10].ravel() - 255 * image).max() <= 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "images: expected a list of 1…300, found None"),
        (
            {"images": ["A" * 1044 + "AA=="] * 301},
            "images: expected a list of 1…300, found 301 items",
        ),
        ({"images": ["AAAA"]}, "images[0]: expected base64 of 784 bytes, found 3 bytes"),
        ({"images": ["ä"]}, "images[0]: expected base64 of 784 bytes, found 'ä'"),
        ({"images": [5]}, "images[0]: expected base64 of 784 bytes, found 5"),
        ({"images": ["A" * 1044 + "AA=="], "fps": 0}, "fps must be a number, 0.1…100, not 0"),
        ({"images": ["A" * 1044 + "AA=="], "fps": "fast"}, "fps must be a number, not 'fast'"),
    ],
)
def test_wrong_animations_are_sentences(client, body, said):
    assert error_message(client.post("/api/gif", **body), 400).startswith(said)
