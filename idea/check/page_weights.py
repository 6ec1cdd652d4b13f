"""Networks as the page's kernel reads them: their shapes, and their weights as bare floats."""

from __future__ import annotations

from typing import Any

import numpy as np

from idea.networks.cnn import CNN
from idea.networks.convolution import Convolution
from idea.networks.mlp import MLP
from idea.networks.weights import Weights

__all__ = ["shapes_json", "weights_bytes"]


def shapes_json(network: MLP | CNN) -> dict[str, Any]:
    """Return the shapes of a network's weights, and the logits that they lead to.

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    dict
        ``convolutions``, each with its ``shape``, ``strides``, ``pads`` and ``pool``, None or with
        ``size``, ``strides`` and ``average``; ``layers``, each (outputs, inputs); ``check``, the
        logits of the image that is 0.5 everywhere.

    Examples
    --------
    >>> import idea
    >>> shapes_json(idea.load_model())["layers"]
    [(784, 784), (784, 784), (10, 784)]
    """
    grey = np.full((1, network.task.pixels), 0.5, np.float32)
    return {
        "convolutions": [_shape_json(convolution) for convolution in _convolutions(network)],
        "layers": [W.shape for W, _ in network.layers],
        "check": network.logits(grey)[0].tolist(),
    }


def weights_bytes(network: MLP | CNN) -> bytes:
    """Return the weights of a network: for each layer its W row by row, then its b.

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    bytes
        Little-endian float32.

    Examples
    --------
    >>> import idea
    >>> len(weights_bytes(idea.load_model()))
    4954920
    """
    arrays = Weights(network.layers, _convolutions(network)).named().values()
    return b"".join(array.astype("<f4").tobytes() for array in arrays)


def _convolutions(network: MLP | CNN) -> tuple[Convolution, ...]:
    return tuple(network.convolutions) if isinstance(network, CNN) else ()


def _shape_json(convolution: Convolution) -> dict[str, Any]:
    pool = convolution.pool and convolution.pool._asdict()
    sides = {"strides": convolution.strides, "pads": convolution.pads}
    return {"shape": convolution.W.shape, "pool": pool, **sides}
