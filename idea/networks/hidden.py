"""Hidden layers of an MLP or a CNN: what its units are for images, and what they do to the logits.

The value of a unit is its pre-activation, that of a convolution's map its mean after ReLU.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from idea.networks.cnn import CNN, convolve, pooled
from idea.networks.mlp import MLP
from idea.networks.parts import layer_of

__all__ = ["effects", "hidden_layers", "influences", "unit_values"]

_BATCH = 100  # images


def hidden_layers(model: MLP | CNN) -> list[str]:
    """Return the names of the layers before the logits.

    >>> import idea
    >>> hidden_layers(idea.load_model("lenet"))
    ['conv1', 'conv2', 'layer1', 'layer2']
    """
    convolutions = model.convolutions if isinstance(model, CNN) else ()
    return [f"conv{number + 1}" for number in range(len(convolutions))] + [
        f"layer{number + 1}" for number in range(len(model.layers) - 1)
    ]


def unit_values(model: MLP | CNN, layer: str, images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the values of a layer's units for images (n, pixels): (n, units)."""
    batches = [images[at : at + _BATCH] for at in range(0, len(images), _BATCH)]
    return np.concatenate([_values(_outputs(model, layer, batch)) for batch in batches])


def influences(model: MLP | CNN, layer: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much each unit matters, (units,): its deviation times the weights that follow it.

    That is the standard deviation after ReLU over images, of `values` (n, units), and the norm of
    its weights in the next layer.
    """
    _, kind, number = layer_of(layer)
    if kind == "layer":
        following = model.layers[number][0].T
    elif isinstance(model, CNN) and number < len(model.convolutions):
        following = model.convolutions[number].W.swapaxes(0, 1)
    else:  # the maps one after the other
        following = model.layers[0][0].T
    norms = np.linalg.norm(following.reshape(values.shape[1], -1).astype(np.float64), axis=1)
    return np.asarray(np.maximum(values, 0).std(axis=0) * norms)


def effects(
    model: MLP | CNN, layer: str, units: Sequence[int], images: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return what units or maps add to each logit, in the mean over images: (units, classes).

    It is the difference that it makes to set what the unit passes on to 0. For the last hidden
    layer these are its weights to the classes, but for a factor.
    """
    outputs = np.maximum(_outputs(model, layer, images), 0)
    logits = _logits(model, layer, outputs)
    rows = []
    for unit in units:
        without = outputs.copy()
        without[:, unit] = 0
        rows.append((logits - _logits(model, layer, without)).mean(axis=0))
    return np.array(rows)


def _values(outputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of units, (n, units), given these, or the maps (n, maps, y, x)."""
    return outputs if outputs.ndim == 2 else outputs.mean(axis=(2, 3))


def _outputs(model: MLP | CNN, layer: str, images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the pre-activations of a dense layer, or the maps of a convolution after ReLU."""
    x = images.astype(np.float64)
    if isinstance(model, CNN):
        maps = x.reshape(-1, 1, *model.task.shape)
        for number, convolution in enumerate(model.convolutions, 1):
            if layer == f"conv{number}":
                return convolve(maps, convolution._replace(pool=None))
            maps = convolve(maps, convolution)
        x = maps.reshape(len(maps), -1)
    for number, (W, b) in enumerate(model.layers, 1):
        x = x @ W.T.astype(np.float64) + b
        if layer == f"layer{number}":
            break
        x = np.maximum(x, 0)
    return x


def _logits(model: MLP | CNN, layer: str, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logits, given what a layer passes on, before a pool."""
    _, kind, number = layer_of(layer)
    rest = model.layers
    if kind == "conv" and isinstance(model, CNN):
        own, *others = model.convolutions[number - 1 :]
        maps = pooled(outputs, own.pool)
        for convolution in others:
            maps = convolve(maps, convolution)
        x = maps.reshape(len(maps), -1)
    else:
        x, rest = outputs, model.layers[number:]
    for W, b in rest:
        x = np.maximum(x, 0) @ W.T.astype(np.float64) + b
    return x
