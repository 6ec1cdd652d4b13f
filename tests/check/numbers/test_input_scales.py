"""Which scale of inputs a network expects, by the page and by Python."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.data.examples import Examples
from idea.image import Task
from idea.inputs import InputScale
from idea.networks.input_folding import fold_input
from idea.networks.weights import Weights
from idea.opening.trial import better_scale

from computing import OPEN

pytest_plugins = ["computing"]

TASK = Task(4, 4, ("a", "b", "c"))

TRY = f"""{OPEN}
  const {{ tryNetwork }} = await load("numbers/trial.js");
  const size = {{ height: 4, width: 4, convolutions: [], layers: [[3, 16]] }};
  const logitsOf = async (network, images) =>
  (await opened(network)).logits(images).map((row) => [...row]);
  const network = {{ ...size, weights: floats(weights) }};
  return tryNetwork(logitsOf, network, {{ images: images.map(floats), labels }}, "some");
"""


@pytest.fixture(scope="module")
def examples():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    prototypes = rng.random((3, 16))
    images = np.clip(prototypes[labels] + rng.normal(0, 0.1, (60, 16)), 0, 1).astype("f4")
    return prototypes, Examples(images, labels, "Some")


@pytest.mark.parametrize("scale", ["0..1", "0..255", "invert,-1..1", "transpose,0.1307,0.3081"])
def test_it_is_pythons(compute, monkeypatch, examples, scale):
    prototypes, few = examples
    W = 2 * prototypes.astype("f4")
    trained = Weights(((W, -1 * (prototypes**2).sum(axis=1).astype("f4")),), task=TASK)
    given = InputScale.parse(scale)
    # A network that expects inputs of this scale, by the inverse of what folding it in does.
    back = InputScale(1 / given.scale, -given.shift / given.scale, given.transposed)
    assert_tried_alike(compute, monkeypatch, few, fold_input(trained, back, TASK).layers)


def test_no_scale_is_better_for_a_network_that_reads_nothing(compute, monkeypatch, examples):
    _, few = examples
    other = few._replace(labels=few.labels % 2)
    layers = ((np.zeros((3, 16), "f4"), np.array([0, 0, 1], "f4")),)  # whatever it sees is a "c"
    assert_tried_alike(compute, monkeypatch, other, layers)


def assert_tried_alike(compute, monkeypatch, few, layers) -> None:
    monkeypatch.setattr("idea.opening.trial.few_examples", lambda task: few)
    model = idea.MLP(layers, TASK)
    expected = better_scale(model)
    weights = np.concatenate([np.ravel(array) for array in layers[0]])
    images, labels = list(few.images), few.labels.tolist()
    found = compute(TRY, weights=weights, images=images, labels=labels)
    share = (model.logits(few.images).argmax(axis=1) == few.labels).mean()
    assert found["accuracy"] == pytest.approx(share)
    assert (found["better"] is None) == (expected is None)
    if expected is not None:
        better = found["better"]
        assert better["input"] == str(expected.scale)
        assert better["accuracy"] == pytest.approx(expected.accuracy)
        assert better["loss"] == pytest.approx(expected.loss, rel=1e-4)
