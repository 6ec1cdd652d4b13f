"""The MLP's forward pass, and opening the shipped one."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

import idea

import slow
from conftest import SHIPPED_MLP, random_layers


@pytest.mark.parametrize("seed", range(3))
def test_logits_are_those_of_a_plain_forward_pass(seed):
    layers = random_layers(20, seed, second=13)
    images = np.random.default_rng(seed).random((30, 784), np.float32)
    found = idea.MLP(layers).logits(images)
    for digit in range(10):
        energy = slow.energy_of(layers, digit)
        assert found[:, digit] == pytest.approx([energy(image) for image in images], abs=1e-9)


def test_an_images_logits_do_not_depend_on_its_company(shipped):
    rng = np.random.default_rng(0)
    base = (rng.random(784) < 0.3).astype(np.float32)
    near = np.tile(base, (40, 1))
    near[np.arange(40), rng.integers(784, size=40)] = 0.5
    far = rng.random((40, 784), np.float32)
    alone = np.concatenate([shipped.logits(image[np.newaxis]) for image in [*near, *far]])
    for batch, expected in ((near, alone[:40]), (far, alone[40:]), ([*near, *far], alone)):
        assert shipped.logits(np.array(batch)) == pytest.approx(expected, abs=1e-9)


def test_no_images_give_no_logits(small):
    assert small.logits(np.zeros((0, 784), np.float32)).shape == (0, 10)


def test_images_of_another_shape_are_refused(small):
    with pytest.raises(idea.IdeaError) as error:
        small.logits(np.zeros((2, 28, 28), np.float32))
    assert str(error.value) == "expected images of shape (n, 784), found (2, 28, 28)"


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        ([], "[]"),
        ([(10, 783)], "[(10, 783)]"),
        ([(16, 784), (9, 16)], "[(16, 784), (9, 16)]"),
        ([(16, 784), (10, 15)], "[(16, 784), (10, 15)]"),
    ],
)
def test_layers_that_do_not_chain_are_refused(shapes, found):
    layers = [(np.zeros(s, np.float32), np.zeros(s[0], np.float32)) for s in shapes]
    with pytest.raises(idea.IdeaError) as error:
        idea.MLP(layers)
    assert str(error.value) == (
        f"expected layers whose matrices chain from 784 inputs to 10 outputs, found {found}"
    )


def test_the_shipped_network_is_the_one_that_its_text_describes(shipped):
    text = SHIPPED_MLP.with_suffix(".txt").read_text("utf-8")
    assert hashlib.sha256(SHIPPED_MLP.read_bytes()).hexdigest() in text
    said = [float(n) for n in re.findall(r"-?\d+\.\d{5}", text)]
    assert shipped.logits(np.full((1, 784), 0.5, np.float32))[0] == pytest.approx(said, abs=1e-4)


def test_the_shipped_network_reads_as_many_digits_as_its_text_says(shipped, mnist):
    accuracy = float(
        re.search(r"([\d.]+) % of the 10,000", SHIPPED_MLP.with_suffix(".txt").read_text())[1]
    )
    images = mnist.test_images.reshape(-1, 784).astype(np.float32) / 255
    read = shipped.logits(images).argmax(axis=1)
    assert 100 * (read == mnist.test_labels).mean() == pytest.approx(accuracy, abs=0.005)
    assert accuracy >= 98
