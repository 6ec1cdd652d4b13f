"""Networks in the compiled kernel, where it is installed."""

from __future__ import annotations

import functools
import importlib
import weakref
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from idea import _kernel
    from idea.networks.cnn import CNN
    from idea.networks.mlp import MLP
    from idea.networks.prior import Prior

__all__ = ["kernel_error", "network_of", "prior_of", "rounded_logits"]

_networks: weakref.WeakKeyDictionary[MLP | CNN, _kernel.Network | _kernel.ConvolutionalNetwork] = (
    weakref.WeakKeyDictionary()
)
_priors: weakref.WeakKeyDictionary[Prior, _kernel.Prior] = weakref.WeakKeyDictionary()


@functools.cache
def kernel_error() -> str:
    """Return why the kernel can't be imported, or an empty string if it can."""
    try:
        importlib.import_module("idea._kernel")
    except ImportError as error:
        return str(error)
    return ""


def network_of(model: MLP | CNN) -> _kernel.Network | _kernel.ConvolutionalNetwork:
    """Return the kernel's copy of a network, which all its states share."""
    from idea import _kernel

    if model not in _networks:
        layers = list(model.layers)
        convolutions = getattr(model, "convolutions", None)
        _networks[model] = (
            _kernel.ConvolutionalNetwork(list(convolutions), layers, *model.task.shape)
            if convolutions
            else _kernel.Network(layers, *model.task.shape)
        )
    return _networks[model]


def prior_of(prior: Prior) -> _kernel.Prior:
    """Return the kernel's copy of a prior, which all states share."""
    from idea import _kernel

    if prior not in _priors:
        _priors[prior] = _kernel.Prior(prior.weights, prior.visible, prior.hidden)
    return _priors[prior]


def rounded_logits(model: MLP | CNN, images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logits, (n, classes), of images (n, pixels) by correctly rounded sums."""
    network = network_of(model)
    logits = [network.exact_logits(image) for image in images]
    return np.reshape(logits, (len(images), len(model.task.classes)))
