"""What every method promises."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import idea
from idea.core.strategies import METHODS
from idea.image import Task

import slow
from conftest import close, random_layers, start_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("each_backend")]

# So few pixels that all methods are quick without the kernel, too.
TASK = Task(11, 13)


@pytest.fixture
def layers():
    return random_layers(16, 0, task=TASK)


@pytest.fixture
def small(layers):
    return idea.MLP(layers, TASK)


@pytest.fixture(autouse=True)
def short_annealing(monkeypatch):
    """Let best anneal for a moment only: the state for any model takes its time."""
    module = importlib.import_module("idea.core.strategies.best")
    monkeypatch.setattr(module, "_ANNEALING_STEPS", 2000)
    monkeypatch.setattr(module, "_REHEATING_STEPS", 500)


# Options that make the long ones short.
QUICK = {
    "steepest": {"flips": 40},
    "anneal": {"steps": 3000},
    "best": {"starts": 2, "patience": 3},
}
ALL = [(method, QUICK.get(method, {})) for method in METHODS]
# Those that never take a loss.
CLIMBING = [(method, options) for method, options in ALL if METHODS[method].climbs]


def test_the_energy_is_that_of_a_forward_pass_over_the_final_image(layers, small):
    for method, options in ALL:
        ideal = idea.find(small, 6, method, **options)
        for digit in range(10):
            expected = slow.energy_of(layers, digit)(ideal.image.ravel())
            assert ideal.logits[digit] == pytest.approx(expected, abs=1e-9)
        assert ideal.energy == ideal.logits[6]


@pytest.mark.parametrize(("method", "options"), CLIMBING)
def test_the_energy_never_falls_between_binary_frames(small, method, options):
    start = start_of("binary", 2, TASK)
    ideal = idea.find(small, 2, method, start=start, every=50, **options)
    energies = [frame.energy for frame in ideal.trace] + [ideal.energy]
    assert np.all(np.diff(energies) >= -1e-4)
    assert energies[-1] > energies[0]


@pytest.mark.nightly_cases(keep=5)
@pytest.mark.parametrize(("method", "options"), ALL)
def test_frames_do_not_change_the_path(small, method, options):
    lengths = (4, 13, 40, TASK.pixels, 100_000)
    ideals = [idea.find(small, 1, method, every=every, **options) for every in lengths]
    assert len({ideal.image.tobytes() for ideal in ideals}) == 1
    for every, ideal in zip(lengths, ideals, strict=True):
        steps = [frame.step for frame in ideal.trace]
        assert steps == list(range(0, every * len(steps), every))
    assert len(ideals[0].trace) > 1


@pytest.mark.parametrize(("method", "options"), ALL)
def test_equal_seeds_agree_and_different_ones_differ(small, method, options):
    first, second, other = (idea.find(small, 8, method, seed=seed, **options) for seed in (3, 3, 4))
    assert np.array_equal(first.image, second.image)
    assert first.energy == second.energy
    assert not np.array_equal(first.trace[0].image, other.trace[0].image)


def test_the_start_is_the_seeds_first_draw_for_every_digit_and_method(small):
    expected = np.random.default_rng(11).random(TASK.pixels, np.float32)
    for digit in (0, 9):
        for method, options in ALL:
            ideal = idea.find(small, digit, method, seed=11, **options)
            assert np.array_equal(ideal.trace[0].image.ravel(), expected)


def test_a_model_may_scale_its_argument_in_place(small):
    class Careless:
        task = TASK

        def logits(self, images):
            images *= 0.5
            return small.logits(images)

    class Careful:
        task = TASK

        def logits(self, images):
            return small.logits(images * np.float32(0.5))

    for method, options in ALL:
        found, expected = (idea.find(m, 3, method, **options) for m in (Careless(), Careful()))
        assert np.array_equal(found.image, expected.image)
        assert found.energy == expected.energy


@pytest.mark.parametrize(("method", "options"), ALL)
@pytest.mark.parametrize("aim", ["margin", "logp"])
def test_every_objective_is_climbed(small, method, options, aim):
    frozen = np.arange(TASK.pixels) % 9 == 0
    objective = idea.Objective(aim, ink=0.002, smooth=0.003, frozen=frozen)
    start = start_of("binary", 4, TASK)
    ideal = idea.find(small, 3, method, start=start, objective=objective, **options)
    energies = slow.objective(small.layers, 3, aim, ink=0.002, smooth=0.003, shape=TASK.shape)
    assert ideal.energy == pytest.approx(energies(ideal.image.ravel()), abs=1e-9)
    blackened = np.where(frozen, 0, start).astype(np.float32)
    assert ideal.trace[0].energy == close(energies(blackened))
    assert ideal.energy > ideal.trace[0].energy
    assert not ideal.image.ravel()[frozen].any()
    assert np.array_equal(ideal.trace[0].image.ravel(), blackened)


@pytest.mark.parametrize("method", ["steepest", "guided", "anneal", "best"])
def test_these_end_at_a_local_optimum(method):
    options = {} if method == "steepest" else QUICK.get(method, {})
    for seed in range(2):
        layers = random_layers(12, seed, task=TASK)
        ideal = idea.find(idea.MLP(layers, TASK), seed, method, seed=seed, **options)
        assert ideal.locally_optimal
        assert slow.best_flip_gain(slow.energy_of(layers, seed), ideal.image.ravel()) <= 0
