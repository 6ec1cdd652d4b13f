"""Beam search for flips, and leaving out those that aren't needed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import idea
from idea.attacks.beam import beam, polished, reduced
from idea.attacks.problem import Criterion, Problem


def slow_margin(logits, criterion):
    others = [logit for digit, logit in enumerate(logits) if digit not in criterion]
    return (max(others) if criterion.target is None else logits[criterion.target]) - (
        logits[criterion.label]
        if criterion.target is None
        else max(np.delete(logits, criterion.target))
    )


def flipped(image, flips):
    changed = np.array(image, np.float32)
    for pixel in flips:
        changed[pixel] = 1 - changed[pixel]
    return changed


def margin_after(model, image, flips, criterion):
    return slow_margin(model.logits(flipped(image, flips)[np.newaxis])[0], criterion)


def binary(seed):
    return (np.random.default_rng(seed).random(784) < 0.2).astype(np.float32)


@pytest.fixture
def real(mnist_subset):
    return (mnist_subset.test_images[:6].reshape(-1, 784) >= 128).astype(np.float32)


def test_a_margin_is_the_lead_over_the_best_of_the_others():
    logits = np.random.default_rng(0).normal(size=(4, 10))
    for label in range(10):
        for target in (None, *(set(range(10)) - {label})):
            criterion = Criterion(label, target)
            expected = [slow_margin(row, criterion) for row in logits]
            assert criterion.margins(logits).tolist() == expected
            reached = logits.argmax(axis=1) != label
            if target is not None:
                reached = logits.argmax(axis=1) == target
            assert np.array_equal(criterion.margins(logits) > 0, reached)


@pytest.mark.slow
def test_of_width_one_each_flip_is_the_best_one_and_the_last_fools(small, each_backend):
    image = binary(2)
    problem = Problem(small, image)
    criterion = Criterion(problem.label, (problem.label + 1) % 10)
    sets = list(beam(problem, criterion, 1))
    assert len(sets) > 1
    for before, after in itertools.pairwise(sets):
        pixels = sorted(set(range(784)) - before)
        logits = small.logits(np.stack([flipped(image, before | {pixel}) for pixel in pixels]))
        margins = {
            pixel: slow_margin(row, criterion) for pixel, row in zip(pixels, logits, strict=True)
        }
        assert after == before | {max(margins, key=margins.get)}
    leads = [margin_after(small, image, flips, criterion) for flips in sets]
    assert leads == sorted(leads)
    assert leads[-1] > 0 >= leads[-2]


def test_a_wider_beam_begins_with_the_best_single_flip_and_holds_distinct_sets(small):
    problem = Problem(small, binary(3))
    criterion = Criterion(problem.label, None)
    narrow, wide = (list(beam(problem, criterion, width)) for width in (1, 8))
    assert wide[1] == narrow[1]
    assert len(wide) <= len(narrow)
    assert [len(flips) for flips in wide] == list(range(len(wide)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "convnet"])
def test_no_flip_can_be_left_out(real, name):
    model = idea.load_model(name)
    for image in real[:3]:
        problem = Problem(model, image)
        for target in (None, (problem.label + 3) % 10):
            criterion = Criterion(problem.label, target)
            *_, found = beam(problem, criterion, 2)
            clutter = frozenset(range(392, 396)) - found
            flips = (
                reduced(problem, criterion, found | clutter)
                if margin_after(model, image, found | clutter, criterion) > 0
                else reduced(problem, criterion, found)
            )
            assert margin_after(model, image, flips, criterion) > 0
            for pixel in flips:
                assert margin_after(model, image, flips - {pixel}, criterion) <= 0


def test_two_flips_are_replaced_by_one_where_that_will_do():
    W = np.zeros((10, 784), np.float32)
    W[5, [3, 4, 7]] = 1, 1, 2
    b = np.zeros(10, np.float32)
    b[0], b[1:] = 1.5, -9
    b[5] = 0
    problem = Problem(idea.MLP([(W, b)]), np.zeros(784))
    criterion = Criterion(0, 5)
    assert reduced(problem, criterion, frozenset([3, 4]), pairs=0) == {3, 4}
    assert reduced(problem, criterion, frozenset([3, 4])) == {7}


@pytest.mark.slow
def test_flips_are_ordered_so_that_the_last_one_reaches_the_criterion(shipped, real):
    for image in real:
        problem = Problem(shipped, image)
        criterion = Criterion(problem.label, (problem.label + 1) % 10)
        *_, found = beam(problem, criterion, 4)
        trail = polished(problem, criterion, found)
        assert len(trail.logits) == len(trail.flips) + 1
        for n, logits in enumerate(trail.logits):
            margin = margin_after(shipped, image, trail.flips[:n], criterion)
            assert slow_margin(logits, criterion) == pytest.approx(margin)
            assert (margin > 0) == (n == len(trail.flips))
            if n and n < len(trail.flips):
                here = [
                    margin_after(shipped, image, (*trail.flips[: n - 1], pixel), criterion)
                    for pixel in trail.flips[n - 1 :]
                ]
                assert max(here) == here[0]


def test_it_ends_where_no_flip_helps():
    def logits(images):  # of one pixel, which alone can't win
        out = np.zeros((len(images), 10))
        out[:, 3] = 2
        out[:, 5] = images[:, 7]
        return out

    problem = Problem(idea.Model.from_function(logits), np.zeros(784))
    assert list(beam(problem, Criterion(3, 5), 4)) == [frozenset(), frozenset([7])]
    assert polished(problem, Criterion(3, 5), frozenset([7])).flips == (7,)
    assert list(beam(problem, Criterion(3, 3), 4)) == [frozenset()]  # it is a 3 already
