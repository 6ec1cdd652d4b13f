"""Whether a model gives what a network of PyTorch gives."""

from __future__ import annotations

import warnings

import numpy as np


def outputs(net, images, layout=(1, 28, 28)):
    """Return a network's own outputs."""
    import torch

    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a softmax without dim
        return net(torch.from_numpy(images).reshape(-1, *layout)).numpy()


def agree(model, net, layout=(1, 28, 28)):
    """Compare logits up to a constant for each image, as log_softmax shifts them."""
    images = np.random.default_rng(0).random((6, model.task.pixels), np.float32)
    expected, found = outputs(net, images, layout), model.logits(images)
    expected, found = (each - each.mean(axis=1, keepdims=True) for each in (expected, found))
    scale = max(1.0, float(np.abs(expected).max()))
    return bool(np.abs(found - expected).max() < 1e-5 * scale)
