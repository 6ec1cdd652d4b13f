"""The inputs of graphs: the layouts in which they take images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError

__all__ = ["GREY_NOTE", "RGB", "ImageInput", "colour_axis", "fitting_inputs", "image_size"]

RGB = 3
"""The number of channels of a network of coloured images."""
GREY_NOTE = "takes images of three channels: each is the grey of the image"

_TYPES: dict[str, type[np.floating[Any]]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
}
_LARGEST_BATCH = 4096  # images, to which each call would be padded


@dataclass(frozen=True)
class ImageInput:
    """How a graph takes images."""

    name: str
    size: tuple[int, int]
    """The height and width of an image."""
    shape: tuple[int, ...]
    """Of an image in the input."""
    dtype: type[np.floating[Any]]
    batch: int | None
    """The fixed number of images of a call."""

    def arranged(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return images (n, height·width) as the graph takes them."""
        axis = colour_axis(self.shape)
        if axis is None:
            return images.reshape(-1, *self.shape)
        grey = images.reshape(-1, *self.size)
        return np.stack([grey] * RGB, axis=axis + 1)


def colour_axis(shape: tuple[int, ...]) -> int | None:
    """Return the axis of three channels in the shape of an image, 0 or 2; None: there are none."""
    if len(shape) != 3 or 1 in (shape[0], shape[2]):
        return None
    return next((axis for axis in (0, 2) if shape[axis] == RGB), None)


def fitting_inputs(value: Any, size: tuple[int, int]) -> list[ImageInput]:
    """Return the ways in which an input of a session may take images of a size; none: it doesn't.

    Where it leaves its shape free there may be several, the most usual first.
    """
    batch, *image = value.shape or [None]
    fixed = batch if isinstance(batch, int) and batch > 0 else None
    if value.type not in _TYPES or (fixed or 0) > _LARGEST_BATCH:
        return []
    return [
        ImageInput(value.name, size, layout, _TYPES[value.type], fixed)
        for layout in _layouts(*size)
        if len(layout) == len(image)
        and all(n == m or not isinstance(n, int) for n, m in zip(image, layout, strict=True))
    ]


def _layouts(height: int, width: int) -> tuple[tuple[int, ...], ...]:
    """Return the shapes that an image can have in a graph's input."""
    maps = [(n, height, width) for n in (1, RGB)]
    pixels = [(height, width, n) for n in (1, RGB)]
    return (height * width,), (height, width), maps[0], pixels[0], maps[1], pixels[1]


def image_size(dimensions: list[Any]) -> tuple[int, int] | None:
    """Return the height and width of images in an input, (n, …), or None where they are free.

    Raises a `WeightsError` for a flat input that is no square.
    """
    if not dimensions or not all(isinstance(n, int) and n > 0 for n in dimensions):
        return None
    if len(dimensions) == 1:
        side = math.isqrt(dimensions[0])
        if side**2 != dimensions[0]:
            raise WeightsError(
                f"the size of the images doesn't follow from {dimensions[0]:,} inputs: give it, as "
                "in --shape 28x28"
            )
        return (side, side)
    if len(dimensions) == 2:
        return dimensions[0], dimensions[1]
    axis = colour_axis(tuple(dimensions))
    in_front = axis == 0 or (axis is None and dimensions[0] == 1)
    height, width = dimensions[-2:] if in_front else dimensions[:2]
    return height, width
