"""Weights of networks, with which the page evaluates them."""

from __future__ import annotations

import numpy as np
import pytest

from idea.check import create_app

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
