"""The first test images of the known data sets, from what this machine has."""

from __future__ import annotations

import shutil

import numpy as np

from idea.data.download import cache_folder
from idea.data.examples import few_examples
from idea.data.idx import NAMES, TEST_NAMES


def test_they_are_the_first_of_the_data_set(mnist):
    images, labels, title = few_examples.__wrapped__(mnist.task)
    assert title == mnist.title
    assert np.array_equal(labels, mnist.test_labels[:1000])
    assert np.array_equal(images * 255, mnist.test_images[:1000].reshape(-1, 784))


def test_training_images_are_not_read_and_test_images_are_verified(tmp_path, monkeypatch, mnist):
    stored = cache_folder("mnist")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = cache_folder("mnist")
    folder.mkdir(parents=True)
    for name in NAMES:
        (folder / name).write_bytes(b"damaged")
    for name in TEST_NAMES:
        shutil.copy(next(stored.glob(f"{name}*")), folder)
    found = few_examples.__wrapped__(mnist.task)
    assert np.array_equal(found.labels, mnist.test_labels[:1000])
    (folder / TEST_NAMES[1]).write_bytes(b"damaged")
    assert few_examples.__wrapped__(mnist.task) is None
