"""The bound on what a few flips can reach, held to all sets and to real searches."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import idea
from idea.attacks.margin_bound import Ceiling, ceiling_of
from idea.attacks.problem import Case, Goal

from conftest import random_layers

PIXELS = (0, 28, 300, 301, 406, 407, 500, 783)


def few_inputs(seed, units=12, depth=3):
    """A random MLP to which only a few pixels make a difference, and a random image."""
    rng = np.random.default_rng(seed)
    layers = random_layers(units, seed)
    W, b = layers[0]
    W[:, np.setdiff1d(np.arange(784), PIXELS)] = 0
    layers[0] = (W * 10, b)
    if depth == 2:
        layers = [layers[0], layers[-1]]
    return idea.MLP(layers), (rng.random(784) < 0.5).astype(np.float32)


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_no_set_of_flips_passes_it(seed, size, depth):
    model, image = few_inputs(seed, depth=depth)
    case = Case(model, image)
    ceiling = Ceiling(model, image, case.label, size)
    sets = [flips for n in range(size + 1) for flips in itertools.combinations(PIXELS, n)]
    logits = case.exact(sets)
    leads = logits - logits[:, [case.label]]
    for flips, lead in zip(sets, leads, strict=True):
        assert (lead <= ceiling.start + ceiling.gains[:, list(flips)].sum(axis=1)).all()
    for target in (None, *(set(range(10)) - {case.label})):
        goal = Goal(case.label, target)
        if ceiling.rules_out(goal):
            assert (goal.margins(logits) <= 0).all()


def test_of_a_linear_model_it_is_exact():
    rng = np.random.default_rng(5)
    W, b = rng.normal(size=(10, 784)).astype("f4"), rng.normal(size=10).astype("f4")
    model, image = idea.MLP([(W, b)]), (rng.random(784) < 0.3).astype(np.float32)
    case = Case(model, image)
    ceiling = Ceiling(model, image, case.label, 4)
    flips = rng.choice(784, 4, replace=False)
    (logits,) = case.exact([flips.tolist()])
    bound = ceiling.start + ceiling.gains[:, flips].sum(axis=1)
    assert bound == pytest.approx(logits - logits[case.label], abs=1e-6)


def test_fewer_flips_have_a_lower_ceiling(shipped, few):
    image = (few.test_images[0].ravel() >= 128).astype(np.float32)
    case = Case(shipped, image)
    tops = []
    for size in (1, 2, 4):
        ceiling = Ceiling(shipped, image, case.label, size)
        tops.append(ceiling.start + np.sort(ceiling.gains, axis=1)[:, -size:].sum(axis=1))
    others = np.arange(10) != case.label
    assert (tops[0] < tops[1])[others].all()
    assert (tops[1] < tops[2])[others].all()
    assert (tops[0] > case.logits - case.logits[case.label])[others].all()
    assert ceiling.rules_out(Goal(case.label, 6))  # four flips don't make a 6 of this 7


def test_it_is_for_mlps_of_a_moderate_size_alone(shipped):
    image = np.zeros(784, np.float32)
    assert ceiling_of(shipped, image, 1, 2) is not None
    assert ceiling_of(idea.load_model("lenet"), image, 1, 2) is None
    assert ceiling_of(idea.MLP(random_layers(2500, 0)), image, 1, 2) is None
    assert ceiling_of(idea.Model.from_function(shipped.logits), image, 1, 2) is None
