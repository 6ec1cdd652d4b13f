"""Which output of a graph is the classes', and what is searched of it: the logits, or log-odds."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.onnx.model import OnnxModel
from idea.opening.load import parse_model

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

from graphs import FLOAT, node, value  # noqa: E402
from made_graphs import PATH  # noqa: E402

BOOL, INT64 = onnx.TensorProto.BOOL, onnx.TensorProto.INT64
HEAD = [node("MatMul", "x", "W", "h"), node("Sin", "h", "s"), node("MatMul", "s", "V", "z")]


def arrays(classes=10):
    rng = np.random.default_rng(0)
    shapes = {"W": (16, 6), "V": (6, classes)}
    return {name: rng.normal(0, 2, shape).astype(np.float32) for name, shape in shapes.items()}


def images(count=5):
    return np.random.default_rng(1).random((count, 16), np.float32)


def logits(classes=10):
    W, V = arrays(classes).values()
    return np.sin(images() @ W) @ V


def zip_map(name, made, classes=10):
    return node("ZipMap", name, made, domain="ai.onnx.ml", classlabels_int64s=list(range(classes)))


def graph(*nodes, outputs=("y",), inputs=(), classes=10, kinds=None, **constants):
    """A graph of logits "z" with nodes after them."""
    kinds = {name: value(name, ("n", classes)) for name in outputs} | (kinds or {})
    tensors = [
        onnx.numpy_helper.from_array(np.asarray(a), name)
        for name, a in {**arrays(classes), **constants}.items()
    ]
    made = onnx.helper.make_graph(
        [*HEAD, *nodes],
        "g",
        [value("x", ("n", 16)), *inputs],
        [kinds[name] for name in outputs],
        tensors,
    )
    opsets = [onnx.helper.make_opsetid(*each) for each in (("", 17), ("ai.onnx.ml", 3))]
    return onnx.helper.make_model(made, opset_imports=opsets, ir_version=8)


def opened(made, **declared):
    return parse_model(made.SerializeToString(), PATH, **declared)


def maps_of(name):
    return onnx.helper.make_value_info(
        name,
        onnx.helper.make_sequence_type_proto(
            onnx.helper.make_map_type_proto(INT64, onnx.helper.make_tensor_type_proto(FLOAT, None))
        ),
    )


HUNDRED, TINY = np.float32(100), np.float32(1e-7)
TAILS = {
    "softmax": [node("Softmax", "z", "y", axis=1)],
    "log of softmax": [node("Softmax", "z", "p"), node("Log", "p", "y")],
    "percents": [node("Softmax", "z", "p"), node("Mul", "hundred", "p", "y")],
    "clipped": [
        node("Softmax", "z", "p"),
        node("Clip", "p", "tiny", "most", "c"),
        node("Cast", "c", "d", to=onnx.TensorProto.DOUBLE),
        node("Cast", "d", "y", to=FLOAT),
    ],
    "sigmoid": [node("Sigmoid", "z", "y")],
    "maps of a pixel": [
        node("Unsqueeze", "z", "last", "u"),
        node("Softmax", "u", "p", axis=1),
        node("Squeeze", "p", "last", "y"),
    ],
    "tanh": [node("Tanh", "z", "t"), node("Div", "t", "hundred", "y")],
}


@pytest.mark.parametrize("name", TAILS)
def test_what_squashes_the_logits_is_left_out(name):
    constants = {"hundred": HUNDRED, "tiny": TINY, "most": 1 - TINY, "last": np.array([2, 3])}
    model = opened(graph(*TAILS[name], **constants))
    assert isinstance(model, OnnxModel)
    assert model.notes == ()
    assert model.logits(images()) == pytest.approx(logits(), abs=1e-4)


@pytest.mark.parametrize(
    "tail",
    [
        [node("Softmax", "z", "y", axis=0)],  # over the images
        [node("Neg", "z", "n"), node("Sigmoid", "n", "p"), node("Sub", "one", "p", "y")],
        [node("Tanh", "z", "t"), node("Mul", "t", "minus", "y")],
        [node("LeakyRelu", "z", "y", alpha=-0.5)],
    ],
)
def test_what_changes_the_order_stays(tail):
    made = graph(*tail, one=np.float32(1), minus=np.float32(-1))
    expected = runtime.InferenceSession(made.SerializeToString()).run(None, {"x": images()})[0]
    assert opened(made).logits(images()) == pytest.approx(expected, abs=1e-4)


def test_both_probabilities_of_two_classes_are_those_of_one_logit():
    nodes = [
        node("Sigmoid", "z", "p"),
        node("Sub", "one", "p", "q"),
        node("Concat", "q", "p", "y", axis=1),
    ]
    model = opened(graph(*nodes, classes=1, one=np.float32(1), kinds={"y": value("y", ("n", 2))}))
    assert model.logits(images())[:, 1:] == pytest.approx(logits(1), abs=1e-4)
    assert not model.logits(images())[:, 0].any()


label = value("label", ("n",), INT64)
OUTPUTS = {
    "of scikit-learn": (
        [
            node("Softmax", "z", "p"),
            node("ArgMax", "p", "label", axis=1, keepdims=0),
            node("Identity", "p", "y"),
        ],
        ["label", "y"],
        "y",
    ),
    "maps": (
        [
            node("ArgMax", "z", "label", axis=1, keepdims=0),
            node("Softmax", "z", "p"),
            zip_map("p", "y"),
        ],
        ["label", "y"],
        "y",
    ),
    "features, logits, probabilities": (
        [node("Identity", "z", "same"), node("Softmax", "same", "y")],
        ["s", "z", "y"],
        "y",
    ),
    "a decision beside features": (
        [node("ArgMax", "z", "label", axis=1, keepdims=0)],
        ["s", "label"],
        "label",
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_of_several_outputs_the_classes_are_chosen(name):
    nodes, outputs, chosen = OUTPUTS[name]
    kinds = {"label": label, "s": value("s", ("n", 6))}
    if name == "maps":
        kinds["y"] = maps_of("y")
    model = opened(graph(*nodes, outputs=outputs, kinds=kinds))
    assert model.notes == (
        f"m.onnx: of the outputs {', '.join(outputs)}, those of {chosen} are taken for the classes",
    )
    assert model.logits(images()) == pytest.approx(logits(), abs=1e-4)


def test_declared_classes_choose_an_output():
    features = value("s", ("n", 6))
    made = graph(node("Identity", "z", "y"), outputs=["s", "y"], kinds={"s": features})
    given = idea.task_options.TaskOptions(classes=tuple("abcdef"))
    assert opened(made, given=given).notes[0].endswith("those of s are taken for the classes")


def test_a_decision_alone_has_logits():
    made = graph(node("ArgMax", "z", "label", axis=1), outputs=["label"], kinds={"label": label})
    assert opened(made).logits(images()) == pytest.approx(logits(), abs=1e-4)


def test_probabilities_that_are_0_are_logarithms():
    nodes = [
        node("Add", "z", "shift", "a"),
        node("Relu", "a", "r"),
        node("ReduceSum", "r", "axes", "sum"),
        node("Div", "r", "sum", "y"),
    ]
    shift = np.float32([5, *[0] * 9])
    model = opened(graph(*nodes, axes=np.array([1]), shift=shift))
    assert model.notes == ("m.onnx: returns probabilities, some of them 0: energies are log p",)
    positive = np.maximum(logits() + shift, 0)
    shares = positive / positive.sum(axis=1, keepdims=True)
    found = model.logits(images())
    assert np.isfinite(found).all()
    assert np.exp(found) == pytest.approx(shares, abs=1e-5)


def test_a_flag_for_training_is_false():
    flag = value("training", (), BOOL)
    made = graph(node("Dropout", "z", "", "training", "y"), inputs=[flag])
    assert opened(made).logits(images()) == pytest.approx(logits(), abs=1e-4)


def test_inputs_that_are_arrays_have_defaults():
    made = graph(
        node("Add", "z", "shift", "y"), inputs=[value("shift", (1,))], shift=np.ones(1, "f4")
    )
    made.ir_version = 3
    made.graph.input.extend([value("W", (16, 6)), value("V", (6, 10))])
    assert opened(made).logits(images()) == pytest.approx(logits() + 1, abs=1e-4)


def test_a_loop_is_refused():
    inner = onnx.helper.make_graph(
        [node("Identity", "going", "still"), node("Identity", "now", "then")],
        "inner",
        [value("i", (), INT64), value("going", (), BOOL), value("now", ("n", 10))],
        [value("still", (), BOOL), value("then", ("n", 10))],
    )
    loop = onnx.helper.make_node("Loop", ["", "yes", "z"], ["y"], body=inner)
    with pytest.raises(WeightsError) as error:
        opened(graph(loop, yes=np.array(True)))
    assert str(error.value) == (
        "m.onnx: has nodes Loop, which may run without end; export the network without them"
    )


def test_copies_and_pickles_evaluate_the_same():
    model = opened(graph(node("Softmax", "z", "y")))
    model.exact_logits(images())
    expected = model.logits(images())
    for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301
        assert other.logits(images()).tobytes() == expected.tobytes()
        assert (other.task, other.notes, repr(other)) == (model.task, model.notes, repr(model))


def test_processes_evaluate_the_same():
    model = opened(graph(node("Softmax", "z", "y")))
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        found = pool.submit(model.logits, images()).result()
    assert found.tobytes() == model.logits(images()).tobytes()
