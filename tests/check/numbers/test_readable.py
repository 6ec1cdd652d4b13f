"""Ideals without noise: priors, their weights and searches with them, against Python's."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.check.page_weights import shapes_json, weights_bytes
from idea.check.priors import prior_values
from idea.core import prior_weight
from idea.core.prior_weight import with_weight
from idea.core.target import as_target

from computing import OPEN, bytes_of
from conftest import random_layers

pytest_plugins = ["computing"]

PRIOR = f"""{OPEN}
  const {{ fromHalf }} = await load("numbers/half.js");
  const {{ JOBS }} = await load("numbers/jobs.js");
  const {{ chosenWeight }} = await load("numbers/prior_weight.js");
  const prior = {{ hidden: 128, typical, values: fromHalf(bytes(halves)) }};
  const network = await opened(parseDat(bytes(dat), "m.dat"));
"""


@pytest.fixture(scope="module")
def digits_prior():
    return idea.load_prior("digits")


@pytest.fixture
def given(digits_prior):
    typical = [digits_prior.typical(idea.Task(), digit) for digit in range(10)]
    return {"typical": typical, "halves": prior_values("digits")}


def test_halves_are_read_exactly(compute):
    numbers = np.array([0, 1, -1, 0.5, 65504, -65504, 2**-24, -(2**-14), 1 / 3], np.float16)
    body = 'return [...(await load("numbers/half.js")).fromHalf(bytes(halves))];'
    found = compute(body, halves=numbers.astype("<f2").tobytes())
    assert found == numbers.astype(np.float64).tolist()


def test_the_best_run_with_a_prior_is_pythons(compute, given, small, layers, digits_prior):
    body = f"""{PRIOR}
      const objective = {{ smooth: 0.1, priorWeight: 0.25 }};
      const given = {{ target: 3, method: "anneal", seed: 0, start: null, every: 1000,
        options: {{ steps: 2000 }}, objective, prior }};
      const found = [0, 1, 2].map((run) => JOBS.search(network, {{ ...given, run }}, () => {{}}));
      return found.map((ideal) => ({{ ...ideal, image: [...ideal.image] }}));
    """
    found = compute(body, dat=bytes_of(layers), **given)
    objective = idea.Objective(smooth=0.1, prior=digits_prior, prior_weight=0.25)
    expected = idea.find(small, 3, objective=objective, steps=2000, restarts=3)
    best = max(found, key=lambda ideal: ideal["energy"])
    assert best["energy"] == pytest.approx(expected.energy)
    assert np.array_equal(best["image"], expected.image.ravel())
    assert best["logits"] == pytest.approx(expected.logits.tolist())
    assert best["locally_optimal"] == expected.locally_optimal
    assert len({ideal["energy"] for ideal in found}) == 3


def test_the_weight_of_a_prior_is_pythons(compute, given, small, layers, digits_prior, monkeypatch):
    monkeypatch.setattr(prior_weight, "_STEPS", 1000)
    found = compute(
        f"{PRIOR} return chosenWeight(network, prior, 1000);", dat=bytes_of(layers), **given
    )
    expected = with_weight(small, idea.Objective(prior=digits_prior))
    assert found == expected.prior_weight


def test_the_weight_for_a_unit_is_pythons(compute, given, small, layers, digits_prior, monkeypatch):
    monkeypatch.setattr(prior_weight, "_STEPS", 1000)
    body = f"""{PRIOR}
      const {{ cutAt, UNIT }} = await load("numbers/cut.js");
      const {{ priorOfTwo }} = await load("numbers/prior_weight.js");
      const unit = await opened(cutAt(parseDat(bytes(dat), "m.dat"), 1, 3));
      return chosenWeight(unit, priorOfTwo(prior), 1000, [UNIT]);
    """
    target = as_target(small, "layer2:3")
    objective = with_weight(
        target.network, idea.Objective(prior=digits_prior), outputs=[target.output]
    )
    assert compute(body, dat=bytes_of(layers), **given) == objective.prior_weight


SITE = """
  const { Site } = await load("site/site.js");
  const { searchAt } = await load("panels/objective.js");
  const known = { id: "net", name: "net", weights: "weights.bin" };
  const models = entries.map((entry) => ({ ...known, ...entry }));
  const about = { version: "1", server: false, default: "net", models, methods: {}, priors };
  const site = new Site(about);
  const kinds = [];
  for (const position of [0, 1, 4]) {
    kinds.push(await searchAt(site, site.models[0], position, new AbortController().signal));
  }
  const ideal = await site.ideal("net", 1, { kind: kinds[2] });
  const prior = site.priorFor(site.models[0]);
  return { kinds, ideal: { ...ideal, image: [...ideal.image] }, prior };
"""


def test_without_a_prior_the_slider_smooths(compute, page, pages):
    task = idea.Task(6, 5, ["a", "b", "c"])
    model = idea.MLP(random_layers(4, 0, task=task), task=task)
    page.route(f"{pages}weights.bin", lambda route: route.fulfill(body=weights_bytes(model)))
    size = {"height": 6, "width": 5, "classes": list(task.classes)}
    found = compute(SITE, entries=[{"task": size, **shapes_json(model)}], priors=[])
    page.unroute(f"{pages}weights.bin")
    plain, slight, most = found["kinds"]
    assert (found["prior"], "objective" in plain) == (None, False)
    smooth = most["objective"]["smooth"]
    assert 0 < slight["objective"]["smooth"] < smooth
    expected = idea.find(
        model, 1, most["method"], objective=idea.Objective(smooth=smooth), **most["options"]
    )
    assert found["ideal"]["energy"] == pytest.approx(expected.energy)
    assert np.array_equal(found["ideal"]["image"], expected.image.ravel())


def test_ideas_of_a_network_that_learns_follow_as_pythons(
    compute, given, small, layers, digits_prior
):
    starts = np.random.default_rng(3).random((10, 784), np.float32)
    body = f"""{PRIOR}
      const {{ follow }} = await load("numbers/follow.js");
      const annealing = {{ steps: 9000, seed: 4 }};
      const common = {{ starts: starts.map(floats), position: 3, prior, weighs: true }};
      const given = {{ ...common, ...annealing, scale: 0.2 }};
      const {{ ideals, scale, objective }} = follow(network, given);
      const again = follow(network, {{ ...given, scale }});
      return {{ ideals: ideals.map(({{ image, energy }}) => ({{ image: [...image], energy }})),
        scales: [scale, again.scale], objective }};
    """
    found = compute(body, dat=bytes_of(layers), starts=list(starts), **given)
    smooth, weight = found["objective"]["smooth"], found["objective"]["priorWeight"]
    assert 0 < smooth < weight
    assert found["scales"][0] != 0.2  # which is too large
    assert found["scales"][1] <= found["scales"][0]
    objective = idea.Objective(smooth=smooth, prior=digits_prior, prior_weight=weight)
    for digit, ideal in enumerate(found["ideals"]):
        common = {"start": starts[digit], "restarts": 1, "objective": objective}
        climbed = idea.find(small, digit, "greedy", **common)
        annealed = idea.find(small, digit, "anneal", seed=4, steps=9000, **common)
        expected = max(climbed, annealed, key=lambda each: each.energy)
        assert np.array_equal(ideal["image"], expected.image.ravel())
        assert ideal["energy"] == pytest.approx(expected.logit)
