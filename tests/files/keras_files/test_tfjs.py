"""TensorFlow.js's models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.opening.load import read_model

from conftest import ROOT
from keras_models import softmax

TFJS = "4.22.0"
PACKAGES = [f"@tensorflow/tfjs-{part}@{TFJS}" for part in ("core", "layers", "backend-cpu")]

W, b = np.linspace(-1, 1, 27).reshape(9, 3), np.array([0.5, 0.0, -0.25])
DENSE = {"name": "d", "units": 3, "activation": "softmax", "batch_input_shape": [None, 9]}


def write(folder, **changes):
    """Write a model of one dense layer in two shards, which doesn't end at an array's end."""
    stored = [np.float32(W), np.float32(b)]
    weights = [
        {"name": f"d/{name}", "shape": list(array.shape), "dtype": "float32"}
        for name, array in zip(("kernel", "bias"), stored, strict=True)
    ]
    shards = b"".join(array.tobytes() for array in stored)
    (folder / "shards").mkdir(exist_ok=True)
    (folder / "shards/1.bin").write_bytes(shards[:50])
    (folder / "2.bin").write_bytes(shards[50:])
    config = [{"class_name": "Dense", "config": DENSE}]
    model = {
        "format": "layers-model",
        "modelTopology": {"class_name": "Sequential", "config": {"layers": config}},
        "weightsManifest": [{"paths": ["shards/1.bin", "./2.bin"], "weights": weights}],
        **changes,
    }
    path = folder / "model.json"
    path.write_text(json.dumps(model))
    return path


def test_shards_are_joined(tmp_path):
    model = idea.load_model(write(tmp_path))
    images = np.random.default_rng(0).random((4, 9), np.float32)
    np.testing.assert_allclose(model.logits(images), images @ W + b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("dtype", "most"), [("uint8", 255), ("uint16", 65535), ("float16", 0)])
def test_numbers_may_be_quantised(tmp_path, dtype, most):
    """As TensorFlow.js's converter does it: q * scale + min."""
    manifest = []
    for name, array in (("kernel", W), ("bias", b)):
        scale = np.ptp(array) / most if most else 1
        stored = np.round((array - array.min()) / scale) if most else array
        (tmp_path / f"{name}.bin").write_bytes(stored.astype(dtype).tobytes())
        numbers = {"scale": scale, "min": array.min(), "dtype": dtype} if most else {"dtype": dtype}
        weight = {"name": f"d/{name}", "shape": list(array.shape), "dtype": "float32"}
        weight["quantization"] = {**numbers, "original_dtype": "float32"}
        manifest.append({"paths": [f"{name}.bin"], "weights": [weight]})
    found = idea.load_model(write(tmp_path, weightsManifest=manifest))
    tolerance = {"uint8": 0.6 * 2 / 255, "uint16": 2 / 65535, "float16": 1e-3}[dtype]
    np.testing.assert_allclose(found.logits(np.eye(9, dtype=np.float32)), W + b, atol=2 * tolerance)


def test_a_graph_model_is_named_with_the_way_out(tmp_path):
    path = write(tmp_path, format="graph-model")
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: expected a layers model of TensorFlow.js, found a graph model; convert it by "
        "python -m tf2onnx.convert --tfjs model.json --output net.onnx"
    )


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ([{"paths": ["../2.bin"], "weights": []}], "stores weights in the file '../2.bin'; expect"),
        ([{"paths": ["/etc/passwd"], "weights": []}], "expected a file beside the TensorFlow"),
        ([{"paths": ["3.bin"], "weights": []}], "in the file '3.bin', which isn't there: put it"),
        ([{"paths": 3}], "expected a weightsManifest of groups with paths, found none"),
        ([{"paths": ["2.bin"], "weights": [{"name": "d/kernel", "shape": [9, 3],
          "dtype": "float32"}]}], "expected 108 bytes or more in its shards, found 70"),
        ([{"paths": ["2.bin"], "weights": [{"name": "d/kernel", "shape": [9],
          "dtype": "string"}]}], "d/kernel holds string, not numbers"),
        ([{"paths": ["2.bin"], "weights": []}], "the layer d (Dense): expected 2 arrays, found 0"),
    ],
)  # fmt: skip
def test_bad_manifests_are_reported(tmp_path, manifest, text):
    path = write(tmp_path, weightsManifest=manifest)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert text in str(error.value)


def test_the_contents_that_are_read_hold_the_shards(tmp_path):
    """So that a record's checksum covers them."""
    before, _ = read_model(write(tmp_path))
    (tmp_path / "2.bin").write_bytes(bytes(70))
    after, _ = read_model(tmp_path / "model.json")
    assert before != after


@pytest.fixture(scope="module")
def written_by_tfjs(tmp_path_factory):
    """Models that TensorFlow.js itself saves, with its answers."""
    npm = shutil.which(
        "npm", path=f"{ROOT / '.venv/bin'}:{Path(shutil.which('node') or '').parent}"
    )
    if npm is None:
        pytest.skip("needs npm")
    folder = tmp_path_factory.mktemp("tfjs")
    shutil.copy(Path(__file__).parent / "save_models.mjs", folder)
    # The rest of the environment says how the registry is reached.
    environment = os.environ | {"PATH": f"{Path(npm).parent}{os.pathsep}{os.environ['PATH']}"}
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1"]
    for command in ([npm, "install", *flags, *PACKAGES], ["node", "save_models.mjs", "."]):
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode and command[0] == npm:
            pytest.skip(f"npm reaches no registry: {done.stderr[-200:]}")
        assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize(("name", "kind"), [("plain", "CNN"), ("nested", "OnnxModel")])
def test_models_of_tensorflow_js_itself(written_by_tfjs, name, kind):
    folder = written_by_tfjs / name
    stored = json.loads((folder / "answers.json").read_text())
    images = np.array(stored["images"], np.float32)
    model = idea.load_model(folder / "model.json")
    assert type(model).__name__ == kind
    found = model.logits(images.reshape(len(images), -1))
    expected = np.array(stored["outputs"])
    if np.allclose(expected.sum(axis=1), 1):
        found = softmax(found)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())
