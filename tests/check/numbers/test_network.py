"""Networks in the page and the jobs of its workers, in a browser, against Python's."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.attacks.beam import beam, polished
from idea.attacks.problem import Criterion, Problem
from idea.core.state.select import state_of
from idea.image import Task
from idea.networks.cnn import model_of
from idea.networks.softmax import softmax
from idea.networks.weights import Weights

from computing import LOGITS, OPEN, bytes_of
from conftest import random_convolutions, random_layers, start_of

pytest_plugins = ["computing"]

JOB = f"""{OPEN}
  const {{ JOBS }} = await load("numbers/jobs.js");
  const network = await opened(parseDat(bytes(dat), "m.dat"));
  const image = start && floats(start);
  const frames = [];
  const all = {{ start: image, image, ...given }};
  const found = await JOBS[job](network, all, (frame) => frames.push(frame));
  return {{ ...found, image: found.image && [...found.image],
    steps: frames.map(({{ step, steps }}) => [step, steps]),
    energies: frames.map(({{ energy }}) => energy) }};
"""


@pytest.mark.parametrize("units", [1, 16])
def test_logits_are_pythons(compute, units, digits):
    layers = random_layers(units, units)
    images = [*digits, np.full(784, 0.5), np.zeros(784), start_of("grey", 0)]
    images = [image.astype(np.float32).ravel() for image in images]
    found = compute(LOGITS, dat=bytes_of(layers), images=images)
    expected = idea.MLP(layers).logits(np.stack(images))
    assert np.abs(np.array(found["logits"]) - expected).max() <= 1e-9
    assert found["layers"] == [[units, 784], [units, units], [10, units]]


@pytest.mark.parametrize(
    ("task", "shapes", "widths"),
    [(Task(9, 6), [(3, 2, True), (2, 1, False)], [5]), (Task(5, 3, ["a", "b"]), [], [4, 3, 2])],
)
def test_logits_of_networks_of_any_task_are_pythons(compute, task, shapes, widths):
    convolutions, layers = random_convolutions(shapes, widths, 0, task)
    floats = [a.ravel() for a in Weights(tuple(layers), tuple(convolutions)).named().values()]
    images = np.random.default_rng(1).random((3, task.pixels), np.float32)
    body = f"""{OPEN}
      const network = await opened(parseWeights(bytes(weights), shapes, size, "net"));
      return network.logits(images.map(floats)).map((row) => [...row]);
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


@pytest.mark.parametrize(
    ("method", "kind", "seed", "every"),
    [
        ("greedy", None, 0, 200),
        ("greedy", "grey", 1, 784),
        ("mc", None, 2, 500),
        ("steepest", "binary", 3, 4),
        ("anneal", None, 4, 5000),
    ],
)
def test_a_search_takes_pythons_path(compute, method, kind, seed, every):
    layers = random_layers(12, seed)
    start = None if kind is None else start_of(kind, seed)
    given = {"target": seed, "method": method, "seed": seed, "every": every}
    found = compute(JOB, dat=bytes_of(layers), job="search", start=start, given=given)
    expected = idea.find(idea.MLP(layers), seed, method, start=start, seed=seed, every=every)
    assert np.array_equal(found["image"], expected.image.ravel())
    assert found["energy"] == pytest.approx(expected.energy, rel=1e-12)
    assert found["logits"] == pytest.approx(expected.logits.tolist())
    assert found["probability"] == pytest.approx(expected.probability)
    assert (found["locally_optimal"], found["flat"]) == (expected.locally_optimal, expected.flat)
    assert (found["index"], found["finished"]) == (seed, True)
    assert found["steps"] == [[frame.step, frame.steps] for frame in expected.trace]
    assert found["energies"] == pytest.approx([frame.energy for frame in expected.trace])


def test_an_energy_that_no_flip_changes_is_flat(compute):
    layers = random_layers(12, 0)
    layers[1][0][:] = 0
    given = {"target": 3, "method": "greedy", "seed": 0, "every": 200}
    found = compute(JOB, dat=bytes_of(layers), job="search", start=None, given=given)
    assert (found["flat"], found["locally_optimal"]) == (True, False)


def test_gains_are_pythons(compute, small, layers):
    image = start_of("binary", 0)
    found = compute(JOB, dat=bytes_of(layers), job="gains", start=image, given={"target": 3})
    gains = state_of(small, 3, image).gains()
    assert found["gains"] == pytest.approx(gains.tolist(), abs=1e-7)
    assert found["best"] == {"pixel": gains.argmax(), "gain": pytest.approx(gains.max())}
    assert found["energy"] == pytest.approx(small.logits(image[np.newaxis])[0, 3])


@pytest.mark.parametrize("seed", range(4))
def test_few_flips_are_pythons(compute, small, layers, seed):
    image = (np.random.default_rng(seed).random(784) < 0.1 * seed).astype(np.float32)
    problem = Problem(small, image)
    for target in (problem.label, (problem.label + 1 + seed) % 10):
        criterion = Criterion(problem.label, target)
        *_, flips = beam(problem, criterion, 4)
        trail = polished(problem, criterion, flips, pairs=0)
        given = {"target": target}
        found = compute(JOB, dat=bytes_of(layers), job="fool", start=image, given=given)
        assert found["flips"] == list(trail.flips)
        assert found["fooled"] == (trail.logits[-1].argmax() == target)
        assert found["margins"] == pytest.approx(criterion.margins(trail.logits[1:]).tolist())
        assert found["indices"] == trail.logits[1:].argmax(axis=1).tolist()
