"""Proofs: against all images of tiny networks, and what is message of larger ones."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import idea
from idea.errors import OptionError
from idea.verification import linear_program
from idea.verification.branch_and_bound import CLOSE, Part, Tree
from idea.verification.certificate import Multipliers, certify
from idea.verification.crown import Reach
from idea.verification.intervals import box_of
from idea.verification.layers import Dense, Stage
from idea.verification.linear_program import Program
from idea.verification.prove import prove, verdict

from conftest import random_layers
from tiny import all_images, corners, random_box, tiny, units_of


@pytest.fixture
def solver():
    return pytest.importorskip("highspy")


def grow(layers, weights, image):
    """The tree of a tiny network, which climbs nowhere."""
    return Tree(
        layers,
        weights,
        lambda image: float(units_of(layers, image[np.newaxis])[-1][0] @ weights),
        lambda image: image,
        image,
    )


@pytest.mark.parametrize(
    "widths", [(10, 3), (10, 4, 2), (12, 6, 5, 3), (16, 5, 5, 2), (10, 4, 4, 4, 2)]
)
@pytest.mark.parametrize("seed", range(4))
def test_the_tree_finds_the_best_of_all_images_and_proves_it(solver, widths, seed):
    layers = tiny(widths, seed)
    weights = np.random.default_rng(seed).normal(size=widths[-1])
    values = units_of(layers, all_images(widths[0]))[-1] @ weights
    tree = grow(layers, weights, np.zeros(widths[0]))
    bounds = []
    while tree.step(10):
        bounds.append(tree.bound)
        assert bounds[-1] >= values.max()
    image, value = tree.best
    assert value >= values.max() - CLOSE * abs(values.max())
    assert value == pytest.approx(float(units_of(layers, image[np.newaxis])[-1][0] @ weights))
    assert 0 <= tree.bound - value <= CLOSE * abs(value)
    assert bounds == sorted(bounds, reverse=True)
    assert np.isin(image, (0, 1)).all()


def test_a_tree_begins_with_the_linear_bound(solver):
    layers = tiny((10, 4, 2), 0)
    weights = np.array([1.0, 0.0])
    linear = Reach([Stage(layer) for layer in layers], box_of(0, 1, 10)).linear(weights)
    assert grow(layers, weights, np.ones(10)).bound == linear


@given(seed=st.integers(0, 10**6), size=st.sampled_from([0.0, 0.1, 1.0, 1e3, 1e9]))
@settings(max_examples=60)
def test_whatever_the_multipliers_the_certificate_holds(seed, size):
    layers = tiny((9, 5, 4, 2), seed)
    rng = np.random.default_rng(seed)
    box = random_box(9, rng)
    images = corners(box)
    weights = rng.normal(size=2)
    reach = Reach([Stage(layer) for layer in layers], box)
    multipliers = [
        Multipliers(rng.normal(size=n) * size, rng.random(n) * size, rng.random(n) * size)
        for n in (5, 4)
    ]
    certificate = certify(layers, reach, weights, multipliers)
    values = units_of(layers, images)[-1] @ weights
    assert values.max() <= certificate.bound
    # And each cost is what the bound falls by at a pixel's worse end.
    for pixel in np.flatnonzero(box.upper - box.lower == 1):
        worse = 0 if certificate.costs[pixel] > 0 else 1
        there = values[images[:, pixel] == worse]
        fallen = certificate.bound - abs(certificate.costs[pixel]) + certificate.margin
        assert there.max() <= fallen


@pytest.mark.parametrize("widths", [(12, 1), (12, 5, 4, 1)])
@pytest.mark.parametrize("seed", range(10))
def test_no_image_that_is_better_than_enough_is_left_out(solver, widths, seed):
    layers = tiny(widths, seed)
    images = all_images(12)
    values = units_of(layers, images)[-1][:, 0]
    whole = Part(np.zeros(12, bool), np.ones(12, bool), ())
    reach = Reach([Stage(layer) for layer in layers], whole.box())
    relaxed = Program(layers, np.ones(1)).solve(reach, 10)
    certificate = certify(layers, reach, np.ones(1), relaxed.multipliers)
    for cost in np.sort(np.abs(certificate.costs)):
        for share in (0.999, 1.001, 1.9):  # of it, by which the bound is above what is enough
            enough = certificate.bound - cost * share + 2 * certificate.margin
            fixed = whole.fix(certificate, enough)
            assert (fixed.lower | ~fixed.upper).any() or share > 1
            box = fixed.box()
            kept = ((images >= box.lower) & (images <= box.upper)).all(axis=1)
            assert values[~kept].max(initial=-np.inf) <= enough


@pytest.mark.parametrize("seed", range(10))
def test_the_certificate_is_as_good_as_the_linear_program(solver, seed):
    layers = tiny((20, 6, 5, 3), seed)
    weights = np.array([1.0, 0.0, 0.0])
    reach = Reach([Stage(layer) for layer in layers], box_of(0, 1, 20))
    relaxed = Program(layers, weights).solve(reach, 10)
    bound = certify(layers, reach, weights, relaxed.multipliers).bound
    assert units_of(layers, relaxed.image[np.newaxis])[-1][0, 0] <= bound
    assert bound <= reach.linear(weights) + 1e-6  # whose lines are no better than the triangle


def test_signs_that_no_image_has_are_proved_by_a_ray(solver):
    # The first unit wants more than one of two pixels, the second less; each alone can be had.
    first = Dense(np.array([[2.0, 2.0], [-2.0, -2.0]]), np.array([-3.0, 1.0]))
    layers = [first, Dense(np.array([[1.0, 1.0]]), np.array([5.0]))]
    reach = Reach([Stage(layer) for layer in layers], box_of(0, 1, 2), [np.ones(2, np.int8)])
    assert not reach.empty
    relaxed = Program(layers, np.ones(1)).solve(reach, 10)
    assert certify(layers, reach, np.ones(1), relaxed.multipliers).bound < -1000


def test_a_small_network_is_proved(solver):
    model = idea.MLP(random_layers(3, 1))
    start = np.zeros(784, np.float32)
    proof = prove(model, 5, start, seconds=60)
    assert proof.value > model.logits(start[np.newaxis])[0, 5]
    assert proof.value == model.logits(proof.image.reshape(1, 784))[0, 5]
    assert np.isin(proof.image, (0, 1)).all()
    assert 0 <= proof.bound - proof.value <= CLOSE * proof.value
    assert verdict(proof.value, proof.bound).startswith("proved optimal")
    assert not proof.interrupted
    found = idea.find(model, 5, restarts=20)
    assert found.energy <= proof.bound
    again = prove(model, 5, proof.image)
    assert (again.value, again.image.tobytes()) == (proof.value, proof.image.tobytes())


@pytest.mark.slow
def test_whatever_time_there_was_the_bound_holds(solver):
    model = idea.MLP(random_layers(8, 2))
    best = prove(model, 3, np.zeros(784), seconds=10)
    for seconds in (1e-9, 0.01, 0.05):
        proof = prove(model, 3, np.zeros(784), seconds=seconds)
        assert proof.value <= proof.bound
        assert proof.bound >= best.value
        assert proof.seconds < best.seconds + 1


def test_ctrl_c_leaves_what_is_proved_so_far(solver):
    def interrupt(tree):
        seen.append((tree.best[1], tree.bound))
        if len(seen) == 3:
            raise KeyboardInterrupt

    seen = []
    proof = prove(idea.MLP(random_layers(8, 2)), 3, np.zeros(784), on_part=interrupt)
    assert proof.interrupted
    assert (proof.parts, proof.value, proof.bound) == (3, *seen[-1])
    assert np.isfinite(proof.bound)


def test_a_network_without_hidden_units_is_proved_at_once(solver):
    (W, b), *_ = random_layers(10, 0)
    proof = prove(idea.MLP([(W, b)]), 7, np.zeros(784))
    assert np.array_equal(proof.image.ravel() == 1, W[7] > 0)
    assert verdict(proof.value, proof.bound).startswith("proved optimal")


@pytest.mark.parametrize(
    ("value", "bound", "message"),
    [
        (40, 40, "proved optimal, to a millionth: no image scores higher than 40.0000"),
        (40, 40.00003, "proved optimal, to a millionth: no image scores higher than 40.0001"),
        (-40, -39.99997, "proved optimal, to a millionth: no image scores higher than -39.9999"),
        (40, 40.00005, "any better image is at most 0.00013 % better"),
        (40, 40.08, "any better image is at most 0.20 % better"),
        (40, 40.0801, "any better image is at most 0.21 % better"),
        (40, 79.9, "any better image is at most 100 % better"),
        (-10, -9, "any better image is at most 10 % better"),
        (40, 80, "no useful bound (2.0 times the best known)"),
        (40, 80.01, "no useful bound (2.1 times the best known)"),
        (-40, 3, "no image scores higher than 3.0000"),
        (0, 1e-12, "no image scores higher than 0.0001"),
    ],
)
def test_the_verdict_never_claims_more_than_is_proved(value, bound, message):
    assert verdict(value, bound) == message


def test_what_cannot_be_proved_is_refused(monkeypatch):
    model = idea.MLP(random_layers(2, 0))
    for arguments, message in [
        ((model, 10, np.zeros(784)), "digit must be one of 0…9, not 10"),
        (
            (model, 5, np.full(784, 0.5)),
            "image: expected a binary image, of 0 and 1, found greys",
        ),
        ((idea.Model.from_function(len), 5, np.zeros(784)), "an exact proof takes an MLP, found "),
    ]:
        with pytest.raises(idea.IdeaError) as error:
            prove(*arguments)
        assert str(error.value).startswith(message)
    with pytest.raises(OptionError, match="seconds must be a number, more than 0, not 0"):
        prove(model, 5, np.zeros(784), seconds=0)
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(ImportError) as error:
        prove(model, 5, np.zeros(784))
    assert str(error.value) == (
        "an exact proof needs a package that is not installed (import of highspy halted; None in "
        "sys.modules): pip install highspy"
    )


def test_a_long_linear_program_is_solved_in_a_thread_that_ctrl_c_ends(solver, monkeypatch):
    monkeypatch.setattr(linear_program, "_SHORT", 0)
    layers, weights = tiny((10, 4, 2), 0), np.ones(2)
    best = (units_of(layers, all_images(10))[-1] @ weights).max()
    whole, waits = solver.Highs.wait, []

    def wait(self, seconds):
        waits.append(seconds)
        if len(waits) == 1:
            raise KeyboardInterrupt
        return whole(self, seconds)

    monkeypatch.setattr(solver.Highs, "wait", wait)
    tree = grow(layers, weights, np.zeros(10))
    with pytest.raises(KeyboardInterrupt):
        tree.step(10)
    assert tree.bound >= best
    while tree.step(10):
        pass
    assert len(waits) > 2
    assert tree.best[1] == pytest.approx(best)
