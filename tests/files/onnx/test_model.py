"""Graphs that ONNX Runtime runs, as black boxes."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.weights.formats import write_weights
from idea.networks.weights import Weights

from conftest import BUNDLED_MLP, random_convolutions, random_layers

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.model import OnnxModel  # noqa: E402
from idea.opening.load import read_model  # noqa: E402

from graphs import FLOAT, node, save, tanh_graph, tanh_layers, value  # noqa: E402
from rounding import differ_by_rounding, rounding_bound  # noqa: E402

TANH = Weights(tuple(tanh_layers()))


def images(count=20):
    return np.random.default_rng(0).random((count, 784), np.float32)


def tanh_logits(batch):
    (W1, b1), (W2, b2) = ([a.astype(np.float64) for a in layer] for layer in tanh_layers())
    return np.tanh(batch.astype(np.float64) @ W1.T + b1) @ W2.T + b2


@pytest.mark.parametrize("batch", ["n", None, 1, 7, 32])
@pytest.mark.parametrize("image", [(784,), (28, 28), (1, 28, 28), (28, 28, 1)])
def test_every_layout_and_batch_gives_the_same_logits(tmp_path, batch, image):
    model = idea.load_model(tanh_graph(tmp_path / "m.onnx", (batch, *image)))
    assert repr(model) == "OnnxModel(m.onnx)"
    for count in (0, 1, 6, 7, 8, 40):
        found = model.logits(images(count))
        assert differ_by_rounding(found, tanh_logits(images(count)), TANH, images(count))
    exact = model.exact_logits(images(9))
    assert exact.dtype == np.float64
    assert differ_by_rounding(exact, tanh_logits(images(9)), TANH, images(9), dtype=np.float64)


def test_a_batch_that_is_free_in_word_alone(tmp_path):
    nodes = [
        node("Reshape", "x", "one", "flat"),
        node("MatMul", "flat", "W", "h"),
        node("Sin", "h", "y"),
    ]
    W = np.random.default_rng(0).normal(0, 0.03, (784, 10)).astype(np.float32)
    constants = {"one": np.array([1, 784]), "W": W}
    path = save(
        tmp_path / "m.onnx", nodes, constants, [value("x", ("n", 28, 28))], [value("y", ("n", 10))]
    )
    expected = np.sin(images().astype(np.float64) @ W)
    weights = Weights(((W.T, np.zeros(10, np.float32)),))
    assert differ_by_rounding(idea.load_model(path).logits(images()), expected, weights, images())


@pytest.mark.parametrize("kind", [onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16])
def test_other_precisions(tmp_path, kind):
    model = idea.load_model(tanh_graph(tmp_path / "m.onnx", kind=kind))
    dtype = np.float64 if kind == onnx.TensorProto.DOUBLE else np.float16
    found = model.logits(images())
    assert differ_by_rounding(found, tanh_logits(images()), TANH, images(), dtype=dtype)


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
def test_what_goes_into_a_softmax_are_the_logits(tmp_path, op):
    end = [node(op, "y", "p", axis=-1), node("Identity", "p", "out")]
    model = idea.load_model(tanh_graph(tmp_path / "m.onnx", end=end, wanted="out"))
    assert differ_by_rounding(model.logits(images()), tanh_logits(images()), TANH, images())


def test_probabilities_from_elsewhere_become_log_odds(tmp_path):
    end = [
        node("Exp", "y", "e"),
        node("ReduceSum", "e", "one", "sum", keepdims=1),
        node("Div", "e", "sum", "p"),
    ]
    path = tanh_graph(tmp_path / "m.onnx", end=end, wanted="p")
    graph = onnx.load(path)
    graph.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1]), "one"))
    onnx.save(graph, path)
    logits = tanh_logits(images())
    expected = logits - logits.mean(axis=1, keepdims=True)
    message = (
        "m.onnx: returns probabilities: energies are log-odds, log p of a class minus the mean"
    )
    with pytest.warns(UserWarning, match=message):
        model = idea.load_model(path)
    # Of a log-odds all logits may be off; and exp, sum and log round as well.
    for found, dtype in (
        (model.logits(images()), np.float32),
        (model.exact_logits(images()), np.float64),
    ):
        bound = 3 * rounding_bound(TANH, images(), dtype).max() + 50 * np.finfo(dtype).eps
        assert found == pytest.approx(expected, abs=bound)


def test_arrays_in_a_file_beside(tmp_path):
    path = tanh_graph(tmp_path / "m.onnx")
    onnx.save(
        onnx.load(path), path, save_as_external_data=True, location="m.data", size_threshold=0
    )
    found = idea.load_model(path).logits(images())
    assert differ_by_rounding(found, tanh_logits(images()), TANH, images())
    # A record's sum tells other arrays, though the graph's own file is the same.
    data, _ = read_model(path)
    floats = np.fromfile(tmp_path / "m.data", "<f4")
    floats[7] += 1
    floats.tofile(tmp_path / "m.data")
    assert read_model(path)[0] != data
    (tmp_path / "m.data").unlink()
    with pytest.raises(
        WeightsError, match=r"m\.data', which isn't there: put it beside the graph, as "
    ):
        idea.load_model(path)


@pytest.mark.parametrize("shape", [(3, 28, 28), (28, 28, 3), (3, None, None), (None, 28, 28)])
def test_images_of_three_channels_are_grey(tmp_path, shape):
    in_front = shape[-1] != 3
    nodes = [
        *([] if in_front else [node("Transpose", "x", "maps", perm=[0, 3, 1, 2])]),
        node("Conv", "x" if in_front else "maps", "weights", "s"),
        node("Flatten", "s", "f"),
        node("MatMul", "f", "W", "h"),
        node("Sin", "h", "y"),
    ]
    weights = np.float32([0.5, -1, 2]).reshape(1, 3, 1, 1)
    W = np.random.default_rng(0).normal(0, 0.03, (784, 10)).astype(np.float32)
    constants = {"weights": weights, "W": W}
    inputs = [value("x", ("n", *(n or "free" for n in shape)))]
    path = save(tmp_path / "m.onnx", nodes, constants, inputs, [value("y", ("n", 10))])
    note = "m.onnx: takes images of three channels: each is the grey of the image"
    with pytest.warns(UserWarning, match=note):
        model = idea.load_model(path)
    assert model.logits(images()) == pytest.approx(np.sin(1.5 * images() @ W), abs=1e-4)


@pytest.mark.parametrize("function", ["Sin", "Relu"])
def test_digits_of_32_pixels_get_a_margin(tmp_path, function):
    """Of any network: the kernel's stays one where it is dense."""
    rng = np.random.default_rng(0)
    W, V = (rng.normal(0, 0.03, shape).astype(np.float32) for shape in [(1024, 6), (6, 10)])
    nodes = [
        node("Flatten", "x", "f"),
        node("MatMul", "f", "W", "h"),
        node(function, "h", "r"),
        node("MatMul", "r", "V", "y"),
    ]
    shapes = [value("x", ("n", 1, 32, 32))], [value("y", ("n", 10))]
    path = save(tmp_path / "m.onnx", nodes, {"W": W, "V": V}, *shapes)
    with pytest.warns(UserWarning, match="m.onnx: takes images of 32×32: 2 black pixels are added"):
        model = idea.load_model(path)
    large = idea.load_model(path, shape=(32, 32))
    assert (model.task, large.task) == (idea.Task(), idea.Task(32, 32))
    assert repr(model) == ("MLP(784-6-10)" if function == "Relu" else "Padded(OnnxModel(m.onnx))")
    margin = np.pad(images().reshape(-1, 28, 28), ((0, 0), (2, 2), (2, 2))).reshape(-1, 1024)
    assert model.logits(images()) == pytest.approx(large.logits(margin), abs=1e-5)
    found = idea.networks.base.exact_logits(model, images())
    assert found == pytest.approx(large.logits(margin), abs=1e-5)
    labels = [f"kind {number}" for number in range(10)]
    assert idea.load_model(path, classes=labels).task == idea.Task(32, 32, labels)


