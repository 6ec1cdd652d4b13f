"""What `POST /send` takes: pictures and arrays, wherever clients put them."""

from __future__ import annotations

import base64
import io
import json
from urllib.parse import quote, urlencode

import numpy as np
import pytest

import idea
from idea.check import Limits, create_app
from idea.files.preprocess import read_picture

from client import Client, error_message
from pictures import bytes_of, drawn

PNG = bytes_of(drawn())
URI = "data:image/png;base64," + base64.b64encode(PNG).decode()
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FORM_DATA = "multipart/form-data"


@pytest.fixture(scope="module")
def http():
    return Client(create_app(limits=Limits(picture=200_000, body=60_000))).http


@pytest.fixture(scope="module")
def expected():
    return read_picture(PNG).image.ravel().tolist()


def wrapped(text):
    return "\r\n".join(text[i : i + 76] for i in range(0, len(text), 76))


BARE = URI.partition(",")[2]
PICTURES = {
    "body": (PNG, "image/png"),
    "body of a misnamed type": (PNG, "image/jpeg"),
    "body of bytes": (PNG, "application/octet-stream"),
    "body without a type": (PNG, None),
    "curl --data-binary": (PNG, FORM),
    "text": (URI, "text/plain;charset=UTF-8"),
    "base64 as text": (BARE, "text/plain"),
    "text as a picture": (URI, "image/png"),
    "JSON": (json.dumps({"image": URI}), JSON),
    "JSON as text": (json.dumps({"img": URI}), "text/plain"),
    "curl -d": (json.dumps({"data": URI}), FORM),
    "JSON with other keys": (json.dumps({"image": URI, "width": 300, "when": None}), JSON),
    "JSON with an own key": (json.dumps({"drawing": URI, "model": "mlp"}), JSON),
    "JSON of text": (json.dumps(URI), JSON),
    "bare base64": (json.dumps({"image": BARE}), JSON),
    "base64 for addresses": (
        json.dumps({"image": BARE.translate(str.maketrans("+/", "-_")).rstrip("=")}),
        JSON,
    ),
    "broken lines": (json.dumps({"image": wrapped(BARE)}), JSON),
    "percent-encoded": (json.dumps({"image": "data:image/png," + quote(PNG)}), JSON),
    "percent-encoded base64": (
        json.dumps({"image": URI.partition(",")[0] + "," + quote(BARE, "")}),
        JSON,
    ),
    "with parameters": (json.dumps({"image": URI.replace(";", ";name=a.png;")}), JSON),
    "capitals": (json.dumps({"image": URI.replace("data:image", "DATA:Image")}), JSON),
    "form": (urlencode({"img": URI, "submit": "Send"}), FORM),
    "form that isn't encoded": (f"model=mlp&image={URI}", FORM),
    "blank field": (urlencode({"image": "", "canvas": URI}), FORM),
    "null": (json.dumps({"data": URI, "image": None}), JSON),
    "one of several fields": ({"name": "seven", "canvas": URI}, FORM_DATA),
    "form data": ({"canvas": URI, "model": "mlp"}, FORM_DATA),
    "file of an own name": ({"blob": (io.BytesIO(PNG), "blob"), "note": "mine"}, FORM_DATA),
    "file with a data URI": ({"blob": (io.BytesIO(URI.encode()), "blob")}, FORM_DATA),
    "empty file field": ({"file": (io.BytesIO(), ""), "image": URI}, FORM_DATA),
}


@pytest.mark.nightly_cases(keep=10)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_taken(http, expected, kind):
    data, content_type = PICTURES[kind]
    response = http.post("/send", data=data, content_type=content_type)
    assert response.status_code == 200, response.json
    assert (response.json["digit"], response.json["image"]) == (7, expected)


def arrays(digit):
    """An image in the shapes in which programs hold one."""
    rows = digit.tolist()
    flat = digit.ravel().tolist()
    levels = np.rint(digit * 255).astype(int)
    return {
        "rows": rows,
        "flat": flat,
        "batch": [flat],
        "channel": digit[..., None].tolist(),
        "batch with a channel": digit[None, ..., None].tolist(),
        "typed array": {str(n): value for n, value in enumerate(flat)},
        "levels": levels.tolist(),
        "flat levels": levels.ravel().tolist(),
    }


def test_an_array_is_taken_as_it_is(http, digits):
    for kind, value in arrays(digits[3]).items():
        for body in ({"image": value}, {"instances": value, "model": "mlp"}, value):
            said = http.post("/send", json=body).json
            assert (said["digit"], said["inverted"], said["box"]) == (3, False, [0, 0, 28, 28])
            assert said["image"] == pytest.approx(digits[3].ravel(), abs=1e-6), kind
    as_text = http.post("/send", data={"image": json.dumps(digits[3].tolist())}).json
    assert as_text["image"] == digits[3].ravel().tolist()


def test_black_and_white_are_the_same_in_both_ranges(http):
    binary = (np.arange(784) % 3 == 0).astype(int)
    for scale in (1, 255):
        said = http.post("/send", json={"image": (scale * binary).tolist()}).json
        assert said["image"] == binary.tolist()


@pytest.mark.parametrize("model", ["convnet", "fashion"])
def test_the_model_is_named_in_query_form_or_json(http, model):
    loaded = idea.load_model(model)
    said = [
        http.post("/send", data=PNG, content_type="image/png", query_string={"model": model}),
        http.post("/send", json={"image": URI, "model": model}),
        http.post("/send", data={"image": URI, "model": model}),
        http.post("/send", data={"f": (io.BytesIO(PNG), "a.png"), "model": model}),
        http.post("/send", data={"image": URI, "model": model}, content_type=FORM_DATA),
        http.post("/send", json={"image": URI, "model": model}, query_string={"model": model}),
    ]
    image = read_picture(PNG, task=loaded.task).image
    best = int(loaded.logits(image.reshape(1, -1)).argmax())
    for response in said:
        assert response.json["probability"] == response.json["probabilities"][best]
        assert response.json["image"] == image.ravel().tolist()


