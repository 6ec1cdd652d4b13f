"""External arrays: a trusted graph reads those beside it, and no others."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.files.weights.formats import read_weights
from idea.opening.load import load_model, read_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.arrays import external_arrays  # noqa: E402
from idea.files.onnx.model import OnnxModel  # noqa: E402

from graphs import node, save, value  # noqa: E402
from made_graphs import W, kept, sparse  # noqa: E402


def graph_with(path, *tensors, sparse=()):
    nodes = [node("MatMul", "x", "W", "h"), node("Sin", "h", "y")]
    save(path, nodes, {}, [value("x", ("n", 784))], [value("y", ("n", 10))])
    model = onnx.load(path, load_external_data=False)
    model.graph.initializer.extend(tensors)
    model.graph.sparse_initializer.extend(sparse)
    path.write_bytes(model.SerializeToString())
    return path


def images():
    return np.random.default_rng(1).random((3, 784), np.float32)


@pytest.mark.parametrize(
    ("location", "entries"),
    [
        ("m.data", {}),
        ("./m.data", {"offset": "0"}),
        ("folder/m.data", {"length": None}),
        ("folder/behind.data", {"offset": "12"}),
    ],
)
def test_files_beside_a_trusted_graph_are_read(tmp_path, monkeypatch, location, entries):
    (tmp_path / "folder").mkdir()
    for name in ("m.data", "folder/m.data"):
        W.tofile(tmp_path / name)
    (tmp_path / "folder/behind.data").write_bytes(b"x" * 12 + W.tobytes())
    path = graph_with(tmp_path / "m.onnx", kept("W", location, **entries))
    monkeypatch.chdir("/")  # it is beside the graph, not here
    for model in (load_model(path), OnnxModel.open(path)):
        assert model.logits(images()) == pytest.approx(np.sin(images() @ W), abs=1e-3)
    data, _ = read_model(path)
    assert W.tobytes() in data
    assert external_arrays(onnx.load_model_from_string(data), path) == []
    with pytest.raises(WeightsError, match="found a node Sin"):  # read, but another network
        read_weights(path)


def test_sparse_arrays_beside_it_are_read_as_well(tmp_path):
    W.tofile(tmp_path / "m.data")
    np.arange(W.size).tofile(tmp_path / "m.indices")
    both = sparse(indices=kept("i", "m.indices", np.arange(W.size)))
    model = load_model(graph_with(tmp_path / "m.onnx", sparse=[both]))
    assert model.logits(images()) == pytest.approx(np.sin(images() @ W), abs=1e-3)


@pytest.mark.parametrize(
    "location",
    [
        "../secret",
        "folder/../../secret",
        "{}/secret",
        "file://{}/secret",
        "/etc/passwd",
        "..\\secret",
        "C:\\secret",
        "\\\\host\\share\\secret",
        "link",
        "linked/secret",
        "circle",
        "",
        ".",
        "a\0b",
        "*/_ORT_MEM_ADDR_/*",
    ],
)
def test_files_elsewhere_are_not_read(tmp_path, location):
    (tmp_path / "secret").write_bytes(W.tobytes())
    (tmp_path / "here" / "folder").mkdir(parents=True)
    (tmp_path / "here" / "link").symlink_to("../secret")
    (tmp_path / "here" / "linked").symlink_to(tmp_path)
    (tmp_path / "here" / "circle").symlink_to("circle")
    location = location.format(tmp_path)
    path = graph_with(tmp_path / "here" / "m.onnx", kept("W", location))
    for opening in (load_model, read_model, read_weights, OnnxModel.open):
        with pytest.raises(WeightsError) as error:
            opening(path)
        beside = (
            f"{path}: stores the array 'W' in the file {location!r}; expected a file beside the "
        )
        assert str(error.value).startswith((beside, f"{path.parent}/", f"{path.parent / location}"))


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        (
            {"length": "31364"},
            "expected the array 'W' at the bytes 0 to 31,364, found 31,360 bytes",
        ),
        ({"offset": "4"}, "expected the array 'W' at the bytes 4 to 31,364, found 31,360 bytes"),
        ({"offset": "-4"}, "expected the array 'W' at the bytes -4 to 31,356, found 31,360 bytes"),
        ({"length": "-1"}, "expected the array 'W' at the bytes 0 to -1, found 31,360 bytes"),
        ({"offset": "x"}, "expected numbers for the position of the array 'W', found {'location'"),
    ],
)
def test_invalid_positions(tmp_path, entries, text):
    W.tofile(tmp_path / "m.data")
    path = graph_with(tmp_path / "m.onnx", kept(**entries))
    with pytest.raises(WeightsError) as error:
        load_model(path)
    assert str(error.value).startswith(f"{tmp_path / 'm.data'}: {text}")


def test_too_few_bytes_for_its_shape(tmp_path):
    W.tofile(tmp_path / "m.data")
    path = graph_with(tmp_path / "m.onnx", kept(length="31356"))
    with pytest.raises(WeightsError, match=r"an array 'W' of shape \(784, 10\) that can't be"):
        load_model(path)


def test_one_part_of_a_file_named_by_many_arrays_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "2")
    W.tofile(tmp_path / "m.data")
    path = graph_with(tmp_path / "m.onnx", *[kept(f"W{n}") for n in range(100)])
    with pytest.raises(WeightsError, match=r"m\.onnx, with its arrays: expected at most 2,000,000"):
        load_model(path)


@pytest.mark.parametrize("kind", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_not_read(tmp_path, kind, monkeypatch):
    monkeypatch.setattr("idea.files.read._TIMEOUT", 0.1)
    kind(tmp_path / "m.data")
    with pytest.raises(WeightsError, match=r"m\.data: "):
        load_model(graph_with(tmp_path / "m.onnx", kept()))
