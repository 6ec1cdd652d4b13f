"""What judging ahead, and remembering, spares; and that models of any habit bear it."""

from __future__ import annotations

import numpy as np
import pytest

from idea.core.state.dense import DenseState

from conftest import start_of


def pairs():
    """The proposals of a sweep of greedy from a binary image."""
    thresholds = np.tile([np.nextafter(0, -1), 0], 784)
    return np.repeat(np.arange(784), 2), np.tile([1, 0], 784), thresholds


class Counting:
    """Wraps a model and records the sizes of its batches."""

    def __init__(self, model):
        self.model = model
        self.counted = []

    def logits(self, images):
        self.counted.append(len(images))
        return self.model.logits(images)


def test_what_is_known_of_an_image_is_not_evaluated_again(small):
    model = Counting(small)
    state = DenseState(model, 0, start_of("binary", 12))
    while state.walk(*pairs()).any():
        pass
    assert state.gains().max() <= 0
    before = state.evaluations
    assert not state.walk(*pairs()).any()
    assert state.first(*pairs()) is None
    assert state.gains().max() <= 0
    assert state.evaluations == before
    state.set(5, 1 - state.image[5])
    assert state.gains()[5] >= 0
    assert state.evaluations > before + 700


def test_quiet_stretches_are_evaluated_in_long_batches(small):
    model = Counting(small)
    state = DenseState(model, 0, start_of("binary", 13))
    while state.walk(*pairs()).any():
        pass
    for _ in range(2):  # there and back: what was known is forgotten
        state.set(5, 1 - state.image[5])
    model.counted.clear()
    assert not state.walk(*pairs()).any()
    assert sum(model.counted) == 785
    assert len(model.counted) < 30


@pytest.mark.parametrize("habit", ["scales its argument", "uses its answer again"])
def test_a_models_habits_do_no_harm(habit, small):
    answers = {}

    class Habitual:
        def logits(self, images):
            if habit == "scales its argument":
                images *= 0.5
                return small.logits(images * 2)
            answer = answers.setdefault(len(images), np.empty((len(images), 10)))
            answer[:] = small.logits(images)
            return answer

    image = start_of("grey", 15)
    states = [DenseState(model, 1, image) for model in (Habitual(), small)]
    made = [state.walk(*pairs()) for state in states]
    assert np.array_equal(*made)
    assert np.array_equal(states[0].image, states[1].image)
    assert np.array_equal(states[0].gains(), states[1].gains())


def test_a_noisy_models_search_ends(small):
    rng = np.random.default_rng(16)

    class Noisy:
        def logits(self, images):
            return small.logits(images) + rng.normal(size=(len(images), 10))

    state = DenseState(Noisy(), 0, start_of("grey", 16))
    assert state.walk(*pairs()).any()
    assert state.gains().shape == (784,)
