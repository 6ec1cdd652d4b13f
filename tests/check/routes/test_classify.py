"""Sending pictures, judging images."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

import idea
from idea.check import Limits, create_app
from idea.files.picture import png_bytes
from idea.files.preprocess import read_picture
from idea.files.vf import dump_bytes
from idea.networks.softmax import softmax

from client import Client, error_message, rounded
from pictures import bytes_of, drawn, photo, picture_of


@pytest.fixture(scope="module")
def client():
    return Client(create_app())


def png(width, height, *chunks):
    """A PNG of greys whose header says what it likes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_picture_is_prepared_and_classified_as_the_command_does(client, shipped, kind):
    data = bytes_of(drawn(), kind)
    said = client.upload("/send", data, "seven").json
    prepared = read_picture(data)
    logits = shipped.logits(prepared.image.reshape(1, -1))[0]
    assert said["digit"] == 7
    assert said["logits"] == rounded(logits, shipped)
    assert said["probabilities"] == softmax(said["logits"]).tolist()
    assert said["probability"] == said["probabilities"][7]
    assert said["image"] == prepared.image.ravel().tolist()
    assert (said["inverted"], tuple(said["box"])) == (True, prepared.box)


def test_a_form_may_name_its_file_and_its_model_as_it_likes(client):
    convnet = idea.load_model("convnet")
    data = photo(drawn(size=(280, 280)).point(lambda grey: 255 - grey))
    form = {"drawing": (io.BytesIO(data), "photo.jpg"), "model": "convnet"}
    said = client.http.post("/send", data=form).json
    image = np.array(said["image"], np.float32)
    assert said["logits"] == rounded(convnet.logits(image[np.newaxis])[0], convnet)


def test_a_dump_is_taken_as_it_is(client, digits):
    said = client.upload("/send", dump_bytes(digits[3]), "three.vf").json
    assert said["digit"] == 3
    assert said["image"] == digits[3].ravel().tolist()


def test_a_picture_that_idea_drew_is_taken_as_it_is(client, digits):
    binary = (digits[3] >= 0.5).astype(np.float32)
    for scale in (2, 10):
        said = client.upload("/send", bytes(png_bytes(binary, scale)), "idea_3.png").json
        assert (said["digit"], said["image"]) == (3, binary.ravel().tolist())


def test_several_digits_are_each_read(client, digits):
    row = np.zeros((60, 130), np.float32)
    for place, digit in ((10, 7), (80, 1)):
        row[16:44, place : place + 28] = digits[digit]
    found = client.upload("/send", bytes_of(picture_of(1 - row)), "row.png").json
    assert found["number"] == "71"
    assert [each["digit"] for each in found["digits"]] == [7, 1]
    assert found["digits"][0]["box"][2] <= found["digits"][1]["box"][0]
    assert found["notes"] == ["it seems to show 2 digits, which were taken as one"]
    one = client.upload("/send", bytes_of(drawn()), "seven.png").json
    assert (one["number"], "digits" in one) == ("7", False)


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
        "seven.png: expected a picture or a dump, found 71 bytes that begin with b'<svg'",
    ),
    "html": (b"<html><script>alert(1)</script>", "seven.png: expected a picture or a dump"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "seven.png: expected a"),
    "tiff": (bytes_of(drawn(), "TIFF"), "seven.png: expected a picture or a dump"),
    "blank": (bytes_of(Image.new("L", (99, 99), 255)), "seven.png: no ink was found"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_picture_is_a_sentence(client, kind):
    data, said = HOSTILE[kind]
    assert error_message(client.upload("/send", data, "seven.png"), 400).startswith(said)
    assert client.upload("/send", bytes_of(drawn()), "seven.png").json["digit"] == 7


def test_names_are_shown_without_folders_and_control_characters(client):
    for name in ("../../etc/passwd", "a/\x1bpass\x07wd\u202e"):
        assert error_message(client.upload("/send", b"x", name), 400).startswith(
            "passwd: expected a"
        )


def test_a_form_needs_one_file(client):
    said = "expected a form with one file, found"
    http = client.http
    assert error_message(client.post("/api/models"), 400) == f"{said} a body of application/json"
    assert error_message(http.post("/api/models"), 400) == f"{said} a body without a Content-Type"
    two = {"a": (io.BytesIO(b"a"), "a"), "b": (io.BytesIO(b"b"), "b")}
    assert error_message(http.post("/api/models", data=two), 400) == f"{said} 2 files"
    torn = http.post("/api/models", data=b"x", content_type="multipart/form-data")
    assert error_message(torn, 400) == (
        f"{said} multipart/form-data without a boundary: let the client set the header Content-Type"
    )


def test_files_and_bodies_are_bounded():
    client = Client(create_app(limits=Limits(picture=20_000, file=30_000, body=10_000)))
    said = error_message(client.upload("/send", bytes(20_001), "a.png"), 413)
    assert said == "a.png: expected at most 20,000 bytes, found more"
    assert error_message(client.upload("/send", bytes(130_000), "a.png"), 413).startswith(
        "expected at most"
    )
    assert client.upload("/api/models", bytes(30_001), "a.dat").status_code == 413
    assert error_message(client.post("/api/classify", images=[0] * 9_999), 413).startswith(
        "expected at most"
    )


def test_images_are_classified(client, shipped):
    images = np.random.default_rng(0).random((3, 784), np.float32)
    answers = client.post("/api/classify", images=images.tolist()).json["answers"]
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
def test_wrong_images_are_sentences(client, body, said):
    response = client.http.post("/api/classify", json=body)
    assert error_message(response, 400).startswith(said)


def test_other_wrong_requests(client):
    http = client.http
    said = error_message(client.post("/api/classify", model="gpt", images=[[0] * 784]), 404)
    assert said.startswith("no model 'gpt'; opened models are removed when")
    for odd in ([1], {}, 5, True):
        said = error_message(client.post("/api/classify", model=odd, images=[[0] * 784]), 404)
        assert said.startswith(f"no model {odd!r}; ")
    said = error_message(http.post("/api/classify", data="images"), 400)
    assert said == "expected Content-Type: application/json"
    torn = http.post("/api/classify", data="{", content_type="application/json")
    assert error_message(torn, 400) == "expected a JSON object, found text that is no JSON"
    nested = http.post("/api/classify", data="[" * 100_000, content_type="application/json")
    assert error_message(nested, 400) == "expected a JSON object, found one nested too deeply"
    assert http.get("/etc/passwd").json["code"] == "not_found"
    assert torn.json["code"] == "option"
    for refused in (http.get("/api/classify"), http.put("/api/classify")):
        method = refused.request.method
        assert (
            error_message(refused, 405) == f"/api/classify takes OPTIONS and POST, found {method}"
        )
        assert refused.headers["Allow"] == "OPTIONS, POST"
        assert refused.json["code"] == "method_not_allowed"
    error_message(http.get("/etc/passwd"), 404)
    error_message(http.get("/../app.py"), 404)
    error_message(http.get("/%2e%2e/app.py"), 404)
