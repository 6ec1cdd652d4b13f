"""Adversarial images, noise and augmentation, and networks that are trained with them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import idea
from idea.errors import OptionError
from idea.training.augment import AUGMENTATIONS, augmented
from idea.training.learner import learner_for
from idea.training.recipe import Recipe
from idea.training.robust import (
    adversarial,
    adversarial_flips,
    pixel_noise,
    training_images,
)
from idea.training.trainer import Trainer, split

from conftest import as_floats, same_weights

RECIPE = Recipe(units=20, batch_size=50, epochs=2, seed=1)
RADIUS = 0.2
OPTIONS = {
    "adversarial": {"adversarial": 0.1},
    "in steps": {"adversarial": 0.1, "adversarial_steps": 3},
    "flips": {"adversarial_flips": 5},
    "noise": {"pixel_noise": 0.1},
    "augment": {"augment": "shift+rotate+scale"},
}


@pytest.fixture(params=["chainer", "torch"])
def framework(request):
    pytest.importorskip(request.param)
    return request.param


@pytest.fixture
def images(mnist_subset):
    return as_floats(mnist_subset.train_images[:30])


@pytest.fixture
def labels(mnist_subset):
    return mnist_subset.train_labels[:30].astype(np.int64)


@pytest.fixture
def learner(framework):
    return learner_for(framework, RECIPE)


@pytest.fixture
def make(framework, mnist_subset, tmp_path):
    """Make a trainer of a few digits, in a folder of that name."""

    def make(recipe, name, count=200):
        (tmp_path / name).mkdir(exist_ok=True)
        learner = learner_for(framework, recipe)
        few = dataclasses.replace(
            mnist_subset,
            train_images=mnist_subset.train_images[:count],
            train_labels=mnist_subset.train_labels[:count],
        )
        return Trainer(learner, recipe, split(few, 0), tmp_path / name)

    return make


class Reference:
    """The network of some weights in float64, its losses and their gradients."""

    def __init__(self, weights):
        self.layers = [(W.astype(float), b.astype(float)) for W, b in weights.layers]

    def passed(self, images):
        values = [images.astype(float)]
        for place, (W, b) in enumerate(self.layers):
            values.append(values[-1] @ W.T + b)
            if place < len(self.layers) - 1:
                values[-1] = np.maximum(values[-1], 0)
        return values

    def probabilities(self, logits):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def losses(self, images, labels):
        probabilities = self.probabilities(self.passed(images)[-1])
        return -np.log(probabilities[np.arange(len(labels)), labels])

    def gradients(self, images, labels):
        *values, logits = self.passed(images)
        slopes = self.probabilities(logits)
        slopes[np.arange(len(labels)), labels] -= 1
        for (W, _), inputs in zip(self.layers[::-1], values[::-1], strict=True):
            slopes = (slopes @ W) * ((inputs > 0) if inputs is not values[0] else 1)
        return slopes


def test_gradients_are_those_of_the_loss_whatever_the_batch(learner, images, labels):
    before = learner.weights()
    reference = Reference(before)
    found = learner.gradients(images, labels)
    assert found.dtype == np.float32
    assert found == pytest.approx(reference.gradients(images, labels), abs=1e-6)
    one = learner.gradients(images[:1], labels[:1])
    assert one == pytest.approx(found[:1], abs=1e-6)
    assert same_weights(learner.weights(), before)


def test_gradients_of_a_cnn_are_those_of_the_loss(images, labels):
    pytest.importorskip("torch")
    learner = learner_for("torch", Recipe("lenet"))
    found = learner.gradients(images[:1], labels[:1])[0]

    def loss(image):
        logits = learner.logits(image[np.newaxis])[0].astype(float)
        return np.log(np.exp(logits).sum()) - logits[labels[0]]

    steepest = np.argsort(-np.abs(found))[:5]
    for pixel in steepest:
        higher, lower = images[0].copy(), images[0].copy()
        higher[pixel] += 0.05
        lower[pixel] -= 0.05
        assert (loss(higher) - loss(lower)) / 0.1 == pytest.approx(found[pixel], rel=0.2)


@pytest.mark.parametrize("steps", [1, 5])
def test_adversarial_images_are_near_and_raise_the_loss(learner, images, labels, steps):
    rng = np.random.default_rng(0)
    reference = Reference(learner.weights())
    found = adversarial(images, labels, learner.gradients, RADIUS, steps, rng)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.abs(found - images).max() <= RADIUS + 1e-6
    noisy = np.clip(images + rng.choice([-RADIUS, RADIUS], images.shape), 0, 1)
    clean, with_noise, raised = (reference.losses(i, labels) for i in (images, noisy, found))
    assert raised.mean() > max(clean.mean(), with_noise.mean()) + 0.05
    assert (raised > np.maximum(clean, with_noise)).mean() > 0.8


def test_several_steps_raise_the_loss_more(learner, images, labels):
    reference = Reference(learner.weights())
    losses = [
        reference.losses(
            adversarial(images, labels, learner.gradients, RADIUS, n, np.random.default_rng(0)),
            labels,
        ).mean()
        for n in (1, 10)
    ]
    assert losses[1] > losses[0]


def test_every_framework_finds_the_references_images(learner, images, labels):
    """So all frameworks find the same for the same weights."""
    reference = Reference(learner.weights())
    for steps in (1, 3):
        found, expected = (
            adversarial(images, labels, slopes, RADIUS, steps, np.random.default_rng(0))
            for slopes in (learner.gradients, reference.gradients)
        )
        # A slope of nearly 0 may have either sign.
        assert (np.abs(found - expected) > 1e-6).mean() < 0.001
    flips = [
        adversarial_flips(images, labels, slopes, 7, 2)
        for slopes in (learner.gradients, reference.gradients)
    ]
    assert (flips[0] != flips[1]).mean() < 0.001


def test_flips_are_those_of_the_largest_gain(learner, images, labels):
    reference = Reference(learner.weights())
    binary = (images >= 0.5).astype(np.float32)
    found = adversarial_flips(images, labels, learner.gradients, 7)
    slopes = reference.gradients(binary, labels)
    for image, slope, result in zip(binary, slopes, found, strict=True):
        gains = [slope[pixel] * (1 if image[pixel] == 0 else -1) for pixel in range(784)]
        flipped = np.flatnonzero(result != image)
        assert len(flipped) == 7
        others = np.delete(gains, flipped)
        assert min(np.array(gains)[flipped]) >= others.max() - 1e-6
    losses = [reference.losses(one, labels).mean() for one in (binary, found)]
    assert losses[1] > losses[0]


@pytest.mark.parametrize(("count", "steps"), [(7, 3), (3, 7), (784, 2)])
def test_flips_in_steps_are_of_as_many_pixels(learner, images, labels, count, steps):
    calls = []

    def gradients(*batch):
        calls.append(batch)
        return learner.gradients(*batch)

    found = adversarial_flips(images, labels, gradients, count, steps)
    assert np.all((found != (images >= 0.5)).sum(axis=1) == count)
    assert set(np.unique(found)) <= {0, 1}
    assert len(calls) == min(count, steps)


def test_noise_inverts_that_share_of_the_pixels(images):
    found = pixel_noise(images, 0.1, np.random.default_rng(0))
    inverted = found == 1 - images
    assert np.all(inverted | (found == images))
    assert inverted.mean() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (10, 31)])
@pytest.mark.parametrize("augment", [*AUGMENTATIONS, "+".join(AUGMENTATIONS)])
def test_augmented_images_are_moved_a_little(augment, shape):
    y, x = np.mgrid[: shape[0], : shape[1]] - np.reshape(shape, (2, 1, 1)) / 2 + 0.5
    blob = np.exp(-((y / shape[0] * 5) ** 2 + (x / shape[1] * 8) ** 2)).astype(np.float32)
    images = np.tile(blob.reshape(1, -1), (200, 1))
    kept = images.copy()
    found = augmented(images, shape, augment, np.random.default_rng(0))
    assert np.array_equal(images, kept)
    assert (found.shape, found.dtype) == (images.shape, np.float32)
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-6
    assert len(np.unique(found.round(5), axis=0)) > 5
    mass = found.sum(axis=1) / images[0].sum()
    middle = np.stack([found @ y.ravel(), found @ x.ravel()]) / found.sum(axis=1)
    far = np.array([max(1, round(side / 14)) for side in shape])[:, np.newaxis]
    moves = far * ("shift" in augment) + 0.05
    assert np.all(np.abs(middle) <= moves * 1.05)
    assert abs(middle.mean()) < 0.2
    if "scale" in augment:
        assert mass.max() > 1.1
        assert mass.min() < 0.9
    elif augment == "rotate":
        assert mass == pytest.approx(1, abs=0.02)


def test_a_shift_moves_whole_pixels(images):
    found = augmented(images, (28, 28), "shift", np.random.default_rng(0))
    steps = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
    seen = set()
    for image, result in zip(images.reshape(-1, 28, 28), found.reshape(-1, 28, 28), strict=True):
        framed = np.pad(image, 2)
        moved = {(d, r): framed[2 - d : 30 - d, 2 - r : 30 - r] for d, r in steps}
        equal = [step for step, expected in moved.items() if np.array_equal(result, expected)]
        assert equal
        seen.update(equal)
    assert len(seen) > 5


def test_a_rotation_turns_about_the_middle():
    line = np.zeros((100, 21, 21), np.float32)
    line[:, 10] = 1
    found = augmented(line.reshape(100, -1), (21, 21), "rotate", np.random.default_rng(0))
    y, x = np.mgrid[:21, :21] - 10
    found = found.reshape(-1, 21, 21)
    assert np.all(found[:, 10, 10] > 0.99)
    slopes = (found * x * y).sum(axis=(1, 2)) / (found * x * x).sum(axis=(1, 2))
    angles = np.degrees(np.arctan(slopes))
    assert np.abs(angles).max() < 15.5
    assert angles.min() < -12
    assert angles.max() > 12


def test_options_that_are_off_change_nothing(learner, images, labels):
    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    assert training_images(images, labels, learner, RECIPE, rng) is images
    assert rng.bit_generator.state == state


def plain_weights(trainer, recipe):
    """Train without any of it, as a loop of a few lines."""
    training = trainer.data["training"]
    for _ in range(recipe.epochs):
        order = trainer.learner.shuffle_rng.permutation(len(training))
        for begin in range(0, len(order), recipe.batch_size):
            batch = training[order[begin : begin + recipe.batch_size]]
            trainer.learner.update(batch.images, batch.labels)
    return trainer.learner.weights()


def test_without_options_the_weights_are_those_of_a_plain_loop(make):
    trainer = make(RECIPE, "a")
    assert len(list(trainer.epochs())) == RECIPE.epochs
    expected = plain_weights(make(RECIPE, "b"), RECIPE)
    assert same_weights(trainer.learner.weights(), expected)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_equal_recipes_give_equal_weights_and_a_resumed_training_too(make, options):
    recipe = dataclasses.replace(RECIPE, **options)
    trained = {}
    for name, one in (
        ("plain", RECIPE),
        ("one", recipe),
        ("broken", dataclasses.replace(recipe, epochs=1)),
    ):
        trainer = make(one, name)
        assert len(list(trainer.epochs())) == one.epochs
        trained[name] = trainer.learner.weights()
    resumed = make(recipe, "broken")
    resumed.resume()
    assert len(list(resumed.epochs())) == 1
    assert same_weights(resumed.learner.weights(), trained["one"])
    assert not same_weights(trained["plain"], trained["one"])


def test_an_adversarially_trained_network_is_fooled_less(make):
    recipe = dataclasses.replace(RECIPE, epochs=6, units=50, learning_rate=0.005)
    rates = []
    for name, options in (("plain", {}), ("robust", {"adversarial": 0.1})):
        trainer = make(dataclasses.replace(recipe, **options), name, count=2000)
        assert list(trainer.epochs())[-1].validation_accuracy > 0.8
        tests, learner = trainer.data["test"], trainer.learner
        right = learner.logits(tests.images).argmax(axis=1) == tests.labels
        images, labels = tests.images[right], tests.labels[right]
        attacks = [
            adversarial(images, labels, learner.gradients, 0.1, 1, np.random.default_rng(0)),
            adversarial_flips(images, labels, learner.gradients, 5),
        ]
        rates.append([(learner.logits(one).argmax(axis=1) != labels).mean() for one in attacks])
    assert np.all(np.array(rates[1]) < 0.8 * np.array(rates[0]))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"adversarial": 0.3, "adversarial_flips": 9},
            "--adversarial 0.3 and --adversarial-flips 9: expected one of them; train two networks",
        ),
        (
            {"adversarial_steps": 3},
            "--adversarial-steps 3: expected --adversarial or --adversarial-flips with it",
        ),
        ({"adversarial": 1.5}, "--adversarial: expected a number in 0…1, found 1.5"),
        ({"pixel_noise": -0.1}, "--pixel-noise: expected a number in 0…0.5, found -0.1"),
        (
            {"augment": "none,shift"},
            "--augment: expected none, or of shift, rotate, scale one or more joined by commas, "
            "found 'none,shift'",
        ),
    ],
)
def test_what_a_recipe_cannot_be_is_one_sentence(options, sentence):
    with pytest.raises(OptionError) as error:
        Recipe(**options)
    assert str(error.value) == sentence


def test_more_flips_than_pixels_are_refused(framework):
    recipe = Recipe(adversarial_flips=65)
    with pytest.raises(OptionError) as error:
        learner_for(framework, recipe, idea.Task(8, 8))
    assert str(error.value) == "--adversarial-flips 65: expected at most 64, the pixels of 8×8"
