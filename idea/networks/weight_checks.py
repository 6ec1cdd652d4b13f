"""Checks that arrays can be the weights of a network: floats, finite, no empty layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.networks.convolution import HALVING, Convolution, Floats, Pooling
from idea.networks.weights import Layer, Weights

__all__ = ["as_floats", "as_weights", "check_finite", "check_units", "with_two_outputs"]


def as_floats(path: Path | str, name: str, array: NDArray[Any]) -> Floats:
    """Convert floats of any width to float32; values too large for it become infinite.

    Complex numbers and integers are refused: `path` and `name` are for the `WeightsError`.
    """
    if array.dtype.kind != "f":
        raise WeightsError(f"{path}: expected {name} to hold floats, found {array.dtype}")
    with np.errstate(over="ignore"):
        return array.astype(np.float32)


def check_units(path: Path | str, weights: Weights) -> None:
    """Raise a `WeightsError` if a layer has no units, and so ignores the image."""
    for name, array in weights.named().items():
        if not array.size:
            raise WeightsError(
                f"{path}: expected one unit or more in each layer, found {name} of shape "
                f"{array.shape}"
            )


def check_finite(path: Path, name: str, array: Floats) -> None:
    """Raise a `WeightsError` if an array holds a NaN or an infinity."""
    finite = np.isfinite(array)
    if not finite.all():
        bad = np.argwhere(~finite)
        place = ", ".join(map(str, bad[0]))
        raise WeightsError(
            f"{path}: {name}[{place}] is {array[tuple(bad[0])]}; "
            "every weight must be a finite float32"
        )


def as_weights(
    owner: str,
    layers: Sequence[tuple[Any, Any]],
    convolutions: Sequence[tuple[Any, ...]] = (),
) -> Weights:
    """Create weights from a caller's arrays; whether their shapes chain isn't checked here.

    A last layer of a single output, the logit of the second of two classes, gets one that is 0.
    """
    try:
        weights = Weights(
            tuple(_layer(owner, f"fc{n}", W, b) for n, (W, b) in enumerate(layers, 1)),
            tuple(
                Convolution(*_layer(owner, f"conv{n}", W, b), _pooling(pool), *geometry)
                for n, (W, b, pool, *geometry) in enumerate(convolutions, 1)
            ),
        )
    except WeightsError:
        raise
    except (TypeError, ValueError) as error:
        raise WeightsError(
            f"{owner}: expected a pair of arrays (W, b) for each layer, found something else"
        ) from error
    check_units(owner, weights)
    return with_two_outputs(weights)


def with_two_outputs(weights: Weights) -> Weights:
    """Return weights whose single output, of a sigmoid, is that of the second of two classes."""
    if not weights.layers or len(weights.layers[-1][1]) != 1:
        return weights
    *hidden, (W, b) = weights.layers
    last = np.vstack([np.zeros_like(W), W]), np.concatenate([np.zeros_like(b), b])
    return replace(weights, layers=(*hidden, last))


def _pooling(pool: Any) -> Pooling | None:
    """Return the pool that is given, or that of 2×2 or none for a truth value."""
    if isinstance(pool, tuple):
        return Pooling(*pool)
    return HALVING if pool else None


def _layer(owner: str, name: str, W: Any, b: Any) -> Layer:
    try:
        W, b = np.asarray(W), np.asarray(b)
    except Exception as error:  # of any kind: the objects are the caller's
        raise TypeError("no arrays") from error
    if b.ndim != 1:
        raise WeightsError(f"{owner}: expected {name}.bias of shape (n,), found {b.shape}")
    return as_floats(owner, f"{name}.weight", W), as_floats(owner, f"{name}.bias", b)
