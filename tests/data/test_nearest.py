"""The nearest training image is that of a plain search."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.data import nearest as module
from idea.data.datasets import Dataset
from idea.data.nearest import BinaryImages, binary_images


@pytest.fixture
def loads(monkeypatch, mnist_subset):
    """A process that hasn't loaded any images, and will find a few digits; how often it did."""
    loads = []
    monkeypatch.setattr(module, "load_dataset", lambda name: loads.append(1) or mnist_subset)
    binary_images.cache_clear()
    yield loads
    binary_images.cache_clear()


def test_no_digit_is_nearer(mnist_subset):
    digits = BinaryImages(mnist_subset)
    rng = np.random.default_rng(0)
    ink = mnist_subset.train_images.reshape(-1, 784) >= 128
    for image in (ink[1234], ~ink[7], rng.random(784) < 0.2, np.arange(784) % 28 == 14):
        flips = (ink != image).sum(axis=1)
        found = digits.nearest(image.astype(np.float32))
        assert found.flips == flips.min()
        assert found.place == flips.argmin()
        assert found.target == mnist_subset.train_labels[found.place]
        assert np.array_equal(found.image.ravel(), ink[found.place])
        assert np.abs(found.image.ravel() - image).sum() == found.flips


def test_of_equals_it_is_the_first(mnist_subset):
    twice = Dataset(
        "twice",
        mnist_subset.task,
        *(
            part[[3, 8, 8, 3]]
            for part in (mnist_subset.train_images, mnist_subset.train_labels) * 2
        ),
    )
    assert BinaryImages(twice).nearest(twice.train_images[2] / 255).place == 1


def test_greys_are_ink_where_those_of_mnist_are(mnist_subset):
    digits = BinaryImages(mnist_subset)
    assert {127, 128} <= set(mnist_subset.train_images[:50].ravel().tolist())
    for place, greys in enumerate(mnist_subset.train_images[:50]):
        assert digits.nearest(greys / np.float32(255))[:2] == (0, place)


def test_an_ideal_knows_the_nearest_one_and_loads_them_once(small, loads, mnist_subset):
    ideal = idea.find(small, 5, sweeps=1)
    found = ideal.nearest_example()
    flips = ((mnist_subset.train_images >= 128) != ideal.image).sum(axis=(1, 2))
    assert (found.flips, found.place) == (flips.min(), flips.argmin())
    assert found.image.shape == ideal.image.shape
    assert str(found) == (
        f"{found.flips} flips from a real {found.label}, training image {found.place:,}"
    )
    assert idea.find(small, 4, start=found.image).nearest_example().flips > 0
    assert len(loads) == 1


def test_an_ideal_of_another_task_has_its_own_data_set(digits8):
    task = digits8.task
    model = idea.Model.from_function(lambda images: images @ np.eye(task.pixels, 10), task)
    ideal = idea.find(model, 3, sweeps=1)
    flips = ((digits8.train_images >= 128) != ideal.image).sum(axis=(1, 2))
    for found in (ideal.nearest_example(), ideal.nearest_example(digits8)):
        assert (found.flips, found.place) == (flips.min(), flips.argmin())
        assert found.target == digits8.train_labels[found.place]
        assert found.image.shape == (8, 8)


def test_images_of_any_size_and_labels(mnist_subset):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(256, size=(40, 5, 3), dtype=np.uint8), np.arange(40) % 2
    pets = Dataset("pets", idea.Task(5, 3, ("cat", "dog")), images, labels, images, labels)
    image = rng.random((5, 3))
    found = BinaryImages(pets).nearest(image)
    flips = ((images >= 128) != (image >= 0.5)).sum(axis=(1, 2))
    assert (found.flips, found.place) == (flips.min(), flips.argmin())
    assert np.array_equal(found.image, images[found.place] >= 128)
    assert str(found).startswith(f"{found.flips} flips from a real {found.label}, training image ")
    model = idea.Model.from_function(lambda images: images @ np.eye(15, 2), pets.task)
    ideal = idea.find(model, "dog", sweeps=1)
    assert ideal.nearest_example(pets).label in ("cat", "dog")
    with pytest.raises(idea.IdeaError) as error:
        ideal.nearest_example()
    assert str(error.value) == (
        "expected a data set for images of 5×3 and the classes cat, dog; those that are known "
        "(mnist, fashion, digits8) are for other tasks"
    )
    with pytest.raises(idea.IdeaError, match="expected a data set for images"):
        ideal.nearest_example(mnist_subset)
    with pytest.raises(idea.IdeaError, match="name must be one of mnist, fashion, digits8, not no"):
        binary_images("no")


def test_what_is_no_image_is_one_message(mnist_subset):
    with pytest.raises(idea.IdeaError, match="image: expected 784 numbers or 28 rows of 28"):
        BinaryImages(mnist_subset).nearest([0.0])
