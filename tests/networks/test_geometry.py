"""Convolutions with strides, padding and pools of all kinds, against PyTorch and among states."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.core.state.dense import DenseState
from idea.image import Task
from idea.networks.cnn import convolve
from idea.networks.convolution import HALVING, Convolution, Pooling
from idea.networks.parts import unit_network

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

TASK = Task(11, 13, ("a", "b", "c"))
SAME3, SAME5 = (1,) * 4, (2,) * 4
AVERAGE = Pooling(average=True)
# Windows, pool, strides and pads of each convolution.
GEOMETRIES = {
    "same": [((3, 3), HALVING, (1, 1), SAME3), ((5, 5), HALVING, (1, 1), SAME5)],
    "two before a pool": [((3, 3), None, (1, 1), SAME3), ((3, 3), HALVING)],
    "averages": [((5, 5), AVERAGE, (1, 1), SAME5), ((3, 3), Pooling((3, 3), (3, 3), True))],
    "thirds": [((3, 3), Pooling((3, 3), (3, 3))), ((2, 2), None, (1, 1), (0, 1, 1, 0))],
    "overlapping": [((2, 3), Pooling((3, 3), (2, 2))), ((2, 2), Pooling((2, 2), (1, 1), True))],
    "strides": [((3, 3), None, (2, 2), SAME3), ((1, 1), None, (2, 2)), ((2, 3), None, (1, 2))],
    "gaps": [((2, 2), None, (3, 3)), ((2, 1), None, (1, 2))],
    "wide": [((7, 7), HALVING, (2, 1), (3, 3, 3, 3)), ((2, 3), None, (1, 1), (1, 0, 0, 2))],
}


def network(name, draw):
    convolutions, maps, size = [], 1, TASK.shape
    for n_out, (window, *geometry) in zip((3, 9, 2), GEOMETRIES[name], strict=False):
        made = Convolution(draw((n_out, maps, *window)), draw((n_out,)), *geometry)
        convolutions.append(made)
        maps, size = n_out, made.results(*size)
    n_in = maps * size[0] * size[1]
    return idea.CNN(convolutions, [(draw((5, n_in)), draw((5,))), (draw((3, 5)), draw((3,)))], TASK)


def random_network(name):
    rng = np.random.default_rng(3)
    return network(name, lambda shape: rng.normal(0, 0.4, shape).astype(np.float32))


def whole_network(name):
    rng = np.random.default_rng(4)
    return network(name, lambda shape: rng.integers(-2, 3, shape).astype(np.float32))


def torch_logits(model, images):
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    x = torch.from_numpy(images).reshape(-1, 1, *TASK.shape).double()
    for W, b, pool, strides, (top, left, bottom, right) in model.convolutions:
        weight, bias = torch.from_numpy(W).double(), torch.from_numpy(b).double()
        x = F.relu(F.conv2d(F.pad(x, (left, right, top, bottom)), weight, bias, strides))
        if pool:
            x = (F.avg_pool2d if pool.average else F.max_pool2d)(x, pool.size, pool.strides)
    x = x.flatten(1)
    for number, (W, b) in enumerate(model.layers):
        x = F.linear(F.relu(x) if number else x, *(torch.from_numpy(a).double() for a in (W, b)))
    return x.numpy()


@pytest.mark.parametrize("name", GEOMETRIES)
def test_logits_are_those_of_pytorch(name):
    model = random_network(name)
    images = np.random.default_rng(0).random((5, TASK.pixels), np.float32)
    expected = torch_logits(model, images)
    assert model.logits(images) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert np.abs(model.rounded_logits(images) - expected).max() <= model.rounding


@pytest.mark.parametrize("name", GEOMETRIES)
def test_the_kernels_exact_sums_are_those_of_the_reference(name):
    model = random_network(name)
    for image in np.random.default_rng(1).random((2, TASK.pixels), np.float32):
        assert np.array_equal(model.rounded_logits(image[None])[0], model._forward_exactly(image))


@pytest.mark.parametrize("make", [random_network, whole_network])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_a_walk_is_that_of_the_state_for_any_model(monkeypatch, name, make):
    """From a grey image, with thresholds that are exact gains, among ties."""
    model, rng = make(name), np.random.default_rng(2)
    grey = rng.choice(np.float32([0, 0, 0.25, 1]), TASK.pixels)
    pixels, values = rng.integers(0, TASK.pixels, 60), rng.integers(0, 2, 60).astype(np.float32)
    dense = DenseState(model, 1, grey)
    some = np.arange(0, TASK.pixels, 12)
    exact = dense.exact_gains(some)
    made = dense.walk(pixels, values, thresholds=0.0)
    for simd in _kernel.simd_names():
        monkeypatch.setenv("IDEA_SIMD", simd)
        state = NativeState(model, 1, grey)
        assert np.array_equal(state.exact_gains(some), exact), simd
        assert np.array_equal(state.walk(pixels, values, thresholds=0.0), made), simd
        assert np.array_equal(state.image, dense.image)
        assert state.exact_energy == dense.exact_energy
        assert abs(state.energy - state.exact_energy) <= state.error_bound


@pytest.mark.parametrize("name", GEOMETRIES)
def test_the_connected_pixels_are_those_that_can_change_a_logit(name):
    """With positive weights and averages for pools nothing hides a change of a black image."""
    rng = np.random.default_rng(6)
    model = network(name, lambda shape: rng.uniform(0.1, 1, shape).astype(np.float32))
    averages = [
        c._replace(pool=c.pool and c.pool._replace(average=True)) for c in model.convolutions
    ]
    open_ = idea.CNN(averages, model.layers, TASK)
    gains = open_.logits(np.eye(TASK.pixels, dtype=np.float32)) - open_.logits(
        np.zeros((1, TASK.pixels), np.float32)
    )
    changed = (gains > 1e-9).any(axis=1)
    assert np.array_equal(model.connected_pixels, changed)
    grey = np.full(TASK.pixels, 0.5)  # where the kernel bounds the error of all but the others
    assert np.array_equal(NativeState(model, 0, grey).rough_gains()[1] > 0, changed)


@pytest.mark.parametrize("name", ["averages", "strides", "wide"])
def test_a_unit_of_a_map_is_the_output_of_a_network(name):
    model = random_network(name)
    image = np.random.default_rng(5).random((1, TASK.pixels), np.float32)
    before = convolve(image.reshape(1, 1, *TASK.shape).astype(float), model.convolutions[0])
    maps = convolve(before, model.convolutions[1]._replace(pool=None))[0]
    assert unit_network(model, "conv2:4").logits(image)[0, 1] == pytest.approx(maps[4].mean())
    for y, x in np.ndindex(maps.shape[1:]):
        unit = unit_network(model, f"conv2:4@{x},{y}").logits(image)[0, 1]
        assert max(0, unit) == pytest.approx(maps[4, y, x])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "idea.convolutions: expected JSON, found '['"),
        (
            '[{"strides": [1, 1], "pads": [3, 0, 0, 0]}]',
            "expected padding of less than a window of 3×3, found (3, 0, 0, 0)",
        ),
        (
            json.dumps([{"strides": [1, 1], "pads": [0] * 4}] * 2),
            "expected an array conv2.weight of 4 dimensions, found none",
        ),
    ],
)
def test_metadata_that_does_not_describe_the_arrays(tmp_path, text, message):
    numpy = pytest.importorskip("safetensors.numpy")
    arrays = {
        "conv1.weight": np.ones((1, 1, 3, 3), "f4"),
        "conv1.bias": np.ones(1, "f4"),
        "fc1.weight": np.ones((10, 676), "f4"),
        "fc1.bias": np.ones(10, "f4"),
    }
    path = tmp_path / "m.safetensors"
    numpy.save_file(arrays, path, {"idea.convolutions": text})
    with pytest.raises(idea.IdeaError) as error:
        idea.load_model(path)
    assert str(error.value) == f"{path}: {message}"


def test_scales_of_inputs_are_folded_but_where_zeros_are_added(tmp_path):
    pytest.importorskip("onnxruntime")
    images = np.random.default_rng(0).random((3, TASK.pixels), np.float32)
    for name, kind in (("thirds", "CNN"), ("same", "OnnxModel")):
        model = random_network(name)
        weights = idea.networks.weights.Weights(model.layers, model.convolutions, TASK)
        path = idea.files.weights.formats.write_weights(tmp_path / f"{name}.onnx", weights)
        opened = idea.load_model(path, input="0.1307,0.3081")
        assert type(opened).__name__ == kind
        shifted = ((images - 0.1307) / 0.3081).astype(np.float32)
        assert opened.logits(images) == pytest.approx(model.logits(shifted), rel=1e-3, abs=1e-4)