def test_a_quantised_graph_is_exact_in_its_own_precision(tmp_path):
    """In double precision other values would be rounded up."""
    nodes = [
        node("QuantizeLinear", "x", "step", "zero", "q"),
        node("DequantizeLinear", "q", "step", "zero", "d"),
        node("MatMul", "d", "W", "y"),
    ]
    W = np.random.default_rng(0).normal(0, 0.03, (784, 10)).astype(np.float32)
    constants = {"step": np.float32(0.01), "zero": np.uint8(0), "W": W}
    path = save(
        tmp_path / "m.onnx", nodes, constants, [value("x", ("n", 784))], [value("y", ("n", 10))]
    )
    model = idea.load_model(path)
    rounded = np.rint(images() / np.float32(0.01)) * np.float32(0.01)
    assert model.logits(images()) == pytest.approx(rounded @ W, abs=1e-4)
    assert np.array_equal(model.exact_logits(images()), model.logits(images()))


EXPECTED = (
    "expected a graph from one image, of shape (n, pixels), (n, height, width), or (n, height, "
    "width) with one or three channels in front or behind, to a number for each class, "
    "(n, classes); found "
)


@pytest.mark.parametrize(
    ("given", "wanted", "found"),
    [
        ([("x", ("n", 3, 28, 28))], [("y", None)], "x tensor(float) ['n', 3, 28, 28] to y"),
        ([("x", ("n", 32, 32))], [("y", None)], "x tensor(float) ['n', 32, 32] to y"),
        ([("x", (784,))], [("y", None)], "x tensor(float) [784] to s tensor(float)"),
        ([("x", ("n", 28, 28)), ("z", (1,))], [("y", None)], "x tensor(float) ['n', 28, 28], z "),
    ],
)
def test_a_graph_of_another_shape_is_named(tmp_path, given, wanted, found):
    taken = [name for name, _ in given]
    nodes = [node("Sum", *taken, "s"), node("Tanh", "s", "y")]
    inputs = [value(name, shape) for name, shape in given]
    outputs = [value(name, shape or given[0][1]) for name, shape in wanted]
    path = save(tmp_path / "m.onnx", nodes, {}, inputs, outputs)
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value).startswith(f"{path}: {EXPECTED}{found}")


