"""Files of every form with some bytes changed: read as a network, or refused in a message.

A graph is run by a library in C++, so each form is tried in a process of its own: what takes that
down is seen as a failure, and what never ends as one after some minutes.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from idea.errors import IdeaError
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights
from idea.opening.load import parse_model

from conftest import ROOT, random_convolutions, random_layers

FORMS = {".dat": [], ".npz": [], ".safetensors": ["safetensors"], ".pt": ["torch"],
         ".onnx": ["onnx", "onnxruntime"], ".pkl": [], ".joblib": ["joblib"]}  # fmt: skip


def wholes(suffix):
    """Sound files of a form."""
    path = Path(f"m{suffix}")
    if suffix in (".pkl", ".joblib"):
        yield pickled(suffix)
        return
    yield weights_bytes(path, Weights(tuple(random_layers(3, 0))))
    if suffix in (".onnx", ".pt", ".safetensors"):
        convolutions, layers = random_convolutions([(2, 3, True)], [4], 0)
        yield weights_bytes(path, Weights(tuple(layers), tuple(convolutions)))


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


@pytest.mark.parametrize("suffix", FORMS)
def test_damaged_files_are_networks_or_reported(suffix):
    for package in FORMS[suffix]:
        pytest.importorskip(package)
    count = 300 if suffix in (".onnx", ".pt") else 600
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
