"""Named arrays as the layers that they belong to, in an order in which these chain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.layers.chain import NO_PADS, Activation, Affine, Pads, Pair, Pool
from idea.image import DIGITS, Task
from idea.networks.weight_checks import as_floats, check_finite
from idea.networks.weights import Floats

__all__ = ["Geometry", "Hints", "Linear", "Norm", "Part", "chained", "parts_of", "with_norms"]

_LEAVES = ("running_mean", "running_var", "weight", "bias")
_EPS = 1e-5
_DEEPEST = 200  # layers
_MOST = 8  # layers of which other orders than the file's are tried


class Geometry(NamedTuple):
    """What a convolution's arrays leave open."""

    strides: Pair = (1, 1)
    pads: Pads = NO_PADS
    dilations: Pair = (1, 1)


@dataclass(frozen=True)
class Hints:
    """What a file says beside the arrays; by name of the layer, with the dot after it."""

    geometries: Mapping[str, Geometry] = field(default_factory=dict)
    eps: Mapping[str, float] = field(default_factory=dict)
    """Of batch normalisations."""
    activations: tuple[Activation, ...] = ()
    """If the file has any: one of them, everywhere."""
    pools: tuple[Pool, ...] = ()
    """If the file has any: there are no others."""


@dataclass(frozen=True, eq=False)
class Norm:
    """A batch normalisation."""

    name: str
    affine: Affine


@dataclass(frozen=True, eq=False)
class Linear:
    """A convolution or dense layer."""

    name: str
    """With the dot after it."""
    W: Floats
    b: Floats
    norm: Affine | None = None
    late: bool | None = None
    """Whether the activation comes before `norm`; None: unknown."""
    between: int | None = None
    """How many layers without arrays follow, 1 or more; None: unknown."""

    @property
    def is_conv(self) -> bool:
        """Whether it is a convolution."""
        return self.W.ndim == 4


Part = Linear | Norm


def parts_of(
    arrays: Mapping[str, NDArray[Any]], path: Path, eps: Mapping[str, float]
) -> list[Part] | None:
    """Return the layers of a file's arrays, in the file's order; None if one is left over.

    Counters are ignored. Raises a `WeightsError` if an array doesn't hold finite floats.
    """
    modules: dict[str, dict[str, NDArray[Any]]] = {}
    for name, array in arrays.items():
        leaf = next((leaf for leaf in _LEAVES if name.endswith(leaf)), None)
        if array.ndim and leaf is None:
            return None
        if array.ndim and leaf:
            modules.setdefault(name.removesuffix(leaf), {})[leaf] = array
    parts = [_part(name, leaves, path, eps.get(name, _EPS)) for name, leaves in modules.items()]
    found = [part for part in parts if part is not None]
    return found if len(found) == len(parts) else None


def _part(name: str, leaves: Mapping[str, NDArray[Any]], path: Path, eps: float) -> Part | None:
    floats = {leaf: as_floats(path, name + leaf, array) for leaf, array in leaves.items()}
    for leaf, array in floats.items():
        check_finite(path, name + leaf, array)
    if {"running_mean", "running_var"} <= set(floats):
        return _norm(name, floats, eps)
    W = floats.get("weight")
    if W is None or W.ndim not in (2, 4) or not set(floats) <= {"weight", "bias"}:
        return None
    b = floats.get("bias", np.zeros(len(W), np.float32))
    return Linear(name, W, b) if b.shape == W.shape[:1] else None


def _norm(name: str, floats: Mapping[str, Floats], eps: float) -> Norm | None:
    mean, variance = (floats[leaf].astype(np.float64) for leaf in ("running_mean", "running_var"))
    one = np.ones(mean.shape, np.float32)
    weight, bias = floats.get("weight", one), floats.get("bias", 0 * one)
    if not mean.shape == variance.shape == weight.shape == bias.shape == (len(mean),):
        return None
    scale = weight / np.sqrt(np.maximum(variance, 0) + eps)
    return Norm(name, Affine(scale, bias - mean * scale))


