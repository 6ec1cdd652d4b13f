"""The API's description: of all routes, of what they take, and of what they return."""

from __future__ import annotations

import base64
import io
import json
import re

import msgspec
import pytest

from idea.check import create_app
from idea.check.body.json_body import JsonBody
from idea.check.openapi.operations import OPERATIONS

from client import Client
from pictures import bytes_of, drawn

IMAGE = [0] * 784
LEVELS = base64.b64encode(bytes(784)).decode()
JSON = "application/json"

# A request of each operation, with all that it takes.
BODIES = {
    "/send": {"image": IMAGE, "model": "mlp"},
    "/api/classify": {"images": [IMAGE], "model": "mlp"},
    "/api/gains": {"target": 5, "digit": 5, "image": IMAGE, "model": "mlp"},
    "/api/nearest": {"image": IMAGE, "model": "mlp"},
    "/api/fool": {"target": 5, "digit": 5, "image": IMAGE, "model": "mlp"},
    "/api/gif": {"images": [LEVELS], "fps": 12, "model": "mlp"},
    "/api/search": {
        "target": 5,
        "digit": 5,
        "model": "mlp",
        "method": "greedy",
        "seed": 0,
        "start": IMAGE,
        "every": 784,
        "options": {"sweeps": 1},
    },
}
JSON_PATHS = [path for path in BODIES if path != "/send"]


@pytest.fixture(scope="module")
def client(mnist_subset):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("idea.check.nearest.load_dataset", lambda name, on_message: mnist_subset)
        yield Client(create_app())


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json


def validator(document, schema):
    """A validator of another project, for one schema of the document."""
    jsonschema = pytest.importorskip("jsonschema")
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


@pytest.mark.slow
def test_it_is_valid(document):
    validator = pytest.importorskip("openapi_spec_validator").OpenAPIV31SpecValidator(document)
    assert list(validator.iter_errors()) == []


def test_it_has_the_routes_of_the_application_and_no_others(document):
    routes = {
        (rule.rule, method.lower())
        for rule in create_app().url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint not in ("page", "static") and not rule.endpoint.startswith("train.")
    }
    described = {(path, method) for path, item in document["paths"].items() for method in item}
    assert described == routes


@pytest.mark.parametrize("path", JSON_PATHS)
def test_bodies_have_the_keys_that_the_server_reads(client, monkeypatch, path):
    read = set()

    def get(self, name, default=None):
        read.add(name)
        return self._body.get(name, default)

    monkeypatch.setattr(JsonBody, "get", get)
    response = client.post(path, **BODIES[path])
    assert response.status_code == 200
    response.get_data()
    (operation,) = (each for each in OPERATIONS if each.path == path)
    assert {field.name for field in msgspec.structs.fields(operation.body[JSON])} == read


def test_real_requests_and_responses_validate(client, document, model):
    def responses():
        for path, body in BODIES.items():
            schema = document["paths"][path]["post"]["requestBody"]["content"][JSON]["schema"]
            validator(document, schema).validate(body)
            yield "post", client.post(path, **body)
        form = {"file": (io.BytesIO(bytes_of(drawn())), "seven.png")}
        yield "post", client.http.post("/send", data=form)
        yield "post", client.upload("/api/models", model.read_bytes(), "m.dat")
        yield "get", client.get("/api/ideal", target=5)
        yield "get", client.get("/api/weights", model="digits8")
        yield "get", client.get("/api/examples", data="digits8")
        yield "get", client.get("/api/prior", name="digits")
        yield "get", client.get("/site.json")
        yield "get", client.get("/openapi.json")
        yield "post", client.post("/api/gains", model="digits8", target=1, image=[0] * 64)
        yield "post", client.post("/api/classify", model="fashion", images=[IMAGE])
        yield "post", client.post("/api/classify", model="gpt", images=[IMAGE])

    seen = set()
    for method, response in responses():
        described = document["paths"][response.request.path][method]["responses"]
        found = described.get(str(response.status_code), described["default"])
        content = found["content"][response.mimetype]
        seen.add(response.request.path)
        if response.mimetype == JSON:
            validator(document, content["schema"]).validate(response.json)
    assert seen == set(document["paths"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/send", {"image": 5}),
        ("/api/classify", {"images": [[2] * 784]}),
        ("/api/gains", {"target": 5, "image": [0.5]}),
        ("/api/search", {"target": 5, "every": 0}),
        ("/api/search", {"target": 5, "options": {"sweeps": "1"}}),
        ("/api/gif", {"images": [LEVELS], "fps": 0}),
    ],
)
def test_what_it_excludes_is_refused(client, document, path, body):
    schema = document["paths"][path]["post"]["requestBody"]["content"][JSON]["schema"]
    assert not validator(document, schema).is_valid(body)
    assert client.post(path, **body).status_code == 400


def test_its_addresses_are_relative_to_its_own(document):
    assert document["servers"] == [{"url": "."}]
    text = json.dumps(document)
    assert set(re.findall(r'"\$ref": "([^"]*)/\w+"', text)) == {"#/components/schemas"}
