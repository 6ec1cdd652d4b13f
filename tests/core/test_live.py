"""A watched search: the same as an unwatched one, and its watcher decides how far it goes."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import idea
from idea.core.strategies import METHODS

from conftest import start_of


@pytest.mark.nightly_cases(keep=8)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("greedy", {"sweeps": 2}),
        ("mc", {"steps": 900}),
        ("steepest", {"flips": 40, "every": 3}),
        ("guided", {"every": 2}),
        ("anneal", {"steps": 5000}),
        ("best", {"starts": 2, "patience": 2, "every": 1}),
    ],
)
@pytest.mark.parametrize("start", [None, "grey"])
def test_it_comes_to_what_find_comes_to(small, each_backend, method, options, start, monkeypatch):
    if each_backend == "dense":  # which takes long; the kernel has steps of its own
        monkeypatch.setattr(sys.modules["idea.core.strategies.best"], "_ANNEALING_STEPS", 2000)
    image = None if start is None else start_of(start, 1)
    settings = {"seed": 3, "start": image, "every": 100} | options
    expected = idea.find(small, 5, method, **settings)
    watch = idea.Watch(small, 5, method, **settings)
    frames = list(watch)
    assert [f.step for f in frames] == [f.step for f in expected.trace]
    for frame, other in zip(frames, expected.trace, strict=True):
        assert np.array_equal(frame.image, other.image)
        assert frame.energy == other.energy
    ideal = watch.ideal()
    assert np.array_equal(ideal.image, expected.image)
    assert ideal.energy == expected.energy
    assert ideal.locally_optimal == expected.locally_optimal
    assert ideal.evaluations == expected.evaluations


def test_the_best_image_so_far_is_available_at_any_frame(small):
    watch = idea.Watch(small, 5, every=100)
    for frame in watch:
        ideal = watch.ideal()
        assert np.array_equal(ideal.image, frame.image)
        logits = small.logits(frame.image.reshape(1, 784))[0]
        assert ideal.logits == pytest.approx(logits)
        if frame.step == 300:
            break
    assert not ideal.locally_optimal
    rest = [frame.step for frame in watch]
    assert rest[0] == 400
    assert watch.ideal().energy > ideal.energy


def test_nothing_is_evaluated_ahead_of_the_frames():
    calls = []

    def logits(images):
        calls.append(len(images))
        return images[:, :10]

    watch = idea.Watch(idea.Model.from_function(logits), 5, every=50)
    next(iter(watch))
    after_the_first = len(calls)
    next(iter(watch))
    assert len(calls) > after_the_first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": 10}, "digit must be one of 0…9, not 10"),
        (
            {"method": "luck"},
            f"method must be one of {', '.join(METHODS)}, not luck",
        ),
        ({"restarts": 2}, "greedy has no option restarts; it has sweeps"),
        ({"every": 0}, "every must be a whole number, 1 or more, not 0"),
        ({"start": [0.5]}, "start: expected 784 numbers or 28 rows of 28, found shape (1,)"),
    ],
)
def test_invalid_arguments_are_refused_before_it_begins(small, arguments, message):
    with pytest.raises(idea.IdeaError) as caught:
        idea.Watch(small, **{"target": 5} | arguments)
    assert str(caught.value).startswith(message)
