"""Reference logits: those of the bundled networks' texts, and computed ones."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

import idea
from idea.data.datasets import Dataset, dataset_for
from idea.data.examples import Examples
from idea.data.reference_logits import context, energy_context, few_contexts
from idea.networks.bundled import BUNDLED

from conftest import as_floats


@pytest.mark.nightly_cases(keep=2)
@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
def test_the_texts_contain_what_test_images_reach(name, request):
    if BUNDLED[name].suffix == ".onnx":
        pytest.importorskip("onnx")
    model = idea.load_model(name)
    computed = energy_context(model, request.getfixturevalue(dataset_for(model.task)))
    for digit, found in enumerate(computed):
        assert context(name, digit) == pytest.approx(found, abs=6e-5)


def test_it_is_the_largest_and_the_median_of_each_digits_own_logits(small, mnist_subset):
    told = []
    computed = energy_context(small, mnist_subset, told.append)
    logits = small.logits(as_floats(mnist_subset.test_images))
    for digit in range(10):
        own = [logits[place, digit] for place in np.flatnonzero(mnist_subset.test_labels == digit)]
        assert computed[digit].strongest == pytest.approx(max(own))
        assert computed[digit].median == pytest.approx(statistics.median(own))
    assert sum(told) == len(mnist_subset.test_images)


def test_those_of_the_first_thousand_are_soon_computed(small, mnist_subset, monkeypatch):
    images = as_floats(mnist_subset.test_images)
    few = Examples(images, mnist_subset.test_labels, "MNIST")
    monkeypatch.setattr("idea.data.reference_logits.few_examples", lambda _: few)
    for found, expected in zip(
        few_contexts(small), energy_context(small, mnist_subset), strict=True
    ):
        assert found == pytest.approx(expected)
    monkeypatch.setattr("idea.data.reference_logits.few_examples", lambda _: None)
    assert few_contexts(small) is None


def test_no_real_digit_reaches_an_ideal(shipped, mnist):
    for ideal in idea.find_all(shipped):
        known = context("mlp", ideal.digit)
        assert known.median < known.strongest < ideal.energy


def test_a_shipped_network_is_known_by_its_name_its_file_and_none():
    known = context("mlp", 3)
    assert context(None, 3) == context(BUNDLED["mlp"], 3) == known
    assert context("mlp", 4) != known
    assert context("mine/mlp.dat", 3) is None


def test_they_are_those_of_any_data_set(small, mnist_subset):
    images, labels = np.arange(24, dtype=np.uint8).reshape(6, 2, 2), np.array([0, 1, 2] * 2)
    pets = Dataset("pets", idea.Task(2, 2, ("cat", "dog", "owl")), images, labels, images, labels)
    model = idea.Model.from_function(lambda images: 255 * images[:, :3], pets.task)
    found = energy_context(model, pets)
    assert [known.strongest for known in found] == pytest.approx([12, 17, 22])
    assert [known.median for known in found] == pytest.approx([6, 11, 16])
    with pytest.raises(idea.IdeaError, match="expected a data set for images of 2×2"):
        energy_context(model, mnist_subset)
    with pytest.raises(idea.IdeaError, match="expected a data set for images of 2×2"):
        energy_context(model)


def test_wrong_input_is_one_message(small, mnist_subset):
    with pytest.raises(idea.IdeaError, match="target must be a whole number, 0…9, not -1"):
        context("mlp", -1)
    with pytest.raises(idea.IdeaError, match="expected a model, something with a method logits"):
        energy_context(5, mnist_subset)
    short = idea.Model.from_function(lambda images: np.zeros((len(images), 9)))
    with pytest.raises(
        idea.IdeaError, match=r"the model returned an array of shape \(500, 9\) for 500 images"
    ):
        energy_context(short, mnist_subset)
    words = idea.Model.from_function(lambda images: np.full((len(images), 10), "x"))
    with pytest.raises(
        idea.IdeaError, match=r"the model returned an array of <U1; expected numbers"
    ):
        energy_context(words, mnist_subset)
    chosen = mnist_subset.test_labels != 6
    most = Dataset(
        "most",
        mnist_subset.task,
        *[mnist_subset.test_images[chosen], mnist_subset.test_labels[chosen]] * 2,
    )
    with pytest.raises(idea.IdeaError, match="the test images include no 6"):
        energy_context(small, most)