def chained(
    linears: Sequence[Linear], path: Path, task: Task | None, *, ordered: bool
) -> list[Linear] | None:
    """Return the layers in an order in which they lead from an image to the classes, if any.

    Where shapes allow several, the given order is used if the file has one, or else numbers in the
    names are required.
    """
    if len(linears) > _DEEPEST:
        return None
    # Where an order fits the digits of MNIST, the others don't count.
    for each in [task] if task else [DIGITS, None]:
        orders = _orders(tuple(linears), each)
        first, second = next(orders, None), next(orders, None)
        if first is None:
            continue
        numbered = all(re.search(r"\d", linear.name) for linear in linears)
        if second is not None and not ordered and not numbered:
            names = ", ".join(f"{linear.name}weight" for linear in linears)
            raise WeightsError(
                f"{path}: the order of its layers is ambiguous: their shapes allow several, and "
                f"their names have no numbers: {names}"
            )
        return list(first)
    return None


def _orders(
    left: tuple[Linear, ...], task: Task | None, before: tuple[Linear, ...] = ()
) -> Iterator[tuple[Linear, ...]]:
    """Give the orders in which layers chain; that of the file is the first."""
    if not left and before and _ends(before[-1], task):
        yield before
    free = len(left) + len(before) <= _MOST
    for place, linear in enumerate(left if free else left[:1]):
        fits = _follows(before[-1], linear) if before else _begins(linear, task)
        if fits:
            yield from _orders(left[:place] + left[place + 1 :], task, (*before, linear))


def _begins(linear: Linear, task: Task | None) -> bool:
    n_in = linear.W.shape[1]
    return n_in == 1 if linear.is_conv else task is None or n_in == task.pixels


def _ends(linear: Linear, task: Task | None) -> bool:
    # A single output stands for two classes.
    return task is None or max(2, len(linear.b)) == len(task.classes)


def _follows(before: Linear, linear: Linear) -> bool:
    n_out, n_in = len(before.b), linear.W.shape[1]
    if linear.is_conv:  # of groups, if it takes fewer maps than there are
        return (
            before.is_conv and bool(n_in) and n_out % n_in == 0 == len(linear.b) % (n_out // n_in)
        )
    return n_in == n_out or (before.is_conv and bool(n_out) and n_in % n_out == 0)


def with_norms(parts: Sequence[Part], linears: Sequence[Linear]) -> list[Linear] | None:
    """Return layers with the batch normalisations among a file's parts; None if they don't fit.

    Each belongs to the layer before it in the file or, where that doesn't fit all, to the next of
    its width that has none. Numbers, as in a `Sequential`, show what lies between layers.
    """
    owners = _by_place(parts) or _in_turn(parts, linears)
    if owners is None:
        return None
    after = dict(zip(linears, [*linears[1:], None], strict=True))
    return [_complete(linear, owners.get(linear), after[linear]) for linear in linears]


def _by_place(parts: Sequence[Part]) -> dict[Linear, Norm] | None:
    owners: dict[Linear, Norm] = {}
    for before, part in zip([None, *parts], parts, strict=False):
        if isinstance(part, Norm):
            if not isinstance(before, Linear) or len(part.affine.scale) != len(before.b):
                return None
            owners[before] = part
    return owners


def _in_turn(parts: Sequence[Part], linears: Sequence[Linear]) -> dict[Linear, Norm] | None:
    owners: dict[Linear, Norm] = {}
    left = iter(linears)
    for norm in (part for part in parts if isinstance(part, Norm)):
        owner = next((each for each in left if len(each.b) == len(norm.affine.scale)), None)
        if owner is None:
            return None
        owners[owner] = norm
    return owners


def _complete(linear: Linear, norm: Norm | None, after: Linear | None) -> Linear:
    late = None
    if norm is not None:
        distance = _between(linear.name, norm.name)
        late = None if distance is None else distance > 0
    # Of a list of modules, whose forward method adds what lies between, the numbers have no gaps.
    between = (after and _between((norm or linear).name, after.name)) or None
    return replace(linear, norm=None if norm is None else norm.affine, late=late, between=between)


def _between(first: str, then: str) -> int | None:
    """Return how many layers lie between two of the same `Sequential`; None: unknown."""
    places = [re.fullmatch(r"(|.*\.)(\d+)\.", name) for name in (first, then)]
    if not all(places):
        return None
    (parent, one), (other, two) = (place.groups() for place in places if place)
    return int(two) - int(one) - 1 if parent == other and int(two) > int(one) else None
