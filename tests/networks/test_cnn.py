"""The CNN's forward pass, against PyTorch's and a loop."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import idea
from idea.networks.weights import Convolution

from conftest import random_convolutions


def plain_maps(maps, convolution):
    """One convolution, ReLU and pool, a number at a time."""
    W, b, pool, *_ = convolution
    k = W.shape[-1]
    side = maps.shape[-1] - k + 1
    out = np.zeros((len(b), side, side))
    for o, y, x in itertools.product(range(len(b)), range(side), range(side)):
        out[o, y, x] = max(0, b[o] + (W[o] * maps[:, y : y + k, x : x + k]).sum(dtype=np.float64))
    if not pool:
        return out
    half = side // 2
    cells = itertools.product(range(len(b)), range(half), range(half))
    pooled = np.zeros((len(b), half, half))
    for o, y, x in cells:
        pooled[o, y, x] = out[o, 2 * y : 2 * y + 2, 2 * x : 2 * x + 2].max()
    return pooled


def plain_logits(model, image):
    maps = image.astype(np.float64).reshape(1, 28, 28)
    for convolution in model.convolutions:
        maps = plain_maps(maps, convolution)
    h = maps.ravel()
    for W, b in model.layers:
        h = W.astype(np.float64) @ np.maximum(h, 0) + b
    return h


@pytest.mark.parametrize(
    "shapes",
    [
        [(6, 3, True), (16, 3, True)],
        [(3, 1, False)],
        [(2, 28, False)],
        [(2, 5, True), (3, 4, False), (4, 2, True)],
        [(1, 27, True)],
    ],
)
@pytest.mark.parametrize("widths", [[], [7, 5]])
def test_logits_are_those_of_a_plain_loop(shapes, widths):
    model = idea.CNN(*random_convolutions(shapes, widths, seed=len(shapes)))
    images = np.random.default_rng(0).random((3, 784), np.float32)
    expected = [plain_logits(model, image) for image in images]
    assert model.logits(images) == pytest.approx(np.array(expected), abs=1e-9)


def test_logits_do_not_depend_on_the_batch():
    model = idea.CNN(*random_convolutions([(4, 3, True)], [6], seed=0))
    images = np.random.default_rng(0).random((130, 784), np.float32)  # over two batches
    alone = np.concatenate([model.logits(image[np.newaxis]) for image in images])
    assert model.logits(images) == pytest.approx(alone, abs=1e-12)
    assert model.logits(images[:0]).shape == (0, 10)


def test_its_repr_describes_its_shape():
    model = idea.CNN(*random_convolutions([(6, 3, True), (16, 3, True)], [120, 84], seed=0))
    assert repr(model) == "CNN(1×28×28, 6×13×13, 16×5×5, 120, 84, 10)"


def zeros(*shape):
    return np.zeros(shape, np.float32)


@pytest.mark.parametrize(
    ("convolutions", "layers", "message"),
    [
        (
            [],
            [(zeros(10, 784), zeros(10))],
            "expected one or more convolutions, found none; see MLP",
        ),
        (
            [Convolution(zeros(2, 2, 3, 3), zeros(2), True)],
            [(zeros(10, 338), zeros(10))],
            "expected a convolution of 1 maps into 2, of shape (2, 1, 3, 3), found (2, 2, 3, 3)",
        ),
        (
            [Convolution(zeros(2, 1, 3, 3), zeros(2), True)],
            [(zeros(10, 1352), zeros(10))],
            "expected a matrix of shape (10, 338), found (10, 1352)",
        ),
        (
            [Convolution(zeros(2, 1, 3, 3), zeros(2), True)],
            [(zeros(9, 338), zeros(9))],
            "expected layers that end in 10 outputs, found ['1×28×28', '2×13×13', '9']",
        ),
        (
            [Convolution(np.float32(1), zeros(1), True)],
            [(zeros(10, 169), zeros(10))],
            "expected a convolution of 1 maps into 1, of shape (1, 1, 1, 1), found ()",
        ),
        (
            [Convolution(zeros(2, 1, 3, 3).astype(complex), zeros(2), True)],
            [(zeros(10, 338), zeros(10))],
            "CNN: expected conv1.weight to hold floats, found complex128",
        ),
        (
            [Convolution(zeros(0, 1, 3, 3), zeros(0), True)],
            [(zeros(10, 0), zeros(10))],
            "CNN: expected one unit or more in each layer, found conv1.weight of shape (0, 1, 3, "
            "3)",
        ),
        (
            # A pool that leaves nothing.
            [Convolution(zeros(2, 1, 28, 28), zeros(2), True)],
            [(zeros(10, 0), zeros(10))],
            "CNN: expected one unit or more in each layer, found fc1.weight of shape (10, 0)",
        ),
    ],
)
def test_shapes_that_do_not_chain_are_refused(convolutions, layers, message):
    with pytest.raises(idea.IdeaError) as error:
        idea.CNN(convolutions, layers, idea.Task())
    assert str(error.value) == message


def test_images_of_another_shape_are_refused():
    model = idea.CNN(*random_convolutions([(1, 3, True)], [], seed=0))
    with pytest.raises(
        idea.IdeaError, match=r"expected images of shape \(n, 784\), found \(784,\)"
    ):
        model.logits(np.zeros(784, np.float32))
