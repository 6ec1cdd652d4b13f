"""Folding: fewer layers that compute the same, in double precision.

Scales and shifts go into the linear layer before or after them, linear layers in a row become one,
and flattening is channels first. What can't be folded exactly stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from idea.files.layers.chain import (
    NO_PADS,
    Activation,
    Affine,
    AnyLayer,
    Chain,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    Pad,
    Pool,
    Reshape,
    Shape,
    shape_after,
)

__all__ = ["folded"]

_LARGEST = 2**24  # numbers in a matrix that folding makes


def folded(chain: Chain, shape: Shape | None = None) -> Chain:
    """Return a chain of fewer layers with the same outputs up to rounding; `shape` as in `shapes`.

    >>> whiten = Affine(np.array([2.0]), np.array([-1.0]))
    >>> chain = Chain((whiten, Dense(np.ones((2, 9)), np.zeros(2))), (9,))
    >>> [layer] = folded(chain).layers
    >>> float(layer.W[0, 0]), float(layer.b[0])
    (2.0, -9.0)
    """
    known = chain.shape or shape
    for step in (_channels_first, _without_pads, _without_averages, _without_affines, _merged):
        shapes = replace(chain, shape=known).shapes()
        chain = replace(chain, layers=tuple(step(chain.layers, shapes)))
    return chain


def _channels_first(layers: Iterable[AnyLayer], shapes: list[Shape]) -> Iterable[AnyLayer]:
    """Reorder what follows a `Flatten` of channels last, up to the next dense layer.

    One of flat values is left out.
    """
    order: NDArray[np.intp] | None = None  # of the values, among those of channels first
    for layer, shape in zip(layers, shapes, strict=False):
        if isinstance(layer, Flatten) and len(shape) == 1:
            continue
        if isinstance(layer, Flatten) and layer.channels_last and len(shape) == 3:
            order = np.arange(math.prod(shape)).reshape(shape).transpose(1, 2, 0).ravel()
            yield Flatten()
        elif order is not None and isinstance(layer, Dense):
            yield Dense(layer.W[:, np.argsort(order)], layer.b)
            order = None
        elif order is not None and isinstance(layer, Affine) and len(layer.scale) > 1:
            yield Affine(layer.scale[np.argsort(order)], layer.shift[np.argsort(order)])
        elif order is not None and not isinstance(layer, Activation | Affine | Flatten):
            yield layer  # a Reshape: it can't be one of maps, channels first
        else:
            yield layer


def _without_pads(layers: Iterable[AnyLayer], _: list[Shape]) -> Iterable[AnyLayer]:
    """Let a convolution add the zeros that are added before it."""
    pad: Pad | None = None
    for layer in layers:
        if pad and isinstance(layer, Conv):
            top, left, bottom, right = (a + b for a, b in zip(pad.pads, layer.pads, strict=True))
            yield replace(layer, pads=(top, left, bottom, right))
            pad = None
            continue
        yield from filter(None, (pad,))
        pad = layer if isinstance(layer, Pad) else None
        if pad is None:
            yield layer
    yield from filter(None, (pad,))


def _without_averages(layers: Iterable[AnyLayer], shapes: list[Shape]) -> Iterable[AnyLayer]:
    """Replace averages before flat values by a dense layer, which the next can take over."""
    listed = list(layers)
    is_flat = False  # by a layer that has been replaced
    for number, (layer, shape) in enumerate(zip(listed, shapes, strict=False)):
        then = listed[number + 1] if number + 1 < len(listed) else None
        rows = None
        if isinstance(layer, GlobalPool) and layer.kind == "average":
            rows = np.full((1, shape[1] * shape[2]), 1 / (shape[1] * shape[2]))
        elif isinstance(layer, Pool) and isinstance(then, Flatten) and not then.channels_last:
            rows = _means(layer, shape)
        if rows is not None and shape[0] ** 2 * rows.size <= _LARGEST:
            yield Flatten()
            yield Dense(np.kron(np.eye(shape[0]), rows), np.zeros(shape[0] * len(rows)))
            is_flat = True
        elif not (is_flat and isinstance(layer, Flatten)):
            yield layer
            is_flat = False


def _means(layer: Pool, shape: Shape) -> NDArray[np.float64] | None:
    """Return the matrix by which a pool averages the pixels of a map, or None if it doesn't."""
    if layer.kind != "average" or layer.pads != NO_PADS or layer.ceil:
        return None
    _, height, width = shape_after(layer, shape)
    if height * width * math.prod(shape[1:]) > _LARGEST:
        return None
    means = np.zeros((height, width, *shape[1:]))
    for y, x in np.ndindex(height, width):
        top, left = y * layer.strides[0], x * layer.strides[1]
        means[y, x, top : top + layer.size[0], left : left + layer.size[1]] = 1
    return (means / math.prod(layer.size)).reshape(height * width, -1)


