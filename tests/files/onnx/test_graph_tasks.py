"""Graphs of other tasks: rectangular images, few or many classes, a single output."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.image import Task

from conftest import random_layers
from tasks import LARGE, TALL, ids, images_of

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from idea.files.onnx.model import OnnxModel  # noqa: E402

from graphs import node, save, value  # noqa: E402

TASKS = [TALL, Task(4, 4), Task(9, 4, ("a", "b", "c")), LARGE]


def graph_of(path, layers, shape, function="Tanh", end=(), wanted="y"):
    """A graph of two layers with a function between them, from an input of a shape."""
    (W, b), (V, c) = layers
    nodes = [
        node("Flatten", "x", "flat"),
        node("Gemm", "flat", "W", "b", "a", transB=1),
        node(function, "a", "h"),
        node("Gemm", "h", "V", "c", "y", transB=1),
        *end,
    ]
    constants = {"W": W, "b": b, "V": V, "c": c}
    return save(path, nodes, constants, [value("x", shape)], [value(wanted, ("n", len(c)))])


def logits_of(layers, images, function=np.tanh):
    (W, b), (V, c) = ([array.astype(np.float64) for array in layer] for layer in layers)
    return function(images.astype(np.float64) @ W.T + b) @ V.T + c


def layers_for(task, seed=0):
    first, _, last = random_layers(6, seed, task=task)
    return [first, last]


@pytest.mark.parametrize("task", TASKS, ids=ids(TASKS))
@pytest.mark.parametrize("layout", ["{0},{1}", "1,{0},{1}", "{0},{1},1"])
def test_a_black_boxs_images_are_those_of_its_input(tmp_path, task, layout):
    dimensions = [int(n) for n in layout.format(*task.shape).split(",")]
    path = graph_of(tmp_path / "m.onnx", layers_for(task), ("n", *dimensions))
    model = idea.load_model(path, classes=task.classes)
    assert isinstance(model, OnnxModel)
    assert model.task == task
    images = images_of(task, 5)
    assert model.logits(images) == pytest.approx(logits_of(layers_for(task), images), abs=1e-4)
    ideal = idea.find(model, task.classes[-1], "mc", steps=40)
    assert ideal.image.shape == task.shape
    with pytest.raises(WeightsError, match="expected a graph from one image"):
        idea.load_model(path, shape=(task.height - 1, task.width))


def test_a_flat_input_is_a_square_or_declared(tmp_path):
    square, tall = Task(4, 4, ("0", "1")), TALL
    path = graph_of(tmp_path / "square.onnx", layers_for(square), ("n", 16))
    assert idea.load_model(path).task == square
    assert idea.load_model(path, shape=(2, 8)).task == Task(2, 8, ("0", "1"))
    path = graph_of(tmp_path / "tall.onnx", layers_for(tall), ("n", 15))
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == (
        f"{path}: the size of the images doesn't follow from 15 inputs: give it, as in "
        "--shape 28x28"
    )
    assert idea.load_model(path, shape=(5, 3), classes=tall.classes).task == tall


def test_images_beyond_the_bound_are_refused(tmp_path):
    nodes = [node("Tanh", "x", "y")]
    wide = ("n", 65, 64)
    path = save(tmp_path / "m.onnx", nodes, {}, [value("x", wide)], [value("y", wide)])
    with pytest.raises(WeightsError) as error:
        idea.load_model(path)
    assert str(error.value) == f"{path}: images must have 4…4,096 pixels, not 65×64"


@pytest.mark.parametrize("function", ["Relu", "Tanh"])
@pytest.mark.parametrize("ends_in", ["logit", "sigmoid", "sigmoid of a sum"])
def test_a_single_output_is_the_logit_of_the_second_class(tmp_path, function, ends_in):
    first, (V, c) = layers_for(TALL)
    layers = [first, (V[:1], c[:1])]
    end = {
        "logit": [node("Identity", "y", "out")],
        "sigmoid": [node("Sigmoid", "y", "out")],
        "sigmoid of a sum": [node("Sigmoid", "y", "s"), node("Identity", "s", "out")],
    }[ends_in]
    path = graph_of(tmp_path / "m.onnx", layers, ("n", 5, 3), function, end, "out")
    model = idea.load_model(path, classes=TALL.classes)
    assert type(model) is (OnnxModel if function == "Tanh" else idea.MLP)
    images = images_of(TALL, 4)
    apply = np.tanh if function == "Tanh" else lambda a: np.maximum(a, 0)
    expected = logits_of(layers, images, apply)
    assert model.logits(images) == pytest.approx(
        np.hstack([np.zeros_like(expected), expected]), abs=1e-5
    )
    assert idea.find(model, "yes", sweeps=1).label == "yes"


def test_what_goes_into_a_sigmoid_of_several_outputs_are_the_logits(tmp_path):
    layers = layers_for(Task(3, 3))
    path = graph_of(tmp_path / "m.onnx", layers, ("n", 9), "Relu", [node("Sigmoid", "y", "p")], "p")
    model = idea.load_model(path)
    assert isinstance(model, idea.MLP)
    expected = logits_of(layers, images_of(Task(3, 3), 4), lambda a: a.clip(0))
    assert model.logits(images_of(Task(3, 3), 4)) == pytest.approx(expected, abs=1e-5)


def test_a_reshape_that_changes_the_batch_is_no_plain_network(tmp_path):
    """Four images of 16 pixels from one of 64: the first layer's inputs aren't the image's."""
    (W, b), (V, c) = layers_for(Task(4, 4))
    nodes = [
        node("Reshape", "x", "four", "parts"),
        node("Gemm", "parts", "W", "b", "a", transB=1),
        node("Relu", "a", "h"),
        node("Gemm", "h", "V", "c", "y", transB=1),
    ]
    constants = {"four": np.array([-1, 16]), "W": W, "b": b, "V": V, "c": c}
    path = save(
        tmp_path / "m.onnx", nodes, constants, [value("x", ("n", 64))], [value("y", ("m", 10))]
    )
    with pytest.raises(WeightsError, match="expected a graph from one image"):
        idea.load_model(path)
