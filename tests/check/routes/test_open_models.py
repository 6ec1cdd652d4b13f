"""Opening models: every form of them, how many at a time, and bad or hostile ones."""

from __future__ import annotations

import gzip
import pickle
import struct
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
import safetensors.numpy

import idea
from idea.check import Limits, create_app
from idea.check.sandbox.models import open_model
from idea.data.examples import accuracy, few_examples
from idea.files.weights.formats import weights_bytes
from idea.image import DIGITS
from idea.networks.bundled import find_file
from idea.networks.weights import Weights

from client import Client, error_message, rounded
from conftest import random_layers
from graphs import FLOAT, node, save, tanh_graph, value


@pytest.fixture(scope="module")
def client():
    return Client(create_app(limits=Limits(models=2)))


def test_an_opened_model_classifies_under_its_id(client, small, model):
    response = client.upload("/api/models", model.read_bytes(), "mine.dat")
    assert response.status_code == 201
    entry = response.json
    assert (entry["name"], entry["network"]) == ("mine.dat", "784-16-16-10")
    examples = few_examples(DIGITS)
    share = accuracy(small, examples.images[:250], examples.labels[:250])
    assert entry["accuracy"] == f"{100 * share:.1f} % of 250 test images of MNIST"
    image = np.full(784, 0.5, np.float32)
    (answer,) = client.post("/api/classify", model=entry["id"], images=[image.tolist()]).json[
        "answers"
    ]
    assert answer["logits"] == rounded(small.logits(image[np.newaxis])[0], small)
    again = client.upload("/api/models", model.read_bytes(), "mine.dat")
    assert again.json == entry
    # What one visitor opens, others aren't told of.
    assert entry not in client.get("/site.json").json["models"]


