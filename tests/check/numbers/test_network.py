"""The page's own network and search, in a browser, against Python's."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.image import Task
from idea.networks.cnn import model_of
from idea.networks.softmax import softmax
from idea.networks.weights import Weights

import slow
from computing import LOGITS, bytes_of
from conftest import random_convolutions, random_layers, start_of

pytest_plugins = ["computing"]

GREEDY = """
  const { parseDat } = await load("numbers/weights.js");
  const { greedy } = await load("numbers/greedy.js");
  const ideal = greedy(parseDat(bytes(dat), "m.dat"), digit, floats(start), sweeps);
  return { ...ideal, image: [...ideal.image] };
"""


@pytest.mark.parametrize("units", [1, 16, 784])
def test_logits_are_pythons(compute, units, digits, shipped):
    layers = shipped.layers if units == 784 else random_layers(units, units)
    images = [*digits, np.full(784, 0.5), np.zeros(784), start_of("grey", 0)]
    images = [image.astype(np.float32).ravel() for image in images]
    found = compute(LOGITS, dat=bytes_of(layers), images=images)
    expected = idea.MLP(layers).logits(np.stack(images))
    assert np.abs(np.array(found["logits"]) - expected).max() <= 1e-9
    assert (found["units"], found["shape"]) == (units, f"784-{units}-{units}-10")


@pytest.mark.parametrize(
    ("task", "shapes", "widths"),
    [
        (Task(9, 6), [(3, 2, True), (2, 1, False)], [5]),
        (Task(7, 8, ["a", "b"]), [(2, 3, True)], []),
        (Task(5, 3, ["a", "b", "c"]), [], [4, 3, 2]),
    ],
)
def test_logits_of_networks_of_any_task_are_pythons(compute, task, shapes, widths):
    convolutions, layers = random_convolutions(shapes, widths, 0, task)
    floats = [a.ravel() for a in Weights(tuple(layers), tuple(convolutions)).named().values()]
    images = np.random.default_rng(1).random((3, task.pixels), np.float32)
    body = """
      const { parseWeights } = await load("numbers/weights.js");
      const network = parseWeights(bytes(weights), shapes, size, "net");
      return images.map((image) => [...network.logits(floats(image))]);
    """
    found = compute(
        body,
        weights=np.concatenate(floats),
        shapes={
            "convolutions": [
                {"shape": W.shape, "pool": bool(pool)} for W, _, pool, *_ in convolutions
            ],
            "layers": [W.shape for W, _ in layers],
        },
        size={"height": task.height, "width": task.width},
        images=list(images),
    )
    model = model_of(Weights(tuple(layers), tuple(convolutions), task))
    assert np.abs(np.array(found) - model.logits(images)).max() <= 1e-12


def test_an_answer_is_the_softmax(compute):
    body = """
      const { answerOf } = await load("numbers/softmax.js");
      return answerOf(logits);
    """
    logits = [1000.0, 3, 1001, 1001, -2000, 0, 0, 0, 0, 0]
    found = compute(body, logits=logits)
    shares = softmax(logits)
    assert found["index"] == 2
    assert found["logits"] == logits
    assert found["probability"] == pytest.approx(shares[2])
    assert found["probabilities"] == pytest.approx(shares.tolist())


def assert_greedy_alike(compute, layers, digit, start, sweeps=5):
    """Assert that the page's search ends where Python's does."""
    given = {"digit": digit, "start": start, "sweeps": sweeps}
    found = compute(GREEDY, dat=bytes_of(layers), **given)
    expected = idea.find(idea.MLP(layers), digit, start=start, sweeps=sweeps)
    assert np.array_equal(found["image"], expected.image.ravel())
    assert found["energy"] == pytest.approx(expected.energy, rel=1e-9, abs=1e-9)
    assert found["probability"] == pytest.approx(expected.probability)
    assert found["logits"] == pytest.approx(expected.logits.tolist())
    assert (found["locally_optimal"], found["flat"]) == (expected.locally_optimal, expected.flat)
    assert (found["index"], found["finished"]) == (digit, True)
    assert found["evaluations"] > 784
    return found


@pytest.mark.parametrize("kind", ["grey", "binary"])
@pytest.mark.parametrize("seed", range(4))
def test_greedy_takes_pythons_path(compute, kind, seed):
    layers = random_layers(12, seed)
    layers[0][0][:, seed::7] = 0  # ties, to be settled as 1
    for sweeps in (1, 2, 5):
        assert_greedy_alike(compute, layers, seed, start_of(kind, seed), sweeps)


@pytest.mark.parametrize("seed", range(8))
def test_greedy_settles_ties_behind_units_that_have_fallen_silent_as_python_does(compute, seed):
    """Eight networks in one. Silence is best: once all of one is off, its pixels don't matter.

    The outputs are of all sizes, so that sums are rounded.
    """
    layers = random_layers(48, seed)
    (first, _), (second, b), (out, _) = layers
    part = np.arange(48) % 8
    first[part[:, None] != np.arange(784) % 8] = 0
    second[part[:, None] != part] = 0
    b -= 0.5
    out[:] = -np.abs(out) * np.float32(2) ** -np.random.default_rng(seed).integers(0, 30, 48)
    assert_greedy_alike(compute, layers, seed, start_of("grey", seed))


def test_an_energy_that_no_flip_changes_is_flat(compute):
    layers = random_layers(12, 0)
    layers[1][0][:] = 0
    assert assert_greedy_alike(compute, layers, 3, start_of("grey", 0))["flat"]


@pytest.mark.slow
def test_greedy_on_the_shipped_network_takes_pythons_path(compute, shipped):
    found = assert_greedy_alike(compute, shipped.layers, 5, start_of("grey", 5))
    energy = slow.batch_energy(shipped.layers, 5)
    gains = slow.all_gains(shipped.layers, 5, np.array(found["image"], np.float32))
    assert found["energy"] == pytest.approx(energy(np.array([found["image"]]))[0])
    assert found["locally_optimal"] == (gains.max() <= 0)


def test_noise_is_uniform_and_depends_on_its_seed_alone(compute):
    body = """
      const { seededGreys } = await load("numbers/random.js");
      return [0, 0, 1].map((seed) => [...seededGreys(seed, 784)]);
    """
    first, again, other = np.array(compute(body))
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    for greys in (first, other):
        assert greys.min() >= 0
        assert greys.max() <= 1
        assert np.abs(np.histogram(greys, 8, (0, 1))[0] - 98).max() < 40
        assert abs(np.corrcoef(greys[1:], greys[:-1])[0, 1]) < 0.1
