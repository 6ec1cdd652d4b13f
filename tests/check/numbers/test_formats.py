"""Files that the page opens by itself, against what `idea.load_model` makes of them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import safetensors.numpy

import idea
from idea.files.weights.formats import weights_bytes
from idea.image import DIGITS
from idea.networks.weights import Weights

from computing import OPEN
from conftest import random_layers

pytest_plugins = ["computing"]

READ = f"""{OPEN}
  const {{ openFile }} = await load("formats/open.js");
  const files = Object.entries(given).map(([name, text]) => new File([bytes(text)], name));
  const found = await openFile(files, declared);
  const logits = (await opened(found.network)).logits(images.map(floats));
  const {{ describedNetwork }} = await load("formats/network.js");
  return {{ ...found, network: describedNetwork(found.network), logits: logits.map((row) => [...row]) }};
"""


def read(compute, files, task=DIGITS, **declared):
    """What the page makes of files, the first of which is the network's."""
    images = np.random.default_rng(0).random((3, task.height * task.width), np.float32)
    images = [np.round(images[0]), images[1], images[2] * 0]
    body = READ.replace("given", "JSON.parse(given)")
    import base64
    import json

    coded = {name: base64.b64encode(data).decode() for name, data in files.items()}
    found = compute(body, given=json.dumps(coded), images=images, declared=declared)
    return found, np.stack(images)


def loaded(path, **declared):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return idea.load_model(path, **declared)


def check(compute, path, *beside, **declared):
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
    found = check(compute, tmp_path / "a.npz")
    assert found["isOpen"]
    assert found["notes"] == ["a.npz: activation, taken as ReLU"]
    np.savez(tmp_path / "b.npz", **{
        f"{name}{n}": array.T
        for n, layer in enumerate(layers)
        for name, array in zip("Wb", layer, strict=True)
    })  # fmt: skip
    check(compute, tmp_path / "b.npz")
    tensors = {
        f"net.{3 * n}.{leaf}": array
        for n, layer in enumerate(layers)
        for leaf, array in zip(("weight", "bias"), layer, strict=True)
    }
    safetensors.numpy.save_file(tensors, tmp_path / "c.safetensors")
    check(compute, tmp_path / "c.safetensors", input="0.1307,0.3081")
    safetensors.numpy.save_file(
        {name: array.astype(np.float16) for name, array in tensors.items()},
        tmp_path / "d.safetensors",
    )
    check(compute, tmp_path / "d.safetensors")


@pytest.mark.parametrize("name", ["robust", "fashion", "digits8"])
def test_bundled_networks(compute, name):
    from idea.networks.bundled import BUNDLED

    found = check(compute, BUNDLED[name])
    assert [note for note in found["notes"] if "taken" not in note] == []
