"""Files that the page opens by itself, against what `idea.load_model` makes of them."""

from __future__ import annotations

import base64
import json
import warnings

import numpy as np
import pytest
import safetensors.numpy

import idea
from idea.check.exported.hdf5_reader import hdf5_files
from idea.files.weights.formats import weights_bytes
from idea.image import DIGITS, Task
from idea.networks.bundled import BUNDLED
from idea.networks.convolution import Convolution, Pooling
from idea.networks.weights import Weights

from computing import OPEN
from conftest import random_layers
from graphs import tanh_graph

pytest_plugins = ["computing"]

READ = f"""{OPEN}
  const {{ openFile }} = await load("formats/open.js");
  const files = Object.entries(given).map(([name, text]) => new File([bytes(text)], name));
  const found = await openFile(files, declared);
  const logits = (await opened(found.network)).logits(images.map(floats));
  return {{ ...found, network: found.described, logits: logits.map((row) => [...row]) }};
"""


def read(compute, files, task=DIGITS, **declared):
    """What the page makes of files, the first of which is the network's."""
    images = np.random.default_rng(0).random((3, task.height * task.width), np.float32)
    images = [np.round(images[0]), images[1], images[2] * 0]
    body = READ.replace("given", "JSON.parse(given)")
    coded = {name: base64.b64encode(data).decode() for name, data in files.items()}
    found = compute(body, given=json.dumps(coded), images=images, declared=declared)
    return found, np.stack(images)


def loaded(path, **declared):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return idea.load_model(path, **declared)


def assert_same(compute, path, *beside, **declared):
    """The page reads a file as Python does: the same task, layers and logits."""
    model = loaded(path, **declared)
    words = {
        "shape": "x".join(map(str, declared.get("shape", ()))),
        "classes": ", ".join(declared.get("classes", ())),
        "input": declared.get("input", ""),
    }
    files = {each.name: each.read_bytes() for each in (path, *beside)}
    found, images = read(compute, files, model.task, **words)
    assert "key" not in found, found
    task = model.task
    assert found["task"] == {"height": task.height, "width": task.width, "classes": [*task.classes]}
    assert found["network"] == repr(model).partition("(")[2].removesuffix(")")
    logits = np.array(found["logits"])
    assert np.abs(logits - model.logits(images)).max() <= 1e-4 * max(1, np.abs(logits).max())
    return found


def test_named_arrays_of_dense_layers(compute, tmp_path):
    layers = random_layers(9, 1)
    (tmp_path / "a.npz").write_bytes(weights_bytes("a.npz", Weights(tuple(layers))))
    found = assert_same(compute, tmp_path / "a.npz")
    assert found["isOpen"]
    assert found["notes"] == [{"key": "reader.taken.activation", "params": {"name": "ReLU"}}]
    np.savez(tmp_path / "b.npz", **{
        f"{name}{n}": array.T
        for n, layer in enumerate(layers)
        for name, array in zip("Wb", layer, strict=True)
    })  # fmt: skip
    assert_same(compute, tmp_path / "b.npz")
    tensors = {
        f"net.{3 * n}.{leaf}": array
        for n, layer in enumerate(layers)
        for leaf, array in zip(("weight", "bias"), layer, strict=True)
    }
    safetensors.numpy.save_file(tensors, tmp_path / "c.safetensors")
    assert_same(compute, tmp_path / "c.safetensors", input="0.1307,0.3081")
    safetensors.numpy.save_file(
        {name: array.astype(np.float16) for name, array in tensors.items()},
        tmp_path / "d.safetensors",
    )
    assert_same(compute, tmp_path / "d.safetensors")


@pytest.mark.parametrize("name", ["robust", "fashion", "digits8"])
def test_bundled_networks(compute, name):
    found = assert_same(compute, BUNDLED[name])
    assert [note for note in found["notes"] if "taken" not in note["key"]] == []


def test_convolutions_with_padding_strides_and_pools(compute, tmp_path):
    rng = np.random.default_rng(3)
    first = Convolution(
        *arrays(rng, 3, 1, 3, 3), Pooling((2, 3), (2, 2), True), (1, 2), (1, 0, 2, 1)
    )
    second = Convolution(*arrays(rng, 4, 3, 2, 2), Pooling())
    task = Task(12, 15, ("cat", "dog", "fish"))
    sizes = Weights((), (first, second))
    maps = (1, 12, 15)
    for convolution in (first, second):
        maps = (len(convolution.b), *convolution.results(*maps[1:]))
    layers = (arrays(rng, 3, int(np.prod(maps))),)
    weights = Weights(layers, sizes.convolutions, task)
    for name in ("a.safetensors", "a.onnx"):
        (tmp_path / name).write_bytes(weights_bytes(name, weights))
        assert not assert_same(compute, tmp_path / name)["isOpen"]


