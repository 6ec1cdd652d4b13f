"""The page's own numbers, in a browser, against Python's."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

import idea
from idea.errors import DumpError, PictureError, WeightsError
from idea.files.decode import decode
from idea.files.ink import find_ink, is_dark_on_light
from idea.files.preprocess import prepare
from idea.files.vf import dump_bytes, parse_vf
from idea.files.weights.dat import dat_bytes, parse_dat
from idea.networks.softmax import softmax
from idea.networks.weights import Weights

import slow
from conftest import ROOT, SHIPPED_MLP, random_layers, start_of
from pictures import drawn, photo

CANVAS = 448

# Runs a function's body in the page, with the page's modules at hand; sentences come back as data.
RUN = """async ([body, given]) => {
  const load = (name) => import(new URL(name, location.href).href);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const floats = (text) => new Float32Array(bytes(text));
  const names = ["load", "bytes", "floats", ...Object.keys(given)];
  const AsyncFunction = (async () => {}).constructor;
  try {
    return await new AsyncFunction(...names, body)(load, bytes, floats, ...Object.values(given));
  } catch (error) {
    if (error.name !== "UserError") throw error;
    return { key: error.key, params: error.params };
  }
}"""

PREPARE = """
  const { prepare } = await load("numbers/prepare.js");
  const found = prepare(floats(greys), width, height, invert);
  return { ...found, image: [...found.image] };
"""

INK = """
  const { inkOf } = await load("numbers/prepare.js");
  return sizes.map(([height, width], index) => {
    const { ink, inverted } = inkOf(floats(greys[index]), width, height, invert[index]);
    return { ink: [...ink], inverted };
  });
"""

LOGITS = """
  const { parseDat } = await load("numbers/network.js");
  const network = parseDat(bytes(dat), "m.dat");
  const logits = images.map((image) => [...network.logits(floats(image))]);
  return { logits, shape: network.shape, units: network.units };
"""

GREEDY = """
  const { parseDat } = await load("numbers/network.js");
  const { greedy } = await load("numbers/greedy.js");
  const ideal = greedy(parseDat(bytes(dat), "m.dat"), digit, floats(start), sweeps);
  return { ...ideal, image: [...ideal.image] };
"""

# A site without a server, with one network of its own.
LOCAL = """
  const { Local } = await load("site/local.js");
  const entry = { id: "mlp", name: "MLP", network: "784-784-784-10", accuracy: "98 %" };
  const files = { dat: "models/mlp.dat", check, ...given };
  const models = [{ ...entry, ...files }];
  const site = new Local({ version: "1", server: false, default: "mlp", models });
"""


@pytest.fixture(scope="module")
def page(browser, pages):
    """An empty page of the checker's, into which its modules can be loaded."""
    page = browser.new_page()
    page.route(f"{pages}empty", lambda route: route.fulfill(content_type="text/html", body=""))
    page.goto(f"{pages}empty")
    yield page
    page.close()


@pytest.fixture(scope="module")
def run(page):
    """Run a body of JavaScript in the page; bytes and arrays are handed over in base64."""

    def coded(value):
        if isinstance(value, np.ndarray):
            value = value.astype("<f4").tobytes()
        if isinstance(value, list):
            return [coded(each) for each in value]
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value

    def run(body, **given):
        return page.evaluate(RUN, [body, {name: coded(value) for name, value in given.items()}])

    return run


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


def pasted(digit, seed) -> np.ndarray:
    """A digit of MNIST's on the canvas, of any size, turned, anywhere."""
    rng = np.random.default_rng(seed)
    side = int(rng.integers(28, 300))
    angle = rng.uniform(-40, 40)
    turned = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    turned = turned.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    canvas = Image.new("L", (CANVAS, CANVAS))
    canvas.paste(turned, tuple(rng.integers(-20, CANVAS - side + 20, 2).tolist()))
    return np.asarray(canvas)


def stroked(points, width, size=(CANVAS, CANVAS)) -> np.ndarray:
    """A line through points (x, y), white on black."""
    canvas = Image.new("L", size)
    ImageDraw.Draw(canvas).line(points, 255, width, joint="curve")
    return np.asarray(canvas)


