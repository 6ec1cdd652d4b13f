"""The API with networks of other tasks: sizes and labels are theirs, and wrong ones are refused."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

import idea
from idea.check import create_app
from idea.check.nearest import NearestImages
from idea.errors import MissingPackageError
from idea.files.preprocess import read_picture
from idea.files.weights.formats import weights_bytes
from idea.image import Task
from idea.networks.weights import Weights

from client import Client, error_message, events_of, rounded
from graphs import FLOAT, node, save, value
from pictures import bytes_of, drawn

SIDES = Task(5, 3, ("left", "right"))


def layers_of(task):
    rng = np.random.default_rng(0)
    widths = [task.pixels, 8, 8, len(task.classes)]
    return [
        (rng.normal(size=(n_out, n_in)).astype(np.float32), np.zeros(n_out, np.float32))
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True)
    ]


@pytest.fixture(scope="module")
def client():
    return Client(create_app())


@pytest.fixture(scope="module")
def model():
    return idea.MLP(layers_of(SIDES), SIDES)


@pytest.fixture(scope="module")
def entry(client):
    weights = Weights(tuple(layers_of(SIDES)), task=SIDES)
    return client.upload("/api/models", weights_bytes("m.npz", weights), "m.npz").json


def bare(task) -> bytes:
    """The file of a network without its task."""
    stream = io.BytesIO()
    named = {}
    for number, (W, b) in enumerate(layers_of(task), 1):
        named |= {f"l{number}/W": W, f"l{number}/b": b}
    np.savez(stream, **named)
    return stream.getvalue()


def test_the_task_of_the_first_network_is_declared(tmp_path):
    (tmp_path / "bare.npz").write_bytes(bare(SIDES))
    model = str(tmp_path / "bare.npz")
    app = create_app(model, shape=SIDES.shape, classes=iter(SIDES.classes))
    site = Client(app).get("/site.json").json
    assert site["default"] == site["models"][0]["id"] == "own"
    assert site["models"][0]["task"] == {"height": 5, "width": 3, "classes": ["left", "right"]}
    with pytest.raises(idea.IdeaError, match="15 pixels"):
        create_app(model, shape=(5, 4))


def test_every_model_has_its_task(client, entry):
    models = {each["id"]: each for each in client.get("/site.json").json["models"]}
    assert models["mlp"]["task"] == {"height": 28, "width": 28, "classes": list("0123456789")}
    assert models["digits8"]["task"]["height"] == 8
    assert (models["mlp"]["data"], models["fashion"]["data"]) == ("mnist", "fashion")
    assert entry["task"] == {"height": 5, "width": 3, "classes": ["left", "right"]}
    assert entry["data"] is None


def test_predictions_are_named_by_labels(client, entry, model):
    images = np.random.default_rng(0).random((3, 15), np.float32)
    answers = client.post("/api/classify", model=entry["id"], images=images.tolist()).json[
        "answers"
    ]
    for answer, logits in zip(answers, model.logits(images), strict=True):
        assert answer["logits"] == rounded(logits, model)
        assert answer["label"] == SIDES.label(int(logits.argmax()))
        assert "digit" not in answer


def test_a_picture_is_prepared_for_the_model(client, entry):
    data = bytes_of(drawn())
    said = client.upload("/send", data, "seven.png", model=entry["id"]).json
    assert said["image"] == read_picture(data, task=SIDES).image.ravel().tolist()


def test_a_class_is_named_by_label_or_index(client, entry, model):
    black = [0] * 15
    said = [
        client.post("/api/gains", model=entry["id"], target=target, image=black).json["gains"]
        for target in (1, "right", "RIGHT")
    ]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) == 15
    ideal = idea.find(model, "right")
    for target in ("right", "1"):  # in an address, all are texts
        found = client.get("/api/ideal", model=entry["id"], target=target).json
        assert found["target"] == "right"
        assert found["image"] == ideal.image.ravel().tolist()
    request = {"model": entry["id"], "target": "right", "every": 5}
    kind, last = events_of(client.post("/api/search", **request).get_data(as_text=True))[-1]
    assert (kind, last["target"], last["energy"]) == ("ideal", "right", ideal.energy)


def test_flips_are_followed_by_labels(client, entry, model):
    image = np.zeros(15, np.float32)
    label = SIDES.label(int(model.logits(image[np.newaxis]).argmax()))
    other = next(name for name in SIDES.classes if name != label)
    said = client.post("/api/fool", model=entry["id"], target=other, image=image.tolist()).json
    assert (said["before"]["label"], said["after"]["label"], said["fooled"]) == (label, other, True)
    assert said["labels"][-1] == other


def test_an_animation_has_the_models_size(client, entry):
    images = [base64.b64encode(bytes([level] * 15)).decode() for level in (0, 255)]
    with Image.open(
        io.BytesIO(client.post("/api/gif", model=entry["id"], images=images).data)
    ) as gif:
        assert gif.width / gif.height == pytest.approx(3 / 5)
    same = client.post("/api/gif", height=5, width=3, images=images)
    assert same.data == client.post("/api/gif", model=entry["id"], images=images).data
    said = error_message(client.post("/api/gif", height=5, images=images), 400)
    assert said.startswith("width must be a whole number")


def test_for_digits_the_target_is_the_digit(client):
    by_digit, by_target = (
        client.post("/api/gains", image=[0] * 784, **named).json
        for named in ({"digit": 5}, {"target": "5"})
    )
    assert by_digit == by_target
    assert {"digit", "energy", "gains"} <= set(by_digit)


LABELS = "target must be one of left, right, not"
OTHER = (
    "digit is for networks of digits, found images of 5×3 and the classes left, right: use target"
)
LONG = [0] * 784
WRONG = {
    "unknown": ({"target": "lefft"}, "target", f"{LABELS} 'lefft'; did you mean left?"),
    "missing": ({}, "target", f"{LABELS} None"),
    "index": ({"target": 2}, "target", f"{LABELS} 2"),
    "digit": ({"digit": 1}, "target", OTHER),
    "size": (
        {"target": 1, "image": LONG},
        "size",
        "image: expected a list of 15 numbers (5×3), found 784 entries",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_class_or_size_is_refused_with_a_code(client, entry, kind):
    body, code, said = WRONG[kind]
    response = client.post("/api/gains", **{"model": entry["id"], "image": [0] * 15} | body)
    assert error_message(response, 400) == said
    assert response.json["code"] == code


def test_two_different_classes_are_refused(client):
    response = client.post("/api/gains", digit=5, target=6, image=[0] * 784)
    said = "digit and target name different classes: leave out one"
    assert (error_message(response, 400), response.json["code"]) == (said, "target")


def test_an_encoded_image_of_another_size_is_refused(client, entry):
    image = base64.b64encode(bytes(784)).decode()
    response = client.post("/api/gif", model=entry["id"], images=[image])
    said = "images[0]: expected base64 of 15 bytes (5×3), found 784 bytes"
    assert (error_message(response, 400), response.json["code"]) == (said, "size")


@pytest.mark.slow
def test_the_task_of_a_file_without_one_is_declared_in_the_form(client):
    response = client.upload("/api/models", bare(SIDES), "m.npz")
    assert "the size of the images doesn't follow" in error_message(response, 400)
    assert response.json["code"] == "shape"
    entries = [
        client.upload("/api/models", bare(SIDES), "m.npz", **fields).json
        for fields in ({"shape": "5x3"}, {"shape": "5×3", "classes": "left, right"})
    ]
    tasks = [each["task"]["classes"] for each in entries]
    assert tasks == [["0", "1"], ["left", "right"]]
    assert entries[0]["id"] != entries[1]["id"]
    for fields, said in (
        ({"shape": "5"}, "shape: expected a size such as 28x28, found '5'"),
        ({"shape": "5x4"}, "m.npz: expected images of 15 pixels"),
        ({"shape": "5x3", "classes": "a,b,c"}, "m.npz: expected 2 labels"),
    ):
        response = client.upload("/api/models", bare(SIDES), "m.npz", **fields)
        assert error_message(response, 400).startswith(said)


def test_a_graph_of_many_classes_is_evaluated_by_its_process(client, tmp_path):
    rng = np.random.default_rng(0)
    constants = {"W": rng.normal(size=(15, 1000)).astype(np.float32)}
    nodes = [node("MatMul", "x", "W", "h"), node("Sin", "h", "y")]
    given, wanted = [value("x", ("n", 15), FLOAT)], [value("y", ("n", 1000), FLOAT)]
    data = save(tmp_path / "m.onnx", nodes, constants, given, wanted).read_bytes()
    entry = client.upload("/api/models", data, "m.onnx", shape="5x3").json
    assert (entry["network"], len(entry["task"]["classes"])) == ("ONNX", 1000)
    images = rng.random((64, 15), np.float32)
    answers = client.post("/api/classify", model=entry["id"], images=images.tolist()).json[
        "answers"
    ]
    expected = np.sin(images.astype(float) @ constants["W"])
    assert np.allclose([answer["logits"] for answer in answers], expected, atol=1e-5)


def test_the_nearest_image_is_of_the_models_data_set(client, entry, monkeypatch):
    response = client.post("/api/nearest", model=entry["id"], image=[0] * 15)
    assert response.json["code"] == "no_data"
    images = np.zeros((2, 28, 28), np.uint8)
    images[1] = 255
    fashion = idea.load_model("fashion").task
    two = idea.Dataset("fashion", fashion, images, np.array([7, 9]), images, np.array([7, 9]))
    monkeypatch.setattr("idea.check.nearest.load_dataset", lambda name, on_message: two)
    said = Client(create_app()).post("/api/nearest", model="fashion", image=[1] * 784).json
    assert (said["flips"], said["label"]) == (0, fashion.label(9))


def test_without_the_package_of_a_data_set_there_is_no_nearest_image(monkeypatch):
    def fail(name, on_message):
        raise MissingPackageError("digits8 needs a package")

    monkeypatch.setattr("idea.check.nearest.load_dataset", fail)
    monkeypatch.setattr("idea.check.nearest.data_of", lambda task: "digits8")
    with pytest.raises(idea.IdeaError, match="digits8 needs a package"):
        NearestImages().find(np.zeros(64, np.float32), Task(8, 8))
