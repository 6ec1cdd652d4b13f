"""Chains of layers: what folding leaves, and ONNX graphs, against a slow evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import idea
from idea.errors import WeightsError
from idea.files.layers.activations import NAMES
from idea.files.layers.chain import (
    Activation,
    Affine,
    Chain,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    Pad,
    Pool,
    Reshape,
)
from idea.files.layers.folding import folded
from idea.files.layers.graph import graph_of
from idea.files.layers.plain import plain_weights
from idea.networks.cnn import model_of

RELU = Activation("relu")
rng = np.random.default_rng(0)


def random(*shape):
    return rng.normal(size=shape)


def dense(n_in, n_out):
    return Dense(random(n_out, n_in), random(n_out))


def conv(n_in, n_out, k=3, **options):
    return Conv(random(n_out, n_in, k, k), random(n_out), **options)


def affine(n, positive=False):
    scale = random(n)
    return Affine(np.abs(scale) if positive else scale, random(n))


def evaluate(chain, images):
    """Evaluate a chain by PyTorch, in double precision."""
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(np.reshape(images, (-1, *chain.shape)).astype(np.float64))
    for layer in chain.layers:
        x = _apply(torch, layer, x)
    return x.numpy()


def _apply(torch, layer, x):  # noqa: C901
    F, tensor = torch.nn.functional, torch.from_numpy
    match layer:
        case Dense(W, b):
            return F.linear(x, tensor(W), tensor(b))
        case Conv(W, b, strides, pads, dilations, groups):
            top, left, bottom, right = pads
            x = F.pad(x, (left, right, top, bottom))
            return F.conv2d(x, tensor(W), tensor(b), strides, 0, dilations, groups)
        case Pool("max", size, strides, (top, left, _, _), ceil):
            return F.max_pool2d(x, size, strides, (top, left), ceil_mode=ceil)
        case Pool("average", size, strides, (top, left, _, _), ceil, counts):
            return F.avg_pool2d(x, size, strides, (top, left), ceil, counts)
        case GlobalPool(kind):
            return x.amax((2, 3)) if kind == "max" else x.mean((2, 3))
        case Affine(scale, shift):
            around = (-1, *[1] * (x.ndim - 2))
            return x * tensor(scale).reshape(around) + tensor(shift).reshape(around)
        case Flatten(channels_last):
            return (x.permute(0, 2, 3, 1) if channels_last else x).flatten(1)
        case Reshape(shape):
            return x.reshape(-1, *shape)
        case Pad((top, left, bottom, right)):
            return F.pad(x, (left, right, top, bottom))
        case Activation(name, parameters):
            return _activation(torch, name)(x, **parameters)


def _activation(torch, name):
    F = torch.nn.functional
    special = {
        "identity": lambda x: x,
        "exponential": torch.exp,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "leaky_relu": lambda x, alpha: F.leaky_relu(x, alpha),
        "hard_sigmoid": lambda x, alpha, beta: (alpha * x + beta).clip(0, 1),
        "clip": lambda x, **ends: x.clip(**ends),
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
        "swish": F.silu,
        "hard_swish": F.hardswish,
        "softmax": lambda x: F.softmax(x, 1),
        "log_softmax": lambda x: F.log_softmax(x, 1),
    }
    return special.get(name) or getattr(F, name)


PLAIN = {
    "MLP": ((9,), dense(9, 5), RELU, dense(5, 3)),
    "scaled input": ((9,), affine(1), affine(9), dense(9, 5), RELU, dense(5, 3)),
    "normalised": ((9,), dense(9, 5), affine(5), RELU, affine(5), dense(5, 3), affine(3)),
    "dense layers in a row": ((9,), dense(9, 5), dense(5, 4), RELU, dense(4, 2), dense(2, 3)),
    "channels last": (
        (1, 7, 6),
        conv(1, 4),
        RELU,
        Flatten(channels_last=True),
        affine(80),
        dense(80, 3),
    ),
    "normalised maps": (
        (1, 9, 8),
        affine(1),
        conv(1, 4),
        affine(4),
        RELU,
        Pool("max", (2, 2), (2, 2)),
        affine(4, True),
        conv(4, 5, 2),
        RELU,
        affine(5),
        Flatten(),
        dense(20, 3),
    ),
    "scaled before a pool": (
        (1, 9, 8),
        conv(1, 4),
        RELU,
        affine(4, True),
        Pool("max", (2, 2), (2, 2)),
        Flatten(),
        dense(36, 3),
    ),
    "averaged maps": ((1, 7, 6), conv(1, 4), RELU, affine(4), GlobalPool("average"), dense(4, 3)),
    "grey repeated": (
        (1, 7, 6),
        Conv(np.ones((3, 1, 1, 1)), np.zeros(3)),
        affine(3),
        conv(3, 4),
        RELU,
        Flatten(),
        dense(80, 3),
    ),
    "reshaped": ((42,), Reshape((1, 7, 6)), conv(1, 4), RELU, Flatten(), dense(80, 3)),
    "a softmax after scaling": ((9,), dense(9, 3), affine(1), Activation("softmax")),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_folds_into_weights_has_the_same_logits(name):
    shape, *layers = PLAIN[name]
    images = rng.random((6, int(np.prod(shape))))
    without_softmax = [each for each in layers if getattr(each, "name", "") != "softmax"]
    expected = evaluate(Chain(tuple(without_softmax), shape), images)
    weights = plain_weights(Chain(tuple(layers), shape))
    task = idea.Task(*(shape[-2:] if len(shape) > 1 else (3, 3)), ["a", "b", "c"])
    if name == "reshaped":
        task = idea.Task(7, 6, task.classes)
    found = model_of(weights.declared(idea.task_options.TaskOptions(task.shape, task.classes)))
    np.testing.assert_allclose(
        found.logits(images.astype(np.float32)), expected, atol=2e-4 * np.abs(expected).max()
    )


OTHER = {
    "an average before the ReLU": (
        (1, 6, 6),
        conv(1, 4),
        Pool("average", (2, 2), (2, 2)),
        RELU,
        conv(4, 2, pads=(1,) * 4),
        RELU,
        Flatten(),
        dense(8, 3),
    ),
    "five convolutions": (
        (1, 6, 6),
        *[layer for n in (1, 2, 2, 2, 2) for layer in (conv(n, 2, pads=(1,) * 4), RELU)],
        Flatten(),
        dense(72, 3),
    ),
    "groups": ((4, 6, 6), conv(2, 4, groups=2, dilations=(2, 2)), Flatten(), dense(16, 3)),
    "pools": (
        (2, 8, 8),
        Pool("max", (3, 3), (2, 2), (1, 1, 1, 1)),
        Pool("average", (2, 2), (2, 2)),
        affine(2),
        Flatten(channels_last=True),
        dense(8, 3),
    ),
    "a window over the edge": (
        (1, 7, 7),
        Pool("max", (2, 2), (2, 2), ceil=True),
        Pool("average", (3, 3), (1, 1), (1,) * 4),
        Flatten(),
        dense(16, 3),
    ),
    "an average with its padding": (
        (1, 4, 4),
        Pool("average", (3, 3), (1, 1), (1,) * 4, counts_pads=True),
        Flatten(),
        dense(16, 3),
    ),
    "shifted before padding": (
        (1, 4, 4),
        affine(1),
        conv(1, 2, pads=(1,) * 4),
        GlobalPool("max"),
    ),
    "scaled down before a maximum": ((2, 4, 4), affine(2), GlobalPool("max")),
    "zeros around": ((1, 4, 4), affine(1), Pad((1, 2, 0, 1)), Flatten(), dense(35, 3)),
    "Tanh": ((9,), dense(9, 5), Activation("tanh"), affine(5), dense(5, 3)),
    "no ReLU between": ((1, 5, 5), conv(1, 2), Flatten(), dense(18, 3)),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_the_kernel_cannot_evaluate_is_a_graph_of_the_same_outputs(name):
    runtime = pytest.importorskip("onnxruntime")
    shape, *layers = OTHER[name]
    chain = Chain(tuple(layers), shape)
    with pytest.raises(WeightsError):
        plain_weights(chain)
    images = rng.random((4, int(np.prod(shape)))).astype(np.float32)
    expected = evaluate(chain, images)
    assert expected.shape[1:] == chain.shapes()[-1]
    for each in (chain, folded(chain)):
        session = runtime.InferenceSession(graph_of(each, Path("m")).SerializeToString())
        (found,) = session.run(None, {"images": images.reshape(-1, *shape)})
        np.testing.assert_allclose(found, expected, atol=2e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", sorted(NAMES))
def test_activations_are_those_of_pytorch(name):
    runtime = pytest.importorskip("onnxruntime")
    parameters = {
        "leaky_relu": {"alpha": 0.3},
        "elu": {"alpha": 0.7},
        "celu": {"alpha": 0.7},
        "hard_sigmoid": {"alpha": 0.2, "beta": 0.5},
        "clip": {"min": 0.0, "max": 6.0},
    }
    chain = Chain(
        (Affine(np.array([8.0]), np.array([-4.0])), Activation(name, parameters.get(name, {}))),
        (6,),
    )
    x = rng.random((5, 6)).astype(np.float32)
    session = runtime.InferenceSession(graph_of(chain, Path("m")).SerializeToString())
    np.testing.assert_allclose(
        session.run(None, {"images": x})[0], evaluate(chain, x), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ([dense(8, 3)], "layer 1, Dense: expected an input of 8, found 9"),
        ([dense(9, 3), conv(1, 2)], "layer 2, Conv: expected maps, found 3 flat values"),
        ([Reshape((1, 3, 3)), conv(2, 2)], "layer 2, Conv: expected an input of 2, found 1"),
        (
            [Reshape((1, 3, 3)), conv(1, 2, k=4)],
            "layer 2, Conv: expected maps of 4 × 4 or more, found 3 × 3",
        ),
    ],
)
def test_layers_that_do_not_chain_are_named(layers, text):
    with pytest.raises(WeightsError) as error:
        Chain(tuple(layers), (9,)).shapes()
    assert str(error.value) == text
