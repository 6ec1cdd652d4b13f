"""The parts of a graph are what they say: attributes, arrays, names, batches, layers."""

from __future__ import annotations

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from graphs import FLOAT, node, value  # noqa: E402
from made_graphs import OPSETS, PATH, W, model, product, refusal  # noqa: E402


def constant(**attributes):
    return onnx.helper.make_node("Constant", [], ["V"], **attributes)


def with_attribute(**fields):
    made = onnx.helper.make_node("Constant", [], ["V"])
    made.attribute.append(onnx.AttributeProto(name="value", **fields))
    return made


two = constant(value_int=1)
two.attribute.append(two.attribute[0])
TENSOR, GRAPH = onnx.AttributeProto.TENSOR, onnx.AttributeProto.GRAPH


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (constant(), "a node Constant with 0 values"),
        (constant(value_int=1, value_float=1.0), "a node Constant with 2 values"),
        (two, "a node Constant with two attributes of the same name"),
        (with_attribute(), "a node Constant whose attribute 'value' has no value"),
        (with_attribute(type=0), "a node Constant whose attribute 'value' has no value"),
        (with_attribute(type=TENSOR), "a node Constant whose attribute 'value' has no value"),
        (with_attribute(type=GRAPH), "a node Constant whose attribute 'value' has no value"),
        (with_attribute(type=TENSOR, ref_attr_name="v"), "a node Constant whose attribute 'valu"),
        (with_attribute(type=TENSOR, t=onnx.TensorProto()), "an array '' of shape () that can't"),
    ],
)
def test_attributes_have_values(made, message):
    assert refusal(model(made, product)).startswith(f"found {message}")


def tensor(kind=FLOAT, dims=(4,), **fields):
    return onnx.TensorProto(name="V", data_type=kind, dims=dims, **fields)


@pytest.mark.parametrize(
    "made",
    [
        tensor(raw_data=bytes(15)),
        tensor(raw_data=bytes(12)),
        tensor(raw_data=bytes(20)),
        tensor(float_data=[1] * 3),
        tensor(int32_data=[1] * 4),
        tensor(dims=(-1,), raw_data=bytes(16)),
        tensor(dims=(-2, -2), raw_data=bytes(16)),
        tensor(dims=(1 << 40,), raw_data=b""),
        tensor(dims=(1 << 62, 1 << 62, 4), raw_data=b""),
        tensor(kind=0, raw_data=bytes(16)),
        tensor(kind=99, raw_data=bytes(16)),
        tensor(kind=onnx.TensorProto.STRING, string_data=[b"\xff\xfe"] * 4),
        tensor(kind=onnx.TensorProto.STRING, string_data=[b"a"] * 3),
        tensor(kind=onnx.TensorProto.COMPLEX64, raw_data=bytes(16)),
        tensor(raw_data=bytes(16), segment=onnx.TensorProto.Segment(begin=0, end=4)),
    ],
)
def test_arrays_hold_what_their_shapes_say(made):
    given = model(product)
    given.graph.initializer.append(made)
    assert refusal(given).startswith(("found an array 'V' of shape ", "found an array of shape "))


def test_a_sparse_array_that_is_huge_when_written_out_is_refused():
    given = model(product)
    sparse = given.graph.sparse_initializer.add(dims=[1 << 20, 1 << 20])
    sparse.values.CopyFrom(onnx.numpy_helper.from_array(np.ones(1, np.float32), "V"))
    sparse.indices.CopyFrom(onnx.numpy_helper.from_array(np.zeros(1, np.int64), "i"))
    assert refusal(given) == "found an array of shape (1048576, 1048576)"


def test_what_onnx_does_not_know_is_refused():
    data = model(product).SerializeToString()
    unknown = b"\xf2\x7f\x03abc"  # field 2,046
    assert refusal(data + unknown).startswith("is damaged, or has parts that the installed version")
    given = model(product)
    inner = given.graph.node[0].SerializeToString() + unknown
    given.graph.node[0].ParseFromString(inner)
    assert refusal(given).startswith("is damaged, or has parts that the installed version")


def test_names_that_are_no_text_are_refused():
    data = model(product).SerializeToString().replace(b"MatMul", b"Mat\xff\xfel")
    assert refusal(data) in ("has a op_type that isn't UTF-8",) or "damaged" in refusal(data)


@pytest.mark.parametrize("batch", [0, -5, 5000, 1 << 40])
def test_batches_of_a_senseless_size(batch):
    given = model(product)
    given.graph.node.append(node("Sin", "y", "z"))
    given.graph.output[0].name = "z"
    given.graph.input[0].type.tensor_type.shape.dim[0].dim_value = batch
    given.graph.output[0].type.tensor_type.shape.dim[0].Clear()
    images = np.random.default_rng(0).random((3, 784), np.float32)
    try:
        found = parse_model(given.SerializeToString(), PATH).logits(images)
    except WeightsError as error:
        assert str(error).startswith("m.onnx: ")
    else:
        assert found == pytest.approx(np.sin(images @ W), abs=1e-3)


@pytest.mark.parametrize("attributes", [{"alpha": [1, 2]}, {"transB": [1]}, {"transA": "x"}])
def test_attributes_of_a_wrong_type_are_one_message(attributes):
    made = model(node("Gemm", "x", "W", "y", **attributes))
    assert refusal_or_model(made.SerializeToString()) is not None


def refusal_or_model(data):
    try:
        return parse_model(data, PATH)
    except WeightsError as error:
        assert str(error).startswith("m.onnx: ")
        return error


def test_a_layer_without_units_is_refused():
    given = onnx.helper.make_graph(
        [node("MatMul", "x", "V", "h"), node("Relu", "h", "r"), node("MatMul", "r", "U", "y")],
        "g",
        [value("x", ("n", 784))],
        [value("y", ("n", 10))],
        [
            onnx.numpy_helper.from_array(np.zeros((784, 0), np.float32), "V"),
            onnx.numpy_helper.from_array(np.zeros((0, 10), np.float32), "U"),
        ],
    )
    data = onnx.helper.make_model(given, opset_imports=OPSETS, ir_version=8).SerializeToString()
    with pytest.raises(WeightsError) as error:
        parse_model(data, PATH)
    assert str(error.value) == (
        "m.onnx: expected one unit or more in each layer, found fc1.weight of shape (0, 784)"
    )
