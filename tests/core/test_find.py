"""What find promises of every method, and says of its ideals."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import idea
from idea.core.strategies import METHODS

import slow
from conftest import close, random_layers, start_of

pytestmark = pytest.mark.usefixtures("each_backend")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_local_optimum_is_one_by_brute_force(seed):
    layers = random_layers(12, seed)
    energy = slow.energy_of(layers, seed)
    claims = set()
    for method, options in (("greedy", {"sweeps": 1}), ("greedy", {"sweeps": 50}), ("mc", {})):
        ideal = idea.find(idea.MLP(layers), seed, method, start=start_of("binary", 1), **options)
        best = slow.best_flip_gain(energy, ideal.image.ravel())
        assert ideal.best_gain_left == close(best)
        assert ideal.locally_optimal == (best <= 0)
        claims.add(ideal.locally_optimal)
    assert True in claims


def test_an_image_with_greys_is_no_local_optimum():
    # Pixel 0 has no weight: Monte Carlo leaves it as it is.
    layers = random_layers(12, 0)
    layers[0][0][:, 0] = 0
    start = np.concatenate([[0.5], start_of("binary", 0)[1:]])
    ideal = idea.find(idea.MLP(layers), 0, "mc", start=start, steps=30_000)
    assert ideal.image[0, 0] == 0.5
    assert ideal.best_gain_left <= 0
    assert not ideal.locally_optimal


@pytest.mark.slow
def test_more_restarts_only_add_runs(small):
    seen: list[idea.Frame] = []
    one, three, six = (
        idea.find(small, 5, restarts=n, seed=2, every=10_000, on_frame=seen.append)
        for n in (1, 3, 6)
    )
    starts = [frame.image.tobytes() for frame in seen]
    assert [frame.restart for frame in seen] == [0, 0, 1, 2, 0, 1, 2, 3, 4, 5]
    assert starts[0] == starts[1] == starts[4]
    assert starts[1:4] == starts[4:7]
    assert len(set(starts)) == 6
    assert one.energy <= three.energy <= six.energy


@pytest.mark.slow
def test_the_best_run_is_returned(small):
    starts: list[idea.Frame] = []
    best = idea.find(small, 5, seed=1, restarts=8, sweeps=1, every=10_000, on_frame=starts.append)
    runs = [idea.find(small, 5, start=frame.image, sweeps=1) for frame in starts]
    winner = int(np.argmax([run.energy for run in runs]))
    assert winner > 0  # so that the first would be wrong
    assert best.energy == runs[winner].energy
    assert np.array_equal(best.image, runs[winner].image)
    assert np.array_equal(best.trace[0].image, starts[winner].image)


def test_agreeing_counts_the_runs_that_came_to_the_best_energy():
    # One unit that adds up all weights: every start leads to the same ideal.
    rng = np.random.default_rng(0)
    linear = [(rng.normal(size=(10, 784)).astype(np.float32), np.zeros(10, np.float32))]
    ideal = idea.find(idea.MLP(linear), 1, restarts=4)
    assert (ideal.restarts, ideal.agreeing) == (4, 4)
    assert np.array_equal(ideal.image.ravel(), linear[0][0][1] >= 0)
    small = idea.MLP(random_layers(12, 0))
    assert idea.find(small, 1, restarts=3, sweeps=1).agreeing == 1


def test_probability_runner_up_and_margin(small):
    ideal = idea.find(small, 2)
    shares = np.exp(ideal.logits) / np.exp(ideal.logits).sum()
    others = [digit for digit in range(10) if digit != 2]
    assert ideal.probability == pytest.approx(shares[2])
    assert ideal.runner_up == max(others, key=lambda digit: ideal.logits[digit])
    assert ideal.margin == pytest.approx(ideal.energy - ideal.logits[ideal.runner_up])


def test_an_ideal_cannot_be_changed(small):
    ideal = idea.find(small, 0)
    with pytest.raises(AttributeError):
        ideal.energy = 1
    for image in (ideal.image, ideal.trace[0].image):
        with pytest.raises(ValueError, match="read-only"):
            image[0, 0] = 0.5


def test_any_object_with_logits_is_a_model():
    class Bright:
        """Scores the ink of the upper half, in float32."""

        def logits(self, images):
            ink = images[:, :392].sum(axis=1) - images[:, 392:].sum(axis=1)
            return np.stack([ink * digit for digit in range(10)], axis=1)

    ideal = idea.find(Bright(), 4)
    assert np.array_equal(ideal.image, np.repeat([1.0, 0.0], 14)[:, np.newaxis] * np.ones(28))
    assert ideal.energy == 4 * 392


def test_a_longer_run_begins_like_a_shorter_one(small):
    for method, name in (("mc", "steps"), ("greedy", "sweeps")):
        short, long = (idea.find(small, 1, method, **{name: n}) for n in (3, 6))
        for frame, other in zip(short.trace, long.trace, strict=False):
            assert np.array_equal(frame.image, other.image)
    short, long = (idea.find(small, 1, "mc", steps=n) for n in (4000, 9000))
    assert np.array_equal(short.image, long.trace[20].image)


def test_a_wide_lead_of_another_digit_is_no_overflow():
    class Sure:
        def logits(self, images):
            return np.tile(np.arange(10) * 1000.0, (len(images), 1))

    assert idea.find(Sure(), 0).probability == 0
    assert idea.find(Sure(), 9).probability == 1


@pytest.mark.slow
def test_any_other_models_are_called_from_this_thread_alone(small):
    class Asked:
        def __init__(self):
            self.threads = set()

        def logits(self, images):
            self.threads.add(threading.get_ident())
            return small.logits(images)

    model = Asked()
    ideal = idea.find(model, 5, restarts=3, jobs=4)
    assert model.threads == {threading.get_ident()}
    assert np.array_equal(ideal.image, idea.find(small, 5, restarts=3).image)


@pytest.mark.slow
def test_searches_in_threads_do_not_disturb_each_other(small):
    found = {}
    threads = [
        threading.Thread(target=lambda d=digit: found.update({d: idea.find(small, d)}))
        for digit in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for digit in range(4):
        assert np.array_equal(found[digit].image, idea.find(small, digit).image)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": 10}, "digit must be one of 0…9, not 10"),
        ({"target": -1}, "digit must be one of 0…9, not -1"),
        ({"target": 5.0}, "digit must be one of 0…9, not 5.0"),
        (
            {"target": "five"},
            "digit must be one of 0…9, or a sum of "
            "logits, or a hidden unit such as layer2:17, not 'five'",
        ),
        ({"seed": None}, "seed must be a whole number, 0 or more, not None"),
        ({"every": 1.5}, "every must be a whole number, 1 or more, not 1.5"),
        ({"start": "x.vf"}, "start: expected 784 numbers, found 'x.vf'"),
        ({"start": [[1, 2], [3]]}, "start: expected 784 numbers, found [[1, 2], [3]]"),
        ({"start": np.zeros(784) * 1j}, None),
        (
            {"method": "magic"},
            f"method must be one of {', '.join(METHODS)}, not magic",
        ),
        ({"restarts": 0}, "restarts must be a whole number, 1 or more, not 0"),
        ({"jobs": 0}, "jobs must be a whole number, 1 or more, not 0"),
        ({"every": 0}, "every must be a whole number, 1 or more, not 0"),
        ({"seed": -1}, "seed must be a whole number, 0 or more, not -1"),
        ({"sweeps": 0}, "sweeps must be a whole number, 1 or more, not 0"),
        ({"method": "mc", "steps": -5}, "steps must be a whole number, 1 or more, not -5"),
        ({"steps": 5}, "greedy has no option steps; it has sweeps"),
        ({"method": "mc", "sweeps": 5}, "mc has no option sweeps; it has steps"),
        (
            {"start": np.zeros(783)},
            "start: expected 784 numbers or 28 rows of 28, found shape (783,)",
        ),
        (
            {"start": np.zeros(784), "restarts": 2},
            "greedy is deterministic, so restarts from the same start are identical; leave "
            "out either the start or the restarts",
        ),
    ],
)
def test_invalid_arguments_are_refused(small, arguments, message):
    with pytest.raises(idea.IdeaError) as error:
        idea.find(small, **({"target": 5} | arguments))
    if message:
        assert str(error.value) == message


def test_frames_that_fill_the_memory_are_named(monkeypatch):
    class Full:
        """A model on a machine whose memory ends."""

        left = 5_000

        def logits(self, images):
            self.left -= len(images)
            if self.left < 0:
                raise MemoryError
            return np.tile(images.sum(axis=1, keepdims=True), 10)

    with pytest.raises(MemoryError) as error:
        idea.find(Full(), 5, "steepest", start=np.zeros(784), every=1)
    assert not str(error.value)
    monkeypatch.setattr("idea.core.runs._MANY", 2)
    with pytest.raises(MemoryError, match=r"a search keeps all of its frames, .* a larger every"):
        idea.find(Full(), 5, "steepest", start=np.zeros(784), every=1)
