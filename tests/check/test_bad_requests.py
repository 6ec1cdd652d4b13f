"""Whatever a request says, it is answered with what it asks for, or with one sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idea.check import Limits, create_app

from client import Client, error_message

# Werkzeug leaves the parts of a form that it refuses to their last reference.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)

IMAGE = [0] * 784
LEVELS = "A" * 1044 + "AA=="
# What each route takes.
GOOD = {
    "/send": {"image": IMAGE, "model": "mlp"},
    "/api/classify": {"images": [IMAGE], "model": "mlp"},
    "/api/search": {
        "digit": 5,
        "method": "greedy",
        "seed": 0,
        "every": 400,
        "start": IMAGE,
        "options": {"sweeps": 1},
        "model": "mlp",
    },
    "/api/gains": {"digit": 5, "image": IMAGE, "model": "mlp"},
    "/api/nearest": {"image": IMAGE},
    "/api/fool": {"target": 5, "image": IMAGE, "model": "mlp"},
    "/api/gif": {"images": [LEVELS], "fps": 12},
}
# As text, for no program writes some of them.
NASTY = {
    "null": "null",
    "true": "true",
    "NaN": "NaN",
    "infinite": "-Infinity",
    "1e999": "1e999",
    "4,000 digits": "9" * 4000,
    "5,000 digits": "-" + "9" * 5000,
    "64 bits": str(2**64),
    "2**53": str(2**53),
    "negative": "-1",
    "half": "0.5",
    "empty text": '""',
    "text": '"five"',
    "surrogate": r'"\ud800"',
    "control": r'"\u0000\u001b[2J\n"',
    "long": '"' + "x" * 100_000 + '"',
    "list": "[]",
    "object": "{}",
    "objects": '{"": 1, "\\u0000": {"a": [1]}}',
    "nested": "[" * 500 + "]" * 500,
    "unknown options": '{"": 1}',
    "flag": '{"sweeps": true}',
    "huge option": '{"sweeps": ' + "9" * 4000 + "}",
    "infinite option": '{"sweeps": 1e999}',
    "texts": json.dumps(["0"] * 784),
    "flags": json.dumps([True] * 784),
    "nulls": json.dumps([None] * 784),
    "huge numbers": "[" + ",".join(["9" * 4000] * 784) + "]",
    "huge floats": "[" + ",".join(["1e300"] * 784) + "]",
    "NaNs": "[" + ",".join(["NaN"] * 784) + "]",
    "nested image": "[" + ",".join(["[0]"] * 784) + "]",
}
FIELDS = [(path, field) for path, body in GOOD.items() for field in body]


@pytest.fixture(scope="module")
def client():
    return Client(create_app(limits=Limits(seconds=2)))


def assert_answered(response, kind=None) -> None:
    """Well, or by one sentence that can be shown."""
    assert response.status_code < 500, (kind, response.get_data(as_text=True)[:300])
    if response.status_code >= 400:
        said = error_message(response, response.status_code)
        assert 10 < len(said) < 400, kind
        assert said.isprintable(), kind
    else:
        response.get_data()


def post(client, path, text, kind="application/json"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.http.post(path, data=data, content_type=kind)


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_a_nasty_value(client, path, field):
    others = {name: value for name, value in GOOD[path].items() if name != field}
    fields = [*(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in others.items())]
    for kind, value in NASTY.items():
        text = "{" + ", ".join([*fields, f"{json.dumps(field)}: {value}"]) + "}"
        assert_answered(post(client, path, text), kind)


BODIES = {
    "nothing": b"",
    "not UTF-8": b'{"image": "\xff\xfe\x80"}',
    "UTF-16": '{"image": []}'.encode("utf-16"),
    "NUL": b"\0" * 100,
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "twice": b'{"image": 1, "image": 2, "digit": 1, "digit": 2}',
    "number": b"9" * 4000,
    "larger number": b"9" * 5000,
    "list": b"[1, 2]",
    "torn": b'{"image": [0, 0',
    "comment": b"{} // {}",
    "surrogate key": rb'{"\ud800": 1}',
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", [*GOOD, "/api/models"])
def test_a_nasty_body(client, path, kind):
    for content_type in (
        "application/json",
        "application/json; charset=klingon",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "\u20ac".encode().decode("latin-1"),
    ):
        response = post(client, path, BODIES[kind], content_type)
        assert 400 <= response.status_code < 500
        assert_answered(response)


PARTS = {
    "no name": b'--x\r\nContent-Disposition: form-data; filename=""\r\n\r\n\r\n--x--\r\n',
    "odd name": b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xff\x00\x1b.onnx"'
    b"\r\n\r\nabc\r\n--x--\r\n",
    "odd model": b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\n\xff\x00\r\n'
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.vf"\r\n\r\n'
    + bytes(3136)
    + b"\r\n--x--\r\n",
    "no headers": b"--x\r\n\r\nabc\r\n--x--\r\n",
    "never ends": b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc',
    "many": b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\na\r\n' * 99
    + b"--x--\r\n",
    "long name": b'--x\r\nContent-Disposition: form-data; name="f"; filename="'
    + b"a" * 10_000
    + b'.dat"\r\n\r\nabc\r\n--x--\r\n',
    "charset": b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename*=klingon''%ff.dat\r\n"
    b"Content-Type: text/plain; charset=klingon\r\n\r\nabc\r\n--x--\r\n",
}


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize("path", ["/send", "/api/models"])
def test_a_nasty_form(client, path, kind):
    response = post(client, path, PARTS[kind], "multipart/form-data; boundary=x")
    assert 400 <= response.status_code < 500
    assert_answered(response)


@pytest.mark.parametrize(
    "query", ["", "digit=", "digit=10", "digit=%00", "digit=%ff", "digit=٣", "digit=5&model=%ff"]
)
def test_a_nasty_query(client, query):
    response = client.http.get(f"/api/ideal?{query}")
    assert response.status_code in (400, 404)
    assert_answered(response)


@pytest.mark.parametrize(
    "path", ["/%00", "/styles/%00.css", "/" + "a" * 5000, "/%ff", "/..%2fapp.py", "/\\..\\x", "/:"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE", "PROPFIND"])
def test_a_nasty_path(client, path, method):
    response = client.http.open(path, method=method)
    assert response.status_code in (404, 405)


@pytest.mark.parametrize("host", ["", ".", "a..b", "[", "[::1", "localhost:99999999", "ä", "a b"])
def test_a_nasty_host(client, host):
    response = client.http.get("/site.json", headers={"Host": host})
    assert response.status_code < 500


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), path=st.sampled_from(sorted(GOOD)))
def test_any_json(client, data, path):
    """Some fields of a good request are anything; now and then, all is."""
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(GOOD[path])), ANY, max_size=3))
    body = data.draw(st.one_of(st.just({**GOOD[path], **changed}), ANY))
    assert_answered(post(client, path, json.dumps(body)))
