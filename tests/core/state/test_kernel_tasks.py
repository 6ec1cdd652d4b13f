"""What the compiled kernel takes for images of any size and any number of classes."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.networks.convolution import HALVING, Convolution

_kernel = pytest.importorskip("idea._kernel")

# Height, width and classes.
TASKS = [(2, 2, 2), (5, 3, 2), (8, 8, 10), (28, 28, 26), (64, 64, 3)]


def network_for(height, width, classes, convolutional):
    """A small random network of a task; most of its units are on."""
    rng = np.random.default_rng(1)

    def layer(*shape):
        size = np.sqrt(np.prod(shape[1:]))
        return (rng.normal(size=shape) / size).astype("f4"), rng.normal(1, 0.3, shape[0]).astype(
            "f4"
        )

    if not convolutional:
        layers = [layer(9, height * width), layer(7, 9), layer(classes, 7)]
        return _kernel.Network(layers, height, width)
    inputs = 3 * ((height - 1) // 2) * ((width - 1) // 2)
    convolutions = [Convolution(*layer(3, 1, 2, 2), HALVING)]
    layers = [layer(6, inputs), layer(classes, 6)]
    return _kernel.ConvolutionalNetwork(convolutions, layers, height=height, width=width)


@pytest.mark.parametrize(
    ("height", "width", "classes", "convolutional"),
    [(*task, False) for task in TASKS] + [(*task, True) for task in TASKS if min(task[:2]) > 2],
)
def test_networks_of_any_task(height, width, classes, convolutional):
    network = network_for(height, width, classes, convolutional)
    pixels, target = height * width, classes - 1
    rng = np.random.default_rng(2)
    image = rng.integers(2, size=(height, width)).astype("f4")
    state = _kernel.State(network, target, image, "margin")
    assert state.image.shape == (pixels,)
    assert state.logits.shape == (classes,)
    assert state.logits == pytest.approx(network.logits(image), rel=1e-9)
    assert network.exact_logits(image) == pytest.approx(network.logits(image), rel=1e-9)
    neighbours = state.neighbours()
    assert neighbours.shape == (pixels, classes)
    single = _kernel.State(network, target, image)
    gains = single.gains()
    assert gains.shape == (pixels,)
    for pixel in rng.choice(pixels, min(pixels, 40), replace=False):
        flipped = image.copy()
        flipped.flat[pixel] = 1 - flipped.flat[pixel]
        logits = network.logits(flipped)
        assert neighbours[pixel] == pytest.approx(logits, abs=1e-4)
        assert gains[pixel] == pytest.approx(
            logits[target] - network.logits(image)[target], abs=1e-4
        )
    best = int(gains.argmax())
    if gains[best] > 0:
        assert single.walk([best], [1 - image.flat[best]], [0]).all()
        assert single.energy == pytest.approx(state.logits[target] + gains[best], abs=1e-4)


def test_frozen_pixels_and_penalties_of_a_small_task():
    network = network_for(5, 3, 2, convolutional=False)
    frozen = np.zeros((5, 3), bool)
    frozen[0, 1] = True
    state = _kernel.State(network, 1, np.ones((5, 3)), "logit", 0.5, 0.25, frozen)
    image = 1 - frozen
    assert state.image.reshape(5, 3).tolist() == image.tolist()
    # 14 white pixels, and three edges around the black one.
    expected = network.logits(image)[1] - 0.5 * 14 - 0.25 * 3
    assert state.energy == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (
            lambda network: network.logits(np.zeros(784)),
            ValueError,
            "image: expected 15 numbers, found shape (784,)",
        ),
        (
            lambda network: _kernel.State(network, 2, np.zeros(15)),
            ValueError,
            "digit must be one of 0…1, not 2",
        ),
        (
            lambda network: _kernel.State(network, 1, np.zeros(15), frozen=np.zeros(14, bool)),
            ValueError,
            "frozen: expected 15 booleans, found shape (14,)",
        ),
        (
            lambda network: _kernel.State(network, 1, np.zeros(15)).set(15, 1),
            ValueError,
            "every pixel must be one of 0…14, found 15",
        ),
        (
            lambda _: _kernel.Network([(np.ones((2, 15)), np.ones(2))], 3, 4),
            idea.IdeaError,
            "expected layers whose matrices chain from 12 inputs to 2 outputs, found [(2, 15)]",
        ),
        (
            lambda _: _kernel.Network([(np.ones((2, 3)), np.ones(2))], 1, 3),
            idea.IdeaError,
            "expected images of 4…4096 pixels, found 1×3",
        ),
        (
            lambda _: _kernel.Network([(np.ones((1, 784)), np.ones(1))]),
            idea.IdeaError,
            "expected 2…1000 classes, found 1",
        ),
    ],
)
def test_other_sizes_than_the_tasks_are_refused(make, kind, message):
    with pytest.raises(kind) as error:
        make(network_for(5, 3, 2, convolutional=False))
    assert str(error.value) == message
