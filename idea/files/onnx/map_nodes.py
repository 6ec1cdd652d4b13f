"""The nodes of plain networks for maps: convolutions and pools."""

from __future__ import annotations

import numpy as np

from idea.files.layers.chain import Conv, GlobalPool, Pads, Pool
from idea.files.onnx.follow import Handler, Step, Trail
from idea.files.onnx.layout import DifferentNetworkError, Layout

__all__ = ["MAPS"]


def _conv(trail: Trail, step: Step) -> None:
    W = step.floats(1)
    if W.ndim != 4 or step.place:
        raise DifferentNetworkError(f"a convolution of shape {W.shape}")
    trail.require_maps(step.op)
    strides, dilations = _pair(step, "strides"), _pair(step, "dilations")
    extent = [(k - 1) * d + 1 for k, d in zip(W.shape[2:], dilations, strict=True)]
    bias = step.floats(2) if step.constant(2) is not None else np.zeros(len(W), np.float32)
    pads = _pads(trail, step, extent, strides)
    trail.append(Conv(W, bias, strides, pads, dilations, step.attributes.get("group", 1)))
    trail.layout = Layout.of(trail.shape)


def _pool(trail: Trail, step: Step) -> None:
    trail.require_maps(step.op)
    height, width = step.attributes["kernel_shape"]
    strides = _pair(step, "strides")
    if _pair(step, "dilations") != (1, 1):
        raise DifferentNetworkError(f"a node {step.op} with dilations")
    pads = _pads(trail, step, [height, width], strides)
    trail.append(
        Pool(
            "max" if step.op == "MaxPool" else "average",
            (height, width),
            strides,
            pads,
            bool(step.attributes.get("ceil_mode", 0)),
            bool(step.attributes.get("count_include_pad", 0)),
        )
    )
    trail.layout = Layout.of(trail.shape)


def _pair(step: Step, name: str) -> tuple[int, int]:
    first, second = step.attributes.get(name, (1, 1))
    return int(first), int(second)


def _pads(trail: Trail, step: Step, extent: list[int], strides: tuple[int, int]) -> Pads:
    """Return the rows and columns that are added, which `auto_pad` may leave to the shapes."""
    mode = step.attributes.get("auto_pad", b"NOTSET")
    if mode == b"NOTSET":
        top, left, bottom, right = step.attributes.get("pads", (0, 0, 0, 0))
        return int(top), int(left), int(bottom), int(right)
    if mode == b"VALID":
        return 0, 0, 0, 0
    before, after = [], []
    for size, k, stride in zip(trail.shape[1:], extent, strides, strict=True):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        small, large = total // 2, total - total // 2
        before.append(small if mode == b"SAME_UPPER" else large)
        after.append(large if mode == b"SAME_UPPER" else small)
    return before[0], before[1], after[0], after[1]


def _global_pool(trail: Trail, step: Step) -> None:
    trail.require_maps(step.op)
    trail.append(GlobalPool("max" if step.op == "GlobalMaxPool" else "average"))
    trail.layout = Layout.of((*trail.shape, 1, 1))


def _reduce(trail: Trail, step: Step) -> None:
    """Append the mean or maximum of each map, over the axes of its pixels."""
    given = step.constant(1)
    axes = step.attributes.get("axes") if given is None else given.tolist()
    indices = trail.layout.indices
    pixels = tuple(axis % indices.ndim for axis in axes or ())
    if (
        len(trail.shape) != 3
        or trail.layout.batch
        or indices.ndim != 4
        or len(set(pixels)) != 2
        or 0 in pixels
    ):
        raise DifferentNetworkError(f"a node {step.op} of other values than maps")
    maps = np.moveaxis(indices, sorted(pixels), (-2, -1)).reshape(trail.shape[0], -1)
    if not (np.sort(maps, axis=1) == np.arange(indices.size).reshape(maps.shape)).all():
        raise DifferentNetworkError(f"a node {step.op} of values in another order")
    trail.append(GlobalPool("max" if step.op == "ReduceMax" else "average"))
    shape = [1 if axis in pixels else n for axis, n in enumerate(indices.shape)]
    trail.layout = Layout(np.arange(trail.shape[0]).reshape(shape))
    if not step.attributes.get("keepdims", 1):
        trail.layout = trail.layout.squeezed(pixels)


MAPS: dict[str, Handler] = {
    "AveragePool": _pool,
    "Conv": _conv,
    "GlobalAveragePool": _global_pool,
    "GlobalMaxPool": _global_pool,
    "MaxPool": _pool,
    "ReduceMax": _reduce,
    "ReduceMean": _reduce,
}
"""By the name of a node."""
