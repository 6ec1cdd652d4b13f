"""What ideals with a prior owe to the network, and what to the prior, in digits of 8×8 pixels.

They are read by the nearest training digits, a reader that is independent of network and prior.
"""

from __future__ import annotations

import numpy as np
import pytest

import idea

from conftest import random_layers
from priors import binary, small_prior

pytestmark = pytest.mark.xdist_group("prior evidence")  # they share ideals

LEFT_OUT = (2, 5, 7)


class Reader:
    """The five nearest training digits."""

    def __init__(self, digits8) -> None:
        self.images, self.labels = binary(digits8.train_images), digits8.train_labels

    def distances(self, images) -> np.ndarray:
        return (np.asarray(images, bool)[:, np.newaxis] != self.images).sum(axis=2)

    def read(self, images) -> np.ndarray:
        nearest = np.argsort(self.distances(images), axis=1, kind="stable")[:, :5]
        return np.array([np.bincount(row, minlength=10).argmax() for row in self.labels[nearest]])


@pytest.fixture(scope="module")
def reader(digits8):
    reader = Reader(digits8)
    found = reader.read(binary(digits8.test_images))
    assert (found == digits8.test_labels).mean() > 0.94
    return reader


@pytest.fixture(scope="module")
def network():
    pytest.importorskip("safetensors")
    return idea.load_model("digits8")


def ideals_of(model, prior, targets=range(10), weight=None, **options) -> np.ndarray:
    objective = idea.Objective(prior=prior, prior_weight=weight)
    found = idea.find_all(model, targets, objective=objective, **{"steps": 10_000} | options)
    return np.array([ideal.image.ravel() for ideal in found])


@pytest.fixture(scope="module")
def plain(network):
    found = idea.find_all(network, method="anneal", steps=10_000, restarts=4)
    return np.array([ideal.image.ravel() for ideal in found])


@pytest.fixture(scope="module")
def ideals(network, digits8):
    return ideals_of(network, small_prior())


@pytest.mark.nightly
def test_digits_that_the_prior_never_saw_are_the_networks(network, reader, digits8):
    prior = small_prior(LEFT_OUT)
    unseen = np.isin(digits8.test_labels, LEFT_OUT)
    log_p = prior.log_probability(binary(digits8.test_images).astype(np.float32))
    assert np.median(log_p[unseen]) < np.median(log_p[~unseen]) - 2
    assert reader.read(ideals_of(network, prior, LEFT_OUT)).tolist() == list(LEFT_OUT)


@pytest.mark.nightly
def test_untrained_networks_give_wrong_digits(reader, digits8):
    correct = []
    for seed in range(6):
        untrained = idea.MLP(random_layers(32, seed, task=digits8.task), digits8.task)
        images = ideals_of(untrained, small_prior(), weight=0.1)
        assert np.median(reader.distances(images).min(axis=1)) < 12  # they look like digits
        correct.append(reader.read(images) == np.arange(10))
    # By chance a tenth; of 60, more than 13 in one of 100 cases.
    assert np.sum(correct) <= 13


def test_the_prior_alone_gives_no_particular_digit(reader, digits8):
    layers = [(np.zeros((2, 64)), np.zeros(2)), (np.zeros((2, 2)), np.zeros(2))]
    layers = [(W.astype(np.float32), b.astype(np.float32)) for W, b in layers]
    blank = idea.MLP(
        [*layers, (np.zeros((10, 2), np.float32), np.zeros(10, np.float32))], digits8.task
    )
    threes, eights = (
        np.vstack(
            [ideals_of(blank, small_prior(), [t], 1, restarts=1, seed=seed) for seed in range(8)]
        )
        for t in (3, 8)
    )
    assert np.array_equal(threes, eights)
    assert len(set(reader.read(threes).tolist())) > 1


def test_ideals_are_as_far_from_training_digits_as_test_digits_are(ideals, plain, reader, digits8):
    test, own, unlike = (
        reader.distances(images).min(axis=1)
        for images in (binary(digits8.test_images), ideals, plain)
    )
    assert own.min() > 0  # no copies
    assert np.median(own) <= test.max()
    assert np.median(unlike) > 2 * np.median(own)


def test_an_independent_model_finds_them_natural(ideals, plain, digits8):
    """A logistic regression of each pixel from those before it: a fully visible belief network."""
    training, test = (
        binary(images).astype(np.float64) for images in (digits8.train_images, digits8.test_images)
    )
    earlier = np.tri(64, k=-1)
    weights, biases = np.zeros((64, 64)), np.zeros(64)
    for _ in range(300):
        apart = training - 1 / (1 + np.exp(-(training @ weights.T + biases)))
        weights += 0.5 * earlier * (apart.T @ training / len(training) - 1e-3 * weights)
        biases += 0.5 * apart.mean(axis=0)

    def log_p(images) -> np.ndarray:
        logits = images @ weights.T + biases
        return (images * logits - np.logaddexp(0, logits)).sum(axis=1)

    low, median = np.percentile(log_p(test), [1, 50])
    assert np.median(log_p(ideals)) > low
    assert np.median(log_p(plain)) < median - 3 * (median - low)


def test_they_remain_ideals(ideals, network, digits8):
    logits = network.logits(ideals)[np.arange(10), np.arange(10)]
    context = idea.energy_context(network, digits8)
    assert np.mean(logits / [real.median for real in context]) > 1
