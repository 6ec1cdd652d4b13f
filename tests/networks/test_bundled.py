"""The bundled networks are those that their provenance describes."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.networks.bundled import BUNDLED, find_file, provenance

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
    half = np.full((1, 784), 0.5, np.float32)
    assert idea.load_model(name).logits(half)[0] == pytest.approx(logits, abs=1e-5)


@pytest.mark.slow
def test_its_test_accuracy_is_that_of_the_provenance(name, mnist):
    accuracy = float(
        re.fullmatch(r"([\d.]+) % of the 10,000 test digits", provenance(name, "test accuracy"))[1]
    )
    read = idea.load_model(name).logits(as_floats(mnist.test_images)).argmax(axis=1)
    assert 100 * (read == mnist.test_labels).mean() == pytest.approx(accuracy, abs=0.005)
    assert accuracy >= 98


def test_it_is_small_and_its_shape_is_that_of_the_provenance(name):
    assert BUNDLED[name].stat().st_size < 5_000_000
    assert provenance(name, "network") in repr(idea.load_model(name))


def test_none_is_the_mlp_and_a_path_is_a_path():
    assert find_file(None) == BUNDLED["mlp"]
    assert str(find_file("some/lenet")) == "some/lenet"


def test_each_scores_its_own_ideal_of_a_5_highest(name):
    five = idea.find(idea.load_model(name), 5, sweeps=2)
    for other in BUNDLED:
        if other != name and BUNDLED[other].suffix != ".onnx":
            theirs = idea.find(idea.load_model(other), 5, sweeps=2)
            seen = idea.load_model(name).logits(theirs.image.reshape(1, 784))[0, 5]
            assert seen < five.energy
