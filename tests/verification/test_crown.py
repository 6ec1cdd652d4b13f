"""No image exceeds its bound: against all images of tiny networks, and searches of real ones."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import idea
from idea.errors import OptionError
from idea.networks.bundled import BUNDLED
from idea.verification.crown import Reach, reach
from idea.verification.intervals import Box, box_of, gamma
from idea.verification.layers import Dense, Stage, stages_of
from idea.verification.relaxation import chord

from conftest import random_convolutions, random_layers
from tiny import all_images, corners, random_box, tiny, units_of

WIDTHS = [(10, 3), (10, 6, 2), (12, 5, 5, 3), (9, 4, 6, 4, 2)]


def stages(layers):
    return [Stage(layer) for layer in layers]


@pytest.mark.parametrize("widths", WIDTHS)
@given(seed=st.integers(0, 10**6), scale=st.sampled_from([1e-3, 1.0, 1e4]))
@settings(max_examples=25)
def test_no_image_of_a_box_exceeds_a_bound(widths, seed, scale):
    layers = tiny(widths, seed, scale)
    rng = np.random.default_rng(seed)
    box = random_box(widths[0], rng)
    *hidden, outputs = units_of(layers, corners(box))
    reached = Reach(stages(layers), box)
    for weights in (rng.normal(size=widths[-1]), np.eye(widths[-1])[0]):
        for signed in (weights, -weights):
            assert (outputs @ signed).max() <= reached.linear(signed) <= reached.interval(signed)
    for units, able in zip(hidden, reached.units, strict=True):
        slack = 1e-12 * np.abs(units).max()  # of the forward pass here
        assert (able.lower - slack <= units).all()
        assert (units <= able.upper + slack).all()


@pytest.mark.parametrize("widths", WIDTHS)
def test_of_a_single_image_the_bound_is_the_forward_pass(widths):
    for seed in range(20):
        layers = tiny(widths, seed)
        image = np.random.default_rng(seed).random(widths[0])
        output = units_of(layers, image[np.newaxis])[-1][0]
        reached = Reach(stages(layers), Box(image, image))
        for digit, weights in enumerate(np.eye(widths[-1])):
            assert (
                output[digit] <= reached.linear(weights) == pytest.approx(output[digit], abs=1e-9)
            )


def test_the_bounds_hold_where_rounding_is_at_its_worst():
    # 1e8 and its negative all but cancel, and what is left is what rounding leaves uncertain.
    rng = np.random.default_rng(0)
    for _ in range(50):
        big = (rng.normal(size=40) * 1e8).astype(np.float32).astype(float)
        small = rng.normal(size=5).astype(np.float32).astype(float)
        W = rng.permutation(np.concatenate([big, -big, small]))[np.newaxis]
        first, last = Dense(np.eye(85), np.zeros(85)), Dense(np.ones((1, 1)), np.zeros(1))
        exact = sum(map(Fraction, W[0]))
        image = np.ones(85)
        for before in ([], [first]):
            reached = Reach(stages([*before, Dense(W, np.zeros(1)), last]), Box(image, image))
            assert max(exact, 0) <= Fraction(reached.linear([1.0]))
            able = reached.units[-1]
            assert Fraction(able.lower[0]) <= exact <= Fraction(able.upper[0])


def test_a_part_of_a_box_has_no_higher_bound_by_intervals():
    for seed in range(30):
        layers = tiny((10, 6, 6, 3), seed)
        rng = np.random.default_rng(seed)
        box = random_box(10, rng)
        inner = np.sort(box.lower + (box.upper - box.lower) * rng.random((2, 10)), axis=0)
        whole, part = Reach(stages(layers), box), Reach(stages(layers), Box(*inner))
        weights = rng.normal(size=3)
        assert part.interval(weights) <= whole.interval(weights) + 1e-9
        if seed % 2:  # and where pixels are all that is decided, step by step
            assert part.linear(weights) <= whole.interval(weights) + 1e-9


def test_known_signs_bound_the_images_that_have_them():
    narrower = 0
    for seed in range(40):
        layers = tiny((10, 5, 4, 2), seed)
        rng = np.random.default_rng(seed)
        signs = [rng.integers(-1, 2, n).astype(np.int8) for n in (5, 4)]
        *hidden, outputs = units_of(layers, all_images(10))
        fits = np.logical_and.reduce(
            [(units * known >= 0).all(axis=1) for units, known in zip(hidden, signs, strict=True)]
        )
        free = Reach(stages(layers), box_of(0, 1, 10))
        reached = Reach(stages(layers), box_of(0, 1, 10), signs)
        assert not (reached.empty and fits.any())
        if fits.any():
            assert outputs[fits, 0].max() <= reached.linear([1, 0])
            narrower += reached.linear([1, 0]) < free.linear([1, 0])
    assert narrower > 5


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1))
def test_the_chord_lies_above_relu(one, other, share):
    lower, upper = sorted((one, other))
    slope, shift = chord(Box(np.array([lower]), np.array([upper])))
    inner = min(max(lower + share * (upper - lower), lower), upper)
    for a in (lower, inner, upper):
        assert Fraction(slope[0]) * Fraction(a) + Fraction(shift[0]) >= max(Fraction(a), 0)
    assert 0 <= slope[0] <= 1
    assert shift[0] <= max(upper, 0) * (1 + 1e-15) + 1e-300


def test_more_summands_have_more_rounding():
    assert 0 < gamma(1) < gamma(10) < gamma(1000) < 1e-12


CONVOLUTIONS = [[(3, 3, True), (4, 3, True)], [(2, 5, False), (3, 4, True)], [(2, 27, True)]]


@pytest.mark.parametrize("shapes", CONVOLUTIONS)
def test_the_parts_of_a_cnn_make_its_logits(shapes):
    model = idea.CNN(*random_convolutions(shapes, [7], seed=1))
    image = np.random.default_rng(0).random(784, np.float32)
    h = image.astype(float)
    for number, stage in enumerate(stages_of(model)):
        if number:
            h = np.maximum(h, 0)
        before, h = h, stage.affine.forward(h)
        rows = np.random.default_rng(number).normal(size=(3, len(h)))
        assert stage.affine.back(rows) @ before == pytest.approx(rows @ (h - stage.affine.b))
        if stage.cells is not None:
            h = h[stage.cells].max(axis=1)
    assert h == pytest.approx(model.logits(image[np.newaxis])[0], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("shapes", CONVOLUTIONS)
def test_no_image_of_a_box_exceeds_a_cnns_bound(shapes):
    for seed in range(4):
        model = idea.CNN(*random_convolutions(shapes, [7], seed=seed))
        rng = np.random.default_rng(seed)
        lower = rng.random(784, np.float32).round()
        upper = lower.copy()
        free = (rng.choice(26, 9, replace=False) + 28 * rng.integers(26, size=9)).astype(int)
        lower[free], upper[free] = 0, 1
        logits = model.logits(corners(Box(lower.astype(float), upper.astype(float))))
        reached = reach(model, lower, upper)
        for weights in (np.eye(10)[3], np.eye(10)[3] - np.eye(10)[8]):
            for signed in (weights, -weights):
                bounds = reached.linear(signed), reached.interval(signed)
                assert (logits @ signed).max() <= bounds[0] <= bounds[1]


@pytest.mark.nightly_cases(keep=3)
@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
def test_what_searches_find_stays_below_the_bounds(name):
    if BUNDLED[name].suffix == ".onnx":
        pytest.importorskip("onnx")
    model = idea.load_model(name)
    reached = reach(model)
    for ideal in idea.find_all(model, sweeps=2):
        weights = np.eye(10)[ideal.target]
        assert ideal.energy < reached.linear(weights) <= reached.interval(weights)
        leads = weights - np.eye(10)[ideal.runner_up]
        assert ideal.margin < reached.linear(leads)
    # Of a single image the bound is its energy.
    alone = reach(model, ideal.image.ravel(), ideal.image.ravel())
    assert alone.linear(weights) == pytest.approx(ideal.energy, abs=1e-5)
    assert alone.linear(weights) >= ideal.energy


def test_what_cannot_be_bounded_is_refused():
    with pytest.raises(OptionError) as error:
        reach(idea.Model.from_function(lambda images: images[:, :10]))
    assert str(error.value).startswith(
        "only an MLP, or a CNN of convolutions, max-pools and dense layers, with ReLU between them "
        "can be bounded, found Model.from_function("
    )


def test_weights_whose_bounds_overflow_are_refused():
    layers = [
        (np.full((n_out, n_in), 3e38, np.float32), np.zeros(n_out, np.float32))
        for n_in, n_out in itertools.pairwise([784, *[2] * 8, 10])
    ]
    with pytest.raises(OptionError) as error:
        reach(idea.MLP(layers))
    assert str(error.value) == (
        "the weights of MLP(784-2-2-2-2-2-2-2-2-10) are too large to be bounded"
    )


@pytest.mark.parametrize(
    ("lower", "upper", "message"),
    [
        (np.zeros(3), 1, "expected two times 784 numbers, the bounds of a box"),
        (0, "a", "expected two times 784 numbers, the bounds of a box"),
        (0, 2, "pixel 0 lies in 0.0…2.0; a box must lie in 0…1, each lower bound at or below the "
               "upper one"),
        (1, 0.5, "pixel 0 lies in 1.0…0.5; a box must lie in 0…1, each lower bound at or below the "
                 "upper one"),
        (np.nan, 1, "pixel 0 lies in nan…1.0; a box must lie in 0…1, each lower bound at or below "
                    "the upper one"),
    ],
)  # fmt: skip
def test_invalid_boxes_are_refused(lower, upper, message):
    model = idea.MLP(random_layers(2, 0))
    with pytest.raises(OptionError) as error:
        reach(model, lower, upper)
    assert str(error.value) == message
