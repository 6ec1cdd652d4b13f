"""Beam search for flips, and leaving out those that aren't needed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import idea
from idea.attacks.beam import beam, polished, reduced
from idea.attacks.problem import Case, Goal


def slow_margin(logits, goal):
    others = [logit for digit, logit in enumerate(logits) if digit not in goal]
    return (max(others) if goal.target is None else logits[goal.target]) - (
        logits[goal.label] if goal.target is None else max(np.delete(logits, goal.target))
    )


def margin_after(model, image, flips, goal):
    changed = np.array(image, np.float32)
    for pixel in flips:
        changed[pixel] = 1 - changed[pixel]
    return slow_margin(model.logits(changed[np.newaxis])[0], goal)


def binary(seed):
    return (np.random.default_rng(seed).random(784) < 0.2).astype(np.float32)


@pytest.fixture
def real(few):
    return (few.test_images[:6].reshape(-1, 784) >= 128).astype(np.float32)


def test_a_margin_is_the_lead_over_the_best_of_the_others():
    logits = np.random.default_rng(0).normal(size=(4, 10))
    for label in range(10):
        for target in (None, *(set(range(10)) - {label})):
            goal = Goal(label, target)
            expected = [slow_margin(row, goal) for row in logits]
            assert goal.margins(logits).tolist() == expected
            reached = logits.argmax(axis=1) != label
            if target is not None:
                reached = logits.argmax(axis=1) == target
            assert np.array_equal(goal.margins(logits) > 0, reached)


def test_of_width_one_each_flip_is_the_best_one_and_the_last_fools(small, each_backend):
    image = binary(2)
    case = Case(small, image)
    goal = Goal(case.label, (case.label + 1) % 10)
    sets = list(beam(case, goal, 1))
    assert len(sets) > 1
    for before, after in itertools.pairwise(sets):
        margins = {
            pixel: margin_after(small, image, before | {pixel}, goal)
            for pixel in set(range(784)) - before
        }
        assert after == before | {max(margins, key=margins.get)}
    leads = [margin_after(small, image, flips, goal) for flips in sets]
    assert leads == sorted(leads)
    assert leads[-1] > 0 >= leads[-2]


def test_a_wider_beam_begins_with_the_best_single_flip_and_holds_distinct_sets(small):
    case = Case(small, binary(3))
    goal = Goal(case.label, None)
    narrow, wide = (list(beam(case, goal, width)) for width in (1, 8))
    assert wide[1] == narrow[1]
    assert len(wide) <= len(narrow)
    assert [len(flips) for flips in wide] == list(range(len(wide)))


@pytest.mark.parametrize("name", ["mlp", "convnet"])
def test_no_flip_can_be_left_out(real, name):
    model = idea.load_model(name)
    for image in real:
        case = Case(model, image)
        for target in (None, (case.label + 3) % 10):
            goal = Goal(case.label, target)
            *_, found = beam(case, goal, 2)
            clutter = frozenset(range(392, 396)) - found
            flips = (
                reduced(case, goal, found | clutter)
                if margin_after(model, image, found | clutter, goal) > 0
                else reduced(case, goal, found)
            )
            assert margin_after(model, image, flips, goal) > 0
            for pixel in flips:
                assert margin_after(model, image, flips - {pixel}, goal) <= 0


def test_two_flips_are_replaced_by_one_where_that_will_do():
    W = np.zeros((10, 784), np.float32)
    W[5, [3, 4, 7]] = 1, 1, 2
    b = np.zeros(10, np.float32)
    b[0], b[1:] = 1.5, -9
    b[5] = 0
    case = Case(idea.MLP([(W, b)]), np.zeros(784))
    goal = Goal(0, 5)
    assert reduced(case, goal, frozenset([3, 4]), pairs=0) == {3, 4}
    assert reduced(case, goal, frozenset([3, 4])) == {7}


def test_flips_are_played_so_that_the_last_one_fools(shipped, real):
    for image in real:
        case = Case(shipped, image)
        goal = Goal(case.label, (case.label + 1) % 10)
        *_, found = beam(case, goal, 4)
        trail = polished(case, goal, found)
        assert len(trail.logits) == len(trail.flips) + 1
        for n, logits in enumerate(trail.logits):
            margin = margin_after(shipped, image, trail.flips[:n], goal)
            assert slow_margin(logits, goal) == pytest.approx(margin)
            assert (margin > 0) == (n == len(trail.flips))
            if n and n < len(trail.flips):
                here = [
                    margin_after(shipped, image, (*trail.flips[: n - 1], pixel), goal)
                    for pixel in trail.flips[n - 1 :]
                ]
                assert max(here) == here[0]


def test_it_ends_where_no_flip_helps():
    def logits(images):  # of one pixel, which alone can't win
        out = np.zeros((len(images), 10))
        out[:, 3] = 2
        out[:, 5] = images[:, 7]
        return out

    case = Case(idea.Model.from_function(logits), np.zeros(784))
    assert list(beam(case, Goal(3, 5), 4)) == [frozenset(), frozenset([7])]
    assert polished(case, Goal(3, 5), frozenset([7])).flips == (7,)
    assert list(beam(case, Goal(3, 3), 4)) == [frozenset()]  # it is a 3 already
