"""Keras models with random weights, on PyTorch, and what they answer.

Tests that use them are of the group ``keras``: one process imports it, which takes seconds.
"""

from __future__ import annotations

import importlib
import importlib.util
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
pytest.importorskip("torch")
if importlib.util.find_spec("keras") is None:
    pytest.skip("could not import 'keras'", allow_module_level=True)


class _Late:
    """A module that is imported when it is first used."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        return getattr(importlib.import_module(self._name), name)


keras, L = _Late("keras"), _Late("keras.layers")


def randomised(model):
    """Give a model other weights than its initial ones, whose biases and scales do nothing."""
    rng = np.random.default_rng(0)
    for layer in model._flatten_layers(include_self=False):
        own = [] if layer._layers else layer.get_weights()
        if own:
            names = [weight.name for weight in layer.weights]
            layer.set_weights([random(rng, *pair) for pair in zip(names, own, strict=True)])
    return model


def random(rng, name, weight):
    if "variance" in name:
        return rng.random(weight.shape) + 0.5
    if name == "alpha":
        return np.full(weight.shape, 0.3)
    return weight + 0.2 * rng.normal(size=weight.shape)


def images_for(model, count=4):
    """Return images (count, pixels)."""
    pixels = int(np.prod(model.input_shape[1:]))
    return np.random.default_rng(1).random((count, pixels), np.float32)


def answers(model, images):
    """Return a model's outputs for images (n, pixels)."""
    shaped = images.reshape(-1, *model.input_shape[1:])
    return keras.ops.convert_to_numpy(model(shaped, training=False))


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