def test_models_are_opened_a_few_at_a_time(monkeypatch, model):
    client = Client(create_app(limits=Limits(concurrent_opens=1)))
    trying, go_on = threading.Event(), threading.Event()

    def slowly(*arguments):
        trying.set()
        assert go_on.wait(60)
        return open_model(*arguments)

    monkeypatch.setattr("idea.check.model_store.open_model", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(client.upload, "/api/models", model.read_bytes(), "first.dat")
        assert trying.wait(60)
        second = client.upload("/api/models", model.read_bytes(), "second.dat")
        said = "1 models are being opened: try again in a moment"
        assert error_message(second, 429) == said
        go_on.set()
        assert first.result().status_code == 201
    assert client.upload("/api/models", model.read_bytes(), "second.dat").status_code == 201


@pytest.mark.parametrize("suffix", ["npz", "safetensors", "onnx"])
def test_every_form_of_model_opens(client, small, layers, suffix):
    data = weights_bytes(f"m.{suffix}", Weights(tuple(layers)))
    entry = client.upload("/api/models", data, f"m.{suffix}").json
    assert entry["network"] == "784-16-16-10"
    image = [0.5] * 784
    (answer,) = client.post("/api/classify", model=entry["id"], images=[image]).json["answers"]
    expected = small.logits(np.full((1, 784), 0.5, np.float32))[0]
    assert answer["logits"] == rounded(expected, small)


def test_a_graph_that_no_kernel_knows_opens(client, tmp_path):
    path = tanh_graph(tmp_path / "tanh.onnx")
    entry = client.upload("/api/models", path.read_bytes(), "tanh.onnx").json
    assert entry["network"] == "ONNX"
    (answer,) = client.post("/api/classify", model=entry["id"], images=[[0.5] * 784]).json[
        "answers"
    ]
    expected = idea.load_model(path).exact_logits(np.full((1, 784), 0.5, np.float32))[0]
    assert answer["logits"] == pytest.approx(expected)


def test_what_the_file_leaves_open_is_in_the_notes(client):
    """A state_dict of one hidden layer names no activation, and is of 32×32 pixels."""
    W = [np.ones(shape, np.float32) for shape in ((4, 1024), (10, 4))]
    tensors = {f"fc{n}.{part}": array for n, w in enumerate(W, 1)
               for part, array in (("weight", w), ("bias", w[:, 0].copy()))}  # fmt: skip
    entry = client.upload("/api/models", safetensors.numpy.save(tensors), "m.safetensors").json
    assert entry["network"] == "784-4-10"
    assert [note.partition(" ")[0] for note in entry["notes"]] == ["m.safetensors:"] * 2
    margin, activation = entry["notes"]
    assert "black pixels are added" in margin
    assert activation == "m.safetensors: activation, taken as ReLU"


def test_notes_of_a_graph_are_shown(client, tmp_path):
    """Three channels are given grey."""
    nodes = [node("Flatten", "x", "f"), node("Gemm", "f", "W", "h"), node("Tanh", "h", "y")]
    constants = {"W": np.ones((3 * 784, 10), np.float32) / 3000}
    given, wanted = [value("x", (1, 3, 28, 28), FLOAT)], [value("y", (1, 10), FLOAT)]
    path = save(tmp_path / "rgb.onnx", nodes, constants, given, wanted)
    (note,) = client.upload("/api/models", path.read_bytes(), "rgb.onnx").json["notes"]
    assert note.startswith("rgb.onnx: ")


@pytest.mark.slow
def test_the_model_longest_unused_makes_room(client):
    ids = []
    for seed in range(3):
        data = weights_bytes("m.dat", Weights(tuple(random_layers(4, seed))))
        ids.append(client.upload("/api/models", data, "m.dat").json["id"])
        if seed == 1:
            client.post("/api/classify", model=ids[0], images=[[0] * 784])
    status = [client.post("/api/classify", model=i, images=[[0] * 784]).status_code for i in ids]
    assert status == [200, 404, 200]


def zeros_bomb(path):
    """An archive of a few bytes that says it holds eight thousand million floats."""
    head = np.lib.format.magic(1, 0)
    said = "{'descr': '<f4', 'fortran_order': False, 'shape': (10000000, 784), }"
    said = said.ljust(117) + "\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("l1/W", "l1/b", "l2/W", "l2/b", "l3/W", "l3/b"):
            archive.writestr(
                f"{name}.npy", head + struct.pack("<H", len(said)) + said.encode() + bytes(100)
            )
    return path.read_bytes()


def outside(path):
    """A graph that would read a file of the server's."""
    graph = onnx.load(tanh_graph(path))
    tensor = graph.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, said in (("location", "setup.cfg"), ("offset", "0")):
        tensor.external_data.add(key=key, value=said)
    return graph.SerializeToString()


def endless(path):
    """A graph that never ends."""
    inner = onnx.helper.make_graph(
        [node("Identity", "c", "c2"), node("Identity", "s", "s2")],
        "body",
        [value("i", (), onnx.TensorProto.INT64), value("c", (), onnx.TensorProto.BOOL),
         value("s", ("n", 10))],
        [value("c2", (), onnx.TensorProto.BOOL), value("s2", ("n", 10))],
    )  # fmt: skip
    nodes = [
        node("Gemm", "x", "W", "start"),
        onnx.helper.make_node("Loop", ["", "true", "start"], ["y"], body=inner),
    ]
    constants = {"W": np.zeros((784, 10), np.float32), "true": np.array(True)}
    given, wanted = [value("x", ("n", 784))], [value("y", ("n", 10))]
    return save(path, nodes, constants, given, wanted).read_bytes()


def swollen(path):
    """A graph that wants a thousand gigabytes for one image."""
    size = np.array([1_000_000, 1_000_000], np.int64)
    nodes = [
        node("Gemm", "x", "W", "scores"),
        node("ConstantOfShape", "size", "much"),
        node("ReduceSum", "much", "sum", keepdims=0),
        node("Add", "scores", "sum", "y"),
    ]
    constants = {"W": np.zeros((784, 10), np.float32), "size": size}
    given, wanted = [value("x", ("n", 784), FLOAT)], [value("y", ("n", 10), FLOAT)]
    return save(path, nodes, constants, given, wanted).read_bytes()


NO_ARCHIVE = "m.npz: expected a zip archive of arrays (.npz), found"
BAD_MODELS = {
    "text": ("m.dat", lambda _: b"Dear all", "m.dat: expected the float32 of a 784-units-units-10"),
    "truncated": ("m.dat", lambda _: bytes(3227), "m.dat: expected the float32"),
    "pickle": (
        "m.npz",
        lambda _: pickle.dumps([1]),
        "m.npz: expected a zip archive of arrays (.npz), found a pickle",
    ),
    "renamed": (
        "m.npz",
        lambda _: find_file("lenet").read_bytes(),
        "m.npz: expected a zip archive of arrays (.npz), found ONNX",
    ),
    "compressed": (
        "m.dat",
        lambda _: gzip.compress(b"x"),
        "m.dat: expected raw float32, found a c",
    ),
    "torch": ("m.pt", lambda _: b"", "m.pt: expected a name that ends in .dat, .npz, .model, "),
    "bomb": ("m.npz", zeros_bomb, "m.npz: the array l1/W can't be read: "),
    "outside": ("m.onnx", outside, "m.onnx: stores arrays in other files; save it as one"),
    "endless": ("m.onnx", endless, "m.onnx: has nodes Loop, which may run without end"),
    "swollen": ("m.onnx", swollen, "m.onnx: "),
    "noise": ("m.onnx", lambda _: bytes(range(256)), "m.onnx: expected an ONNX model, found a"),
    "option": ("--help", lambda _: b"", "help: expected a name that ends in .dat"),
}


@pytest.mark.parametrize("kind", BAD_MODELS)
def test_a_bad_or_hostile_model_is_a_sentence(client, kind, tmp_path):
    name, make, said = BAD_MODELS[kind]
    response = client.upload("/api/models", make(tmp_path / "made.onnx"), name)
    assert error_message(response, 400).startswith(said)
    assert client.post("/api/classify", images=[[0] * 784]).status_code == 200
