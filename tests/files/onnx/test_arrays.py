"""External arrays: an untrusted graph reads no file, a trusted one those beside it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.files.load import load_model, parse_model, read_model
from idea.files.weights.formats import read_weights

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.arrays import external_arrays, messages  # noqa: E402
from idea.files.onnx.graph import parse_graph  # noqa: E402
from idea.files.onnx.model import OnnxModel  # noqa: E402

from graphs import FLOAT, node, save, value  # noqa: E402

W = np.random.default_rng(0).normal(0, 0.01, (784, 10)).astype(np.float32)
REFUSAL = "m.onnx: stores arrays in other files; save it as one file to open it here"


def kept(name="W", location="m.data", array=W, **entries):
    """An array that lies in a file."""
    tensor = onnx.TensorProto(
        name=name,
        dims=array.shape,
        data_type=onnx.helper.np_dtype_to_tensor_dtype(array.dtype),
        data_location=onnx.TensorProto.EXTERNAL,
    )
    for key, text in {"location": location, "length": str(array.nbytes), **entries}.items():
        if text is not None:
            tensor.external_data.add(key=key, value=text)
    return tensor


def sparse(**changed):
    found = onnx.SparseTensorProto(dims=W.shape)
    found.values.CopyFrom(kept(array=W.ravel()))
    found.indices.CopyFrom(onnx.numpy_helper.from_array(np.arange(W.size), "W_indices"))
    for part, tensor in changed.items():
        getattr(found, part).CopyFrom(tensor)
    return found


def plain():
    """A graph that needs nothing else."""
    graph = onnx.helper.make_graph(
        [node("MatMul", "x", "W", "y")],
        "g",
        [value("x", ("n", 784))],
        [value("y", ("n", 10))],
        [onnx.numpy_helper.from_array(W, "W")],
    )
    opset = onnx.helper.make_opsetid("", 17)
    return onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8)


def attributed(model, attribute):
    """Put an attribute into a node that comes first."""
    made = onnx.NodeProto(op_type="Constant", output=["V"])
    made.attribute.append(attribute)
    model.graph.node.insert(0, made)


def inner_graph(**parts):
    """A graph within an attribute."""
    graph = onnx.GraphProto(name="inner", **parts)
    return onnx.AttributeProto(name="then_branch", type=onnx.AttributeProto.GRAPH, g=graph)


def constant(tensor):
    return onnx.AttributeProto(name="value", type=onnx.AttributeProto.TENSOR, t=tensor)


def function(*attributes):
    made = onnx.NodeProto(op_type="Constant", output=["V"], attribute=attributes)
    return onnx.FunctionProto(name="f", domain="mine", output=["V"], node=[made])


def training(**parts):
    info = onnx.TrainingInfoProto()
    for name, graph in parts.items():
        getattr(info, name).CopyFrom(graph)
    return info


TENSORS, SPARSES = onnx.AttributeProto.TENSORS, onnx.AttributeProto.SPARSE_TENSORS
PLACES = {
    "initializer": lambda m: m.graph.initializer.append(kept("V")),
    "only claimed": lambda m: m.graph.initializer.add(
        name="V", dims=[0], data_type=FLOAT
    ).external_data.add(key="location", value="m.data"),
    "in memory": lambda m: m.graph.initializer.append(kept("V", "*/_ORT_MEM_ADDR_/*", offset="9")),
    "sparse values": lambda m: m.graph.sparse_initializer.append(sparse()),
    "sparse indices": lambda m: m.graph.sparse_initializer.append(
        sparse(values=onnx.numpy_helper.from_array(W), indices=kept(array=np.arange(W.size)))
    ),
    "constant": lambda m: attributed(m, constant(kept())),
    "constants": lambda m: attributed(
        m, onnx.AttributeProto(name="values", type=TENSORS, tensors=[kept()])
    ),
    "sparse constant": lambda m: attributed(
        m,
        onnx.AttributeProto(
            name="sparse_value", type=onnx.AttributeProto.SPARSE_TENSOR, sparse_tensor=sparse()
        ),
    ),
    "sparse constants": lambda m: attributed(
        m, onnx.AttributeProto(name="values", type=SPARSES, sparse_tensors=[sparse()])
    ),
    # One that says that it is a number.
    "of another type": lambda m: attributed(
        m, onnx.AttributeProto(name="value", type=onnx.AttributeProto.INT, i=1, t=kept())
    ),
    "subgraph": lambda m: attributed(m, inner_graph(initializer=[kept("V")])),
    "subgraph's sparse": lambda m: attributed(m, inner_graph(sparse_initializer=[sparse()])),
    "subgraph's subgraph": lambda m: attributed(
        m, inner_graph(node=[onnx.NodeProto(attribute=[inner_graph(initializer=[kept("V")])])])
    ),
    "subgraphs": lambda m: attributed(
        m,
        onnx.AttributeProto(
            name="graphs",
            type=onnx.AttributeProto.GRAPHS,
            graphs=[onnx.GraphProto(initializer=[kept("V")])],
        ),
    ),
    "function": lambda m: m.functions.append(function(constant(kept()))),
    "function's subgraph": lambda m: m.functions.append(
        function(inner_graph(sparse_initializer=[sparse()]))
    ),
    "training": lambda m: m.training_info.append(
        training(algorithm=onnx.GraphProto(initializer=[kept("V")]))
    ),
    "training's beginning": lambda m: m.training_info.append(
        training(initialization=onnx.GraphProto(sparse_initializer=[sparse()]))
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_untrusted_graph_reads_no_file_wherever_it_names_one(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    W.tofile("m.data")  # what a runtime would find
    model = plain()
    PLACES[place](model)
    data = model.SerializeToString()
    path = Path("m.onnx")
    assert external_arrays(onnx.load_model_from_string(data), path)
    for opening in (parse_graph, parse_model, OnnxModel.parse):
        with pytest.raises(WeightsError) as error:
            opening(data, path)
        assert str(error.value) == REFUSAL
    with pytest.raises(WeightsError) as error:
        OnnxModel(model, path)
    assert str(error.value) == REFUSAL


def test_the_walk_meets_every_part_of_a_graph():
    model = plain()
    for place in PLACES.values():
        place(model)
    found = list(messages(model, Path("m.onnx")))
    text = str(model)
    # In protobuf's own text each message but the outermost is in braces.
    assert len(found) - 1 == text.count(" {\n")
    assert len(external_arrays(model, Path("m.onnx"))) == text.count("external_data {\n") - sum(
        text.count(f'key: "{key}"') for key in ("length", "offset")
    )


def graph_with(path, *tensors, sparse=()):
    nodes = [node("MatMul", "x", "W", "h"), node("Tanh", "h", "y")]
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
        assert model.logits(images()) == pytest.approx(np.tanh(images() @ W), abs=1e-3)
    data, _ = read_model(path)
    assert W.tobytes() in data
    assert external_arrays(onnx.load_model_from_string(data), path) == []
    with pytest.raises(WeightsError, match="found a node Tanh"):  # read, but another network
        read_weights(path)


def test_sparse_arrays_beside_it_are_read_as_well(tmp_path):
    W.tofile(tmp_path / "m.data")
    np.arange(W.size).tofile(tmp_path / "m.indices")
    both = sparse(indices=kept("i", "m.indices", np.arange(W.size)))
    model = load_model(graph_with(tmp_path / "m.onnx", sparse=[both]))
    assert model.logits(images()) == pytest.approx(np.tanh(images() @ W), abs=1e-3)


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
