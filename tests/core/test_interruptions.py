"""What find brings when it is interrupted."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import idea
from idea.attacks import search
from idea.attacks.problem import Problem
from idea.core import find
from idea.core.state.dense import DenseState
from idea.core.stopping import StoppedError, stopping_when

pytestmark = pytest.mark.usefixtures("each_backend")


def test_an_interruption_brings_the_best_so_far(small):
    def stop(frame):
        if frame.restart == 2 and frame.step >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(idea.Interrupted) as caught:
        idea.find(small, 5, restarts=5, jobs=1, on_frame=stop)
    whole = idea.find(small, 5, restarts=2)
    assert isinstance(caught.value, KeyboardInterrupt)
    assert caught.value.ideal.restarts == 3
    assert caught.value.ideal.energy >= whole.energy


def test_a_second_interruption_still_brings_the_best(small):
    class Slow:
        """Interrupts its first evaluation after the search was interrupted, but for one image."""

        stopped = False

        def logits(self, images):
            if self.stopped and len(images) > 1:
                raise KeyboardInterrupt
            return small.logits(images)

    model = Slow()

    def stop(frame):
        if frame.step >= 1000:
            model.stopped = True
            raise KeyboardInterrupt

    with pytest.raises(idea.Interrupted) as caught:
        idea.find(model, 5, on_frame=stop)
    ideal = caught.value.ideal
    assert np.isnan(ideal.best_gain_left)
    assert not ideal.locally_optimal
    assert ideal.energy > ideal.trace[0].energy


def test_an_interruption_of_several_digits_brings_the_best_of_each_under_way(small):
    def stop(frame):
        if (frame.target, frame.restart) == (4, 1):
            raise KeyboardInterrupt

    found: list[idea.Ideal] = []
    with pytest.raises(idea.Interrupted) as caught:
        found.extend(idea.find_all(small, [3, 4, 5], restarts=3, jobs=1, on_frame=stop))
    assert [(ideal.digit, ideal.restarts) for ideal in found] == [(3, 3)]
    assert [(i.digit, i.restarts) for i in caught.value.ideals] == [(4, 2)]
    assert caught.value.ideal is caught.value.ideals[0]
    assert str(caught.value) == "the search for 4 was interrupted"
    assert caught.value.ideal.energy >= idea.find(small, 4).energy


def test_an_interruption_ends_all_threads(small):
    def stop(frame):
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(idea.Interrupted) as caught:
        list(idea.find_all(small, restarts=50, jobs=3, on_frame=stop))
    assert threading.active_count() == before
    assert [ideal.digit for ideal in caught.value.ideals] == [0]


def test_an_interruption_does_not_wait_for_the_next_frame(small):
    """Which comes late, or never: the method `best` climbs 150 times between two of these."""

    class Slow:
        threadsafe = True

        def __init__(self):
            self.calls = 0

        def logits(self, images):
            self.calls += 1
            return small.logits(images)

    def stop(frame):
        raise KeyboardInterrupt

    model = Slow()
    with pytest.raises(KeyboardInterrupt):
        list(idea.find_all(model, [3, 4], "best", every=10**6, jobs=2, on_frame=stop))
    # A climb alone makes a hundred; by when the other thread is stopped depends on the machine.
    assert model.calls < 1000


class Counting:
    """A model that counts its calls."""

    def __init__(self, model):
        self.calls = 0
        self.logits = lambda images: self._logits(model, images)

    def _logits(self, model, images):
        self.calls += 1
        return model.logits(images)


def test_every_batch_of_evaluations_looks_whether_to_stop(small):
    model = Counting(small)
    state = DenseState(model, 5, np.zeros(784))
    problem = Problem(model, np.zeros(784))
    sets = [{pixel} for pixel in range(200)]
    for work in (state.gains, state.neighbours, lambda: problem.exact(sets)):
        model.calls = 0
        with pytest.raises(StoppedError), stopping_when(lambda: model.calls >= 2):
            work()
        assert model.calls == 2
    with pytest.raises(StoppedError), stopping_when(lambda: True):
        problem.neighbours(frozenset())


def test_a_slow_model_leaves_no_time_for_the_largest_gain(small, monkeypatch):
    def stop(frame):
        if frame.step >= 1000:
            raise KeyboardInterrupt

    monkeypatch.setattr(find, "_TIME_FOR_GAINS", -1)
    with pytest.raises(idea.Interrupted) as caught:
        idea.find(small, 5, on_frame=stop)
    ideal = caught.value.ideal
    assert np.isnan(ideal.best_gain_left)
    assert not ideal.locally_optimal
    assert not ideal.flat


def test_flips_that_were_to_be_made_fewer_are_kept(small, monkeypatch):
    def polished(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "polished", polished)
    with pytest.raises(idea.AttackInterrupted) as caught:
        idea.fewest_flips(small, np.zeros(784))
    (attack,) = caught.value.attacks
    assert attack.flips
    after = small.logits(attack.after.reshape(1, 784))[0].argmax()
    assert attack.prediction == after != attack.label