def scribble(seed, count, width) -> np.ndarray:
    points = np.random.default_rng(seed).integers(-30, CANVAS + 30, (count, 2))
    return stroked([tuple(point) for point in points.tolist()], width)


def ring(side) -> np.ndarray:
    canvas = Image.new("L", (CANVAS, CANVAS))
    ImageDraw.Draw(canvas).ellipse((90, 50, 90 + side, 50 + side), outline=255, width=24)
    return np.asarray(canvas)


def specked() -> np.ndarray:
    canvas = stroked([(150, 90), (280, 120), (170, 330)], 22).copy()
    for y, x in np.random.default_rng(0).integers(0, CANVAS - 4, (9, 2)):
        canvas[y : y + 3, x : x + 3] = 255
    return canvas


def noisy(deviation) -> np.ndarray:
    canvas = 200.0 * (stroked([(100, 80), (310, 90), (200, 380)], 26) > 0)
    return (canvas + np.random.default_rng(0).normal(25, deviation, canvas.shape)).clip(0, 255)


def photographed(width, height, seed) -> np.ndarray:
    """Ink on paper in uneven light."""
    rng = np.random.default_rng(seed)
    points = (rng.uniform(0.2, 0.8, (4, 2)) * [width, height]).astype(int).tolist()
    ink = stroked([tuple(point) for point in points], min(width, height) // 20, (width, height))
    return decode(photo(ink / 255, seed=seed), "photo") * 255


CANVASES = {
    **{f"line {w}": stroked([(90, 70), (310, 95), (203, 371)], w) for w in (1, 2, 5, 16, 24, 45)},
    **{f"scribble {n}": scribble(n, n, 24) for n in range(2, 9)},
    "scribble over all": scribble(0, 60, 40),
    "whole edge": stroked([(0, 5), (CANVAS, 5), (300, 300)], 20),
    "corner": stroked([(-5, -5), (200, 300), (90, 340)], 20),
    "edge": stroked([(250, -5), (200, 300), (90, 340)], 20),
    "corner to corner": stroked([(0, 0), (CANVAS, CANVAS), (400, 90)], 24),
    "cross": np.maximum(stroked([(20, 224), (431, 220)], 30), stroked([(222, 33), (224, 440)], 30)),
    # Of half the side, and a pixel more or less: where the background is no more one colour.
    **{
        f"bar of {n}": np.maximum(
            stroked([(100, 0), (99 + n, 0)], 9), stroked([(101, 4), (230, 200)], 9)
        )
        for n in (223, 224, 225)
    },
    # A square as large as hides the background, or a pixel less, in the middle and off it.
    **{
        f"square of {n} at {at}": np.pad(np.full((n, n), 255), (at, CANVAS - n - at))
        for n, at in ((223, 1), (223, 112), (224, 112), (224, 223), (226, 1), (260, 94))
    },
    # Whose centre of mass lies just between two pixels.
    **{f"ring of {n}": ring(n) for n in range(60, 300, 34)},
    "specks": specked(),
    "dot": stroked([(200, 203), (203, 203)], 5),
    "one pixel": np.pad([[255]], ((100, 347), (300, 147))),
    "block": np.kron(start_of("binary", 3).reshape(28, 28), np.full((16, 16), 255)),
    "noisy": noisy(5),
    "hardly noisy": noisy(0.7),
    "noise": np.random.default_rng(1).integers(0, 256, (CANVAS, CANVAS)),
    "white": np.full((CANVAS, CANVAS), 255),
    "black": np.zeros((CANVAS, CANVAS)),
    **{
        f"photo {width}x{height}": photographed(width, height, width)
        for width, height in ((900, 700), (700, 900), (501, 300), (1203, 1001), (300, 400))
    },
    "drawing": np.asarray(drawn(9, (811, 503))),
    "tiny": np.asarray(drawn().resize((10, 14))),
    "column": np.random.default_rng(2).integers(0, 256, (60, 1)),
}


def assert_prepared_alike(run, canvas, invert) -> float:
    """Assert that the page makes of greys 0…255 what Python does; give the largest difference."""
    greys = (np.asarray(canvas) / 255).astype(np.float32)
    height, width = greys.shape
    found = run(PREPARE, greys=greys, width=width, height=height, invert=invert)
    try:
        expected = prepare(greys, invert=invert)
    except PictureError as error:
        assert found["key"] == "ink.none"
        assert found["params"] == dict(
            zip(("needed", "found"), re.findall(r"\d\.\d\d", str(error)), strict=True)
        )
        return 0
    assert (found["inverted"], tuple(found["box"])) == (expected.inverted, expected.box)
    difference = np.abs(np.reshape(found["image"], (28, 28)) - expected.image).max()
    assert difference <= 1 / 255
    return difference


@pytest.mark.slow
def test_digits_anywhere_on_the_canvas_are_prepared_as_by_python(run, mnist):
    differences = [
        assert_prepared_alike(run, pasted(mnist.test_images[number], number), invert)
        for number in range(30)
        for invert in (False, None)
    ]
    assert np.median(differences) <= 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("name", CANVASES)
def test_all_kinds_of_pictures_are_prepared_as_by_python(run, name):
    for invert in (False, None, True):
        assert assert_prepared_alike(run, CANVASES[name], invert) <= 1e-5


@pytest.mark.slow
def test_ink_of_small_pictures_is_pythons(run):
    """Hundreds of them: rows and columns of all lengths, blocks that end at borders and don't."""
    rng = np.random.default_rng(0)
    pictures, inverts, expected = [], [], []
    while len(pictures) < 300:
        rows, columns, scale = rng.integers(1, [12, 12, 6])
        blocks = rng.random((rows, columns)) < rng.uniform(0.02, 0.9)
        light = np.kron(blocks, np.ones((scale, scale))).astype(np.float32)
        light = np.abs(light - np.float32(rng.choice([0, 0.2]) * rng.random()))
        invert = [False, True, None][rng.integers(3)]
        inverted = is_dark_on_light(light) if invert is None else invert
        try:
            ink = find_ink(light if inverted else 1 - light, "picture")
        except PictureError:
            continue
        pictures.append(light)
        inverts.append(invert)
        expected.append((ink / ink.max(), inverted))
    sizes = [picture.shape for picture in pictures]
    found = run(INK, greys=pictures, sizes=sizes, invert=inverts)
    for each, (ink, inverted) in zip(found, expected, strict=True):
        assert each["inverted"] == inverted
        assert np.abs(each["ink"] - ink.ravel()).max() <= 1e-6


def test_a_drawing_as_it_is_gives_the_share_of_bright_pixels(run):
    greys = np.random.default_rng(0).integers(0, 256, (CANVAS, CANVAS), np.uint8)
    body = """
      const { asDrawn } = await load("numbers/prepare.js");
      return [...asDrawn(new Uint8Array(bytes(greys)), 448, 448)];
    """
    found = run(body, greys=greys.tobytes())
    shares = (greys >= 128).reshape(28, 16, 28, 16).mean(axis=(1, 3))
    assert np.array_equal(np.reshape(found, (28, 28)), shares)


def bytes_of(layers) -> bytes:
    return dat_bytes(Weights(tuple(layers)), SHIPPED_MLP)


@pytest.mark.parametrize("units", [1, 16, 784])
def test_logits_are_pythons(run, units, digits, shipped):
    layers = shipped.layers if units == 784 else random_layers(units, units)
    images = [*digits, np.full(784, 0.5), np.zeros(784), start_of("grey", 0)]
    images = [image.astype(np.float32).ravel() for image in images]
    found = run(LOGITS, dat=bytes_of(layers), images=images)
    expected = idea.MLP(layers).logits(np.stack(images))
    assert np.abs(np.array(found["logits"]) - expected).max() <= 1e-9
    assert (found["units"], found["shape"]) == (units, f"784-{units}-{units}-10")


def test_an_answer_is_the_softmax(run):
    body = """
      const { answerOf } = await load("numbers/softmax.js");
      return answerOf(logits);
    """
    logits = [1000.0, 3, 1001, 1001, -2000, 0, 0, 0, 0, 0]
    found = run(body, logits=logits)
    shares = softmax(logits)
    assert found["digit"] == 2
    assert found["logits"] == logits
    assert found["probability"] == pytest.approx(shares[2])
    assert found["probabilities"] == pytest.approx(shares.tolist())


def assert_greedy_alike(run, layers, digit, start, sweeps=5):
    """Assert that the page's search ends where Python's does."""
    given = {"digit": digit, "start": start, "sweeps": sweeps}
    found = run(GREEDY, dat=bytes_of(layers), **given)
    expected = idea.find(idea.MLP(layers), digit, start=start, sweeps=sweeps)
    assert np.array_equal(found["image"], expected.image.ravel())
    assert found["energy"] == pytest.approx(expected.energy, rel=1e-9, abs=1e-9)
    assert found["probability"] == pytest.approx(expected.probability)
    assert found["logits"] == pytest.approx(expected.logits.tolist())
    assert found["locally_optimal"] == expected.locally_optimal
    assert (found["digit"], found["finished"]) == (digit, True)
    assert found["evaluations"] > 784
    return found


@pytest.mark.parametrize("kind", ["grey", "binary"])
@pytest.mark.parametrize("seed", range(4))
def test_greedy_takes_pythons_path(run, kind, seed):
    layers = random_layers(12, seed)
    layers[0][0][:, seed::7] = 0  # ties, to be settled as 1
    for sweeps in (1, 2, 5):
        assert_greedy_alike(run, layers, seed, start_of(kind, seed), sweeps)


@pytest.mark.parametrize("seed", range(8))
def test_greedy_settles_ties_behind_units_that_have_fallen_silent_as_python_does(run, seed):
    """Eight networks in one. Silence is best: once all of one is off, its pixels don't matter.

    The outputs are of all sizes, so that sums are rounded.
    """
    layers = random_layers(48, seed)
    (first, _), (second, b), (out, _) = layers
    part = np.arange(48) % 8
    first[part[:, None] != np.arange(784) % 8] = 0
    second[part[:, None] != part] = 0
    b -= 0.5
    out[:] = -np.abs(out) * np.float32(2) ** -np.random.default_rng(seed).integers(0, 30, 48)
    assert_greedy_alike(run, layers, seed, start_of("grey", seed))


@pytest.mark.slow
@pytest.mark.parametrize("digit", [0, 5])
def test_greedy_on_the_shipped_network_takes_pythons_path(run, shipped, digit):
    found = assert_greedy_alike(run, shipped.layers, digit, start_of("grey", digit))
    energy = slow.batch_energy(shipped.layers, digit)
    gains = slow.all_gains(shipped.layers, digit, np.array(found["image"], np.float32))
    assert found["energy"] == pytest.approx(energy(np.array([found["image"]]))[0])
    assert found["locally_optimal"] == (gains.max() <= 0)


def test_noise_is_uniform_and_depends_on_its_seed_alone(run):
    body = """
      const { seededGreys } = await load("numbers/random.js");
      return [0, 0, 1].map((seed) => [...seededGreys(seed)]);
    """
    first, again, other = np.array(run(body))
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    for greys in (first, other):
        assert greys.min() >= 0
        assert greys.max() <= 1
        assert np.abs(np.histogram(greys, 8, (0, 1))[0] - 98).max() < 40
        assert abs(np.corrcoef(greys[1:], greys[:-1])[0, 1]) < 0.1


def numbers_in(sentence) -> set[str]:
    return set(re.findall(r"\d+", str(sentence)))


def spoilt(place, value) -> bytes:
    floats = np.frombuffer(bytes_of(random_layers(3, 0)), "<f4").copy()
    floats[place] = value
    return floats.tobytes()


@pytest.mark.parametrize(
    "data",
    [bytes(n) for n in (0, 1, 3227, 3229, 3232, 1_000_000)]
    + [spoilt(785, np.nan), spoilt(3 * 784 + 2, np.inf), spoilt(-1, -np.inf), spoilt(-11, np.nan)],
)
def test_what_is_no_network_is_told_as_by_python(run, data):
    found = run(LOGITS, dat=data, images=[])
    with pytest.raises(WeightsError) as error:
        parse_dat(data, SHIPPED_MLP.with_name("m.dat"))
    said = str(error.value).removeprefix(str(SHIPPED_MLP.parent))
    params = {name: str(value) for name, value in found["params"].items()}
    assert params.pop("name") == "m.dat"
    if found["key"] == "dat.size":
        assert set(params.values()) | {"784", "10", "32"} == numbers_in(said)
    else:
        assert found["key"] == "dat.finite"
        assert f"{params['place']} is {float(params['value'])}" in said


@pytest.mark.parametrize(
    "data",
    [b"", bytes(3135), bytes(3140)]
    + [np.where(np.arange(784) == 31, x, 0.5).astype("<f4").tobytes() for x in (-1, 1.5, np.nan)],
)
def test_what_is_no_dump_is_told_as_by_python(run, data):
    body = """
      const { parseDump } = await load("numbers/dump.js");
      return [...parseDump(bytes(dump), "five.vf")];
    """
    found = run(body, dump=data)
    with pytest.raises(DumpError) as error:
        parse_vf(data, "five.vf")
    params = found["params"]
    assert params["name"] == "five.vf"
    if found["key"] == "dump.size":
        assert numbers_in(error.value) == {str(params["size"]), str(params["found"]), "784", "32"}
    else:
        assert found["key"] == "dump.range"
        place = f"column {params['column']}, row {params['row']} is {float(params['value'])}"
        assert place in str(error.value)


def test_a_dump_comes_back_to_the_byte(run):
    body = """
      const { dumpBlob, parseDump } = await load("numbers/dump.js");
      const blob = dumpBlob(parseDump(bytes(dump), "five.vf"));
      return [...new Uint8Array(await blob.arrayBuffer())];
    """
    dump = dump_bytes(start_of("grey", 0))
    assert bytes(run(body, dump=dump)) == dump


def grey_logits(model) -> list[float]:
    return model.logits(np.full((1, 784), 0.5, np.float32))[0].tolist()


def test_a_site_without_a_server_judges_by_its_own_network(run, models, shipped, digits):
    models["mlp.dat"] = SHIPPED_MLP.read_bytes()
    body = f"""{LOCAL}
      const answers = await site.classify("mlp", images.map(floats));
      const again = await site.classify("mlp", []);
      const {{ hasServer, accepts, version, defaultModel }} = site;
      return {{ answers, again, hasServer, accepts, version, defaultModel, models: site.models }};
    """
    images = [digit.ravel() for digit in digits]
    found = run(body, check=grey_logits(shipped), given={}, images=images)
    expected = shipped.logits(np.stack(images))
    assert [a["digit"] for a in found["answers"]] == expected.argmax(axis=1).tolist()
    assert [a["logits"] for a in found["answers"]] == [pytest.approx(row) for row in expected]
    assert found["again"] == []
    assert (found["hasServer"], found["accepts"], found["version"]) == (False, ".dat", "1")
    assert [model["id"] for model in found["models"]] == [found["defaultModel"]] == ["mlp"]


def test_a_network_that_was_read_wrong_or_not_at_all_is_told(run, models, shipped):
    body = f"{LOCAL} return site.classify('mlp', []);"
    check = grey_logits(shipped)
    found = run(body, check=check, given={})
    assert found == {"key": "file.unreachable", "params": {"address": "models/mlp.dat"}}
    models["mlp.dat"] = SHIPPED_MLP.read_bytes()
    check[3] += 0.02 * max(map(abs, check))
    found = run(body, check=check, given={})
    assert found == {"key": "dat.check", "params": {"name": "MLP"}}


def test_ideals_that_came_with_the_site_are_given(run, models):
    models["mlp.json"] = '[{"digit": 4, "image": [0, 1]}, {"digit": 5, "image": [1, 0.5]}]'
    body = f"""{LOCAL}
      const ideal = await site.ideal("mlp", 5);
      return {{ ...ideal, isArray: ideal.image instanceof Float32Array, image: [...ideal.image] }};
    """
    found = run(body, check=[], given={"ideals": "models/mlp.json"})
    assert found == {"digit": 5, "image": [1, 0.5], "isArray": True}


OPENED = f"""{LOCAL}
  const file = new File([bytes(dat)], name);
  const opened = await site.openModel(file);
"""


def test_an_opened_network_is_searched_digit_by_digit(run, small, layers):
    body = f"""{OPENED}
      const order = [];
      const ideals = await Promise.all([3, 1, 2, 3].map(async (digit) => {{
        const ideal = await site.ideal(opened.id, digit, new AbortController().signal);
        order.push(digit);
        return {{ ...ideal, image: [...ideal.image] }};
      }}));
      return {{ opened, ideals, order, models: site.models.map((model) => model.id) }};
    """
    found = run(body, check=[], given={}, dat=bytes_of(layers), name="Mine.DAT")
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
        gains = slow.all_gains(layers, ideal["digit"], image)
        assert ideal["locally_optimal"] == (gains.max() <= 0)
        energy = small.logits(image[np.newaxis])[0, ideal["digit"]]
        assert ideal["energy"] == pytest.approx(energy)


@pytest.mark.slow
def test_a_search_can_be_stopped_while_it_runs_and_while_it_waits(run, shipped):
    body = f"""{OPENED}
      const controllers = [0, 1, 2].map(() => new AbortController());
      const asked = controllers.map(({{ signal }}, digit) => site.ideal(opened.id, digit, signal));
      setTimeout(() => controllers[0].abort(), 50);
      controllers[1].abort();
      const settled = await Promise.allSettled(asked);
      const late = await site.ideal(opened.id, 2, controllers[1].signal).catch((e) => e.name);
      return [...settled.map(({{ value, reason }}) => value?.digit ?? reason.name), late];
    """
    found = run(body, check=[], given={}, dat=bytes_of(shipped.layers), name="m.dat")
    assert found == ["AbortError", "AbortError", 2, "AbortError"]


def test_a_file_opened_again_is_read_again(run, layers):
    body = f"""{OPENED}
      await site.openModel(new File([bytes(other)], name));
      const [answer] = await site.classify(opened.id, [new Float32Array(784)]);
      return {{ logits: answer.logits, models: site.models.length }};
    """
    others = random_layers(16, 7)
    dats = {"dat": bytes_of(layers), "other": bytes_of(others)}
    found = run(body, check=[], given={}, name="m.dat", **dats)
    expected = idea.MLP(others).logits(np.zeros((1, 784)))[0]
    assert found == {"logits": pytest.approx(expected.tolist()), "models": 2}


@pytest.mark.parametrize(
    ("name", "size", "key", "more"),
    [
        ("m.onnx", 100, "dat.kind", {}),
        ("m.dat", 100, "dat.size", None),
        ("m.dat", 200_000_001, "dat.large", {"most": 200}),
    ],
)
def test_files_that_cannot_be_opened_are_told(run, name, size, key, more):
    body = f"""{LOCAL}
      return site.openModel(Object.defineProperty(new File([new Uint8Array(100)], name), "size",
        {{ value: size }}));
    """
    found = run(body, check=[], given={}, name=name, size=size)
    assert found["key"] == key
    assert more is None or found["params"] == {"name": name, **more}


def test_every_sentence_of_the_numbers_is_written_in_both_languages(run):
    page = ROOT / "idea" / "check" / "page"
    sources = [page / "site/local.js", *sorted((page / "numbers").glob("*.js"))]
    code = "".join(source.read_text("utf-8") for source in sources)
    keys = set(re.findall(r'new UserError\("([\w.]+)"', code))
    texts = run('return (await load("texts/numbers.js")).texts;')
    assert keys == set(texts)
    for english, japanese in texts.values():
        gaps = sorted(re.findall(r"\{\w+\}", english))
        assert gaps == sorted(re.findall(r"\{\w+\}", japanese))
        assert english.translate(str.maketrans("", "", "…’×")).isascii()
