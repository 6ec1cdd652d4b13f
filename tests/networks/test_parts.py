"""Networks whose output is a unit, a map or a sum of logits of another."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.errors import OptionError
from idea.networks.convolution import HALVING
from idea.networks.parts import combined, direction_network, unit_network
from idea.networks.weights import Convolution

from tasks import sums_of

TASK = idea.Task(9, 7, ["a", "b", "c"])
RNG = np.random.default_rng(0)


def normal(*shape) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


MLP = idea.MLP(
    [(normal(5, 63), normal(5)), (normal(4, 5), normal(4)), (normal(3, 4), normal(3))], TASK
)
CNN = idea.CNN(
    [
        Convolution(normal(2, 1, 3, 3), normal(2), HALVING),
        Convolution(normal(3, 2, 2, 2), normal(3)),
    ],
    [(normal(4, 3 * 2), normal(4)), (normal(3, 4), normal(3))],
    TASK,
)
IMAGES = RNG.random((6, 63)).astype(np.float32)


@pytest.mark.parametrize("model", [MLP, CNN], ids=["mlp", "cnn"])
@pytest.mark.parametrize("sign", [1, -1])
def test_every_unit_is_the_output_of_a_network(model, sign):
    for image in IMAGES[:2]:
        for layer, sums in sums_of(model, image).items():
            for place, expected in np.ndenumerate(sums):
                unit, *rest = place
                name = f"{layer}:{unit}" + (f"@{rest[1]},{rest[0]}" if rest else "")
                part = unit_network(model, name, sign)
                assert part.task == idea.Task(9, 7, [f"not {name}", name])
                assert part.logits(image[np.newaxis])[0] == pytest.approx([0, sign * expected])


def test_a_map_is_its_mean_after_relu():
    for image in IMAGES:
        for number in (1, 2):
            for unit, sums in enumerate(sums_of(CNN, image)[f"conv{number}"]):
                (_, found) = unit_network(CNN, f"conv{number}:{unit}").logits(image[np.newaxis])[0]
                assert found == pytest.approx(np.maximum(sums, 0).mean())


@pytest.mark.parametrize("model", [MLP, CNN], ids=["mlp", "cnn"])
def test_a_sum_of_logits(model):
    part = combined(model, {0: 1, 2: -1.5}, "a-1.5*c")
    logits = model.logits(IMAGES)
    expected = logits[:, 0] - 1.5 * logits[:, 2]
    assert part.logits(IMAGES)[:, 1] == pytest.approx(expected, abs=1e-5)


def test_what_is_no_unit_of_a_network():
    for model, name, message in [
        (MLP, "layer4:0", "there is no layer4: the network has 3 dense layers"),
        (MLP, "layer2:4", "there is no layer2:4: the network has 4 units, 0…3, in layer2"),
        (MLP, "conv1:0", "there is no conv1: the network has 0 convolutions"),
        (CNN, "conv1:2", "there is no conv1:2: the network has 2 maps, 0…1, in conv1"),
        (CNN, "conv1:0@5,0", "there is no conv1:0@5,0: the network has 5 columns and 7 rows there"),
        (CNN, "conv1:0@0,7", "there is no conv1:0@0,7: the network has 5 columns and 7 rows there"),
        (
            MLP,
            "layer0:1",
            "expected layer2:17 (a unit), conv1:3 (a map) or conv1:3@10,12 (its unit in column 10, "
            "row 12), found 'layer0:1'",
        ),
    ]:
        with pytest.raises(OptionError) as error:
            unit_network(model, name)
        assert str(error.value) == message
    function = idea.Model.from_function(lambda images: images[:, :3], TASK)
    with pytest.raises(OptionError, match=r"^only units of an MLP or a CNN"):
        unit_network(function, "layer1:0")


def test_a_sum_of_logits_of_any_model_is_one():
    function = idea.Model.from_function(lambda images: images[:, :3], TASK)
    part = combined(function, {0: 1, 2: -1.5}, "a-1.5*c")
    assert part.logits(IMAGES)[:, 1] == pytest.approx(IMAGES[:, 0] - 1.5 * IMAGES[:, 2])


def test_a_direction_is_a_sum_of_units():
    for model in (MLP, CNN):
        sums = sums_of(model, IMAGES[0])
        for layer, found in sums.items():
            values = np.maximum(found, 0).mean(axis=(1, 2)) if found.ndim == 3 else found
            direction = np.random.default_rng(1).normal(size=len(values))
            direction[0] = 0
            for sign in (1, -1):
                part = direction_network(model, layer, direction, sign)
                expected = sign * direction @ values
                assert part.logits(IMAGES[:1])[0, 1] == pytest.approx(expected, abs=1e-5)
                assert part.rounding > 0


@pytest.mark.parametrize(
    "direction", [[1, 2], [[1], [2], [3], [4]], [0, 0, 0, 0], [1, 2, 3, np.inf], ["a"] * 4, None]
)
def test_what_is_no_direction(direction):
    with pytest.raises(OptionError, match=r"^expected a direction of 4 numbers, not all 0, one"):
        direction_network(MLP, "layer2", direction)
