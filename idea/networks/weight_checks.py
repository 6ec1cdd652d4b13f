"""What arrays must be to be a network's weights: floats, finite, and some in every layer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.networks.weights import Convolution, Floats, Layer, Weights

__all__ = ["as_floats", "as_weights", "check_finite", "check_units"]


def as_floats(path: Path | str, name: str, array: NDArray[Any]) -> Floats:
    """Bring floats of any width to float32; those too large for it become infinite.

    Parameters
    ----------
    path
        The array's file, or what else the error names.
    name
        The array's name in it.
    array
        Of any shape.

    Returns
    -------
    float32 array
        Of the same shape.

    Raises
    ------
    WeightsError
        If it holds something else than floats: to cast complex numbers would lose a part of them,
        and whole numbers are most often no weights.

    Examples
    --------
    >>> as_floats(Path("m.npz"), "l1/b", np.zeros(8, complex))
    Traceback (most recent call last):
    idea.errors.WeightsError: m.npz: expected l1/b to hold floats, found complex128
    """
    if array.dtype.kind != "f":
        raise WeightsError(f"{path}: expected {name} to hold floats, found {array.dtype}")
    with np.errstate(over="ignore"):
        return array.astype(np.float32)


def check_units(path: Path | str, weights: Weights) -> None:
    """Check that every layer has units: through one without, nothing of the image goes on.

    Parameters
    ----------
    path
        The weights' file, or what else the error names.
    weights
        Of any network.

    Raises
    ------
    WeightsError
        If a layer has none, or a convolution no weights.

    Examples
    --------
    >>> sizes = [(0, 784), (0,), (10, 0), (10,)]
    >>> W1, b1, W2, b2 = (np.zeros(size, np.float32) for size in sizes)
    >>> check_units("m.pt", Weights(((W1, b1), (W2, b2))))
    Traceback (most recent call last):
    idea.errors.WeightsError: m.pt: expected one unit or more in each layer, found fc1.weight of \
shape (0, 784)
    """
    for name, array in weights.named().items():
        if not array.size:
            raise WeightsError(
                f"{path}: expected one unit or more in each layer, found {name} of shape "
                f"{array.shape}"
            )


def check_finite(path: Path, name: str, array: Floats) -> None:
    """Check that an array holds nothing but finite numbers.

    Parameters
    ----------
    path
        The array's file, for the error.
    name
        The array's name in it.
    array
        Of any shape.

    Raises
    ------
    WeightsError
        If one is NaN or infinite.

    Examples
    --------
    >>> check_finite(Path("m.dat"), "l3/b", np.array([1, np.nan], np.float32))
    Traceback (most recent call last):
    idea.errors.WeightsError: m.dat: l3/b[1] is nan; every weight must be a finite float32
    """
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        place = ", ".join(map(str, bad[0]))
        raise WeightsError(
            f"{path}: {name}[{place}] is {array[tuple(bad[0])]}; "
            "every weight must be a finite float32"
        )


def as_weights(
    owner: str,
    layers: Sequence[tuple[Any, Any]],
    convolutions: Sequence[tuple[Any, Any, bool]] = (),
) -> Weights:
    """Make weights of the arrays that a caller gives; that their shapes chain isn't checked.

    Parameters
    ----------
    owner
        What errors name.
    layers
        A pair (W, b) a dense layer.
    convolutions
        A triple (W, b, pool) each.

    Returns
    -------
    Weights
        All float32.

    Raises
    ------
    WeightsError
        If something else than such arrays is given, a bias hasn't one dimension, or a layer no
        units.

    Examples
    --------
    >>> as_weights("MLP", [np.ones((10, 784))])
    Traceback (most recent call last):
    idea.errors.WeightsError: MLP: expected a pair of arrays (W, b) for each layer, found \
something else
    """
    try:
        weights = Weights(
            tuple(_layer(owner, f"fc{n}", W, b) for n, (W, b) in enumerate(layers, 1)),
            tuple(
                Convolution(*_layer(owner, f"conv{n}", W, b), bool(pool))
                for n, (W, b, pool) in enumerate(convolutions, 1)
            ),
        )
    except WeightsError:
        raise
    except (TypeError, ValueError) as error:
        raise WeightsError(
            f"{owner}: expected a pair of arrays (W, b) for each layer, found something else"
        ) from error
    check_units(owner, weights)
    return weights


def _layer(owner: str, name: str, W: Any, b: Any) -> Layer:
    W, b = np.asarray(W), np.asarray(b)
    if b.ndim != 1:
        raise WeightsError(f"{owner}: expected {name}.bias of shape (n,), found {b.shape}")
    return as_floats(owner, f"{name}.weight", W), as_floats(owner, f"{name}.bias", b)
