"""The networks that arrays allow: their structures, activations and kinds of pools."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from idea.files.layers.chain import (
    Activation,
    Affine,
    Alternatives,
    AnyLayer,
    Chain,
    Dense,
    Flatten,
    Pool,
)
from idea.files.weights.parts import Hints, Linear
from idea.files.weights.structures import Structure, conv_of
from idea.image import Task

__all__ = ["guesses"]

_MOST = 24
"""Networks that are given at most."""

_ACTIVATIONS: Mapping[str, tuple[float, Activation]] = {
    "ReLU": (0, Activation("relu")),
    "Tanh": (1, Activation("tanh")),
    "Sigmoid": (1.2, Activation("sigmoid")),
    "LeakyReLU": (2, Activation("leaky_relu", {"alpha": 0.01})),
    "ELU": (2.2, Activation("elu", {"alpha": 1.0})),
    "GELU": (2.4, Activation("gelu")),
    "SiLU": (2.6, Activation("swish")),
}
"""The activations that are tried, and how unusual they are."""

_AVERAGES, _LATE = 1.5, 1.5  # how unusual pools of averages are, and late normalisations


class _Guess(NamedTuple):
    cost: float
    texts: tuple[str, ...]
    """What it takes, in the order of `_ABOUT`."""
    layers: tuple[AnyLayer, ...]


_ABOUT = ("activation", "pools", "padding", "strides", "end of the maps", "batch normalisation")


def guesses(
    linears: Sequence[Linear],
    found: Sequence[tuple[float, Structure]],
    shape: tuple[int, ...],
    hints: Hints,
    task: Task | None,
    before: Affine | None = None,
) -> Chain | Alternatives:
    """Return the network of these layers, or those that differ in what isn't known of it.

    `found` are the structures of its convolutions, the most usual first, `shape` is that of the
    input, and `before` is what the images go through first. All activations of a network are the
    same.
    """
    first = () if before is None else (before,)
    made = sorted(_guesses(linears, found, hints), key=lambda guess: guess.cost)
    made = made[:_MOST]
    if len(made) == 1:
        return Chain((*first, *made[0].layers), shape, task)
    columns = list(zip(*(guess.texts for guess in made), strict=True))
    open_ = [place for place, column in enumerate(columns) if len(set(column)) > 1]
    chains: dict[str, Chain] = {}
    for guess in made:
        # Of two of one name, which differ in nothing that has one, the more usual.
        name = ", ".join(guess.texts[place] for place in open_)
        chains.setdefault(name, Chain((*first, *guess.layers), shape, task))
    return Alternatives(", ".join(_ABOUT[place] for place in open_), chains)


def _guesses(
    linears: Sequence[Linear], found: Sequence[tuple[float, Structure]], hints: Hints
) -> Iterator[_Guess]:
    activations = {name.name: (0.0, name) for name in hints.activations} or _ACTIVATIONS
    hidden = len(linears) > 1
    orders = [False, True] if any(each.norm and each.late is None for each in linears) else [False]
    orders = orders if hidden else [False]
    for (cost, structure), late in itertools.product(found, orders):
        pooled = any(structure.pools) and not hints.pools
        for (name, (dear, activation)), average in itertools.product(
            activations.items() if hidden else [("", (0.0, Activation("identity")))],
            [False, True] if pooled else [False],
        ):
            yield _Guess(
                cost + dear + _AVERAGES * average + _LATE * late,
                (name, *_texts(structure, average=average, late=late)),
                tuple(_layers(linears, structure, activation, average=average, late=late)),
            )


def _layers(
    linears: Sequence[Linear],
    structure: Structure,
    activation: Activation,
    *,
    average: bool,
    late: bool,
) -> Iterator[AnyLayer]:
    maps = 1
    convs = len(structure.geometries)
    for place, linear in enumerate(linears):
        if place < convs:
            yield conv_of(linear, structure.geometries[place], maps)
            maps = len(linear.b)
        else:
            yield Dense(linear.W, linear.b)
        yield from _between(linear, activation if linear is not linears[-1] else None, late=late)
        pool = structure.pools[place] if place < convs else None
        if pool:
            yield Pool("average", pool.size, pool.strides) if average else pool
        if place == convs - 1:
            yield from [structure.end] if structure.end else []
            yield Flatten()


def _between(
    linear: Linear, activation: Activation | None, *, late: bool
) -> Iterator[Activation | Affine]:
    """Give the normalisation and activation after a layer."""
    found: list[Activation | Affine | None] = [linear.norm, activation]
    if late if linear.late is None else linear.late:
        found.reverse()
    yield from filter(None, found)


def _texts(structure: Structure, *, average: bool, late: bool) -> tuple[str, ...]:
    pools = " and ".join(
        f"{pool.size[0]}×{pool.size[1]}" if pool else "none" for pool in structure.pools
    )
    pads = " and ".join(str(geometry.pads[0]) for geometry in structure.geometries)
    strides = " and ".join(str(geometry.strides[0]) for geometry in structure.geometries)
    return (
        f"{'average' if average else 'max'} pools {pools}" if any(structure.pools) else "no pools",
        f"padding {pads}",
        f"strides {strides}",
        "averages of the last maps" if structure.end else "all of the last maps",
        "normalised after the activation" if late else "normalised before the activation",
    )
