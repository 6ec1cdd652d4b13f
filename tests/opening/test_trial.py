"""Networks of which a file leaves something open: the trial on real digits chooses."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.weights.formats import read_weights, write_weights
from idea.networks.weights import Weights
from idea.opening.trial import best_of, better_scale, note_on_scale

from conftest import BUNDLED_MLP, random_layers, scaled_mlp


class Rotated(idea.Model):
    """A model that calls each digit by the next one's name."""

    def __init__(self, model):
        self._model = model

    def logits(self, images):
        return np.roll(self._model.logits(images), 1, axis=1)


def test_of_several_the_one_that_reads_digits_is_taken_and_named():
    good = idea.load_model("mlp")
    bad = Rotated(good)
    model, note = best_of("pools", [("max", bad), ("average", good)], "net.pt")
    assert model is good
    assert note.startswith("net.pt: pools taken as average, which the file doesn't hold: ")
    assert "of 50 test images are classified correctly; max " in note
    assert best_of("pools", [("max", good), ("average", bad)], "net.pt") == (good, None)


def test_the_most_usual_is_taken_where_none_reads_digits():
    first, second = (idea.MLP(random_layers(5, seed)) for seed in (0, 1))
    assert best_of("pools", [("max", first), ("average", second)], "net.pt") == (first, None)


@pytest.mark.parametrize("text", ["0..255", "-1..1", "0.1307,0.3081", "invert,0..1"])
def test_the_scale_of_a_network_is_found(text, tmp_path):
    expected = idea.load_model(scaled_mlp(tmp_path / "net.npz", text), input=text)
    with pytest.warns(UserWarning, match="--input"):
        network = idea.load_model(tmp_path / "net.npz")
    better = better_scale(network)
    assert str(better.scale) == text
    assert better.accuracy > 0.95 > 0.5 > better.as_it_is
    image = np.random.default_rng(0).random((1, 784), np.float32)
    scaled = idea.load_model(tmp_path / "net.npz", input=str(better.scale))
    assert np.array_equal(scaled.logits(image), expected.logits(image))


def test_a_state_dict_with_tanh_is_opened_as_that(tmp_path):
    """An MLP of one tanh layer that reads digits: its units work near 0, where tanh is linear."""
    W, _ = read_weights(BUNDLED_MLP).layers[0]
    digits = idea.load_dataset("mnist")
    x = digits.train_images[:4000].reshape(-1, 784).astype("f4") / 255
    hidden = np.tanh(x @ W[:300].T)
    targets = np.eye(10)[digits.train_labels[:4000]]
    ridge = np.linalg.solve(hidden.T @ hidden + 10 * np.eye(300), hidden.T @ targets)
    layers = [(W[:300], np.zeros(300, "f4")), (10 * ridge.T.astype("f4"), np.zeros(10, "f4"))]
    path = write_weights(tmp_path / "net.safetensors", Weights(tuple(layers)))
    with pytest.warns(UserWarning, match="activation taken as Tanh"):
        network = idea.load_model(path)
    assert "OnnxModel" in repr(network)


def test_log_losses_tell_scales_apart_that_classify_the_same():
    """Without biases, and with weaker weights, an MLP's logits are as many times too small."""
    (W, b), *others = read_weights(BUNDLED_MLP).layers
    layers = [(W / 16, 0 * b), *((W, 0 * b) for W, b in others)]
    network = idea.MLP(layers)
    better = better_scale(network)
    assert (str(better.scale), better.by_loss) == ("0..16", True)
    assert better.loss < better.loss_as_it_is / 2
    note = note_on_scale(network, "net.npz")
    assert note.startswith("net.npz: opened for inputs in 0..1, as which it classifies 9")
    assert "; with --input 0..16 it is 9" in note
    assert note.endswith(": its logits suggest that it was trained on those")


@pytest.mark.parametrize("name", ["mlp", "convnet", "robust"])
def test_networks_that_were_trained_on_images_give_no_note(name):
    assert note_on_scale(idea.load_model(name), name) is None


def test_a_network_with_small_logits_at_its_own_scale_gives_no_note():
    """Label smoothing, regularisation and adversarial training make logits small as well."""
    model = idea.load_model("mlp")
    shy = idea.Model.from_function(lambda images: 0.3 * model.logits(images))
    assert note_on_scale(shy, "net") is None


def test_what_reads_nothing_is_tried_on_few_examples_alone():
    """For a large network the trial of all scales on all examples takes seconds."""
    network = idea.MLP(random_layers(5, 0))
    tried = []

    def logits(images):
        tried.append(len(images))
        return network.logits(images)

    model = idea.Model.from_function(logits)
    tried.clear()
    assert better_scale(model) is None
    assert sum(tried) <= 250 + 4 * 6 * 50
