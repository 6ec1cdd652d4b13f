"""Graphs that would never end, or break what follows them, are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.load import parse_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.graph import parse_graph  # noqa: E402
from idea.files.onnx.rules import check_untrusted_graph  # noqa: E402

from graphs import FLOAT, node, value  # noqa: E402

W = np.random.default_rng(0).normal(0, 0.01, (784, 10)).astype(np.float32)
PATH = Path("m.onnx")
BOOL, INT64 = onnx.TensorProto.BOOL, onnx.TensorProto.INT64
OPSETS = [onnx.helper.make_opsetid(*each) for each in (("", 17), ("mine", 1))]


def model(*nodes, functions=(), wanted="y", **constants):
    """A graph from "x" to "y" with the array "W"."""
    tensors = [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = onnx.helper.make_graph(
        nodes,
        "g",
        [value("x", ("n", 784))],
        [value(wanted, ("n", 10))],
        [onnx.numpy_helper.from_array(W, "W"), *tensors],
    )
    return onnx.helper.make_model(
        graph, opset_imports=OPSETS, ir_version=9, functions=list(functions)
    )


def function(name, *nodes, domain="mine"):
    return onnx.helper.make_function(domain, name, ["a"], ["b"], nodes, OPSETS)


def mine(op, *names):
    return node(op, *names, domain="mine")


def refusal(made):
    data = made if isinstance(made, bytes) else made.SerializeToString()
    with pytest.raises(WeightsError) as error:
        parse_model(data, PATH)
    with pytest.raises(WeightsError) as again:
        parse_graph(data, PATH)
    assert str(error.value) == str(again.value)
    return str(error.value).removeprefix("m.onnx: ").removeprefix("expected a valid ONNX graph, ")


product = node("MatMul", "x", "W", "y")


def branch(*nodes, wanted="t"):
    """A graph within a node."""
    return onnx.helper.make_graph(nodes, "inner", [], [value(wanted, ("n", 10))])


def if_node(then, otherwise=None):
    other = otherwise or branch(node("Identity", "h", "e"), wanted="e")
    return node("If", "yes", "y", then_branch=then, else_branch=other)


hidden = node("MatMul", "x", "W", "h")
TWICE = [node("Add", "a", "a", "b")]

ORDERS = {
    "itself": ([node("Identity", "y", "y")], "a node Identity that uses 'y', which no earlier"),
    "two in a circle": (
        [node("Identity", "b", "a"), node("Identity", "a", "b"), product],
        "a node Identity that uses 'b', which no earlier node makes",
    ),
    "not sorted": (
        [node("Tanh", "h", "y"), hidden],
        "a node Tanh that uses 'h', which no earlier node makes",
    ),
    "unknown": ([node("MatMul", "x", "V", "y")], "a node MatMul that uses 'V', which no earlier"),
    "no output": ([hidden], "an output 'y', which no earlier node makes"),
    "made twice": ([hidden, product, node("Tanh", "h", "y")], "a node Tanh whose result has"),
    "made twice at once": (
        [hidden, onnx.helper.make_node("Dropout", ["h"], ["y", "y"])],
        "a node Dropout whose result has a name in use",
    ),
    "an array made": ([node("Identity", "x", "W"), product], "a node Identity whose result has"),
    "the input made": ([node("Identity", "W", "x"), product], "a node Identity whose result has"),
    "nothing made": ([onnx.helper.make_node("Tanh", ["x"], []), product], "a node Tanh without"),
    "no name": ([onnx.helper.make_node("Tanh", ["x"], [""]), product], "a node Tanh without a"),
    "in a branch": (
        [hidden, if_node(branch(node("Identity", "t", "t")))],
        "a node Identity that uses 't', which no earlier node makes",
    ),
    "out of a branch": (
        [hidden, if_node(branch(node("Identity", "h", "t"))), node("Tanh", "t", "z")],
        "a node Tanh that uses 't', which no earlier node makes",
    ),
    "a branch's output": (
        [hidden, if_node(branch(node("Identity", "h", "t"), wanted="nobody"))],
        "an output 'nobody', which no earlier node makes",
    ),
}


@pytest.mark.parametrize("case", ORDERS)
def test_each_node_takes_what_is_there_before_it(case):
    nodes, message = ORDERS[case]
    assert refusal(model(*nodes, yes=np.array(True))).startswith(f"found {message}")


def test_branches_see_what_is_around_them(tmp_path):
    made = model(hidden, if_node(branch(node("Tanh", "h", "t"))), yes=np.array(True))
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    images = np.random.default_rng(0).random((3, 784), np.float32)
    found = idea.load_model(tmp_path / "m.onnx").logits(images)
    assert found == pytest.approx(np.tanh(images @ W), abs=1e-3)
    with pytest.raises(WeightsError, match="has nodes If, which may run without end"):
        check_untrusted_graph(made, PATH)
    check_untrusted_graph(model(product), PATH)


CALLS = {
    "itself": ([function("f", mine("f", "a", "b"))], "a function f that calls itself, or is"),
    "each other": (
        [function("f", mine("g", "a", "b")), function("g", mine("f", "a", "b"))],
        " that calls itself, or is nested too deeply",
    ),
    "in a branch": (
        [
            function(
                "f",
                onnx.helper.make_node("Constant", [], ["yes"], value_int=1),
                node("If", "yes", "b", then_branch=branch(mine("f", "a", "t")),
                     else_branch=branch(node("Identity", "a", "t"))),
            )
        ],
        "a function f that calls itself, or is nested too deeply",
    ),
    "more and more": (
        [
            function("f", *TWICE),
            *[
                function(
                    f"f{n}" if n else "g",
                    *[mine(f"f{n + 1}" if n < 29 else "f", "a" if k == 0 else f"c{k}",
                           f"c{k + 1}" if k < 3 else "b") for k in range(4)],
                )
                for n in range(30)
            ],
        ],
        "functions of more than 100,000 nodes",
    ),
    "unknown": ([function("f", mine("g", "a", "b"))], "an unknown node g of 'mine'"),
    "twice": ([function("f", *TWICE)] * 2, "a second function f"),
    "standard": (
        [function("f", *TWICE), function("Relu", node("Identity", "a", "b"), domain="")],
        "a second function Relu",
    ),
    "standard too": (
        [function("f", *TWICE), function("Relu", node("Identity", "a", "b"), domain="ai.onnx")],
        "a second function Relu",
    ),
    "out of order": (
        [function("f", node("Tanh", "c", "b"), node("Tanh", "a", "c"))],
        "a node Tanh that uses 'c', which no earlier node makes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CALLS)
def test_functions_come_to_an_end(case):
    functions, message = CALLS[case]
    assert message in refusal(model(hidden, mine("f", "h", "y"), functions=functions))


def test_a_function_is_run():
    made = model(hidden, mine("f", "h", "y"), functions=[function("f", node("Tanh", "a", "b"))])
    images = np.random.default_rng(0).random((3, 784), np.float32)
    found = parse_model(made.SerializeToString(), PATH).logits(images)
    assert found == pytest.approx(np.tanh(images @ W), abs=1e-3)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (node("Relu", "h", "y", domain="somebodys"), "an unknown node Relu of 'somebodys'"),
        (
            node("EPContext", "h", "y", domain="com.microsoft"),
            "an unknown node EPContext of 'com",
        ),
        (node("Relu", "h", "y", domain="ai.onnx.contrib"), "an unknown node Relu of 'ai.onnx.c"),
    ],
)
def test_nodes_that_only_a_library_would_know_are_refused(made, message):
    assert refusal(model(hidden, made)).startswith(f"found {message}")


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


RANDOM = {
    "RandomNormal": [
        onnx.helper.make_node("RandomNormal", [], ["r"], shape=[1, 10]), node("Add", "h", "r", "y")
    ],
    "RandomNormalLike": [node("RandomNormalLike", "h", "r"), node("Add", "h", "r", "y")],
    "RandomUniform": [
        onnx.helper.make_node("RandomUniform", [], ["r"], shape=[1, 10], high=1e-30),
        node("Add", "h", "r", "y"),
    ],
    "RandomUniformLike": [node("RandomUniformLike", "h", "y")],
    "Bernoulli": [node("Sigmoid", "h", "p"), node("Bernoulli", "p", "y")],
    "Multinomial": [node("Multinomial", "h", "m", sample_size=10), node("Cast", "m", "y", to=1)],
    "Dropout in training mode": [node("Dropout", "h", "", "yes", "y")],
    "Sampling": [node("Sampling", "h", "y", domain="com.microsoft")],
}  # fmt: skip


@pytest.mark.parametrize("op", RANDOM)
def test_a_graph_that_draws_random_numbers_is_refused(op):
    message = f"found a node {op}, which draws random numbers, so that the outputs vary"
    assert refusal(model(hidden, *RANDOM[op], yes=np.array(True))) == message


def test_random_numbers_in_functions_and_branches_are_found():
    drawing = node("RandomNormalLike", "a", "b")
    assert "RandomNormalLike" in refusal(
        model(hidden, mine("f", "h", "y"), functions=[function("f", drawing)])
    )
    assert "RandomNormalLike" in refusal(
        model(hidden, if_node(branch(node("RandomNormalLike", "h", "t"))), yes=np.array(True))
    )


def test_whether_a_dropout_trains_may_be_a_constant_or_computed():
    yes = onnx.helper.make_node("Constant", [], ["yes"], value=onnx.helper.make_tensor(
        "v", BOOL, (), [True]))  # fmt: skip
    dropout = RANDOM["Dropout in training mode"]
    assert "Dropout in training mode" in refusal(model(hidden, yes, *dropout))
    computed = [node("Cast", "one", "yes", to=BOOL), *dropout]
    made = model(hidden, *computed, one=np.array(1.0, np.float32))
    with pytest.raises(WeightsError) as error:
        parse_model(made.SerializeToString(), PATH)
    assert str(error.value) == (
        "m.onnx: expected the same outputs for the same images, found others the second time"
    )
    made = model(hidden, *dropout, yes=np.array(False))
    images = np.random.default_rng(0).random((3, 784), np.float32)
    found = parse_model(made.SerializeToString(), PATH).logits(images)
    assert found == pytest.approx(images @ W, abs=1e-3)


@pytest.mark.slow  # the oldest runtime takes longer with each branch, and hours for these
def test_branches_within_branches_are_run():
    graph = branch(node("Identity", "h", "t"))
    for _ in range(25):  # protobuf itself reads 33
        other = branch(node("Identity", "h", "e"), wanted="e")
        graph = branch(node("If", "yes", "t", then_branch=graph, else_branch=other))
    data = model(hidden, if_node(graph), yes=np.array(True)).SerializeToString()
    assert repr(parse_model(data, PATH)) == "OnnxModel(m.onnx)"


@pytest.mark.slow
def test_a_graph_of_millions_of_parts_is_refused():
    given = onnx.ModelProto()
    given.graph.node.extend([onnx.NodeProto()] * 1_000_001)
    assert refusal(given) == "expected a graph of at most 1,000,000 parts, found more"


@pytest.mark.parametrize("batch", [0, -5, 5000, 1 << 40])
def test_batches_of_a_senseless_size(batch):
    given = model(product)
    given.graph.node.append(node("Tanh", "y", "z"))
    given.graph.output[0].name = "z"
    given.graph.input[0].type.tensor_type.shape.dim[0].dim_value = batch
    given.graph.output[0].type.tensor_type.shape.dim[0].Clear()
    images = np.random.default_rng(0).random((3, 784), np.float32)
    try:
        found = parse_model(given.SerializeToString(), PATH).logits(images)
    except WeightsError as error:
        assert str(error).startswith("m.onnx: ")
    else:
        assert found == pytest.approx(np.tanh(images @ W), abs=1e-3)


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
