"""A site without a server: its own network, ideals that came with it, and opened networks."""

from __future__ import annotations

import numpy as np
import pytest

import idea

from computing import bytes_of
from conftest import BUNDLED_MLP, random_layers

pytest_plugins = ["computing"]

# A site without a server, with one network of its own.
LOCAL = """
  const { Site } = await load("site/site.js");
  const { DIGITS: task } = await load("base/task.js");
  const entry = { id: "mlp", name: "MLP", network: "784-784-784-10", accuracy: "98 %", task };
  const shapes = { convolutions: [], layers: [[784, 784], [784, 784], [10, 784]] };
  const files = { weights: "models/mlp.bin", ...shapes, check, ...given };
  const models = [{ ...entry, ...files }];
  const site = new Site({ version: "1", server: false, default: "mlp", models, methods: {} });
"""


@pytest.fixture
def models(page, pages):
    """Serve files of the folder `models`, which a static site has."""
    address = f"{pages}models/*"
    files = {}

    def answer(route):
        name = route.request.url.rsplit("/", 1)[1]
        route.fulfill(body=files[name]) if name in files else route.fulfill(status=404)

    page.route(address, answer)
    yield files
    page.unroute(address)


def grey_logits(model) -> list[float]:
    return model.logits(np.full((1, 784), 0.5, np.float32))[0].tolist()


def test_a_site_without_a_server_classifies_by_its_own_network(compute, models, shipped, digits):
    models["mlp.bin"] = BUNDLED_MLP.read_bytes()
    body = f"""{LOCAL}
      const answers = await site.classify("mlp", images.map(floats));
      const again = await site.classify("mlp", []);
      const {{ hasServer, accepts, version, defaultModel }} = site;
      return {{ answers, again, hasServer, accepts, version, defaultModel, models: site.models }};
    """
    images = [digit.ravel() for digit in digits]
    found = compute(body, check=grey_logits(shipped), given={}, images=images)
    expected = shipped.logits(np.stack(images))
    assert [a["index"] for a in found["answers"]] == expected.argmax(axis=1).tolist()
    assert [a["logits"] for a in found["answers"]] == [pytest.approx(row) for row in expected]
    assert found["again"] == []
    assert (found["hasServer"], found["accepts"], found["version"]) == (
        False,
        ".dat,.npz,.model,.safetensors,.onnx,.json",
        "1",
    )
    assert [model["id"] for model in found["models"]] == [found["defaultModel"]] == ["mlp"]


def test_a_network_that_was_read_wrong_or_not_at_all_is_told(compute, models, shipped):
    body = f"{LOCAL} return site.classify('mlp', []);"
    check = grey_logits(shipped)
    found = compute(body, check=check, given={})
    assert found == {"key": "file.network", "params": {"name": "MLP"}}
    models["mlp.bin"] = BUNDLED_MLP.read_bytes()
    check[3] += 0.02 * max(map(abs, check))
    found = compute(body, check=check, given={})
    assert found == {"key": "dat.check", "params": {"name": "MLP"}}
    models["mlp.bin"] = BUNDLED_MLP.read_bytes()[:-4]
    found = compute(body, check=grey_logits(shipped), given={})
    assert found == {"key": "dat.check", "params": {"name": "MLP"}}


OPENED = f"""{LOCAL}
  const file = new File([bytes(dat)], name);
  const opened = await site.networks.open(file);
"""


