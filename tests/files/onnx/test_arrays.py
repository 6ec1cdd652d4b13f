"""External arrays: an untrusted graph reads no file, wherever it names one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.arrays import external_arrays, messages  # noqa: E402
from idea.files.onnx.graph import parse_graph  # noqa: E402
from idea.files.onnx.model import OnnxModel  # noqa: E402

from graphs import FLOAT, node, value  # noqa: E402
from made_graphs import W, kept, sparse  # noqa: E402

REFUSAL = "m.onnx: stores arrays in other files; save it as one file to open it here"


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
