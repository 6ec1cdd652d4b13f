"""The bound on what a few flips can reach, held to all sets and to real searches."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import idea
from idea.attacks.margin_bound import MarginBound, margin_bound_of
from idea.attacks.problem import Criterion, Problem

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
    problem = Problem(model, image)
    bound = MarginBound(model, image, problem.label, size)
    sets = [flips for n in range(size + 1) for flips in itertools.combinations(PIXELS, n)]
    logits = problem.exact(sets)
    leads = logits - logits[:, [problem.label]]
    for flips, lead in zip(sets, leads, strict=True):
        assert (lead <= bound.start + bound.gains[:, list(flips)].sum(axis=1)).all()
    for target in (None, *(set(range(10)) - {problem.label})):
        criterion = Criterion(problem.label, target)
        if bound.rules_out(criterion):
            assert (criterion.margins(logits) <= 0).all()


def test_of_a_linear_model_it_is_exact():
    rng = np.random.default_rng(5)
    W, b = rng.normal(size=(10, 784)).astype("f4"), rng.normal(size=10).astype("f4")
    model, image = idea.MLP([(W, b)]), (rng.random(784) < 0.3).astype(np.float32)
    problem = Problem(model, image)
    bound = MarginBound(model, image, problem.label, 4)
    flips = rng.choice(784, 4, replace=False)
    (logits,) = problem.exact([flips.tolist()])
    bound = bound.start + bound.gains[:, flips].sum(axis=1)
    assert bound == pytest.approx(logits - logits[problem.label], abs=1e-6)


def test_fewer_flips_have_a_lower_bound(shipped, mnist_subset):
    image = (mnist_subset.test_images[0].ravel() >= 128).astype(np.float32)
    problem = Problem(shipped, image)
    tops = []
    for size in (1, 2, 4):
        bound = MarginBound(shipped, image, problem.label, size)
        tops.append(bound.start + np.sort(bound.gains, axis=1)[:, -size:].sum(axis=1))
    others = np.arange(10) != problem.label
    assert (tops[0] < tops[1])[others].all()
    assert (tops[1] < tops[2])[others].all()
    assert (tops[0] > problem.logits - problem.logits[problem.label])[others].all()
    assert bound.rules_out(Criterion(problem.label, 6))  # four flips don't make a 6 of this 7


def test_it_is_for_mlps_of_a_moderate_size_alone(shipped):
    image = np.zeros(784, np.float32)
    assert margin_bound_of(shipped, image, 1, 2) is not None
    assert margin_bound_of(idea.load_model("lenet"), image, 1, 2) is None
    assert margin_bound_of(idea.MLP(random_layers(2500, 0)), image, 1, 2) is None
    assert margin_bound_of(idea.Model.from_function(shipped.logits), image, 1, 2) is None
