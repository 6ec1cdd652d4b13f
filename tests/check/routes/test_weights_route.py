"""Weights of networks and priors, with which the page evaluates and searches them."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.check import create_app
from idea.data.reference_logits import context, few_contexts

from client import Client, error_message
from conftest import BUNDLED_MLP
from graphs import tanh_graph


@pytest.fixture(scope="module")
def client():
    return Client(create_app())


def test_weights_are_bare_floats_that_browsers_keep_until_they_change(client):
    response = client.get("/api/weights", model="mlp")
    assert response.data == BUNDLED_MLP.read_bytes()
    tag = response.headers["ETag"]
    again = client.http.get("/api/weights?model=mlp", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/api/weights", model="gpt").status_code == 404


def test_examples_are_test_images_with_their_classes(client, mnist):
    data = np.frombuffer(client.get("/api/examples", data="mnist").data, np.uint8)
    labels, greys = data[:250], data[250:].reshape(250, -1)
    assert np.array_equal(labels, mnist.test_labels[:250])
    assert np.array_equal(greys, mnist.test_images[:250].reshape(250, -1))
    more = client.get("/api/examples", data="mnist", count="5000").data
    assert more[:1000] == mnist.test_labels[:1000].tobytes()
    assert len(more) == 1000 * 785
    assert client.get("/api/examples", data="cats").data == b""


def test_entries_have_their_address_shapes_and_check(client):
    for entry in client.get("/site.json").json["models"]:
        size = len(client.http.get(f"/{entry['weights']}").data)
        convolutions = [each["shape"] for each in entry["convolutions"]]
        count = sum(a * b for a, b in entry["layers"]) + sum(a for a, _ in entry["layers"])
        count += sum(o * i * w * w + o for o, i, w, _ in convolutions)
        assert size == 4 * count
        assert len(entry["check"]) == len(entry["task"]["classes"])


def test_an_opened_graph_has_none(client, tmp_path):
    tanh_graph(tmp_path / "tanh.onnx")
    data = (tmp_path / "tanh.onnx").read_bytes()
    entry = client.upload("/api/models", data, "tanh.onnx").json
    assert "weights" not in entry
    response = client.get("/api/weights", model=entry["id"])
    expected = "tanh.onnx: expected an MLP or a CNN, found another ONNX graph"
    assert error_message(response, 400) == expected


def test_a_prior_is_half_floats_and_what_it_is_of(client):
    entry, _ = client.get("/site.json").json["priors"]
    prior = idea.load_prior(entry["name"])
    values = np.frombuffer(client.http.get(f"/{entry['values']}").data, "<f2").astype(np.float32)
    weights, visible, hidden = np.split(values, np.cumsum([entry["hidden"] * 784, 784]))
    assert np.array_equal(weights.reshape(-1, 784), prior.weights)
    assert np.array_equal(visible, prior.visible)
    assert np.array_equal(hidden, prior.hidden)
    assert entry["typical"] == [prior.typical(prior.task, digit) for digit in range(10)]
    expected = "prior must be one of digits, digits8, not '/etc/passwd'"
    assert error_message(client.get("/api/prior", name="/etc/passwd"), 400) == expected


def test_entries_have_what_real_images_reach(client, model):
    entries = {entry["id"]: entry for entry in client.get("/site.json").json["models"]}
    assert (entries["mlp"]["prior_weight"], entries["fashion"]["prior_weight"]) == (0.32, None)
    for name, entry in entries.items():
        expected = [context(name, target) for target in range(len(entry["task"]["classes"]))]
        assert entry["real"]["strongest"] == [known.strongest for known in expected]
        assert entry["real"]["median"] == [known.median for known in expected]
    opened = client.upload("/api/models", model.read_bytes(), "m.dat").json
    computed = few_contexts(idea.load_model(model))
    expected = computed and [known.median for known in computed]
    assert (opened["real"] and opened["real"]["median"], opened["prior_weight"]) == (expected, None)
