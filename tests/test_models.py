"""`python -m idea.models`, run as a user would."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.data.reference_logits import Context, energy_context
from idea.files.weights.formats import write_weights
from idea.networks.bundled import BUNDLED, provenance
from idea.networks.weights import Weights

from conftest import random_layers, write_dat
from tasks import TALL


def test_it_lists_the_bundled_networks(run):
    header, *lines = run("idea.models").stdout.splitlines()
    assert header.split("  ")[0] == "name"
    assert [line.split()[0] for line in lines] == list(BUNDLED)
    for line, name in zip(lines, BUNDLED, strict=True):
        assert provenance(name, "network") in line
        assert provenance(name, "data set") in line
        assert provenance(name, "test accuracy") in line
    assert [line.split()[1] == "(default)" for line in lines] == [name == "mlp" for name in BUNDLED]


@pytest.mark.parametrize("name", BUNDLED)
def test_it_shows_how_one_was_trained(run, name):
    output = run("idea.models", name).stdout
    assert output.strip() == BUNDLED[name].with_suffix(".txt").read_text("utf-8").strip()


def test_it_describes_files(run, tmp_path):
    write_dat(tmp_path / "a.dat", random_layers(3, 0))
    write_dat(tmp_path / "b.dat", random_layers(5, 0))
    lines = run("idea.models", "a.dat", "b.dat").stdout.splitlines()
    # Their accuracy follows where the digits of MNIST are at hand.
    for line, name, units in zip(lines, ("a.dat", "b.dat"), (3, 5), strict=True):
        assert line.startswith(f"{name}: MLP(784-{units}-{units}-10), 28×28, 10 classes: 0…9")


def test_what_a_file_does_not_tell_of_its_task_is_declared(run, tmp_path):
    write_weights(tmp_path / "tall.npz", Weights(tuple(random_layers(4, 0, task=TALL))))
    declared = ["--shape", "5x3", "--classes", "no,yes"]
    assert run("idea.models", "tall.npz", *declared).stdout.startswith(
        "tall.npz: MLP(15-4-4-2), 5×3, 2 classes: no, yes"
    )
    assert run("idea.models", "mlp", *declared, status=2).stderr == (
        "error: --shape, --classes and --activation are for files of weights: name one\n"
    )


def test_what_a_file_leaves_open_is_printed_and_declared(run, tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    write_weights(tmp_path / "m.pt", Weights(tuple(random_layers(4, 0))))
    said = run("idea.models", "m.pt").stdout
    assert said.startswith("m.pt: MLP(784-4-4-10), 28×28, 10 classes: 0…9, ")
    assert said.endswith(
        "not in the file: activation, taken as ReLU (--activation names another)\n"
    )
    said = run("idea.models", "m.pt", "--activation", "Tanh").stdout
    assert said.startswith("m.pt: OnnxModel(m.pt), 28×28, 10 classes: 0…9, ")
    assert said.endswith(
        "run by ONNX Runtime: expected dense layers, optionally preceded by convolutions, with "
        "ReLU between them; found the activation tanh\n"
    )
    assert run("idea.models", "m.pt", "--activation", "step", status=2).stderr.startswith(
        "error: argument --activation: activation must be one of celu, elu, gelu, "
    )


def test_a_search_records_the_activation(run, tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    write_weights(tmp_path / "m.pt", Weights(tuple(random_layers(4, 0))))
    options = ["--model", "m.pt", "--method", "mc", "--steps", "100", "--out", "."]
    run("idea.search", *options, "--activation", "tanh")
    (record,) = tmp_path.glob("*.json")
    assert json.loads(record.read_text("utf-8"))["options"]["activation"] == "tanh"
    run("idea.search", "--replay", record.name, "--out", "again")


@pytest.mark.slow
def test_it_computes_the_very_lines_that_stand_in_the_text(run):
    first, *lines = run("idea.models", "mlp", "--context").stdout.splitlines()
    assert first == "mlp:"
    assert [line.split("  ")[0] for line in lines] == ["real digits", "digit", *Context._fields]
    assert "\n".join(lines) in BUNDLED["mlp"].with_suffix(".txt").read_text("utf-8")


@pytest.mark.slow
def test_another_network_is_compared_with_images_of_its_own_data_set(run, digits8):
    output = run("idea.models", "digits8", "--context").stdout.removeprefix("digits8:\n").strip()
    assert output in BUNDLED["digits8"].with_suffix(".txt").read_text("utf-8")
    assert output.startswith("real digits    360 test images of scikit-learn's digits, in greys")


def test_data_of_another_task_is_one_message(run, digits8):
    assert run("idea.models", "fashion", "--context", "--data", "digits8", status=2).stderr == (
        "error: expected a data set for images of 28×28 and the classes t-shirt, "
        "trouser, pullover, dress, coat, …, found scikit-learn's digits: "
        "images of 8×8 and the classes 0…9\n"
    )


def test_it_computes_the_context_of_a_file(run, tmp_path, mnist):
    model = idea.load_model(write_dat(tmp_path / "a.dat", random_layers(3, 0)))
    header, *_, strongest, median = run("idea.models", "a.dat", "--context").stdout.splitlines()
    assert header == "a.dat:"
    for line, field in ((strongest, "strongest"), (median, "median")):
        name, *numbers = line.split()
        assert name == field
        expected = [getattr(found, field) for found in energy_context(model, mnist)]
        assert [float(number) for number in numbers] == pytest.approx(expected, abs=1e-4)


def test_it_explains_why_a_graph_has_no_kernel(run, tmp_path):
    onnx = pytest.importorskip("onnx")
    float32 = onnx.TensorProto.FLOAT
    W = onnx.numpy_helper.from_array(np.zeros((784, 10), np.float32), "W")
    nodes = [onnx.helper.make_node("MatMul", ["x", "W"], ["h"])]
    nodes.append(onnx.helper.make_node("Sin", ["h"], ["y"]))
    given = onnx.helper.make_tensor_value_info("x", float32, ["n", 784])
    wanted = onnx.helper.make_tensor_value_info("y", float32, ["n", 10])
    graph = onnx.helper.make_graph(nodes, "g", [given], [wanted], [W])
    opset = onnx.helper.make_opsetid("", 17)
    model = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.save(model, tmp_path / "m.onnx")
    said = run("idea.models", "m.onnx").stdout
    assert said.startswith("m.onnx: OnnxModel(m.onnx), 28×28, 10 classes: 0…9, ")
    assert said.endswith(
        "run by ONNX Runtime: expected dense layers, optionally "
        "preceded by convolutions, with ReLU between them; found a node Sin\n"
    )


def test_what_is_no_model_is_one_message(run):
    assert run("idea.models", "lenett", status=2).stderr == (
        "error: lenett: can't be read: No such file or directory; "
        "mlp, lenet, convnet, robust, fashion and digits8 are bundled\n"
    )
