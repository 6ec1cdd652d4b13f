"""The parts of a training in the page, in a browser, against slow or other implementations."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

import idea
from idea.data.known import DIGITS8, FASHION
from idea.image import DIGITS

from computing import OPEN, bytes_of
from conftest import random_convolutions, random_layers

pytest_plugins = ["computing", "training_site"]


@pytest.fixture
def library(page, pages, kit):
    """The address of TensorFlow.js."""
    address = f"{pages}tensorflow/"
    files = {path.name: data for path, data in kit.files.items() if "tensorflow" in path.parts}
    kinds = {"js": "text/javascript", "wasm": "application/wasm"}

    def answer(route):
        name = route.request.url.rsplit("/", 1)[1]
        route.fulfill(body=files[name], content_type=kinds[name.rsplit(".", 1)[1]])

    page.route(f"{address}*", answer)
    yield address
    page.unroute(f"{address}*")


# Operations by NumPy, whose finite differences are compared with the page's gradients.
def convolved(x, W):
    windows = np.lib.stride_tricks.sliding_window_view(x, W.shape[:2], (1, 2))
    return np.einsum("nabchw,hwco->nabo", windows, W)


def pooled(x):
    n, height, width, maps = x.shape
    rows, columns = height // 2, width // 2
    cut = x[:, : 2 * rows, : 2 * columns].reshape(n, rows, 2, columns, 2, maps)
    return cut.max(axis=(2, 4))


def finite_differences(function, point):
    """The gradient of a function, by changes of each entry."""
    step = 1e-4
    slopes = np.empty(point.shape)
    for place in np.ndindex(point.shape):
        change = np.zeros(point.shape)
        change[place] = step
        slopes[place] = (function(point + change) - function(point - change)) / (2 * step)
    return slopes


@pytest.mark.slow
def test_the_gradients_are_those_of_finite_differences(compute, library):
    rng = np.random.default_rng(0)
    x, W, before, after = (
        rng.normal(size=shape).astype(np.float32).astype(float)
        for shape in ((2, 7, 6, 3), (3, 3, 3, 4), (2, 5, 4, 4), (2, 3, 3, 3))
    )
    body = """
      const { openTensorFlow } = await load("training/backend.js");
      const { tf } = await openTensorFlow(library);
      const tensor = (text, shape) => tf.tensor(floats(text), shape);
      const [images, windows] = [tensor(x, [2, 7, 6, 3]), tensor(W, [3, 3, 3, 4])];
      const [before, after] = [tensor(convolution, [2, 5, 4, 4]), tensor(pool, [2, 3, 3, 3])];
      const sum = (x, W) => tf.sum(tf.mul(tf.conv2d(x, W, 1, "valid"), before));
      const [byImage, byWindow] = tf.grads(sum)([images, windows]);
      const byPooled = tf.grad((x) => tf.sum(tf.mul(tf.maxPool(x, 2, 2, "valid"), after)))(images);
      const found = [byImage, byWindow, byPooled].map((gradient) => [...gradient.dataSync()]);
      return { backend: tf.getBackend(), found };
    """
    given = {"x": x, "W": W, "convolution": before, "pool": after}
    said = compute(body, library=library, **given)
    assert said["backend"] == "wasm"
    expected = (
        finite_differences(lambda x: (convolved(x, W) * before).sum(), x),
        finite_differences(lambda W: (convolved(x, W) * before).sum(), W),
        finite_differences(lambda x: (pooled(x) * after).sum(), x),
    )
    for found, slopes in zip(said["found"], expected, strict=True):
        assert np.allclose(found, slopes.ravel(), rtol=1e-4, atol=1e-4)


def test_ideals_climb_on_as_pythons_search_from_the_same_images(compute, small, layers):
    starts = np.random.default_rng(3).random((10, 784), np.float32)
    body = f"""{OPEN}
      const {{ climb }} = await load("numbers/climb.js");
      const network = await opened(parseDat(bytes(dat), "m.dat"));
      const found = climb(network, {{ starts: starts.map(floats) }});
      return found.map(({{ image, energy, index }}) => ({{ image: [...image], energy, index }}));
    """
    found = compute(body, dat=bytes_of(layers), starts=list(starts))
    for digit, ideal in enumerate(found):
        expected = idea.find(small, digit, start=starts[digit])
        assert np.array_equal(ideal["image"], expected.image.ravel())
        assert ideal["energy"] == pytest.approx(expected.energy)
        assert ideal["index"] == expected.prediction


def test_an_animated_png_holds_the_frames_and_their_times(compute):
    frames = np.random.default_rng(0).integers(0, 256, (3, 5, 7), np.uint8)
    body = """
      const { encodeApng } = await load("training/apng.js");
      const images = frames.map((frame) => new Uint8Array(bytes(frame)));
      const file = await encodeApng(images, 7, 5, [40, 50, 2000]);
      return [...new Uint8Array(await file.arrayBuffer())];
    """
    data = bytes(compute(body, frames=[frame.tobytes() for frame in frames]))
    with Image.open(io.BytesIO(data)) as film:
        assert film.n_frames == 3
        for number, (frame, duration) in enumerate(zip(frames, (40, 50, 2000), strict=True)):
            film.seek(number)
            film.load()
            assert film.info["duration"] == duration
            assert np.array_equal(np.asarray(film.convert("L")), frame)


@pytest.mark.parametrize(
    ("kind", "task"),
    [("cnn", DIGITS), ("mlp", DIGITS), ("cnn", DIGITS8.task), ("mlp", FASHION.task)],
)
def test_what_is_saved_is_opened_by_the_library_with_the_same_logits(compute, tmp_path, kind, task):
    shapes = [(16, 3, True), (32, 3, True), (32, 3, False)]
    if kind == "mlp":
        convolutions, layers = [], random_layers(16, 0)
    elif task == DIGITS:
        convolutions, layers = random_convolutions(shapes, [64], 0)
    else:  # as many convolutions as fit
        convolutions, layers = random_convolutions([(16, 3, True), (32, 3, False)], [64], 0, task)
    floats = [a.ravel() for W, b, *_ in (*convolutions, *layers) for a in (W, b)]
    images = np.random.default_rng(1).random((3, task.pixels), np.float32)
    body = f"""{OPEN}
      const {{ safetensorsOf, datOf, fitsDat }} = await load("training/export.js");
      const {{ tfjsOf }} = await load("training/tfjs.js");
      const {{ openFile }} = await load("formats/open.js");
      const {{ shapesOf, describe }} = await load("training/shapes.js");
      const shapes = shapesOf(kind, 16, task);
      const network = {{ ...shapes, ...task, weights: floats(weights) }};
      const tfjs = tfjsOf(network, "my").map(({{ blob }}) => blob);
      const dat = fitsDat(network, task) ? [datOf(network)] : [];
      const files = [...tfjs, safetensorsOf(network, task), ...dat];
      const coded = async (file) => {{
        const all = new Uint8Array(await file.arrayBuffer());
        return btoa(Array.from(all, (byte) => String.fromCharCode(byte)).join(""));
      }};
      const saved = await Promise.all(files.map(coded));
      const logits = (await opened(network)).logits(images.map(floats)).map((row) => [...row]);
      const file = ({{ name, blob }}) => new File([blob], name);
      const again = (await openFile(tfjsOf(network, "my").map(file), {{}})).network;
      const reopened = (await opened(again)).logits(images.map(floats)).map((row) => [...row]);
      return {{ saved, logits, reopened, described: describe(shapes, task) }};
    """
    weights = np.concatenate(floats)
    given = {"height": task.height, "width": task.width, "classes": list(task.classes)}
    found = compute(body, kind=kind, task=given, weights=weights, images=list(images))
    is_article = kind == "mlp" and task == DIGITS
    suffixes = ["json", "weights.bin", "safetensors", *(["dat"] if is_article else [])]
    for data, suffix in zip(found["saved"], suffixes, strict=True):
        (tmp_path / f"my.{suffix}").write_bytes(base64.b64decode(data))
    assert np.abs(np.subtract(found["reopened"], found["logits"])).max() < 1e-4
    for suffix in suffixes:
        if suffix == "weights.bin":
            continue
        model = idea.load_model(tmp_path / f"my.{suffix}")
        if suffix != "json":  # which has no labels
            assert model.task == task
        assert found["described"] in repr(model)
        assert np.abs(model.logits(images) - found["logits"]).max() < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cnn", "mlp"])
def test_tensorflow_computes_as_the_kernel_and_opens_what_is_saved_for_it(compute, library, kind):
    images = np.random.default_rng(1).random((3, 784), np.float32)
    body = f"""{OPEN}
      const {{ openTensorFlow }} = await load("training/backend.js");
      const {{ tf }} = await openTensorFlow(library);
      const {{ tfjsOf }} = await load("training/tfjs.js");
      const {{ shapesOf }} = await load("training/shapes.js");
      const {{ TrainedNetwork }} = await load("training/network.js");
      const {{ generator }} = await load("training/random.js");
      const {{ DIGITS }} = await load("base/task.js");
      const shapes = shapesOf(kind, 16, DIGITS);
      const trained = new TrainedNetwork(tf, shapes, DIGITS, generator(0));
      for (const each of trained.variables) each.assign(tf.randomNormal(each.shape, 0, 0.1));
      const network = {{ ...shapes, ...DIGITS, weights: await trained.weights() }};
      const [json, numbers] = tfjsOf(network, "my");
      const {{ modelTopology, weightsManifest }} = JSON.parse(await json.blob.text());
      const [{{ weights: weightSpecs }}] = weightsManifest;
      const weightData = await numbers.blob.arrayBuffer();
      const source = tf.io.fromMemory({{ modelTopology, weightSpecs, weightData }});
      const model = await tf.loadLayersModel(source);
      const pixels = tf.tensor(images.flatMap((text) => [...floats(text)]), [3, 784]);
      const shape = kind === "cnn" ? [3, 28, 28, 1] : [3, 28, 28];
      const both = [trained.logits(pixels), model.predict(tf.reshape(pixels, shape))];
      const kernels = (await opened(network)).logits(images.map(floats)).flatMap((row) => [...row]);
      return [kernels, ...await Promise.all(both.map(async (logits) => [...await logits.data()]))];
    """
    kernels, own, theirs = compute(body, library=library, kind=kind, images=list(images))
    assert np.allclose(kernels, own, rtol=1e-4, atol=1e-5)
    assert np.allclose(kernels, theirs, rtol=1e-4, atol=1e-5)
    assert np.ptp(own) > 0.01


def test_random_numbers_are_those_of_their_seed(compute):
    body = """
      const { generator, permutation } = await load("training/random.js");
      const [one, same, other] = [generator(5), generator(5), generator(6)];
      const drawn = [one, same, other].map((next) => Array.from({ length: 4000 }, next));
      return { drawn, order: [...permutation(50, generator(0))] };
    """
    found = compute(body)
    one, same, other = map(np.array, found["drawn"])
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert 0 <= one.min() < 0.01 < 0.99 < one.max() < 1
    assert abs(one.mean() - 0.5) < 0.02
    assert found["order"] != sorted(found["order"]) == list(range(50))