def arrays(rng, *shape):
    return rng.normal(size=shape).astype("f4"), rng.normal(size=shape[0]).astype("f4")


def test_batch_normalisations_and_guessed_pools(compute, tmp_path):
    rng = np.random.default_rng(4)
    tensors = dict(zip(("0.weight", "0.bias"), arrays(rng, 4, 1, 5, 5), strict=True))
    for leaf in ("weight", "bias", "running_mean"):
        tensors[f"1.{leaf}"] = rng.normal(size=4).astype("f4")
    tensors["1.running_var"] = rng.random(4).astype("f4")
    tensors["1.num_batches_tracked"] = np.int64(7)
    tensors |= zip(("5.weight", "5.bias"), arrays(rng, 10, 4 * 12 * 12), strict=True)
    safetensors.numpy.save_file(
        {name: np.asarray(array) for name, array in tensors.items()}, tmp_path / "bn.safetensors"
    )
    activation, pools, *_ = assert_same(compute, tmp_path / "bn.safetensors")["notes"]
    assert activation["params"] == {"name": "ReLU"}
    assert pools == {"key": "reader.taken.pools.max", "params": {"sizes": "2×2"}}


@pytest.mark.parametrize(
    ("name", "data", "key", "text"),
    [
        ("a.npz", b"PK\3\4 and no more", "format.damaged", "zip"),
        ("a.npz", b"\x80\x04]\x94.", "format.damaged", "start"),
        ("a.safetensors", b"\xff" * 8 + b"{}", "format.damaged", "header"),
        ("a.onnx", b"Dear all", "format.damaged", "message"),
        ("a.json", b'{"modelTopology": 3}', "format.damaged", "tfjs.manifest"),
        ("a.dat", bytes(99), "dat.size", None),
    ],
)
def test_what_is_no_network_is_a_sentence(compute, name, data, key, text):
    found, _ = read(compute, {name: data})
    assert (found["key"], found["params"]["name"]) == (key, name)
    assert text is None or found["params"]["text"]["key"] == f"reader.{text}"


def test_networks_of_other_kinds_and_unknown_sizes_are_sentences(compute, tmp_path):
    tanh_graph(tmp_path / "tanh.onnx")
    found, _ = read(compute, {"tanh.onnx": (tmp_path / "tanh.onnx").read_bytes()})
    said = {"key": "reader.plain.activation", "params": {"name": "tanh"}}
    assert (found["key"], found["params"]["text"]) == ("format.network", said)
    W = np.ones((3, 15), "f4")
    wide = weights_bytes("w.safetensors", Weights(((W, np.ones(3, "f4")),)))
    found, _ = read(compute, {"w.safetensors": wide}, Task(3, 5))
    assert found["key"] == "format.size"
    found, _ = read(compute, {"w.safetensors": wide}, Task(3, 5), shape="3x5", classes="a, b, c")
    assert found["task"] == {"height": 3, "width": 5, "classes": ["a", "b", "c"]}


def test_a_file_cut_anywhere_is_a_sentence(compute, tmp_path):
    weights = Weights(tuple(random_layers(2, 0)))
    for suffix in (".npz", ".safetensors", ".onnx"):
        data = weights_bytes(f"m{suffix}", weights)
        for size in (20, len(data) // 2, len(data) - 3):
            found, _ = read(compute, {f"m{suffix}": data[:size]})
            assert found["key"].startswith("format."), (suffix, size)


@pytest.mark.slow
@pytest.mark.xdist_group("keras")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the exporter
def test_files_of_pytorch_and_of_keras(compute, tmp_path, page, pages):
    torch, models = pytest.importorskip("torch"), pytest.importorskip("keras_models")
    nn, keras = torch.nn, models.keras
    net = nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(576, 10), nn.LogSoftmax(1),
    ).eval()  # fmt: skip
    torch.onnx.export(net, (torch.zeros(1, 1, 28, 28),), str(tmp_path / "t.onnx"), dynamo=False)
    assert_same(compute, tmp_path / "t.onnx")
    layers = keras.layers
    network = keras.Sequential([
        keras.Input((28, 28, 1)), layers.Rescaling(0.5),
        layers.Conv2D(3, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(), layers.MaxPooling2D(2), layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    package = hdf5_files()
    if package is None:
        pytest.skip("needs npm")
    (module,) = (data for path, data in package.items() if path.suffix == ".js")
    page.route(
        f"{pages}vendor/jsfive.js",
        lambda route: route.fulfill(body=module, content_type="text/javascript"),
    )
    for name in ("k.keras", "k.h5"):
        models.randomised(network).save(tmp_path / name)
        assert_same(compute, tmp_path / name)
