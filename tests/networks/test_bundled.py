"""The bundled networks are those that their provenance describes."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.core.prior_weight import with_weight
from idea.data.datasets import dataset_for
from idea.files.prior import PRIORS, load_prior
from idea.networks.bundled import BUNDLED, find_file, known_weight, provenance

from conftest import as_floats, digest


@pytest.fixture(params=BUNDLED)
def name(request):
    if BUNDLED[request.param].suffix == ".onnx":
        pytest.importorskip("onnx")
    return request.param


def test_the_provenance_has_the_files_checksum_and_logits(name):
    text = BUNDLED[name].with_suffix(".txt").read_text("utf-8")
    assert provenance(name, "SHA-256") == f"{digest(BUNDLED[name])}  {BUNDLED[name].name}"
    logits = [float(number) for number in re.findall(r"-?\d+\.\d{5}", text)]
    model = idea.load_model(name)
    half = np.full((1, model.task.pixels), 0.5, np.float32)
    assert model.logits(half)[0] == pytest.approx(logits, abs=1e-5)


@pytest.mark.nightly_cases(keep=2)
@pytest.mark.slow
def test_its_test_accuracy_is_that_of_the_provenance(name, request):
    model = idea.load_model(name)
    dataset = request.getfixturevalue(dataset_for(model.task))
    assert provenance(name, "data set") == dataset.title
    accuracy, count = re.fullmatch(
        r"([\d.]+) % of the ([\d,]+) test \w+", provenance(name, "test accuracy")
    ).groups()
    assert count == f"{len(dataset.test_labels):,}"
    read = model.logits(as_floats(dataset.test_images)).argmax(axis=1)
    assert 100 * (read == dataset.test_labels).mean() == pytest.approx(float(accuracy), abs=0.005)
    assert float(accuracy) >= {"mnist": 98, "fashion": 88, "digits8": 97}[dataset.name]


def test_it_is_small_and_its_shape_is_that_of_the_provenance(name):
    assert BUNDLED[name].stat().st_size < 5_000_000
    assert provenance(name, "network") in repr(idea.load_model(name))


def test_none_is_the_mlp_and_a_path_is_a_path():
    assert find_file(None) == BUNDLED["mlp"]
    assert str(find_file("some/lenet")) == "some/lenet"


def test_each_scores_its_own_ideal_of_a_5_highest(name):
    model = idea.load_model(name)
    five = idea.find(model, 5, sweeps=2)
    for other in BUNDLED:
        if other != name and BUNDLED[other].suffix != ".onnx":
            theirs = idea.load_model(other)
            if theirs.task.shape == model.task.shape:
                image = idea.find(theirs, 5, sweeps=2).image
                assert model.logits(image.reshape(1, -1))[0, 5] < five.energy


# Two tell in every run whether the annealing is another.
@pytest.mark.nightly_cases(keep=2)
@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
def test_the_weight_of_a_prior_is_that_of_the_provenance(name):
    model = idea.load_model(name)
    prior = next((each for each in map(load_prior, PRIORS) if each.task == model.task), None)
    if prior is None:
        assert known_weight(name) is None
        return
    assert with_weight(model, idea.Objective(prior=prior)).prior_weight == known_weight(name)
