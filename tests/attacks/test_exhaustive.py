"""All sets of flips, held to brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import idea
from idea.attacks.exhaustive import all_sets, count
from idea.attacks.margin_bound import margin_bound_of
from idea.attacks.problem import Criterion, Problem
from idea.image import Task

from conftest import random_layers

pytestmark = pytest.mark.slow


def criteria_of(problem):
    targets = [digit for digit in range(10) if digit != problem.label]
    return {Criterion(problem.label, target) for target in (None, *targets)}


def reached(model, image, size, criteria, pixels):
    """Which criteria some set of flips of these pixels reaches, by a forward pass each."""
    found = {}
    for flips in itertools.combinations(pixels, size):
        changed = image.copy()
        changed[list(flips)] = 1 - changed[list(flips)]
        (logits,) = model.logits(changed[np.newaxis])
        for criterion in criteria:
            if criterion.margins(logits) > 0:
                found.setdefault(criterion, set()).add(frozenset(flips))
    return found


def search(problem, criteria, size, **options):
    """The first finds, and how many looks there were."""
    looks, finds = 0, {}
    for more, found in all_sets(problem, set(criteria), size, **options):
        looks += more
        for criterion, flips in found.items():
            finds.setdefault(criterion, flips)
    return looks, finds


@pytest.fixture(params=range(2))
def tiny(request):
    """A random network that few pixels matter to, an image, and these pixels."""
    rng, task = np.random.default_rng(request.param), Task(12, 14)
    pixels = np.sort(rng.choice(task.pixels, 9, replace=False)).tolist()
    layers = random_layers(12, request.param, task=task)
    W = np.zeros_like(layers[0][0])
    W[:, pixels] = 8 * layers[0][0][:, pixels]
    layers[0] = (W, layers[0][1])
    return idea.MLP(layers, task), (rng.random(task.pixels) < 0.5).astype(np.float32), pixels


@pytest.mark.parametrize("bounded", [False, True])
@pytest.mark.parametrize("size", [1, 2])
def test_the_finds_are_those_of_brute_force(tiny, size, bounded, each_backend):
    model, image, pixels = tiny
    problem = Problem(model, image)
    criteria = criteria_of(problem)
    bound = margin_bound_of(model, image, problem.label, size) if bounded else None
    looks, finds = search(problem, criteria, size, bound=bound)
    assert looks == count(size, image.size)
    # A pixel that makes no difference may stand in for none.
    truth = [reached(model, image, n, criteria, pixels) for n in range(1, size + 1)]
    assert finds.keys() == set().union(*truth)
    for criterion, flips in finds.items():
        assert len(flips) == size
        some = frozenset(flips & set(pixels))
        assert some in truth[len(some) - 1][criterion]


def test_triples_by_the_bound_are_those_of_brute_force(tiny):
    model, image, pixels = tiny
    problem = Problem(model, image)
    criteria = criteria_of(problem)
    truth = [reached(model, image, n, criteria, pixels) for n in (1, 2, 3)]
    # Goals that three flips reach and fewer don't, and one that they don't.
    fewer = truth[0].keys() | truth[1].keys()
    sought = set(truth[2]) - fewer | set(list(criteria - truth[2].keys() - fewer)[:1])
    found = {}
    bound = margin_bound_of(model, image, problem.label, 3)
    for _, finds in all_sets(problem, sought, 3, bound=bound):
        for criterion, flips in finds.items():
            found.setdefault(criterion, flips)
            sought.discard(criterion)
        if not sought:
            break
    assert found.keys() == truth[2].keys() - fewer
    assert all(flips in truth[2][criterion] for criterion, flips in found.items())


@pytest.fixture
def brittle():
    """A network that two flips fool in many ways, and an image."""
    layers = random_layers(16, 3)
    layers[0] = (layers[0][0] * 6, layers[0][1])
    return Problem(
        idea.MLP(layers), (np.random.default_rng(1).random(784) < 0.2).astype(np.float32)
    )


def test_a_discarded_criterion_is_no_longer_searched_for(brittle):
    found = [finds for _, finds in all_sets(brittle, criteria_of(brittle), 2) if finds]
    sought = {Criterion(brittle.label, None)}
    after = [finds for _, finds in all_sets(brittle, sought, 2) if finds and not sought.clear()]
    assert len(after) == 1 < len(found)


def test_threads_change_nothing(brittle):
    looks, finds = search(brittle, criteria_of(brittle), 2)
    assert finds
    assert search(brittle, criteria_of(brittle), 2, threads=3) == (looks, finds)


def test_what_rounding_hides_is_evaluated_again(each_backend):
    # One flip ties, another one leads by a unit in the last place of float32.
    W = np.zeros((2, 784), np.float32)
    W[0, 40], W[0, 41] = 1, np.nextafter(np.float32(1), np.float32(2))
    top = np.zeros((10, 2), np.float32)
    top[5, 0] = 1
    b = np.full(10, -9, np.float32)
    b[0], b[5] = 1, 0
    hidden = np.array([0, 1], np.float32)
    problem = Problem(idea.MLP([(W, hidden), (top, b)]), np.zeros(784))
    assert search(problem, [Criterion(0, 5), Criterion(0, None)], 1) == (
        1,
        {Criterion(0, 5): {41}, Criterion(0, None): {41}},
    )
