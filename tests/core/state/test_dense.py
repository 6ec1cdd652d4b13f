"""DenseState against one-by-one evaluation."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.state.dense import DenseState

import slow
from conftest import random_layers

STARTS = ("grey", "binary", "mixed", "black")


def start_image(kind: str, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    grey = rng.random(784, np.float32)
    binary = (grey < 0.5).astype(np.float32)
    images = {
        "grey": grey,
        "binary": binary,
        "mixed": np.where(rng.random(784) < 0.3, grey, binary).astype(np.float32),
        "black": np.zeros(784, np.float32),
    }
    return images[kind]


class Float32Model:
    """A model that answers as frameworks do: in float32, rounded by its place in the batch."""

    def __init__(self, layers):
        self.layers = layers

    def logits(self, images):
        h = images
        for W, b in self.layers[:-1]:
            h = np.maximum(h @ W.T + b, 0)
        W, b = self.layers[-1]
        return h @ W.T + b


def one_by_one(state_energy, image, pixels, values, thresholds):
    """What walk promises: evaluate each proposal alone, in order."""
    image = image.copy()
    made = []
    for pixel, value, threshold in zip(pixels, values, thresholds, strict=True):
        changed = image.copy()
        changed[pixel] = value
        gain = state_energy(changed) - state_energy(image)
        made.append(bool(value != image[pixel] and gain > threshold))
        if made[-1]:
            image = changed
    return image, np.array(made)


def random_proposals(count: int, seed: int):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(784, size=count)
    values = rng.choice([0, 1, 0.25], size=count)
    thresholds = rng.choice(
        [0, -0.02, 0.02, -np.inf, np.inf], size=count, p=[0.6, 0.2, 0.1, 0.05, 0.05]
    )
    return pixels, values, thresholds


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("seed", range(3))
def test_walk_makes_the_changes_that_one_by_one_evaluation_makes(kind, seed):
    layers = random_layers(16, seed)
    energy = slow.energy_of(layers, seed)
    image = start_image(kind, seed)
    # Sizes on both sides of a batch's.
    for count in (1, 7, 8, 9, 300):
        proposals = random_proposals(count, seed + count)
        state = DenseState(idea.MLP(layers), seed, image)
        made = state.walk(*proposals)
        expected, expected_made = one_by_one(energy, image, *proposals)
        assert np.array_equal(made, expected_made)
        assert np.array_equal(state.image, expected)
        assert state.energy == pytest.approx(energy(expected), abs=1e-9)


@pytest.mark.parametrize("kind", STARTS)
def test_first_finds_the_first_that_passes(kind):
    layers = random_layers(16, 3)
    energy = slow.energy_of(layers, 3)
    image = start_image(kind, 3)
    rng = np.random.default_rng(3)
    state = DenseState(idea.MLP(layers), 3, image)
    for threshold in (-0.05, 0.0, 0.05, 0.1, 10.0):
        pixels, values = rng.integers(784, size=200), rng.integers(2, size=200)
        gains = []
        for pixel, value in zip(pixels, values, strict=True):
            changed = image.copy()
            changed[pixel] = value
            gain = energy(changed) - energy(image)
            gains.append(gain if value != image[pixel] else -np.inf)
        passing = np.flatnonzero(np.array(gains) > threshold)
        expected = int(passing[0]) if passing.size else None
        assert state.first(pixels, values, threshold) == expected
        assert np.array_equal(state.image, image)


def test_walk_is_first_and_set_in_turn(small):
    pixels, values, thresholds = random_proposals(500, 4)
    image = start_image("grey", 4)
    walked, stepped = (DenseState(small, 1, image) for _ in range(2))
    made = np.zeros(500, bool)
    done = 0
    while done < 500:
        found = stepped.first(pixels[done:], values[done:], thresholds[done:])
        if found is None:
            break
        stepped.set(int(pixels[done + found]), float(values[done + found]))
        made[done + found] = True
        done += found + 1
    assert np.array_equal(walked.walk(pixels, values, thresholds), made)
    assert np.array_equal(walked.image, stepped.image)


def test_gains_are_those_of_single_flips(layers, small):
    image = start_image("binary", 5)
    energy = slow.energy_of(layers, 2)
    flips = [np.where(np.arange(784) == pixel, 1 - image, image) for pixel in range(784)]
    expected = [energy(flip) - energy(image) for flip in flips]
    assert DenseState(small, 2, image).gains() == pytest.approx(expected, abs=1e-9)


def test_a_grey_pixels_gain_is_the_better_of_black_and_white(layers, small):
    image = start_image("grey", 6)
    energy = slow.energy_of(layers, 2)
    gains = DenseState(small, 2, image).gains()
    for pixel in range(0, 784, 40):
        trials = [np.where(np.arange(784) == pixel, value, image) for value in (0, 1)]
        expected = max(energy(trial) for trial in trials) - energy(image)
        assert gains[pixel] == pytest.approx(expected, abs=1e-9)


def test_a_flip_undone_restores_the_energy(small):
    state = DenseState(small, 7, start_image("binary", 7))
    before, image, gains = state.energy, state.image, state.gains()
    for pixel in (0, 400, 783):
        state.set(pixel, 1 - image[pixel])
        assert state.energy - before == pytest.approx(gains[pixel], abs=1e-9)
        state.set(pixel, image[pixel])
        assert state.energy == before


def test_the_image_handed_out_is_a_copy(small):
    state = DenseState(small, 0, np.zeros(784))
    state.image[0] = 1
    assert state.image[0] == 0


@pytest.mark.parametrize("model", [idea.MLP, Float32Model])
def test_a_pixel_without_weight_gains_exactly_nothing(model):
    layers = random_layers(64, 8)
    dead = np.arange(0, 784, 5)
    layers[0][0][:, dead] = 0
    state = DenseState(model(layers), 4, start_image("binary", 8))
    assert (state.gains()[dead] == 0).all()
    assert not state.walk(dead, 1 - state.image[dead], 0.0).any()
    assert state.walk(dead, 1 - state.image[dead], np.nextafter(0, -1)).all()


def test_a_float32_models_ties_are_settled_alone():
    """In a batch, a tie can look like a gain of some rounding errors; alone it can't."""
    layers = random_layers(300, 9)
    layers[0][0][:, ::3] = 0
    model = Float32Model(layers)
    image = start_image("grey", 9)
    pixels = np.repeat(np.arange(784), 2)
    values = np.tile([1, 0], 784)
    thresholds = np.tile([np.nextafter(0, -1), 0], 784)
    state = DenseState(model, 1, image)
    made = state.walk(pixels, values, thresholds)
    expected, expected_made = one_by_one(
        lambda x: float(model.logits(x[np.newaxis])[0, 1]), image, pixels, values, thresholds
    )
    assert np.array_equal(made, expected_made)
    assert np.array_equal(state.image, expected)


