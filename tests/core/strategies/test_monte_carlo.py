"""Monte Carlo against the plain loop."""

from __future__ import annotations

import numpy as np
import pytest

import idea

import slow
from conftest import random_layers, start_of

pytestmark = pytest.mark.usefixtures("each_backend")


@pytest.mark.nightly_cases(keep=5)
@pytest.mark.parametrize("kind", ["grey", "binary"])
@pytest.mark.parametrize("seed", range(4))
def test_monte_carlo_takes_the_path_of_the_plain_loop(kind, seed):
    layers = random_layers(12, seed)
    layers[0][0][:, seed::7] = 0  # never set: the energy doesn't rise strictly
    start = start_of(kind, seed)
    ideal = idea.find(idea.MLP(layers), seed, "mc", start=start, seed=seed, steps=5000)
    expected = slow.monte_carlo(slow.energy_of(layers, seed), start, *slow.draws(seed, 5000))
    assert np.array_equal(ideal.image.ravel(), expected)
    assert np.array_equal(ideal.image.ravel()[seed::7], start[seed::7])


@pytest.mark.slow
def test_monte_carlo_on_the_bundled_network_takes_the_path_of_the_plain_loop(shipped):
    start = start_of("grey", 3)
    ideal = idea.find(shipped, 3, "mc", start=start, seed=1, steps=1500)
    expected = slow.monte_carlo(slow.energy_of(shipped.layers, 3), start, *slow.draws(1, 1500))
    assert np.array_equal(ideal.image.ravel(), expected)


def test_ten_thousand_steps_of_monte_carlo_give_fifty_frames(small):
    start = start_of("grey", 0)
    trace = idea.find(small, 0, "mc", start=start).trace
    assert [frame.step for frame in trace] == list(range(0, 10_000, 200))
    assert np.array_equal(trace[0].image.ravel(), start)
