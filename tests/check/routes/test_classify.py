"""Sending pictures, judging images, opening models."""

from __future__ import annotations

import io
import pickle
import struct
import threading
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
from PIL import Image

import idea
from idea.check import Limits, create_app
from idea.check.sandbox.models import open_model
from idea.files.preprocess import read_picture
from idea.files.vf import dump_bytes
from idea.files.weights.formats import weights_bytes
from idea.networks.softmax import softmax
from idea.networks.weights import Weights

from client import Client, error_message
from conftest import random_layers
from graphs import FLOAT, node, save, tanh_graph, value
from pictures import bytes_of, drawn, photo


@pytest.fixture(scope="module")
def asker():
    return Client(create_app(limits=Limits(models=2)))


def rounded(logits, model):
    """Logits up to the rounding of two sums, which threads and processors may order differently."""
    return pytest.approx(logits.tolist(), rel=0, abs=2 * model.rounding)


def png(width, height, *chunks):
    """A PNG of greys whose header says what it likes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_picture_is_prepared_and_judged_as_the_command_does(asker, shipped, kind):
    data = bytes_of(drawn(), kind)
    said = asker.upload("/send", data, "seven").json
    prepared = read_picture(data)
    logits = shipped.logits(prepared.image.reshape(1, -1))[0]
    assert said["digit"] == 7
    assert said["logits"] == rounded(logits, shipped)
    assert said["probabilities"] == softmax(said["logits"]).tolist()
    assert said["probability"] == said["probabilities"][7]
    assert said["image"] == prepared.image.ravel().tolist()
    assert (said["inverted"], tuple(said["box"])) == (True, prepared.box)


def test_a_form_may_name_its_file_and_its_model_as_it_likes(asker):
    convnet = idea.load_model("convnet")
    data = photo(drawn(size=(280, 280)).point(lambda grey: 255 - grey))
    form = {"drawing": (io.BytesIO(data), "photo.jpg"), "model": "convnet"}
    said = asker.http.post("/send", data=form).json
    image = np.array(said["image"], np.float32)
    assert said["logits"] == rounded(convnet.logits(image[np.newaxis])[0], convnet)


def test_a_dump_is_taken_as_it_is(asker, digits):
    said = asker.upload("/send", dump_bytes(digits[3]), "three.vf").json
    assert said["digit"] == 3
    assert said["image"] == digits[3].ravel().tolist()


HOSTILE = {
    "truncated": (bytes_of(drawn())[:-2000], "seven.png: the picture can't be decoded"),
    "empty": (b"", "seven.png: expected a picture, found nothing: it is empty"),
    "bomb": (
        png(30000, 30000),
        "seven.png: expected a picture of at most 16,000,000 pixels, found",
    ),
    "huge": (png(2**31 - 1, 2**31 - 1), "seven.png: expected a picture of at most 16,000,000"),
    "svg": (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "seven.png: expected a picture, or a dump of 3136 bytes, found 71 bytes that begin with "
        "b'<svg'",
    ),
    "html": (b"<html><script>alert(1)</script>", "seven.png: expected a picture, or a dump"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "seven.png: expected a"),
    "tiff": (bytes_of(drawn(), "TIFF"), "seven.png: expected a picture, or a dump of 3136 bytes"),
    "blank": (bytes_of(Image.new("L", (99, 99), 255)), "seven.png: no ink was found"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_picture_is_a_sentence(asker, kind):
    data, said = HOSTILE[kind]
    assert error_message(asker.upload("/send", data, "seven.png"), 400).startswith(said)
    assert asker.upload("/send", bytes_of(drawn()), "seven.png").json["digit"] == 7


def test_names_are_shown_without_folders_and_control_characters(asker):
    for name in ("../../etc/passwd", "a/\x1bpass\x07wd\u202e"):
        assert error_message(asker.upload("/send", b"x", name), 400).startswith(
            "passwd: expected a"
        )


def test_a_form_needs_one_file(asker):
    said = "expected a form with one file, found"
    assert error_message(asker.http.post("/send", data={"a": "b"}), 400) == f"{said} 0"
    two = {"a": (io.BytesIO(b"a"), "a"), "b": (io.BytesIO(b"b"), "b")}
    assert error_message(asker.http.post("/send", data=two), 400) == f"{said} 2"
    assert error_message(asker.post("/send"), 400) == f"{said} 0"


def test_files_and_bodies_are_bounded():
    asker = Client(create_app(limits=Limits(picture=20_000, file=30_000, body=10_000)))
    said = error_message(asker.upload("/send", bytes(20_001), "a.png"), 413)
    assert said == "a.png: expected at most 20,000 bytes, found more"
    assert error_message(asker.upload("/send", bytes(90_000), "a.png"), 413).startswith(
        "expected at most"
    )
    assert asker.upload("/api/models", bytes(30_001), "a.dat").status_code == 413
    assert error_message(asker.post("/api/judge", images=[0] * 9_999), 413).startswith(
        "expected at most"
    )


def test_images_are_judged(asker, shipped):
    images = np.random.default_rng(0).random((3, 784), np.float32)
    answers = asker.post("/api/judge", images=images.tolist()).json["answers"]
    for answer, logits in zip(answers, shipped.logits(images), strict=True):
        assert answer["logits"] == rounded(logits, shipped)
        assert answer["digit"] == logits.argmax()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([1], "expected a JSON object, found [1]"),
        ({}, "images: expected a list of 1…64, found None"),
        ({"images": []}, "images: expected a list of 1…64, found 0 items"),
        ({"images": [[0] * 784] * 65}, "images: expected a list of 1…64, found 65 items"),
        ({"images": [[0] * 783]}, "images[0]: expected a list of 784 numbers, found 783 entries"),
        ({"images": [[0] * 784, 5]}, "images[1]: expected a list of 784 numbers, found 5"),
        ({"images": [[0] * 783 + ["x"]]}, "images[0]: expected 784 numbers, found [0, 0,"),
        ({"images": [[0] * 783 + [2]]}, "images[0]: the pixel in column 27, row 27 is 2.0; "),
        ({"images": [[0] * 783 + [float("nan")]]}, "images[0]: the pixel in column 27, row 27 is"),
    ],
)
def test_wrong_images_are_sentences(asker, body, said):
    response = asker.http.post("/api/judge", json=body)
    assert error_message(response, 400).startswith(said)


def test_other_wrong_requests(asker):
    client = asker.http
    said = error_message(asker.post("/api/judge", model="gpt", images=[[0] * 784]), 404)
    assert said.startswith("no model 'gpt'; opened models are removed when")
    for odd in ([1], {}, 5, True):
        said = error_message(asker.post("/api/judge", model=odd, images=[[0] * 784]), 404)
        assert said.startswith(f"no model {odd!r}; ")
    said = error_message(client.post("/api/judge", data="images"), 400)
    assert said == "expected Content-Type: application/json"
    torn = client.post("/api/judge", data="{", content_type="application/json")
    assert error_message(torn, 400) == "expected a JSON object, found text that is no JSON"
    nested = client.post("/api/judge", data="[" * 100_000, content_type="application/json")
    assert error_message(nested, 400) == "expected a JSON object, found one nested too deeply"
    error_message(client.get("/api/judge"), 404)
    error_message(client.get("/etc/passwd"), 404)
    error_message(client.get("/../app.py"), 404)
    error_message(client.get("/%2e%2e/app.py"), 404)


def test_an_opened_model_judges_under_its_id(asker, small, model):
    response = asker.upload("/api/models", model.read_bytes(), "mine.dat")
    assert response.status_code == 201
    entry = response.json
    assert (entry["name"], entry["network"], entry["accuracy"]) == (
        "mine.dat",
        "784-16-16-10",
        None,
    )
    image = np.full(784, 0.5, np.float32)
    (answer,) = asker.post("/api/judge", model=entry["id"], images=[image.tolist()]).json["answers"]
    assert answer["logits"] == rounded(small.logits(image[np.newaxis])[0], small)
    again = asker.upload("/api/models", model.read_bytes(), "mine.dat")
    assert again.json == entry
    # What one visitor opens, others aren't told of.
    assert entry not in asker.get("/site.json").json["models"]


def test_models_are_opened_a_few_at_a_time(monkeypatch, model):
    asker = Client(create_app(limits=Limits(concurrent_opens=1)))
    trying, go_on = threading.Event(), threading.Event()

    def slowly(*arguments):
        trying.set()
        assert go_on.wait(60)
        return open_model(*arguments)

    monkeypatch.setattr("idea.check.model_store.open_model", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(asker.upload, "/api/models", model.read_bytes(), "first.dat")
        assert trying.wait(60)
        second = asker.upload("/api/models", model.read_bytes(), "second.dat")
        said = "1 models are being opened: try again in a moment"
        assert error_message(second, 429) == said
        go_on.set()
        assert first.result().status_code == 201
    assert asker.upload("/api/models", model.read_bytes(), "second.dat").status_code == 201


@pytest.mark.parametrize("suffix", ["npz", "safetensors", "onnx"])
def test_every_form_of_model_opens(asker, small, layers, suffix):
    data = weights_bytes(f"m.{suffix}", Weights(tuple(layers)))
    entry = asker.upload("/api/models", data, f"m.{suffix}").json
    assert entry["network"] == "784-16-16-10"
    image = [0.5] * 784
    (answer,) = asker.post("/api/judge", model=entry["id"], images=[image]).json["answers"]
    expected = small.logits(np.full((1, 784), 0.5, np.float32))[0]
    assert answer["logits"] == rounded(expected, small)


def test_a_graph_that_no_kernel_knows_opens(asker, tmp_path):
    path = tanh_graph(tmp_path / "tanh.onnx")
    entry = asker.upload("/api/models", path.read_bytes(), "tanh.onnx").json
    assert entry["network"] == "ONNX"
    (answer,) = asker.post("/api/judge", model=entry["id"], images=[[0.5] * 784]).json["answers"]
    expected = idea.load_model(path).exact_logits(np.full((1, 784), 0.5, np.float32))[0]
    assert answer["logits"] == pytest.approx(expected)


def test_the_model_longest_unused_makes_room(asker):
    ids = []
    for seed in range(3):
        data = weights_bytes("m.dat", Weights(tuple(random_layers(4, seed))))
        ids.append(asker.upload("/api/models", data, "m.dat").json["id"])
        if seed == 1:
            asker.post("/api/judge", model=ids[0], images=[[0] * 784])
    status = [asker.post("/api/judge", model=i, images=[[0] * 784]).status_code for i in ids]
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


BAD_MODELS = {
    "text": ("m.dat", lambda _: b"Dear all", "m.dat: expected the float32 of a 784-units-units-10"),
    "truncated": ("m.dat", lambda _: bytes(3227), "m.dat: expected the float32"),
    "pickle": ("m.npz", lambda _: pickle.dumps([1]), "m.npz: expected Chainer's .npz, a zip"),
    "torch": ("m.pt", lambda _: b"", "m.pt: expected a name that ends in .dat, .npz, .model, "),
    "bomb": ("m.npz", zeros_bomb, "m.npz: the array l1/W can't be read: "),
    "outside": ("m.onnx", outside, "m.onnx: stores arrays in other files; save it as one"),
    "endless": ("m.onnx", endless, "m.onnx: has nodes Loop, which may run without end"),
    "swollen": ("m.onnx", swollen, "m.onnx: "),
    "noise": ("m.onnx", lambda _: bytes(range(256)), "m.onnx: expected an ONNX model, found a"),
    "option": ("--help", lambda _: b"", "help: expected a name that ends in .dat"),
}


@pytest.mark.parametrize("kind", BAD_MODELS)
def test_a_bad_or_hostile_model_is_a_sentence(asker, kind, tmp_path):
    name, make, said = BAD_MODELS[kind]
    response = asker.upload("/api/models", make(tmp_path / "made.onnx"), name)
    assert error_message(response, 400).startswith(said)
    assert asker.post("/api/judge", images=[[0] * 784]).status_code == 200
