"""Files whose names say nothing, or the wrong thing; and files that hold no network."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import threading
import zipfile
import zlib

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.weights.content import kind_of_content
from idea.files.weights.formats import read_weights, weights_bytes
from idea.networks.weights import Weights

from conftest import random_layers, same_weights

NETWORK = Weights(tuple(random_layers(3, 0)))


def contents(suffix):
    if suffix in (".onnx", ".safetensors"):
        pytest.importorskip(suffix[1:])
    return weights_bytes(f"m{suffix}", NETWORK)


def refusal(path, data):
    path.write_bytes(data)
    with pytest.raises(WeightsError) as error:
        read_weights(path)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("name", ["NET.ONNX", "net", "net.onnx.bin", "net.dat", "net.npz", "a.v2"])
@pytest.mark.parametrize("suffix", [".dat", ".npz", ".safetensors", ".onnx"])
def test_the_contents_decide_whatever_the_name_is(tmp_path, name, suffix):
    if suffix == ".dat" and name in ("NET.ONNX", "net.onnx.bin", "net.npz"):
        return  # raw floats have nothing to be recognised by
    (tmp_path / name).write_bytes(contents(suffix))
    assert same_weights(read_weights(tmp_path / name), NETWORK)


@pytest.mark.parametrize("zipped", [True, False])
def test_pytorchs_files_of_other_names(tmp_path, zipped):
    torch = pytest.importorskip("torch")
    arrays = {name: torch.from_numpy(array.copy()) for name, array in NETWORK.named().items()}
    path = tmp_path / "checkpoint.pth.tar"
    torch.save(arrays, path, _use_new_zipfile_serialization=zipped)
    assert same_weights(read_weights(path), NETWORK)
    assert same_weights(read_weights(path.rename(tmp_path / "net")), NETWORK)


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress, bz2.compress, lzma.compress])
def test_compressed_files(tmp_path, compress, monkeypatch):
    path = tmp_path / "net"
    path.write_bytes(compress(contents(".npz")))
    assert same_weights(read_weights(path), NETWORK)
    path.write_bytes(compress(contents(".npz"))[:-20])
    with pytest.raises(WeightsError, match=r"net: (can't be read|expected)"):
        read_weights(path)
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "1")
    assert "at most 1,000,000 bytes, found more" in refusal(path, compress(bytes(1_000_001)))


def test_compressed_graphs(tmp_path):
    path = tmp_path / "net.onnx.gz"
    path.write_bytes(gzip.compress(contents(".onnx")))
    assert repr(idea.load_model(path)) == "MLP(784-3-3-10)"


@pytest.mark.parametrize(
    "magic", [b"\x1f\x8b\x08", b"BZh", b"\x78\x9c", b"\x80\x02", b"PK\x03\x04"]
)
def test_raw_floats_may_begin_with_any_bytes(tmp_path, magic):
    path = tmp_path / "m.dat"
    path.write_bytes((magic + bytes(4000))[:3228])
    assert read_weights(path).layers[0][0].tobytes().startswith(magic)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_once(tmp_path, run):
    os.mkfifo(tmp_path / "pipe")
    data = contents(".npz")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=[data])
    writer.start()
    assert "pipe: MLP(784-3-3-10)" in run("idea.models", "pipe").stdout
    writer.join()


def zip_of(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return stream.getvalue()


def npy():
    stream = io.BytesIO()
    np.save(stream, np.zeros((10, 784)))
    return stream.getvalue()


FOREIGN = {
    "a TensorFlow Lite model: convert it to ONNX": b"\x1c\0\0\0TFL3" + bytes(4000),
    "a TensorFlow SavedModel: convert it to ONNX": zip_of("m/saved_model.pb", "m/variables/a"),
    "a TensorFlow graph: convert it to ONNX": b"\x0a\x02\x0a\x00\x22\x02\x08\x1b",
    "a Core ML model: convert it to ONNX": b"\x08\x04\x12\x00\xa2\x1f\x00",
    "a PMML model: ": b"<?xml version='1.0'?>\n<PMML version='4.4'></PMML>",
    "an OpenVINO model: ": b'<?xml version="1.0"?><net name="a" version="11"></net>',
    "the architecture of a Keras model, without its weights": b'{"class_name": "A", "config": 1}',
    "a pointer of git-lfs in place of the file itself: fetch the file: git lfs pull": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"
    ),
    "a web page saved in place of a file": b"\n<!DOCTYPE html><html><head></head></html>",
    "a single array of NumPy: save all layers": npy(),
    "a MATLAB file: save its arrays as .npz": b"MATLAB 5.0 MAT-file, Platform: GLNXA64",
    "a MessagePack file, as Flax writes them: save its parameters as .npz: ": (
        b"\x81\xa6params\x81\xa7Dense_0\x80"
    ),
    "a PDF document": b"%PDF-1.7\n",
    "images or labels of a data set": bytes([0, 0, 8, 3]) + bytes(100),
    "a zip archive without arrays: unpack it": zip_of("net.onnx"),
    "a compressed archive: unpack it": b"7z\xbc\xaf\x27\x1c" + bytes(9),
    "a text file": b"dear all, this is no network\n",
    "a picture: networks are files of weights": b"\x89PNG\r\n\x1a\n" + bytes(9),
    "a picture: ": b"\0\0\0\x18ftypheic" + bytes(9),
}


@pytest.mark.parametrize("found", FOREIGN)
def test_what_is_no_network_is_named_with_the_way_out(tmp_path, found):
    path = tmp_path / "net"
    assert refusal(path, FOREIGN[found]).startswith(f"expected a network, found {found}")


def test_a_foreign_files_name_does_not_matter(tmp_path):
    for name in ("net.onnx", "net.pt", "net.dat", "net.npz"):
        found = refusal(tmp_path / name, b"\x1c\0\0\0TFL3" + bytes(400))
        assert found.startswith("expected a network, found a TensorFlow Lite model")


def test_a_folder_with_a_network_that_is_not_read(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(WeightsError) as error:
        idea.load_model(tmp_path)
    assert "found a TensorFlow SavedModel: convert it to ONNX" in str(error.value)


def test_random_floats_have_no_kind():
    rng = np.random.default_rng(0)
    kinds = {kind_of_content(rng.normal(0, 0.1, 807).astype("<f4").tobytes()) for _ in range(300)}
    assert kinds == {None}


def test_networks_as_json(tmp_path):
    """The form of Nielsen's "Neural Networks and Deep Learning"."""
    layers = random_layers(4, 1)
    path = tmp_path / "net.json"
    text = {
        "sizes": [784, 4, 4, 10],
        "weights": [W.tolist() for W, _ in layers],
        "biases": [b[:, None].tolist() for _, b in layers],
        "cost": "CrossEntropyCost",
    }
    path.write_text(json.dumps(text))
    assert same_weights(read_weights(path), Weights(tuple(layers)))
    assert refusal(path, b'{"a": [1, 2]}') == (
        "expected the weights and biases of a network, found JSON without arrays"
    )


def test_pickled_arrays(tmp_path):
    layers = random_layers(4, 1)
    path = tmp_path / "net.pkl"
    named = {f"W{number}": W.T for number, (W, _) in enumerate(layers)}
    named |= {f"b{number}": b for number, (_, b) in enumerate(layers)}
    for value in (named, [[W for W, _ in layers], [b[:, None] for _, b in layers]]):
        for protocol in range(6):
            path.write_bytes(pickle.dumps(value, protocol))
            assert same_weights(read_weights(path), Weights(tuple(layers)))
