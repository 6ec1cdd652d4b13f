"""Recognising a network by its named arrays, as a `state_dict` holds them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from idea.errors import UnknownSizeError, WeightsError
from idea.files.layers.chain import Affine, Alternatives, Chain
from idea.files.weights.guesses import guesses
from idea.files.weights.parts import Hints, Linear, Norm, Part, chained, parts_of, with_norms
from idea.files.weights.structures import Structure, Structures, architecture_of
from idea.image import DIGITS, Task
from idea.networks.weights import SIDES, only_side

__all__ = ["recognise"]

Size = tuple[int, int]
_NO_HINTS = Hints()
_STRUCTURES = 6  # of convolutions, at most
_UNUSUAL = 3  # compared with the most usual one: it isn't given


def recognise(
    arrays: Mapping[str, NDArray[Any]],
    path: Path,
    *,
    ordered: bool,
    task: Task | None = None,
    size: Size | None = None,
    hints: Hints = _NO_HINTS,
) -> Chain | Alternatives:
    """Return the network of convolutions and dense layers, with batch normalisations or without.

    The arrays' shapes decide, their names hardly matter; where shapes allow several orders, the
    given order is used if the file has one, or else numbers in the names are required. `task` is
    that of the file's metadata, `size` the height and width that a user gives. What arrays leave
    open, such as the activation, makes `Alternatives`.
    """
    parts = parts_of(arrays, path, hints.eps)
    if parts is None:
        raise _unknown(arrays, path)
    before, parts = _before(parts, task)
    linears = chained([p for p in parts if isinstance(p, Linear)], path, task, ordered=ordered)
    linears = linears and with_norms(parts, linears)
    if not linears:
        raise _unknown(arrays, path)
    convs = [linear for linear in linears if linear.is_conv]
    try:
        found, shape = _structures(convs, linears, task.shape if task else size, hints)
    except UnknownSizeError as error:
        raise UnknownSizeError(f"{path}: {error}") from error
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error
    return guesses(linears, found, shape, hints, task, before)


def _before(parts: list[Part], task: Task | None) -> tuple[Affine | None, list[Part]]:
    """Return the normalisation of the images themselves, if the first part is one, and the rest."""
    match parts:
        case [Norm(_, affine), Linear(_, W, _) as first, *rest]:
            n_in = W.shape[1]
            if len(affine.scale) == n_in and n_in in (1, (task or DIGITS).pixels):
                return affine, [first, *rest]
    return None, parts


def _structures(
    convs: Sequence[Linear], linears: Sequence[Linear], size: Size | None, hints: Hints
) -> tuple[list[tuple[float, Structure]], tuple[int, ...]]:
    """Return the structures of the convolutions, and the shape of the input."""
    dense = [linear for linear in linears if not linear.is_conv]
    n_in = dense[0].W.shape[1] if dense else None
    if not convs:
        return [(0.0, Structure())], (n_in or 0,)
    known = None if hints.geometries else architecture_of(linears)
    structures = Structures(convs, n_in, hints, known)
    if size is None:
        mnists = structures.fit(DIGITS.shape)
        sides = [DIGITS.height] if mnists else [n for n in SIDES if structures.fit((n, n))]
        size = (only_side(sides),) * 2
    found = list(itertools.islice(structures.of(size), _STRUCTURES))
    if not found:
        height, width = size
        raise WeightsError(
            f"no usual strides, padding and pools lead from images of {height}×{width} through its "
            f"convolutions to the {n_in} inputs of {dense[0].name}weight"
        )
    usual = found[0][0]
    return [each for each in found if each[0] < usual + _UNUSUAL], (1, *size)


def _unknown(arrays: Mapping[str, NDArray[Any]], path: Path) -> WeightsError:
    shown = [f"{name:.60} {array.shape}" for name, array in arrays.items()]
    found = ", ".join(shown[:8]) + (", …" if len(shown) > 8 else "") or "nothing"
    return WeightsError(
        f"{path}: expected the arrays of Conv2d, Linear and BatchNorm layers in a row, from pixels "
        f"to classes; other networks can be opened as ONNX; found {found}"
    )
