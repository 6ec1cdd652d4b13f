"""Raw float32, `.dat`: for each layer W row by row, then b; little-endian, without a header.

The format holds networks of MNIST's task alone.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from idea.errors import WeightsError
from idea.image import DIGITS
from idea.networks.weight_checks import check_finite
from idea.networks.weights import Layer, Weights

__all__ = ["dat_bytes", "has_dat_size", "parse_dat"]

_FLOAT = np.dtype("<f4")
_PIXELS, _CLASSES = DIGITS.pixels, len(DIGITS.classes)


def parse_dat(data: bytes, path: Path) -> Weights:
    """Read an MLP 784-units-units-10; the file's size determines the number of units.

    >>> [W.shape for W, b in parse_dat(bytes(3228), Path("m.dat")).layers]
    [(1, 784), (1, 1), (10, 1)]
    """
    units = _units(path, len(data))
    floats = np.frombuffer(data, _FLOAT).astype(np.float32)
    layers: list[Layer] = []
    for number, (n_out, n_in) in enumerate(
        ((units, _PIXELS), (units, units), (_CLASSES, units)), 1
    ):
        W, b, floats = np.split(floats, [n_out * n_in, n_out * n_in + n_out])
        layers.append((W.reshape(n_out, n_in), b))
        check_finite(path, f"l{number}/W", layers[-1][0])
        check_finite(path, f"l{number}/b", b)
    return Weights(tuple(layers), task=DIGITS)


def dat_bytes(weights: Weights, path: Path) -> bytes:
    """Return the file of an MLP with two hidden layers of equal width."""
    if weights.convolutions:
        raise WeightsError(
            f"{path}: a .dat holds an MLP, found convolutions; "
            ".onnx, .pt and .safetensors hold both"
        )
    task = weights.task or weights.derived_task()
    if task != DIGITS:
        raise WeightsError(
            f"{path}: a .dat holds a network for 28×28 digits, found one for {task}; .npz, "
            ".safetensors and .onnx hold others"
        )
    widths = [len(b) for _, b in weights.layers[:-1]]
    if len(widths) != 2 or widths[0] != widths[1]:
        raise WeightsError(
            f"{path}: a .dat holds two hidden layers of one width, found widths {widths}"
        )
    arrays = [array for layer in weights.layers for array in layer]
    return b"".join(array.astype(_FLOAT).tobytes() for array in arrays)


def _size(units: int) -> int:
    """Count the floats of a 784-units-units-10 network."""
    return (_PIXELS + 1) * units + (units + 1) * units + (units + 1) * _CLASSES


def has_dat_size(size: int) -> bool:
    """Return whether so many bytes are the float32 of a network.

    >>> has_dat_size(3228), has_dat_size(3229)
    (True, False)
    """
    return size == _size(_nearest(size)) * _FLOAT.itemsize


def _nearest(size: int) -> int:
    """Return the most units that so many bytes hold, or 1."""
    # _size(u) = u² + 796u + 10, so u = sqrt(size + 398² - 10) - 398.
    half = (_PIXELS + 2 + _CLASSES) // 2
    return max(1, math.isqrt(max(0, size // _FLOAT.itemsize + half**2 - _CLASSES)) - half)


def _units(path: Path, size: int) -> int:
    """Solve `_size(units) = size / 4`, or raise an error with the nearest valid sizes."""
    units = _nearest(size)
    if not has_dat_size(size):
        below, above = (_size(u) * _FLOAT.itemsize for u in (units, units + 1))
        raise WeightsError(
            f"{path}: expected the float32 of a 784-units-units-10 network, found {size} bytes: "
            f"{units} units take {below} bytes, {units + 1} take {above}, 784 take "
            f"{_size(784) * _FLOAT.itemsize}"
        )
    return units
