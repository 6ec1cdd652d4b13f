"""What the compiled kernel takes, and how it refuses the rest."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.networks.convolution import HALVING, Convolution

import slow
from conftest import random_layers, start_of

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

PATHS = _kernel.simd_names()


def test_the_kernels_plain_forward_pass(layers, shipped):
    for each in (layers, random_layers(17, 2)[::2], shipped.layers):
        image = start_of("grey", 1)
        expected = [slow.energy_of(each, digit)(image) for digit in range(10)]
        network = _kernel.Network(list(each))
        assert network.logits(image) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    linear = [(np.ones((10, 784), np.float32), np.zeros(10, np.float32))]
    assert _kernel.Network(linear).logits(np.full(784, 0.5)) == pytest.approx([392] * 10)


def test_the_kernels_plain_forward_pass_through_convolutions():
    rng = np.random.default_rng(3)
    convolutions = [
        Convolution(rng.normal(size=(5, 1, 4, 4)), rng.normal(size=5), HALVING),
        Convolution(rng.normal(size=(9, 5, 3, 3)), rng.normal(size=9)),
    ]
    layers = [(rng.normal(size=(10, 900)).astype("f4"), rng.normal(size=10).astype("f4"))]
    model = idea.CNN(convolutions, layers)
    network = _kernel.ConvolutionalNetwork(list(model.convolutions), layers)
    image = start_of("grey", 1)
    assert network.logits(image) == pytest.approx(model.logits(image[None])[0], rel=1e-12)
    state = _kernel.State(network, 4, image)
    assert state.energy == pytest.approx(network.logits(image)[4], rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (([0.5], [1], [0]), TypeError, "pixels: expected whole numbers, found float64"),
        ((["a"], [1], [0]), TypeError, "pixels: expected whole numbers, found <U1"),
        (([0], ["a"], [0]), TypeError, "values: expected real numbers, found <U1"),
        (([0], [1j], [0]), TypeError, "values: expected real numbers, found complex128"),
        (([0], [1], [None]), TypeError, "thresholds: expected real numbers, found object"),
        (
            ([0, 1], [1], [0]),
            ValueError,
            "expected three rows of one length, found shapes (2,), (1,) and (1,)",
        ),
        (
            ([[0]], [[1]], [[0]]),
            ValueError,
            "expected three rows of one length, found shapes (1, 1), (1, 1) and (1, 1)",
        ),
        (([784], [1], [0]), ValueError, "every pixel must be one of 0…783, found 784"),
        (([-1], [1], [0]), ValueError, "every pixel must be one of 0…783, found -1"),
        (([2**63], [1], [0]), ValueError, "every pixel must be one of 0…783, found -"),
        (([0], [1.5], [0]), ValueError, "every value must lie in 0…1, found 1.500000"),
        (([0], [np.nan], [0]), ValueError, "every value must lie in 0…1, found nan"),
    ],
)
def test_invalid_arrays_are_refused(layers, arguments, kind, message):
    state = _kernel.State(_kernel.Network(layers), 5, np.zeros(784))
    for method in (state.walk, state.first):
        with pytest.raises(kind) as error:
            method(*arguments)
        assert str(error.value).startswith(message)
    assert not state.image.any()


def test_arrays_of_any_layout_are_read(layers):
    state = _kernel.State(_kernel.Network(layers), 5, np.zeros((28, 28)))
    backwards = np.arange(784)[::-1]
    backwards.flags.writeable = False
    big = np.ones(784, ">f8")
    made = state.walk(backwards, big, np.full(1568, -np.inf)[::2])
    assert made.all()
    assert state.image.all()


def convolutional(maps, biases, dense, fill=1.0):
    """The kernel's network of a convolution, a pool and a dense layer of these shapes."""
    convolution = Convolution(np.full(maps, fill, "f4"), np.ones(biases, "f4"), HALVING)
    return _kernel.ConvolutionalNetwork([convolution], [(np.ones(dense), np.ones(dense[0]))])


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: _kernel.Network([]), idea.IdeaError, "expected layers whose matrices chain"),
        (
            lambda: _kernel.Network([(np.ones((10, 783)), np.ones(10))]),
            idea.IdeaError,
            "expected layers whose matrices chain from 784 inputs to 10 outputs, found [(10, 783)]",
        ),
        (
            lambda: _kernel.Network([(np.ones((10, 784)), np.ones(9))]),
            ValueError,
            "expected W of shape (n_out, n_in) and b of shape (n_out,), found (10, 784) and (9,)",
        ),
        (
            lambda: _kernel.Network([(np.full((10, 784), np.nan), np.ones(10))]),
            idea.IdeaError,
            "every weight must be a finite float32",
        ),
        (
            lambda: _kernel.Network([(np.ones((10, 784)), np.full(10, 1e39))]),
            ValueError,
            # numpy warns of the overflow, which is an error here; numpy 1.23 doesn't.
            ("b: the numbers don't fit their type", "every weight must be a finite float32"),
        ),
        (
            lambda: convolutional((6, 1, 3, 3), 6, (10, 1013)),
            idea.IdeaError,
            "expected convolutions and layers that chain from 28×28 pixels to 10 outputs, "
            "found [(6, 1, 3, 3), (10, 1013)]",
        ),
        (
            lambda: convolutional((6, 1, 29, 29), 6, (10, 6)),
            idea.IdeaError,
            "expected convolutions and layers that chain from 28×28 pixels to 10 outputs, "
            "found [(6, 1, 29, 29), (10, 6)]",
        ),
        (
            lambda: convolutional((6, 9), 6, (10, 1014)),
            ValueError,
            "expected W of shape (n_out, n_in, height, width) and b of shape (n_out,), "
            "found (6, 9) and (6,)",
        ),
        (
            lambda: convolutional((6, 1, 3, 3), 5, (10, 1014)),
            ValueError,
            "expected W of shape (n_out, n_in, height, width) and b of shape (n_out,), "
            "found (6, 1, 3, 3) and (5,)",
        ),
        (
            lambda: convolutional((6, 1, 3, 3), 6, (10, 1014), fill=np.inf),
            idea.IdeaError,
            "every weight must be a finite float32",
        ),
        (
            lambda: _kernel.ConvolutionalNetwork([Convolution("W", np.ones(6))], []),
            TypeError,
            "W: expected real numbers, found <U1",
        ),
        (
            lambda: _kernel.State(convolutional((6, 1, 3, 3), 6, (10, 1014)), 10, np.zeros(784)),
            ValueError,
            "digit must be one of 0…9, not 10",
        ),
        (lambda: _kernel.State(None, 0, np.zeros(784)), TypeError, "network: expected a Network"),
        (
            lambda: _kernel.State(_kernel.Network(random_layers(3, 0)), 10, np.zeros(784)),
            ValueError,
            "digit must be one of 0…9, not 10",
        ),
        (
            lambda: _kernel.State(_kernel.Network(random_layers(3, 0)), 1, np.zeros(783)),
            ValueError,
            "image: expected 784 numbers, found shape (783,)",
        ),
        (
            lambda: _kernel.State(_kernel.Network(random_layers(3, 0)), 1, np.full(784, 2)),
            ValueError,
            "image: every pixel must lie in 0…1, found 2.000000",
        ),
        (
            lambda: _kernel.State(
                _kernel.Network([(np.ones((10, 784)), np.ones(10))]), 1, np.zeros(784)
            ),
            idea.IdeaError,
            "expected a network of one or two hidden layers, found 0",
        ),
    ],
)
def test_invalid_networks_and_images_are_refused(make, kind, message):
    with pytest.raises(kind) as error:
        make()
    assert str(error.value).startswith(message)


def test_an_instruction_set_that_is_not_there_is_refused(monkeypatch, small):
    monkeypatch.setenv("IDEA_SIMD", "mmx")
    with pytest.raises(idea.IdeaError) as error:
        NativeState(small, 0, np.zeros(784))
    assert str(error.value) == (
        f"IDEA_SIMD: expected one of {', '.join(PATHS)} on this machine, found mmx"
    )
