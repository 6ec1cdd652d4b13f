"""What is maximised: by its definition, and by both states."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.energy import Energy
from idea.core.objective import AIMS, Objective
from idea.core.state.dense import DenseState
from idea.core.state.native import NativeState
from idea.core.state.select import state_of
from idea.image import DIGITS

import slow
from conftest import close, random_convolutions, random_layers, start_of

LOG_PROBABILITY = Energy(Objective("logp"), DIGITS, 3)
PRICED = [{}, {"ink": 0.3}, {"smooth": 0.2}, {"ink": -0.1, "smooth": 0.05}]


@pytest.mark.parametrize("price", PRICED)
@pytest.mark.parametrize("aim", AIMS)
def test_energies_are_those_of_the_definition(aim, price, small, layers):
    images = np.stack([start_of(kind, seed) for kind in ("grey", "binary") for seed in range(2)])
    energies = Energy(Objective(aim, **price), DIGITS, 4).of(small.logits(images), images)
    expected = slow.objective(layers, 4, aim, **price)
    assert energies == pytest.approx([expected(image) for image in images], rel=1e-12, abs=1e-9)


def test_log_probabilities_close_to_0_still_distinguish_images():
    sure, surer = np.zeros((2, 1, 10))
    sure[0, 3], surer[0, 3] = 90, 100
    logp = [LOG_PROBABILITY.of_logits(logits)[0] for logits in (sure, surer)]
    assert logp == pytest.approx([-9 * np.exp(-90), -9 * np.exp(-100)], rel=1e-12)


def test_a_log_probability_of_almost_0_is_no_overflow():
    logits = np.zeros((1, 10))
    logits[0, 3] = -2000
    assert LOG_PROBABILITY.of_logits(logits)[0] == pytest.approx(-2000 - np.log(9))


@pytest.mark.nightly_cases(keep=16)
@pytest.mark.usefixtures("each_backend")
@pytest.mark.parametrize("price", PRICED)
@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("kind", ["grey", "binary"])
def test_gains_are_differences_of_energies(aim, price, kind, small, layers):
    frozen = np.arange(784) % 5 == 2
    image = np.where(frozen, 0, start_of(kind, 1)).astype(np.float32)
    state = state_of(small, 7, start_of(kind, 1), Objective(aim, frozen=frozen, **price))
    energy = slow.objective(layers, 7, aim, **price)
    assert state.energy == close(energy(image))
    for _ in range(3):  # from the third time on by near units
        gains = state.gains()
        assert (gains[frozen] == -np.inf).all()
        for pixel in np.flatnonzero(~frozen)[::60]:
            best = -np.inf
            for value in {0.0, 1.0} - {float(image[pixel])}:
                after = image.copy()
                after[pixel] = value
                best = max(best, energy(after) - energy(image))
            assert gains[pixel] == close(best)
        pixel = int(np.flatnonzero(~frozen)[300])
        image[pixel] = 1 - image[pixel]
        state.set(pixel, float(image[pixel]))


@pytest.mark.usefixtures("each_backend")
def test_frozen_pixels_stay_black_whatever_is_proposed(small):
    frozen = np.arange(784) < 100
    state = state_of(small, 1, np.ones(784), Objective(frozen=frozen))
    state.set(50, 1)
    state.walk(np.arange(784), np.ones(784), -np.inf)
    assert state.first(np.arange(100), np.ones(100), -np.inf) is None
    state.set_image(np.ones(784))
    assert not state.image[:100].any()
    assert state.image[100:].all()


@pytest.mark.usefixtures("each_backend")
def test_neighbours_are_forward_passes(small):
    for image in (start_of("binary", 3), start_of("grey", 3)):
        state = state_of(small, 1, image)
        for _ in range(3):
            flipped = np.repeat(image[np.newaxis], 784, axis=0)
            np.fill_diagonal(flipped, np.where(image == 1, 0, 1))
            expected = small.logits(flipped)
            assert np.abs(state.neighbours() - expected).max() <= state.neighbours_error_bound
            assert state.logits == pytest.approx(small.logits(image[np.newaxis])[0], abs=1e-9)
            image = image.copy()
            image[::50] = 1 - image[::50]
            state.set_image(image)
        assert np.array_equal(state.image, image)


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("kind", ["mlp", "shallow", "cnn"])
def test_both_states_take_the_same_path(aim, kind):
    if kind == "cnn":
        model = idea.CNN(*random_convolutions([(4, 3, True), (5, 3, False)], [16], 1))
    else:
        layers = random_layers(20, 3)
        model = idea.MLP(layers if kind == "mlp" else [layers[0], layers[2]])
    rng = np.random.default_rng(5)
    frozen = rng.random(784) < 0.1
    objective = Objective(aim, ink=0.01, smooth=0.02, frozen=frozen)
    states = [S(model, 2, start_of("grey", 2), objective) for S in (NativeState, DenseState)]
    for _ in range(2):
        pixels, values = rng.integers(784, size=1500), rng.integers(2, size=1500)
        thresholds = rng.normal(0, 0.05, 1500)
        native, dense = (state.walk(pixels, values, thresholds) for state in states)
        assert np.array_equal(native, dense)
        assert native.any()
    assert states[0].energy == close(states[1].energy)


def test_wrong_objectives_are_refused():
    with pytest.raises(idea.IdeaError) as error:
        Objective("luck")
    assert str(error.value) == "objective must be one of logit, margin, logp, not luck"
    for frozen, found in ((np.zeros(784), r"array\(\[0\., 0\."), ([True], r"\[True\]$")):
        with pytest.raises(idea.IdeaError, match=rf"^frozen must be a truth value .*, not {found}"):
            Objective(frozen=frozen)
    for name in ("ink", "smooth"):
        with pytest.raises(idea.IdeaError) as error:
            Objective(**{name: float("nan")})
        assert str(error.value) == f"{name} must be a number, -1,000,000…1,000,000, not nan"


def test_neighbours_where_no_unit_of_the_first_layer_is_on():
    layers = [
        (np.zeros((1, 784), np.float32), np.zeros(1, np.float32)),
        (np.zeros((10, 1), np.float32), np.zeros(10, np.float32)),
    ]
    layers[0][0][0, 40] = layers[1][0][5, 0] = 1
    state = NativeState(idea.MLP(layers), 5, np.zeros(784))
    for _ in range(3):
        assert state.neighbours()[40].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        assert state.gains()[40] == 1
