"""Training of priors: they come to prefer images like their examples, always in the same way."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from idea.files.prior import prior_bytes
from idea.image import Task
from idea.networks.prior import Prior
from idea.training.rbm import PriorRecipe, train
from idea.training.rbm_measures import example_percentiles, pseudo_likelihood

SMALL = Task(2, 3, ["a", "b", "c"])


def bars(count: int, seed: int = 0) -> np.ndarray:
    """Images of 4×4 pixels whose rows are white or black, but for a few pixels."""
    rng = np.random.default_rng(seed)
    rows = rng.random((count, 4, 1)) < 0.5
    return (rows ^ (rng.random((count, 4, 4)) < 0.02)).reshape(count, 16)


def trained(images, recipe: PriorRecipe, task: Task) -> Prior:
    return list(train(images, task, recipe))[-1]


def small_prior(seed: int = 0) -> Prior:
    rng = np.random.default_rng(seed)
    arrays = (rng.normal(size=shape).astype(np.float16) for shape in ((4, 6), (6,), (4,)))
    return Prior(*arrays, SMALL)


def test_a_pseudo_likelihood_is_that_of_each_pixel_given_the_others():
    prior = small_prior()
    images = np.array(list(itertools.product([False, True], repeat=6)))
    log_p = prior.log_probability(images.astype(np.float32))
    places = 1 << np.arange(6)[::-1]
    expected = [
        sum(log_p[number] - np.logaddexp(log_p[number], log_p[number ^ bit]) for bit in places)
        for number in range(len(images))
    ]
    assert pseudo_likelihood(prior, images) == pytest.approx(np.mean(expected))
    assert pseudo_likelihood(prior, images[5:6]) == pytest.approx(expected[5])


def test_the_examples_of_a_class_give_its_percentiles():
    prior = small_prior()
    images = np.random.default_rng(1).random((300, 6)) < 0.5
    labels = np.arange(300) % 2  # none of the third class
    log_p = prior.log_probability(images.astype(np.float32))
    found = example_percentiles(prior, images, labels)
    assert found.shape == (3, 101)
    for own, percentiles in zip((log_p[::2], log_p[1::2], log_p), found, strict=True):
        assert percentiles[[0, 50, 100]] == pytest.approx(
            [own.min(), np.median(own), own.max()], rel=1e-6
        )


def test_dependent_pixels_are_learnt():
    task = Task(4, 4)
    images, others = bars(6000), bars(500, seed=1)
    [*_, prior] = train(images, task, PriorRecipe(hidden=8, epochs=40))
    # Independent pixels, each as often white as in the examples.
    share = images.mean(axis=0)
    independent = np.where(others, np.log(share), np.log(1 - share)).sum(axis=1).mean()
    assert independent < -10.5
    assert pseudo_likelihood(prior, others) > -4
    noise = np.random.default_rng(2).random((500, 16)) < share
    of_noise = prior.log_probability(noise.astype(np.float32))
    assert (np.median(prior.log_probability(others.astype(np.float32))) > of_noise).mean() > 0.95


def test_equal_seeds_give_equal_files_and_others_do_not():
    first, second, other = (
        prior_bytes(trained(bars(700), PriorRecipe(4, 2, seed), Task(4, 4))) for seed in (3, 3, 4)
    )
    assert first == second
    assert first != other


def test_each_batch_is_reported_and_few_images_suffice():
    for count in (3, 130, 6000):
        batches: list[int] = []
        priors = list(train(bars(count), Task(4, 4), PriorRecipe(2, 2), batches.append))
        assert len(priors) == 2
        assert count - max(batches) < sum(batches) / 2 <= count
        assert np.isfinite(priors[-1].weights).all()
