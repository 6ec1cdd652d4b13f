"""The nearest training image in the page, against Python's."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.check.exported.training_images import images_bytes
from idea.data.nearest import BinaryImages
from idea.image import Task

pytest_plugins = ["computing"]

FIND = """
  const { TrainingImages } = await load("site/training_images.js");
  const shares = [];
  const loading = { progress: (share) => shares.push(share), end: () => shares.push("end") };
  const address = URL.createObjectURL(new Blob([bytes(packed)]));
  const entries = { some: { address, title: "Some", count, bytes: bytes(packed).byteLength } };
  const training = new TrainingImages(entries, () => loading);
  const found = [];
  for (const image of images) {
    const one = await training.nearest("some", task, floats(image));
    found.push({ ...one, image: [...one.image] });
  }
  return { found, shares, has: [training.has("some"), training.has("other"), training.has(null)] };
"""


@pytest.fixture(scope="module")
def few():
    """Images of 5×7, among them equal ones, and greys at the threshold."""
    rng = np.random.default_rng(0)
    greys = rng.choice(np.array([0, 127, 128, 255], np.uint8), (40, 5, 7))
    greys[20:] = greys[:20]
    labels = rng.integers(0, 2, 40)
    return idea.Dataset("few", Task(5, 7, ("cat", "dog")), greys, labels, greys, labels)


def test_it_is_pythons_also_of_equal_distances(compute, few):
    images = [*np.random.default_rng(1).integers(0, 2, (30, 35)), few.train_images[30] >= 128]
    images = [np.ravel(image).astype(np.float32) for image in images]
    task = {"height": 5, "width": 7, "classes": list(few.task.classes)}
    packed = images_bytes(few)
    found = compute(FIND, packed=packed, count=40, task=task, images=images)
    assert found["has"] == [True, False, False]
    assert found["shares"][-2:] == [1, "end"]  # it is loaded once
    assert len([each for each in found["shares"] if each == "end"]) == 1
    for one, image in zip(found["found"], images, strict=True):
        expected = BinaryImages(few).nearest(image)
        assert (one["flips"], one["place"], one["label"]) == (
            expected.flips,
            expected.place,
            expected.label,
        )
        assert one["image"] == expected.image.ravel().tolist()
    assert found["found"][-1]["flips"] == 0


def test_damaged_images_are_a_sentence(compute, few):
    task = {"height": 5, "width": 7, "classes": list(few.task.classes)}
    for packed, count in ((images_bytes(few)[:-9], 40), (images_bytes(few), 41)):
        found = compute(FIND, packed=packed, count=count, task=task, images=[np.zeros(35)])
        assert found["key"] == "data.damaged"
