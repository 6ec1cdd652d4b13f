"""Weights as plain bytes, as the process that has opened an untrusted file sends them.

Parsing cost is proportional to size, whatever the original file was.
"""

from __future__ import annotations

import json
import math

import numpy as np

from idea.networks.weights import Convolution, Layer, Weights

__all__ = ["deserialize_weights", "serialize_weights"]

_FLOAT = np.dtype("<f4")


def serialize_weights(weights: Weights) -> bytes:
    """Serialize weights: a line of JSON with shapes and pools, then each matrix with its bias.

    Parameters
    ----------
    weights
        The weights of any network.

    Returns
    -------
    bytes
        The input of `deserialize_weights`.
    """
    parts = [*weights.convolutions, *((W, b, None) for W, b in weights.layers)]
    head = json.dumps([[W.shape, pool] for W, _, pool in parts])
    arrays = (array.astype(_FLOAT).tobytes() for W, b, _ in parts for array in (W, b))
    return b"".join([head.encode(), b"\n", *arrays])


def deserialize_weights(data: bytes) -> Weights:
    """Parse the output of `serialize_weights`.

    Parameters
    ----------
    data
        The serialized weights.

    Returns
    -------
    Weights
        The weights, whose shapes match.

    Raises
    ------
    Exception
        Of any type, if the data are invalid.

    Examples
    --------
    >>> network = Weights(((np.ones((10, 784), "f4"), np.zeros(10, "f4")),))
    >>> deserialize_weights(serialize_weights(network)).sizes()
    ['784', '10']
    """
    head, _, rest = data.partition(b"\n")
    values = np.frombuffer(rest, _FLOAT).astype(np.float32)
    convolutions: list[Convolution] = []
    layers: list[Layer] = []
    for shape, pool in json.loads(head):
        W, b, values = np.split(values, np.cumsum([math.prod(shape), shape[0]]))
        if pool is None:
            layers.append((W.reshape(shape), b))
        else:
            convolutions.append(Convolution(W.reshape(shape), b, bool(pool)))
    if values.size:
        raise ValueError(f"expected the end of the weights, found {values.size} more numbers")
    weights = Weights(tuple(layers), tuple(convolutions))
    weights.sizes()
    return weights
