"""Files of every form with some bytes changed: read as a network, or refused in a message.

A graph is run by a library in C++, so each form is tried in a process of its own: what takes that
down is seen as a failure, and what never ends as one after some minutes.
"""

from __future__ import annotations

import base64
import io
import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from idea.errors import IdeaError
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights
from idea.opening.load import parse_model

from conftest import ROOT, random_convolutions, random_layers

FORMS = {".dat": [], ".npz": [], ".safetensors": ["safetensors"], ".pt": ["torch"],
         ".onnx": ["onnx", "onnxruntime"], ".h5": ["h5py", "pyfive"], ".keras": ["h5py", "pyfive"],
         ".json": [], ".pkl": [], ".joblib": ["joblib"]}  # fmt: skip


def wholes(suffix):
    """Sound files of a form."""
    path = Path(f"m{suffix}")
    if suffix in (".h5", ".keras", ".json"):
        yield keras_file(suffix)
        return
    if suffix in (".pkl", ".joblib"):
        yield pickled(suffix)
        return
    yield weights_bytes(path, Weights(tuple(random_layers(3, 0))))
    if suffix in (".onnx", ".pt", ".safetensors"):
        convolutions, layers = random_convolutions([(2, 3, True)], [4], 0)
        yield weights_bytes(path, Weights(tuple(layers), tuple(convolutions)))


def keras_file(suffix):
    """A file of Keras, or of TensorFlow.js with its shard in it: two dense layers."""
    arrays = {
        f"{layer}/{name}": array
        for layer, own in zip("de", random_layers(3, 0)[::2], strict=True)
        for name, array in zip(("kernel", "bias"), (own[0].T, own[1]), strict=True)
    }
    layers = [
        {"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [None, 28, 28]}},
        {"class_name": "Dense", "config": {"name": "d", "activation": "relu"}},
        {"class_name": "Dense", "config": {"name": "e", "activation": "softmax"}},
    ]
    config = {"class_name": "Sequential", "config": {"name": "net", "layers": layers}}
    stream = io.BytesIO()
    if suffix == ".json":
        shard = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
        weights = [
            {"name": name, "shape": list(array.shape), "dtype": "float32"}
            for name, array in arrays.items()
        ]
        url = f"data:application/octet-stream;base64,{base64.b64encode(shard).decode()}"
        manifest = [{"paths": [url], "weights": weights}]
        return json.dumps({"modelTopology": config, "weightsManifest": manifest}).encode()
    import h5py

    with h5py.File(stream, "w") as file:
        places = arrays
        if suffix == ".keras":
            names = ("dense/vars/0", "dense/vars/1", "dense_1/vars/0", "dense_1/vars/1")
            places = dict(zip((f"layers/{name}" for name in names), arrays.values(), strict=True))
        else:
            file.attrs["model_config"] = json.dumps(config)
            for layer in "de":
                own = [name.encode() for name in arrays if name[0] == layer]
                file.create_group(f"model_weights/{layer}").attrs["weight_names"] = own
            places = {f"model_weights/{name[0]}/{name}": arrays[name] for name in arrays}
        for name, array in places.items():
            file[name] = array
    if suffix == ".h5":
        return stream.getvalue()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("config.json", json.dumps(config))
        file.writestr("model.weights.h5", stream.getvalue())
    return archive.getvalue()


def pickled(suffix):
    """Plain arrays in a dict, which joblib stores after their descriptions."""
    named = Weights(tuple(random_layers(3, 0))).named()
    if suffix == ".pkl":
        return pickle.dumps(named)
    joblib = pytest.importorskip("joblib")
    stream = io.BytesIO()
    joblib.dump(named, stream)
    return stream.getvalue()


def damaged(whole, rng, inside):
    """Change some bytes, cut some off, move some; most of them where the structure is."""
    data = bytearray(whole)
    for _ in range(rng.integers(1, 6)):
        # Heads and tails hold names, sizes and places; between them lie the numbers.
        near = int(min(rng.exponential(inside), len(data) - 1))
        place = near if rng.random() < 0.5 else len(data) - 1 - near
        kind = rng.integers(6)
        if kind == 0:
            data[place] = int(rng.integers(256))
        elif kind == 1:
            data[place] ^= 1 << int(rng.integers(8))
        elif kind == 2:
            data[place : place + int(rng.integers(1, 9))] = b""
        elif kind == 3:
            data[place:place] = rng.bytes(int(rng.integers(1, 9)))
        elif kind == 4:
            other = int(rng.integers(len(data)))
            data[place : place + 8] = data[other : other + 8]
        else:
            data[place] = int(rng.choice([0, 1, 127, 128, 255]))
        if not data:
            break
    return bytes(data[: int(rng.integers(len(data) + 1))] if rng.random() < 0.1 else data)


def try_all(suffix, count):
    """Read damaged files; count those that are read, and those that are refused."""
    path = Path(f"m{suffix}")
    rng = np.random.default_rng(0)
    read = refused = 0
    for whole in wholes(suffix):
        for _ in range(count):
            data = damaged(whole, rng, 400)
            try:
                logits = parse_model(data, path).logits(np.full((2, 784), 0.5, np.float32))
            except (IdeaError, MemoryError) as error:
                assert str(error).startswith(str(path)), error
                refused += 1
            else:
                assert logits.shape == (2, 10)
                read += 1
    return read, refused


@pytest.mark.nightly_cases(keep=4)
@pytest.mark.parametrize("suffix", FORMS)
def test_damaged_files_are_networks_or_reported(suffix):
    for package in FORMS[suffix]:
        pytest.importorskip(package)
    count = 600 if suffix in (".dat", ".npz", ".safetensors") else 300
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, suffix, str(count)],
        env={"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    read, refused = map(int, done.stdout.split())
    assert refused > count // 3


if __name__ == "__main__":
    print(*try_all(sys.argv[1], int(sys.argv[2])))
