"""Networks whose output is a unit, a map or a sum of logits of another."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import idea
from idea.errors import OptionError
from idea.networks.parts import combined, unit_network
from idea.networks.weights import Convolution

TASK = idea.Task(9, 7, ["a", "b", "c"])
RNG = np.random.default_rng(0)


def normal(*shape) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


MLP = idea.MLP(
    [(normal(5, 63), normal(5)), (normal(4, 5), normal(4)), (normal(3, 4), normal(3))], TASK
)
CNN = idea.CNN(
    [
        Convolution(normal(2, 1, 3, 3), normal(2), pool=True),
        Convolution(normal(3, 2, 2, 2), normal(3), pool=False),
    ],
    [(normal(4, 3 * 2), normal(4)), (normal(3, 4), normal(3))],
    TASK,
)
IMAGES = RNG.random((6, 63)).astype(np.float32)


def convolved(maps, W, b) -> np.ndarray:
    """The sums of a convolution of (n_in, y, x), plainly."""
    out = np.empty((len(W), maps.shape[1] - W.shape[2] + 1, maps.shape[2] - W.shape[3] + 1))
    windows = sliding_window_view(maps, W.shape[2:], axis=(1, 2))
    for j, y, x in np.ndindex(out.shape):
        out[j, y, x] = (windows[:, y, x] * W[j].astype(float)).sum() + b[j]
    return out


def sums_of(model, image) -> dict[str, np.ndarray]:
    """All pre-activations of a network, layer by layer."""
    sums = {}
    x = image.astype(float)
    if isinstance(model, idea.CNN):
        maps = x.reshape(1, *TASK.shape)
        for number, (W, b, pool) in enumerate(model.convolutions, 1):
            sums[f"conv{number}"] = out = convolved(maps, W, b)
            maps = np.maximum(out, 0)
            if pool:
                height, width = (size // 2 for size in maps.shape[1:])
                maps = maps[:, : 2 * height, : 2 * width]
                maps = maps.reshape(len(maps), height, 2, width, 2).max(axis=(2, 4))
        x = maps.ravel()
    for number, (W, b) in enumerate(model.layers, 1):
        sums[f"layer{number}"] = out = W.astype(float) @ x + b
        x = np.maximum(out, 0)
    return sums


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
    with pytest.raises(
        OptionError, match=r"^sums of logits can be searched for in an MLP or a CNN"
    ):
        combined(function, {0: 1}, "a")
