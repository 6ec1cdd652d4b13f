"""The networks that come along are those that their texts describe."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.networks.bundled import SHIPPED, find_file, told

from conftest import as_floats, digest


@pytest.fixture(params=SHIPPED)
def name(request):
    if SHIPPED[request.param].suffix == ".onnx":
        pytest.importorskip("onnx")
    return request.param


def test_the_text_tells_the_files_sum_and_logits(name):
    text = SHIPPED[name].with_suffix(".txt").read_text("utf-8")
    assert told(name, "SHA-256") == f"{digest(SHIPPED[name])}  {SHIPPED[name].name}"
    said = [float(number) for number in re.findall(r"-?\d+\.\d{5}", text)]
    half = np.full((1, 784), 0.5, np.float32)
    assert idea.load_model(name).logits(half)[0] == pytest.approx(said, abs=1e-5)


def test_it_reads_as_many_digits_as_the_text_says(name, mnist):
    said = float(
        re.fullmatch(r"([\d.]+) % of the 10,000 test digits", told(name, "test accuracy"))[1]
    )
    read = idea.load_model(name).logits(as_floats(mnist.test_images)).argmax(axis=1)
    assert 100 * (read == mnist.test_labels).mean() == pytest.approx(said, abs=0.005)
    assert said >= 98


def test_it_is_small_and_its_shape_is_that_of_the_text(name):
    assert SHIPPED[name].stat().st_size < 5_000_000
    assert told(name, "network") in repr(idea.load_model(name))


def test_none_is_the_mlp_and_a_path_is_a_path():
    assert find_file(None) == SHIPPED["mlp"]
    assert str(find_file("some/lenet")) == "some/lenet"


def test_each_prefers_its_own_idea_of_a_5(name):
    five = idea.find(idea.load_model(name), 5, sweeps=2)
    for other in SHIPPED:
        if other != name and SHIPPED[other].suffix != ".onnx":
            theirs = idea.find(idea.load_model(other), 5, sweeps=2)
            seen = idea.load_model(name).logits(theirs.image.reshape(1, 784))[0, 5]
            assert seen < five.energy
