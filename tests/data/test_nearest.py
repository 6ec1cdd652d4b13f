"""The nearest training digit is that of a plain search."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.data import nearest as module
from idea.data.mnist import Mnist
from idea.data.nearest import BinaryDigits, binary_digits


@pytest.fixture
def loads(monkeypatch, mnist_subset):
    """A process that hasn't loaded the digits, and will find a few; how often it did."""
    loads = []
    monkeypatch.setattr(module, "load_mnist", lambda: loads.append(1) or mnist_subset)
    binary_digits.cache_clear()
    yield loads
    binary_digits.cache_clear()


def test_no_digit_is_nearer(mnist_subset):
    digits = BinaryDigits(mnist_subset)
    rng = np.random.default_rng(0)
    ink = mnist_subset.train_images.reshape(-1, 784) >= 128
    for image in (ink[1234], ~ink[7], rng.random(784) < 0.2, np.arange(784) % 28 == 14):
        flips = (ink != image).sum(axis=1)
        found = digits.nearest(image.astype(np.float32))
        assert found.flips == flips.min()
        assert found.place == flips.argmin()
        assert found.label == mnist_subset.train_labels[found.place]
        assert np.array_equal(found.image.ravel(), ink[found.place])
        assert np.abs(found.image.ravel() - image).sum() == found.flips


def test_of_equals_it_is_the_first(mnist_subset):
    twice = Mnist(
        *(part[[3, 8, 8, 3]] for part in (mnist_subset.train_images, mnist_subset.train_labels) * 2)
    )
    assert BinaryDigits(twice).nearest(twice.train_images[2] / 255).place == 1


def test_greys_are_ink_where_those_of_mnist_are(mnist_subset):
    digits = BinaryDigits(mnist_subset)
    assert {127, 128} <= set(mnist_subset.train_images[:50].ravel().tolist())
    for place, greys in enumerate(mnist_subset.train_images[:50]):
        assert digits.nearest(greys / np.float32(255))[:2] == (0, place)


def test_an_ideal_knows_the_nearest_one_and_loads_them_once(small, loads, mnist_subset):
    ideal = idea.find(small, 5, sweeps=1)
    found = ideal.nearest_digit()
    flips = ((mnist_subset.train_images >= 128) != ideal.image).sum(axis=(1, 2))
    assert (found.flips, found.place) == (flips.min(), flips.argmin())
    assert found.image.shape == ideal.image.shape
    assert str(found) == (
        f"{found.flips} flips from a real {found.label}, training digit {found.place:,}"
    )
    assert idea.find(small, 4, start=found.image).nearest_digit().flips > 0
    assert len(loads) == 1


def test_what_is_no_image_is_one_message(mnist_subset):
    with pytest.raises(idea.IdeaError, match="image: expected 784 numbers or 28 rows of 28"):
        BinaryDigits(mnist_subset).nearest([0.0])
