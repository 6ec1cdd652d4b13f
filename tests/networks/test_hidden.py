"""Hidden layers: the values of units, and what they add to the logits, by another program."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.image import Task
from idea.networks.convolution import HALVING
from idea.networks.hidden import effects, hidden_layers, influences, unit_values
from idea.networks.weights import Convolution

from tasks import cnn_for, images_of, mlp_for, sums_of

TASK = Task(9, 7, ["a", "b", "c"])
MODELS = [mlp_for(TASK, 0), cnn_for(TASK, 0)]
IMAGES = images_of(TASK, 130)


def without(model, layer: str, unit: int):
    """The network with the weights that follow a unit set to 0."""
    layers = [(W.copy(), b) for W, b in model.layers]
    convolutions = [c._replace(W=c.W.copy()) for c in getattr(model, "convolutions", ())]
    number = int(layer[-1])
    if layer.startswith("layer"):
        layers[number][0][:, unit] = 0
    elif number < len(convolutions):
        convolutions[number].W[:, unit] = 0
    else:
        layers[0][0].reshape(len(layers[0][1]), len(convolutions[-1].b), -1)[:, unit] = 0
    return idea.CNN(convolutions, layers, TASK) if convolutions else idea.MLP(layers, TASK)


@pytest.mark.parametrize("model", MODELS, ids=["mlp", "cnn"])
def test_units_are_those_of_a_plain_forward_pass(model):
    sums = [sums_of(model, image) for image in IMAGES]
    assert [*hidden_layers(model), f"layer{len(model.layers)}"] == list(sums[0])
    for layer in hidden_layers(model):
        found = np.array([each[layer] for each in sums])
        expected = np.maximum(found, 0).mean(axis=(2, 3)) if found.ndim == 4 else found
        values = unit_values(model, layer, IMAGES)
        assert values == pytest.approx(expected)
        matter = influences(model, layer, values)
        for unit in range(values.shape[1]):
            cut = without(model, layer, unit)
            arrays = [model.layers, getattr(model, "convolutions", ())]
            cuts = [cut.layers, getattr(cut, "convolutions", ())]
            lost = [
                ((W[0] - V[0]) ** 2).sum()
                for whole, part in zip(arrays, cuts, strict=True)
                for W, V in zip(whole, part, strict=True)
            ]
            deviation = np.maximum(values[:, unit], 0).std()
            assert matter[unit] == pytest.approx(deviation * np.sqrt(sum(lost)), rel=1e-5)
            (added,) = effects(model, layer, [unit], IMAGES)
            expected = (model.logits(IMAGES) - cut.logits(IMAGES)).mean(axis=0)
            assert added == pytest.approx(expected, abs=1e-6)


def test_what_the_last_hidden_layer_adds_is_its_weights_but_for_a_factor():
    model = MODELS[0]
    added = effects(model, "layer2", range(7), IMAGES)
    passed = np.maximum(unit_values(model, "layer2", IMAGES), 0).mean(axis=0)
    assert added == pytest.approx(passed[:, np.newaxis] * model.layers[-1][0].T, abs=1e-6)


def test_a_pool_that_drops_a_row_and_a_network_without_hidden_layers():
    kernel = np.ones((2, 1, 2, 2), np.float32)
    convolutions = [Convolution(kernel, np.zeros(2, np.float32), HALVING)]
    model = idea.CNN(convolutions, [(np.ones((3, 2 * 4 * 3), "f4"), np.zeros(3, "f4"))], TASK)
    (added,) = effects(model, "conv1", [1], IMAGES)
    expected = (model.logits(IMAGES) - without(model, "conv1", 1).logits(IMAGES)).mean(axis=0)
    assert added == pytest.approx(expected)
    linear = idea.MLP([(np.ones((3, 63), np.float32), np.zeros(3, np.float32))], TASK)
    assert hidden_layers(linear) == []