def test_a_graph_of_whole_numbers_is_named(tmp_path):
    kind = onnx.TensorProto.UINT8
    nodes = [node("Cast", "x", "f", to=FLOAT), node("Tanh", "f", "y")]
    path = save(
        tmp_path / "m.onnx", nodes, {}, [value("x", ("n", 784), kind)], [value("y", ("n", 784))]
    )
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value).startswith(f"{path}: {EXPECTED}x tensor(uint8) ['n', 784]")


def test_outputs_that_are_not_finite_are_refused(tmp_path):
    graph = tanh_graph(tmp_path / "m.onnx", end=[node("Log", "y", "out")], wanted="out")
    with pytest.raises(WeightsError, match=r"m\.onnx: expected finite outputs, found nan or inf$"):
        idea.load_model(graph)


def test_an_unknown_operator(tmp_path):
    nodes = [node("Conjure", "x", "y")]
    path = save(tmp_path / "m.onnx", nodes, {}, [value("x", ("n", 784))], [value("y", ("n", 10))])
    with pytest.raises(WeightsError, match=r"ONNX Runtime can't run it: .*Conjure"):
        idea.load_model(path)


@pytest.mark.parametrize("method", ["greedy", "mc"])
def test_an_mlp_in_the_black_box_has_the_ideals_that_the_kernel_finds(tmp_path, method):
    path = write_weights(tmp_path / "m.onnx", Weights(tuple(random_layers(30, 0))))
    options = {"sweeps": 3} if method == "greedy" else {"steps": 3000}
    ours = list(idea.find_all(idea.load_model(path), [1, 6], method, **options))
    theirs = list(idea.find_all(OnnxModel.open(path), [1, 6], method, **options))
    for one, other in zip(ours, theirs, strict=True):
        assert np.array_equal(one.image, other.image)
        assert other.energy == pytest.approx(one.energy, abs=1e-9)


def test_the_shipped_mlp_in_the_black_box_too(tmp_path):
    from idea.files.weights.formats import read_weights

    weights = read_weights(BUNDLED_MLP)
    path = write_weights(tmp_path / "m.onnx", weights)
    one = idea.find(idea.load_model(path), 1)
    other = idea.find(OnnxModel.open(path), 1)
    assert np.array_equal(one.image, other.image)
    for seen, frame in zip(other.trace, one.trace, strict=True):
        assert np.array_equal(seen.image, frame.image)
        bound = rounding_bound(weights, frame.image.reshape(1, 784))[0, 1]
        assert seen.energy == pytest.approx(frame.energy, abs=bound)


def test_a_cnn_in_the_black_box_has_the_ideal_of_the_cnn(tmp_path):
    convolutions, layers = random_convolutions([(3, 3, True), (4, 3, True)], [12], seed=1)
    weights = Weights(tuple(layers), tuple(convolutions))
    path = write_weights(tmp_path / "m.onnx", weights)
    one = idea.find(idea.CNN(convolutions, layers), 3)
    assert np.array_equal(one.image, idea.find(OnnxModel.open(path), 3).image)


@pytest.mark.slow
def test_threads_change_nothing(tmp_path):
    model = idea.load_model(tanh_graph(tmp_path / "m.onnx"))
    alone, together = (
        [ideal.image for ideal in idea.find_all(model, [0, 5, 7], jobs=jobs, restarts=2, sweeps=2)]
        for jobs in (1, 3)
    )
    assert np.array_equal(alone, together)
