"""A prior of small digits, trained in a second, which several tests share."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

import idea
from idea.networks.prior import Prior
from idea.training.rbm import PriorRecipe, train
from idea.training.rbm_measures import example_percentiles


def binary(images) -> np.ndarray:
    """Greys 0…255 as black and white, (n, pixels)."""
    return images.reshape(len(images), -1) >= 128


@functools.cache
def small_prior(left_out: tuple[int, ...] = ()) -> Prior:
    """A prior of scikit-learn's digits, but for some that it never saw."""
    digits8 = idea.load_dataset("digits8")
    images = binary(digits8.train_images)[~np.isin(digits8.train_labels, left_out)]
    *_, prior = train(images, digits8.task, PriorRecipe(hidden=16, epochs=60))
    examples = example_percentiles(prior, binary(digits8.test_images), digits8.test_labels)
    return dataclasses.replace(prior, examples=examples)