def _without_affines(layers: Iterable[AnyLayer], shapes: list[Shape]) -> Iterable[AnyLayer]:
    """Fold scales and shifts into the linear layer before them, or else into the next."""
    linear: Dense | Conv | None = None  # the layer before, not given yet
    affine: Affine | None = None  # what the layers so far have left out
    for layer, shape in zip(layers, shapes, strict=False):
        if isinstance(layer, Affine):
            if linear is not None:
                linear = _then_scaled(linear, layer)
            else:
                affine = _composed(affine, layer) if affine else layer
            continue
        if linear is not None:
            yield linear
            linear = None
        if affine and not _commutes(layer, affine) and not _absorbs(layer, affine):
            yield affine
            affine = None
        if affine and isinstance(layer, Flatten):
            affine = _flattened(affine, shape)
        if isinstance(layer, Dense | Conv):
            linear = _first_scaled(layer, affine) if affine else layer
            affine = None
        else:
            yield layer
    yield from filter(None, (linear, affine))


def _commutes(layer: AnyLayer, affine: Affine) -> bool:
    """Return whether a layer may come before a scale and shift as well as after them."""
    match layer:
        case Flatten():
            return True
        case Reshape():
            return len(affine.scale) == 1
        case Pool(kind, pads=pads) if kind == "average":
            return pads == NO_PADS
        case Pool() | GlobalPool():
            return layer.kind == "average" or bool((affine.scale >= 0).all())
    return False


def _absorbs(layer: AnyLayer, affine: Affine) -> bool:
    if isinstance(layer, Conv):  # the zeros around the maps aren't shifted
        return layer.groups == 1 and (layer.pads == NO_PADS or not affine.shift.any())
    return isinstance(layer, Dense)


def _composed(first: Affine, then: Affine) -> Affine:
    scale, shift = np.broadcast_arrays(
        first.scale * then.scale, first.shift * then.scale + then.shift
    )
    return Affine(scale, shift)


def _flattened(affine: Affine, shape: Shape) -> Affine:
    area = math.prod(shape[1:])
    if len(affine.scale) == 1 or area == 1:
        return affine
    return Affine(np.repeat(affine.scale, area), np.repeat(affine.shift, area))


def _then_scaled(layer: Dense | Conv, affine: Affine) -> Dense | Conv:
    """Return a linear layer with a scale and shift after it."""
    scale = np.broadcast_to(affine.scale, layer.b.shape).astype(np.float64)
    W = layer.W * scale.reshape(-1, *[1] * (layer.W.ndim - 1))
    return replace(layer, W=W, b=layer.b * scale + affine.shift)


def _first_scaled(layer: Dense | Conv, affine: Affine) -> Dense | Conv:
    """Return a linear layer with a scale and shift before it."""
    inputs = (-1, *[1] * (layer.W.ndim - 2))
    scale, shift = (a.astype(np.float64).reshape(inputs) for a in (affine.scale, affine.shift))
    axes = tuple(range(1, layer.W.ndim))
    return replace(layer, W=layer.W * scale, b=layer.b + (layer.W * shift).sum(axis=axes))


def _merged(layers: Iterable[AnyLayer], _: list[Shape]) -> Iterable[AnyLayer]:
    """Make one layer of two dense layers in a row, or of a convolution of single pixels and one."""
    before: AnyLayer | None = None
    for layer in layers:
        merged = _product(before, layer)
        if merged is None and before is not None:
            yield before
        before = merged or layer
    if before is not None:
        yield before


def _product(first: AnyLayer | None, then: AnyLayer) -> AnyLayer | None:
    if isinstance(first, Dense) and isinstance(then, Dense):
        if len(then.W) * first.W.shape[1] > _LARGEST:
            return None
        W, b = (array.astype(np.float64) for array in (then.W, then.b))
        return Dense(W @ first.W, W @ first.b + b)
    if isinstance(first, Conv) and isinstance(then, Conv) and _by_pixel(first):
        pads_matter = then.pads != NO_PADS and bool(first.b.any())
        if then.groups == 1 and not pads_matter:
            W = np.einsum("omyx,mi->oiyx", then.W, first.W[:, :, 0, 0], dtype=np.float64)
            b = then.b + np.einsum("omyx,m->o", then.W, first.b, dtype=np.float64)
            return replace(then, W=W, b=b)
    return None


def _by_pixel(layer: Conv) -> bool:
    """Return whether a convolution combines the maps of each pixel alone."""
    plain = layer.pads == NO_PADS and layer.strides == (1, 1) and layer.groups == 1
    return plain and layer.W.shape[2:] == (1, 1)
