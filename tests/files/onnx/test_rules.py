"""Graphs that would never end, or break what follows them, are refused."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.rules import check_untrusted_graph  # noqa: E402

from graphs import node  # noqa: E402
from made_graphs import PATH, W, branch, function, hidden, if_node, mine, model, product, refusal  # noqa: E402

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


def test_branches_within_branches_are_run():
    graph = branch(node("Identity", "h", "t"))
    for _ in range(12):  # protobuf reads 33, but old runtimes take twice as long with each
        other = branch(node("Identity", "h", "e"), wanted="e")
        graph = branch(node("If", "yes", "t", then_branch=graph, else_branch=other))
    data = model(hidden, if_node(graph), yes=np.array(True)).SerializeToString()
    assert repr(parse_model(data, PATH)) == "OnnxModel(m.onnx)"


@pytest.mark.slow
def test_a_graph_of_millions_of_parts_is_refused():
    given = onnx.ModelProto()
    given.graph.node.extend([onnx.NodeProto()] * 1_000_001)
    assert refusal(given) == "expected a graph of at most 1,000,000 parts, found more"
