"""The MLP's forward pass, and opening the bundled one."""

from __future__ import annotations

import numpy as np
import pytest

import idea

import slow
from conftest import random_layers


@pytest.mark.parametrize("seed", range(3))
def test_logits_are_those_of_a_plain_forward_pass(seed):
    layers = random_layers(20, seed, second=13)
    images = np.random.default_rng(seed).random((30, 784), np.float32)
    found = idea.MLP(layers).logits(images)
    for digit in range(10):
        energy = slow.energy_of(layers, digit)
        assert found[:, digit] == pytest.approx([energy(image) for image in images], abs=1e-9)


def test_logits_do_not_depend_on_the_batch(shipped):
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
        ([(10,)], "[(10,)]"),
        ([(16, 784), (10, 15)], "[(16, 784), (10, 15)]"),
    ],
)
def test_layers_that_do_not_chain_are_refused(shapes, found):
    layers = [(np.zeros(s, np.float32), np.zeros(s[0], np.float32)) for s in shapes]
    with pytest.raises(idea.IdeaError) as error:
        idea.MLP(layers)
    assert str(error.value) == f"expected layers whose matrices chain, found {found}"


@pytest.mark.parametrize("shapes", [[(10, 783)], [(16, 784), (9, 16)]])
def test_layers_of_another_task_are_refused(shapes):
    layers = [(np.zeros(s, np.float32), np.zeros(s[0], np.float32)) for s in shapes]
    with pytest.raises(idea.IdeaError) as error:
        idea.MLP(layers, idea.Task())
    assert str(error.value) == (
        f"expected layers whose matrices chain from 784 inputs to 10 outputs, found {shapes}"
    )


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [(np.zeros((10, 784), complex), np.zeros(10, np.float32))],
            "expected fc1.weight to hold floats, found complex128",
        ),
        (
            [(np.zeros((10, 784), np.float32), np.zeros(10, object))],
            "expected fc1.bias to hold floats, found object",
        ),
        (
            [(np.zeros((10, 784), np.float32), np.float32(0))],
            "expected fc1.bias of shape (n,), found ()",
        ),
        (
            [
                (np.zeros((0, 784), "f4"), np.zeros(0, "f4")),
                (np.zeros((10, 0), "f4"), np.zeros(10)),
            ],
            "expected one unit or more in each layer, found fc1.weight of shape (0, 784)",
        ),
        ([np.zeros((10, 784))], "expected a pair of arrays (W, b) for each layer, found something"),
        (7, "expected a pair of arrays (W, b) for each layer, found something else"),
    ],
)
def test_invalid_layers_are_refused(layers, message):
    with pytest.raises(idea.IdeaError) as error:
        idea.MLP(layers)
    assert str(error.value).startswith(f"MLP: {message}")


def test_layers_that_cannot_even_be_looked_at_are_refused():
    class Odd:
        def __array__(self, *_, **__):
            raise RuntimeError("no array of mine")

    with pytest.raises(idea.IdeaError, match=r"^MLP: expected a pair of arrays \(W, b\)"):
        idea.MLP([(Odd(), Odd())])


def test_wider_floats_are_rounded_once_as_files_are():
    layers = [(W.astype(np.float64) + 1e-9, b.tolist()) for W, b in random_layers(4, 0)]
    ((W, b), *_) = idea.MLP([(W, np.array(b)) for W, b in layers]).layers
    assert W.dtype == b.dtype == np.float32
    assert np.array_equal(W, layers[0][0].astype(np.float32))