def test_evaluations_counts_images(small):
    counted = []

    class Counting:
        def logits(self, images):
            counted.append(len(images))
            return small.logits(images)

    state = DenseState(Counting(), 0, start_image("grey", 1))
    state.walk(*random_proposals(400, 1))
    state.gains()
    assert state.evaluations == sum(counted)
    # Batches: the point of it all.
    assert len(counted) < state.evaluations / 8


class Precise(Float32Model):
    """Has logits near 30,000, where float32 can't tell small gains, and float64 to settle them."""

    def __init__(self, layers):
        *hidden, (W, b) = layers
        super().__init__([*hidden, (W, b + np.float32(30000))])
        self.calls = []

    def exact_logits(self, images):
        self.calls.append(len(images))
        return idea.MLP(self.layers).logits(images)


def test_near_ties_are_settled_by_exact_logits():
    layers = random_layers(64, 10)
    layers[0][0][:, ::2] = 0
    model = Precise(layers)
    exact = slow.energy_of(model.layers, 3)
    image = start_image("binary", 10)
    proposals = random_proposals(800, 10)
    state = DenseState(model, 3, image)
    made = state.walk(*proposals)
    expected, expected_made = one_by_one(exact, image, *proposals)
    assert np.array_equal(made, expected_made)
    assert np.array_equal(state.image, expected)
    rounded, _ = one_by_one(lambda x: float(model.logits(x[np.newaxis])[0, 3]), image, *proposals)
    assert not np.array_equal(rounded, expected)
    assert set(model.calls) == {1}
    assert state.gains() == pytest.approx(slow.all_gains(model.layers, 3, expected), abs=1e-9)


def test_what_moves_no_logit_needs_no_settling():
    layers = random_layers(64, 11)
    layers[0][1][:] = -1000  # no unit is awake
    model = Precise(layers)
    state = DenseState(model, 3, start_image("binary", 11))
    assert (state.gains() == 0).all()
    assert not model.calls


def test_no_proposals_need_no_model():
    class Silent:
        def logits(self, images):
            raise AssertionError("calls")

    state = DenseState(Silent(), 0, np.zeros(784))
    assert state.first([], [], []) is None
    assert state.first([1, 2], [0, 0], -np.inf) is None
    assert not state.walk([1, 2], [0, 0], -np.inf).any()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            np.zeros((1, 9)),
            "the model returned an array of shape (1, 9) for 1 images; expected (1, 10)",
        ),
        (np.full((1, 10), "5"), "the model returned an array of <U1; expected numbers"),
        (np.full((1, 10), np.nan), "the model returned a logit that is not a finite number"),
    ],
)
def test_a_model_that_returns_something_else_is_refused(answer, message):
    class Odd:
        def logits(self, images):
            return answer

    with pytest.raises(idea.IdeaError) as error:
        _ = DenseState(Odd(), 0, np.zeros(784)).energy
    assert str(error.value) == message