def test_an_opened_network_is_searched_digit_by_digit(compute, small, layers):
    body = f"""{OPENED}
      const order = [];
      const ideals = await Promise.all([3, 1, 2, 3].map(async (digit) => {{
        const ideal = await site.ideal(opened.id, digit, new AbortController().signal);
        order.push(digit);
        return {{ ...ideal, image: [...ideal.image] }};
      }}));
      return {{ opened, ideals, order, models: site.models.map((model) => model.id) }};
    """
    found = compute(body, check=[], given={}, dat=bytes_of(layers), name="Mine.DAT")
    opened = found["opened"]
    assert (opened["name"], opened["network"], opened["accuracy"]) == (
        "Mine.DAT",
        "784-16-16-10",
        None,
    )
    assert found["models"] == ["mlp", opened["id"]]
    assert found["order"] == [3, 1, 2, 3]
    assert found["ideals"][0] == found["ideals"][3]
    for ideal in found["ideals"]:
        image = np.array(ideal["image"], np.float32)
        expected = idea.find(small, ideal["index"])
        assert np.array_equal(image, expected.image.ravel())
        assert ideal["energy"] == pytest.approx(expected.energy)


LONG = """
  const long = { model: opened.id, target: 5, method: "mc", seed: 0, start: null, every: 100 };
"""


def test_a_search_can_be_stopped_while_it_runs_and_while_it_waits(compute, layers):
    body = f"""{OPENED}{LONG}
      const controllers = [0, 1, 2].map(() => new AbortController());
      const frames = [0, 0, 0];
      const running = controllers.map(({{ signal }}, place) => site.search(long, () => {{
        frames[place]++;
        if (place === 0) controllers[0].abort();
      }}, signal));
      controllers[1].abort();
      const settled = await Promise.allSettled(running);
      const late = await site.search(long, () => {{}}, controllers[1].signal).catch((e) => e.name);
      const ends = settled.map(({{ value, reason }}) => value?.index ?? reason.name);
      return {{ frames, ends: [...ends, late] }};
    """
    found = compute(body, check=[], given={}, dat=bytes_of(layers), name="m.dat")
    assert found["ends"] == ["AbortError", "AbortError", 5, "AbortError"]
    assert found["frames"] == [1, 0, 100]


def test_answers_are_of_their_own_network_however_they_are_mixed(compute, layers):
    body = f"""{OPENED}
      const second = await site.networks.open(new File([bytes(other)], "other.dat"));
      const blank = [new Float32Array(784)];
      const answers = await Promise.all([0, 1, 0, 1].map((place) =>
        site.classify([opened, second][place].id, blank)));
      return answers.map(([{{ logits }}]) => logits);
    """
    others = random_layers(9, 7)
    dats = {"dat": bytes_of(layers), "other": bytes_of(others)}
    found = compute(body, check=[], given={}, name="m.dat", **dats)
    first, second = (idea.MLP(each).logits(np.zeros((1, 784)))[0] for each in (layers, others))
    assert found == [pytest.approx(row.tolist()) for row in (first, second, first, second)]


def test_a_file_opened_again_is_read_again(compute, layers):
    body = f"""{OPENED}
      await site.networks.open(new File([bytes(other)], name));
      const [answer] = await site.classify(opened.id, [new Float32Array(784)]);
      return {{ logits: answer.logits, models: site.models.length }};
    """
    others = random_layers(16, 7)
    dats = {"dat": bytes_of(layers), "other": bytes_of(others)}
    found = compute(body, check=[], given={}, name="m.dat", **dats)
    expected = idea.MLP(others).logits(np.zeros((1, 784)))[0]
    assert found == {"logits": pytest.approx(expected.tolist()), "models": 2}


@pytest.mark.parametrize(
    ("name", "size", "key", "more"),
    [
        ("m.pt", 100, "format.unknown", {}),
        ("m.dat", 100, "dat.size", None),
        ("m.dat", 200_000_001, "open.large", {"size": 201, "limit": 200}),
    ],
)
def test_files_that_cannot_be_opened_are_told(compute, name, size, key, more):
    body = f"""{LOCAL}
      return site.networks.open(Object.defineProperty(new File([new Uint8Array(100)], name), "size",
        {{ value: size }}));
    """
    found = compute(body, check=[], given={}, name=name, size=size)
    assert found["key"] == key
    assert more is None or found["params"] == {"name": name, **more}
