"""Greedy against the plain loop."""

from __future__ import annotations

import numpy as np
import pytest

import idea

import slow
from conftest import close, random_layers, start_of

pytestmark = pytest.mark.usefixtures("each_backend")


@pytest.mark.nightly_cases(keep=5)
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["grey", "binary"])
@pytest.mark.parametrize("seed", range(4))
def test_greedy_takes_the_path_of_the_plain_loop(kind, seed):
    layers = random_layers(12, seed)
    layers[0][0][:, seed::7] = 0  # ties, to be settled as 1
    start = start_of(kind, seed)
    for sweeps in (1, 5):
        ideal = idea.find(idea.MLP(layers), seed, start=start, sweeps=sweeps, every=28)
        expected = slow.greedy(slow.energy_of(layers, seed), start, sweeps)
        assert np.array_equal(ideal.image.ravel(), expected)
        assert (ideal.image.ravel()[seed::7] == 1).all()
        assert np.isin(ideal.image, (0, 1)).all()


@pytest.mark.slow
def test_greedy_on_the_bundled_network_takes_the_path_of_the_plain_loop(shipped):
    start = start_of("grey", 5)
    energy = slow.energy_of(shipped.layers, 5)
    ideal = idea.find(shipped, 5, start=start, sweeps=1)
    assert np.array_equal(ideal.image.ravel(), slow.greedy(energy, start, 1))


def test_five_sweeps_of_greedy_have_a_frame_each_200_pixels(layers):
    energy = slow.energy_of(layers, 4)
    start = start_of("grey", 4)
    trace = idea.find(idea.MLP(layers), 4, start=start, sweeps=1).trace
    assert [frame.step for frame in trace] == [0, 200, 400, 600]
    # In the first sweep, what has been passed is settled and the rest is still as it was.
    whole = slow.greedy(energy, start, 1)
    for frame in trace:
        expected = np.concatenate([whole[: frame.step], start[frame.step :]])
        assert np.array_equal(frame.image.ravel(), expected)
        assert frame.energy == close(energy(expected))


def test_greedy_stops_after_a_sweep_that_changed_nothing(small):
    ideal = idea.find(small, 3, sweeps=50)
    again = idea.find(small, 3, start=ideal.image, sweeps=50)
    assert np.array_equal(ideal.image, again.image)
    assert [frame.step for frame in again.trace] == [0, 200, 400, 600]
    assert ideal.locally_optimal