def test_an_unknown_model_is_a_404(http):
    for options in (
        {"data": PNG, "content_type": "image/png", "query_string": {"model": "gpt"}},
        {"json": {"image": URI, "model": "gpt"}},
        {"data": {"image": URI, "model": "gpt"}},
    ):
        assert error_message(http.post("/send", **options), 404).startswith("no model 'gpt'; ")
    response = http.post("/send", json={"image": URI, "model": "lenet"}, query_string="model=mlp")
    said = "the query and the body name different models: leave out one"
    assert error_message(response, 400) == said


HELP = (
    ": send a picture as a file of a form, as the body (Content-Type: image/png), or as a data URI "
    "in a field or JSON key image, data, img, which also takes an array of numbers"
)
NO_TEXT = "expected a data URI or the base64 of a picture, found"
REFUSED = {
    "nothing": (
        b"",
        None,
        f"expected a picture, found nothing in a body without a Content-Type{HELP}",
    ),
    "empty JSON": ("{}", JSON, f"expected one field with an image, found none{HELP}"),
    "two": (
        json.dumps({"image": URI, "data": URI}),
        JSON,
        f"expected one field with an image, found the fields ['image', 'data']{HELP}",
    ),
    "no boundary": (
        URI,
        FORM_DATA,
        "expected one picture, found multipart/form-data without a boundary: "
        f"let the client set the header Content-Type{HELP}",
    ),
    "two files": (
        {"a": [(io.BytesIO(b"a"), "a"), (io.BytesIO(b"b"), "b")]},
        FORM_DATA,
        f"expected one picture, found 2 files{HELP}",
    ),
    "many fields": ("a=1&" * 9, FORM, "expected a form of at most 8 fields, found more"),
    "an address": (
        json.dumps({"image": "https://a.example/7.png"}),
        JSON,
        f"image: {NO_TEXT} 'https://a.example/7.png'",
    ),
    "curl -F": (
        {"image": "data:image/png"},
        FORM_DATA,
        f"image: {NO_TEXT} 'data:image/png', cut off before its comma "
        "(curl -F does: --form-string)",
    ),
    "a file without a filename": (
        b'--x\r\nContent-Disposition: form-data; name="image"\r\n\r\n' + PNG + b"\r\n--x--\r\n",
        f"{FORM_DATA}; boundary=x",
        f"image: {NO_TEXT} '\ufffdPNG",
    ),
    "a number": (
        json.dumps({"image": 5}),
        JSON,
        "image: expected a data URI or an array of numbers, found 5",
    ),
    "another size": (
        json.dumps({"image": [[0] * 14] * 14}),
        JSON,
        "image: expected 784 numbers or 28 rows of 28, found shape 14×14; send a drawing of "
        "another size as a picture or a data URI",
    ),
    "RGBA": (
        json.dumps({"data": [0] * 3136}),
        JSON,
        "data: expected 784 numbers or 28 rows of 28, found shape 3136; send a drawing of "
        "another size as a picture or a data URI",
    ),
    "ragged": (
        json.dumps({"image": [[0] * 28] * 27 + [[0] * 27]}),
        JSON,
        "image: expected rows of equal length, found [[0, 0, 0, 0, 0, 0, ...], ",
    ),
    "too large a level": (
        json.dumps({"image": [0] * 783 + [256]}),
        JSON,
        "image: the pixel in column 27, row 27 is 256; expected numbers in 0…1, or in 0…255",
    ),
    "normalised": (
        json.dumps({"image": [0] * 783 + [-0.42]}),
        JSON,
        "image: the pixel in column 27, row 27 is -0.42; expected numbers in 0…1, or in 0…255",
    ),
    "texts": (json.dumps([["0"] * 28] * 28), JSON, "the body: expected 784 numbers, found [['0', "),
    "no JSON": ("{image: 1}", JSON, "expected JSON, found text that is no JSON"),
    "TIFF": (
        bytes_of(drawn(), "TIFF"),
        "image/tiff",
        "the body: expected a picture or a dump, found 120122 bytes that begin with b'II*\\x00'; "
        "pictures are PNG, JPEG, WEBP, GIF, BMP",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_tells_what_was_sent_and_what_is_taken(http, kind):
    data, content_type, said = REFUSED[kind]
    response = http.post("/send", data=data, content_type=content_type)
    message = error_message(response, 400)
    assert message.startswith(said)
    assert len(message) < 400


def test_texts_are_bounded_as_pictures_and_json_are(http):
    long = "data:image/png;base64," + "A" * 70_000
    said = error_message(http.post("/send", json={"image": long}), 413)
    assert said == "expected at most 60,000 bytes of JSON, found more"
    taken = http.post("/send", data={"image": long}, content_type=FORM_DATA)
    assert "begin with" in error_message(taken, 400)
    said = error_message(http.post("/send", data={"image": "[" + " " * 70_000}), 413)
    assert said == "expected at most 60,000 bytes of JSON, found more"
    long *= 5
    for data, content_type in ((long, "text/plain"), ({"image": long}, FORM_DATA)):
        said = error_message(http.post("/send", data=data, content_type=content_type), 413)
        assert said == "expected at most 300,000 bytes, found more"
    many = {str(n): "" for n in range(9)}
    said = error_message(http.post("/send", data=many, content_type=FORM_DATA), 413)
    assert said == "expected a form of at most 8 fields and files, found more"
