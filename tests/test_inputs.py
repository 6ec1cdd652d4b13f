"""The scale of a network's inputs: how it is written, and networks that expect another."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.errors import OptionError
from idea.files.onnx.model import OnnxModel
from idea.files.weights.formats import write_weights
from idea.image import Task
from idea.inputs import InputScale, as_input_scale
from idea.networks.cnn import model_of
from idea.networks.scaled import Scaled
from idea.networks.weights import Weights
from idea.task_options import TaskOptions

from conftest import BUNDLED_MLP, random_convolutions, random_layers, scaled_mlp

SCALES = {
    "0..1": lambda x: x,
    "0..255": lambda x: 255 * x,
    "-1..1": lambda x: 2 * x - 1,
    "1..0": lambda x: 1 - x,
    "invert": lambda x: 1 - x,
    "-0.5 .. 0.5": lambda x: x - 0.5,
    "0.1307,0.3081": lambda x: (x - 0.1307) / 0.3081,
    "0.1307, 0.3081": lambda x: (x - 0.1307) / 0.3081,
    "invert,0..255": lambda x: 255 * (1 - x),
    "\u22121…1": lambda x: 2 * x - 1,
    "transpose": lambda x: x.transpose(0, 2, 1),
    "transpose,invert,0.5,0.25": lambda x: (0.5 - x.transpose(0, 2, 1)) / 0.25,
}
OTHERS = ["", "0.5", "0..", "1..1", "0,0", "0.1,-1", "nan,1", "invert,", "a,b", "0..1e400"]


@pytest.mark.parametrize("text", SCALES)
def test_a_scale_maps_images_as_its_text_has_it(text):
    images = np.random.default_rng(0).random((3, 4, 4))
    expected = SCALES[text](images)
    np.testing.assert_allclose(InputScale.parse(text).apply(images), expected, atol=1e-12)


@pytest.mark.parametrize("text", [*OTHERS, "invert,invert"])
def test_other_texts_are_refused(text):
    with pytest.raises(OptionError) as error:
        InputScale.parse(text)
    assert str(error.value) == (
        "input: expected a range such as 0..255 or -1..1, a mean and a standard deviation such as "
        f"0.1307,0.3081, or invert or transpose, alone or before those; found {text!r}"
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("255", "0..255"),
        ("/255", "0..255"),
        ("0-255", "0..255"),
        ("-1 to 1", "-1..1"),
        ("-1:1", "-1..1"),
        ("0.1307 0.3081", "0.1307,0.3081"),
        ("(0.1307, 0.3081)", "0.1307,0.3081"),
        ("0,255", "0..255"),
        ("-1,1", "-1..1"),
        ("33.3,78.6", "0.1306,0.3082"),
    ],
)
def test_what_was_meant_is_suggested(text, meant):
    with pytest.raises(OptionError, match=f"did you mean {re.escape(meant)}[?]$"):
        InputScale.parse(text)


def test_a_caller_may_give_numbers():
    assert as_input_scale((0.5, 0.25)) == InputScale(4.0, -2.0, text="0.5,0.25")
    with pytest.raises(OptionError, match="found 5"):
        as_input_scale(5)


MLPS = Weights(tuple(random_layers(7, 0, task=Task(4, 4))), task=Task(4, 4))
CNNS = Weights(
    *reversed(random_convolutions([(3, 3, True), (2, 2, False)], [5], 1, Task(11, 11))),
    task=Task(11, 11),
)


@pytest.mark.parametrize("weights", [MLPS, CNNS], ids=["MLP", "CNN"])
@pytest.mark.parametrize("text", ["0..255", "invert,0.1307,0.3081", "transpose,-1..1"])
def test_a_folded_scale_gives_the_logits_of_scaled_images(weights, text, tmp_path):
    weights = Weights(tuple(weights.layers), tuple(weights.convolutions), weights.task)
    path = write_weights(tmp_path / "net.onnx", weights)
    images = np.random.default_rng(2).random((5, weights.task.pixels), np.float32)
    expected = Scaled(model_of(weights), InputScale.parse(text)).logits(images)
    scale = TaskOptions.of(None, None, text)
    for found in (idea.load_model(path, input=text), OnnxModel.open(path, scale)):
        logits = found.logits(images)
        np.testing.assert_allclose(logits, expected, atol=1e-5 * np.abs(expected).max())
    assert isinstance(idea.load_model(path, input=text), idea.MLP | idea.CNN)
    exact = OnnxModel.open(path, scale).exact_logits(images)
    np.testing.assert_allclose(exact, expected, rtol=1e-9, atol=1e-9)


def test_only_square_images_are_transposed():
    layers = random_layers(3, 0, task=Task(2, 3))
    with pytest.raises(OptionError, match="transpose is for square images, found 2×3"):
        Scaled(idea.MLP(layers, Task(2, 3)), InputScale.parse("transpose"))


def test_opening_names_the_scale_that_reads_real_digits(tmp_path, run):
    path = scaled_mlp(tmp_path / "net.npz", "-1..1")
    done = run("idea.models", path)
    assert "note: net.npz: opened for inputs in 0..1, as which it classifies " in done.stderr
    assert "with --input -1..1 it is 9" in done.stderr
    done = run("idea.models", path, "--input", "-1..1")
    assert done.stderr == ""
    assert "98.1 % of 1,000 test images of MNIST classified correctly" in done.stdout
    with pytest.warns(UserWarning, match=r"with --input -1\.\.1 it is"):
        model = idea.load_model(path)
    assert len(model.notes) == 1
    assert idea.load_model(path, input="-1..1").notes == ()
    assert idea.load_model(BUNDLED_MLP).notes == ()


def test_an_ideal_is_recorded_and_replayed_with_its_scale(tmp_path, run):
    path = scaled_mlp(tmp_path / "net.npz", "0..255")
    run("idea.search", "--model", path, "--input", "0..255", "--sweeps", 1, "--out", tmp_path)
    record = (tmp_path / "idea_5.json").read_text("utf-8")
    assert '"input": "0..255"' in record
    run("idea.search", "--replay", tmp_path / "idea_5.json", "--out", tmp_path / "again")
    assert (tmp_path / "idea_5.vf").read_bytes() == (tmp_path / "again/idea_5.vf").read_bytes()


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".onnx"])
def test_an_exported_network_has_taken_over_the_scale(suffix, tmp_path, run):
    path = scaled_mlp(tmp_path / "net.npz", "-1..1")
    out = tmp_path / f"out{suffix}"
    done = run("idea.export", path, out, "--input", "-1..1")
    assert b"idea.input_folded" in out.read_bytes()
    image = np.full((1, 784), 0.5, np.float32)
    expected = idea.load_model(BUNDLED_MLP).logits(image)
    np.testing.assert_allclose(idea.load_model(out).logits(image), expected, atol=1e-3)
    assert done.stdout.split() == [f"{x:.5f}" for x in idea.load_model(out).logits(image)[0]]
