"""Graphs that draw random numbers, so that their outputs vary, are refused."""

from __future__ import annotations

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from graphs import node  # noqa: E402
from made_graphs import PATH, W, branch, function, hidden, if_node, mine, model, refusal  # noqa: E402

BOOL = onnx.TensorProto.BOOL
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
