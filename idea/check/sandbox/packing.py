"""Weights as plain bytes: so they come from the process that has opened a stranger's file.

What the server reads costs what its size tells, whatever the file was like.
"""

from __future__ import annotations

import json
import math

import numpy as np

from idea.networks.weights import Convolution, Layer, Weights

__all__ = ["packed", "unpacked"]

_FLOAT = np.dtype("<f4")


def packed(weights: Weights) -> bytes:
    """Write weights: a line of JSON with shapes and pools, then each matrix with its bias.

    Parameters
    ----------
    weights
        Of any network.

    Returns
    -------
    bytes
        For `unpacked`.
    """
    parts = [*weights.convolutions, *((W, b, None) for W, b in weights.layers)]
    head = json.dumps([[W.shape, pool] for W, _, pool in parts])
    arrays = (array.astype(_FLOAT).tobytes() for W, b, _ in parts for array in (W, b))
    return b"".join([head.encode(), b"\n", *arrays])


def unpacked(data: bytes) -> Weights:
    """Read what `packed` has written.

    Parameters
    ----------
    data
        The bytes.

    Returns
    -------
    Weights
        Whose shapes chain.

    Raises
    ------
    Exception
        Of some kind, if they hold something else.

    Examples
    --------
    >>> network = Weights(((np.ones((10, 784), "f4"), np.zeros(10, "f4")),))
    >>> unpacked(packed(network)).sizes()
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
