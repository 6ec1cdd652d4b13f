"""Opening of untrusted models in processes, and the weights that these return."""

from __future__ import annotations

import numpy as np
import pytest

from idea.check import Limits
from idea.check.deadline import Deadline
from idea.check.errors import ClientDisconnectedError
from idea.check.sandbox.models import open_model
from idea.check.sandbox.packing import deserialize_weights, serialize_weights
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights

from client import error_message
from conftest import random_convolutions, random_layers
from graphs import FLOAT, node, save, value
from processes import STUCK, impostor

pytest_plugins = ["processes"]


def test_opening_ends_when_its_client_leaves(monkeypatch):
    impostor(monkeypatch, *STUCK)
    with pytest.raises(ClientDisconnectedError):
        open_model(b"x", "m.onnx", Limits(), Deadline(60, lambda: True))


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


def test_the_server_reads_no_file_itself(monkeypatch, client):
    """What costs much to read costs the server nothing."""
    for name in ("opening.load.parse_model", "files.weights.formats.parse_network"):
        monkeypatch.setattr(f"idea.{name}", None)
    weights = Weights(tuple(random_layers(8, 0)))
    response = client.upload("/api/models", weights_bytes("m.onnx", weights), "m.onnx")
    assert response.json["network"] == "784-8-8-10"


def test_a_name_of_megabytes_is_shown_in_part(client, tmp_path):
    nodes = [node("Gemm", "x", "W" * 5_000_000, "y")]
    given, wanted = [value("x", ("n", 784), FLOAT)], [value("y", ("n", 10), FLOAT)]
    path = save(tmp_path / "m.onnx", nodes, {}, given, wanted)
    said = error_message(client.upload("/api/models", path.read_bytes(), "m.onnx"), 400)
    assert said.startswith("m.onnx: expected a valid ONNX graph, found a node Gemm that uses 'WWW")
    assert len(said) < 1000


@pytest.mark.parametrize("suffix", ["dat", "npz", "model", "safetensors", "onnx"])
def test_every_form_opens_in_a_process_that_can_load_nothing_more(suffix):
    data = weights_bytes(f"m.{suffix}", Weights(tuple(random_layers(8, 0))))
    assert repr(open_model(data, f"m.{suffix}", Limits(), Deadline(60))) == "MLP(784-8-8-10)"


@pytest.mark.xdist_group("keras")
@pytest.mark.parametrize(
    ("suffix", "padding", "network"),
    [(".keras", "valid", "1×28×28, 3×13×13, 10"), (".h5", "same", "1×28×28, 3×14×14, 10")],
)
def test_files_of_keras_are_opened_for_visitors(client, tmp_path, suffix, padding, network):
    """With padding as well."""
    keras_models = pytest.importorskip("keras_models")
    keras, layers = keras_models.keras, keras_models.L
    convolution = layers.Conv2D(3, 3, activation="relu", padding=padding)
    rest = [layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10)]
    path = tmp_path / f"m{suffix}"
    keras.Sequential([keras.Input((28, 28, 1)), convolution, *rest]).save(path)
    response = client.upload("/api/models", path.read_bytes(), path.name)
    assert response.status_code == 201, response.json
    assert response.json["network"] == network


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_visitors_open_arrays_that_only_the_runtime_evaluates(client, tmp_path, suffix):
    """Five convolutions, whose shapes chain with padding alone."""
    rng = np.random.default_rng(0)
    shapes = {f"conv{n}": (2, 1 if n == 1 else 2, 3, 3) for n in range(1, 6)}
    shapes["fc"] = (10, 2 * 28 * 28)
    arrays = {}
    for name, shape in shapes.items():
        arrays[f"{name}.weight"] = rng.normal(size=shape).astype(np.float32)
        arrays[f"{name}.bias"] = np.zeros(shape[0], np.float32)
    path = tmp_path / f"m{suffix}"
    if suffix == ".npz":
        np.savez(path, **arrays)
    else:
        pytest.importorskip("safetensors.numpy").save_file(arrays, path)
    response = client.upload("/api/models", path.read_bytes(), path.name)
    assert response.status_code == 201, response.json
    assert response.json["network"].startswith("ONNX")
