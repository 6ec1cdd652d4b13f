"""What the arrays of convolutions leave open, and how many numbers arrive at the dense layers.

Strides, padding and pools are those that lead from the image to as many numbers as the first dense
layer takes; there may be several such structures.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from idea.errors import WeightsError
from idea.files.layers.chain import NO_PADS, Conv, GlobalPool, Pool, shape_after
from idea.files.weights.parts import Geometry, Hints, Linear
from idea.networks.architectures import ARCHITECTURES

__all__ = ["Structure", "Structures", "architecture_of", "conv_of"]

_STEPS = 2_000  # of the search for structures

_HALVING = Pool("max", (2, 2), (2, 2))
_POOLS: dict[Pool | None, float] = {
    None: 0,
    _HALVING: 0,
    Pool("max", (3, 3), (2, 2)): 3,
    Pool("max", (3, 3), (3, 3)): 3,
    Pool("max", (4, 4), (4, 4)): 4,
}
"""Pools after a convolution, and how unusual they are."""


class Structure(NamedTuple):
    """One of the ways from the image to the dense layers."""

    geometries: tuple[Geometry, ...] = ()
    pools: tuple[Pool | None, ...] = ()
    end: GlobalPool | Pool | None = None
    """An average of the last maps, if there is one."""


class _Partial(NamedTuple):
    cost: float
    number: int
    structure: Structure
    shape: tuple[int, ...]


def conv_of(linear: Linear, geometry: Geometry, maps: int) -> Conv:
    """Return a convolution of so many maps."""
    groups = max(1, maps // max(1, linear.W.shape[1]))
    return Conv(linear.W, linear.b, *geometry, groups)


def architecture_of(linears: Sequence[Linear]) -> Structure | None:
    """Return the structure of one of `ARCHITECTURES`, if these are its layers."""
    convs = [linear for linear in linears if linear.is_conv]
    hidden = tuple(len(linear.b) for linear in linears if not linear.is_conv)[:-1]
    for architecture in ARCHITECTURES.values():
        same = architecture.convolution_shapes() == [conv.W.shape for conv in convs]
        if same and architecture.hidden == hidden:
            pools = tuple(_HALVING if pool else None for _, pool in architecture.convolutions)
            return Structure((Geometry(),) * len(convs), pools)
    return None


class Structures:
    """The structures of some convolutions.

    `n_in` is the number of inputs of the first dense layer; None: there is none, and the average of
    each last map is the output. If `known` is given, it is the only one that is tried.
    """

    def __init__(
        self, convs: Sequence[Linear], n_in: int | None, hints: Hints, known: Structure | None
    ) -> None:
        self._convs, self._n_in, self._hints, self._known = convs, n_in, hints, known
        self._leads: dict[tuple[int, tuple[int, ...]], bool] = {}

    def fit(self, size: tuple[int, int]) -> bool:
        """Return whether there is one for images of a height and width."""
        return self._fit(0, (1, *size))

    def of(self, size: tuple[int, int]) -> Iterator[tuple[float, Structure]]:
        """Give those for images of a size, the most usual first, with how unusual they are."""
        numbers = itertools.count()
        heap = [_Partial(0, next(numbers), Structure(), (1, *size))]
        for _ in range(_STEPS):
            if not heap:
                return
            cost, _number, structure, shape = heapq.heappop(heap)
            place = len(structure.geometries)
            if structure.end or (place == len(self._convs) and math.prod(shape) == self._n_in):
                yield cost, structure
            elif place == len(self._convs):
                for extra, end in _averages(shape, self._n_in):
                    ended = structure._replace(end=end)
                    heapq.heappush(heap, _Partial(cost + extra, next(numbers), ended, shape))
            else:
                for extra, geometry, pool, after in self._choices(structure, shape):
                    longer = Structure((*structure.geometries, geometry), (*structure.pools, pool))
                    if self._fit(place + 1, after):
                        heapq.heappush(heap, _Partial(cost + extra, next(numbers), longer, after))

    def _fit(self, place: int, shape: tuple[int, ...]) -> bool:
        """Return whether anything leads from maps of a shape to the dense layers."""
        if place == len(self._convs):
            same = self._known is None and any(_averages(shape, self._n_in))
            return math.prod(shape) == self._n_in or same
        if (place, shape) not in self._leads:
            before = Structure((Geometry(),) * place, (None,) * place)
            self._leads[place, shape] = any(
                self._fit(place + 1, after) for *_, after in self._choices(before, shape)
            )
        return self._leads[place, shape]

    def _choices(
        self, before: Structure, shape: tuple[int, ...]
    ) -> Iterator[tuple[float, Geometry, Pool | None, tuple[int, ...]]]:
        """Give what may be next: how a convolution and a pool go on, and their output's shape."""
        place = len(before.geometries)
        linear = self._convs[place]
        known = self._hints.geometries.get(linear.name)
        pools = dict.fromkeys((None, *self._hints.pools), 0.0) if self._hints.pools else _POOLS
        if self._known:
            known, pools = self._known.geometries[place], {self._known.pools[place]: 0.0}
        for geometry in [known] if known else _geometries(linear):
            dear = 0.0 if known else _geometry_cost(linear, geometry, before)
            with contextlib.suppress(WeightsError):
                maps = shape_after(conv_of(linear, geometry, shape[0]), shape)
                for pool, cost in pools.items():
                    after = shape_after(pool, maps) if pool else maps
                    yield (
                        cost + dear + self._pool_cost(place, pool, geometry),
                        geometry,
                        pool,
                        after,
                    )

    def _pool_cost(self, place: int, pool: Pool | None, geometry: Geometry) -> float:
        between = self._convs[place].between
        if self._n_in is None and place == len(self._convs) - 1:
            return 0 if pool is None else 2
        if between is None:
            halves = geometry.strides != (1, 1)
            return (0 if halves else 1) if pool is None else (2 if halves else 0)
        # An activation, then a pool if there is more; of the last also what flattens.
        last = place == len(self._convs) - 1
        pooled = between - last > 1
        return 0 if pooled == (pool is not None) else 0.5 if last and pooled else 2


def _averages(
    shape: tuple[int, ...], n_in: int | None
) -> Iterator[tuple[float, GlobalPool | Pool]]:
    """Give the averages of maps that leave so many numbers, and how unusual they are."""
    channels, height, width = shape
    if n_in is None or n_in == channels:
        yield 2 if n_in else 0, GlobalPool("average")
    for side in range(2, min(height, width) // 2 + 1):
        if n_in == channels * side**2 and height % side == width % side == 0:
            windows = height // side, width // side
            yield 3, Pool("average", windows, windows)


def _geometries(linear: Linear) -> Iterator[Geometry]:
    height, width = linear.W.shape[2:]
    same = ((height - 1) // 2, (width - 1) // 2) * 2
    for stride in (1, 2):
        for pads in dict.fromkeys([NO_PADS, same, (1, 1, 1, 1)]):
            if max(pads) < max(2, min(height, width)):
                yield Geometry((stride, stride), pads)


def _geometry_cost(linear: Linear, geometry: Geometry, before: Structure) -> float:
    place = len(before.geometries)
    last = before.geometries[-1] if before.geometries else None
    cost = 2.0 if geometry.strides not in ((1, 1), last and last.strides) else 0.0
    if last and any(last.pads) != any(geometry.pads):
        # LeNet-5 adds zeros around the image alone.
        cost += 1 if place == 1 and any(last.pads) else 2
    halves = (n // 2 for n in linear.W.shape[2:])
    same = geometry.pads[:2] == tuple(halves)
    return cost + (0.5 if same else 3) * any(geometry.pads)
