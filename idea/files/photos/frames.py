"""Cutting off frames: around a drawing, at a picture's edge, and the table below a card."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.files.ink import load_ndimage
from idea.files.photos.greys import Greys
from idea.files.photos.sheet import LEFT, Mask, Sheet

__all__ = ["inside_of_frame", "without_edge"]

# A frame or a card fills this share of its box and of the picture's sides; a frame has less ink
# than the second share of what it encloses, and the drawing on a card less than the third.
_SOLID, _WIDE, _RIM, _HOLES, _SMALL_HOLES = 0.88, 0.5, 0.35, 0.35, 0.04
_COMPACT = 0.6
# Frames at the very edge of a picture are at most so wide.
_EDGE = 0.03


def without_edge(sheet: Sheet) -> Sheet:
    """Cut off a frame of one colour at the very edge, as of a screenshot."""
    light = sheet.light
    height, width = light.shape
    edge = float(np.median(_ring(light, 0)))
    if np.mean(np.abs(_ring(light, 0) - edge) < 0.1) < 0.95:
        return sheet
    for depth in range(1, 2 + int(_EDGE * min(height, width))):
        ring = _ring(light, depth)
        if np.mean(np.abs(ring - edge) < 0.1) < 0.5:
            break
    else:
        return sheet
    depth += 1  # the next may be blurred
    inside = light[depth : height - depth, depth : width - depth]
    paper = float(np.median(inside))
    if abs(paper - edge) < 0.2 or np.mean(np.abs(_ring(inside, 0) - paper) < 0.2) < 0.8:
        return sheet
    return sheet.cut(
        (slice(depth, height - depth), slice(depth, width - depth)), "the frame was cut off"
    )


def _ring(a: Greys, depth: int) -> Greys:
    inside = a[depth : len(a) - depth, depth : a.shape[1] - depth]
    return np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])


def inside_of_frame(sheet: Sheet, invert: bool | None) -> Sheet | None:
    """Return what a frame encloses, or a card without the table around it; None without either."""
    found = sheet.ink(invert)
    if found is None:
        return None
    ndimage = load_ndimage()
    labels, _ = ndimage.label(found[1], np.ones((3, 3)))
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        sides = [place.stop - place.start for place in box]
        if any(side < _WIDE * whole for side, whole in zip(sides, labels.shape, strict=True)):
            continue
        part = labels[box] == number
        filled = ndimage.binary_fill_holes(part)
        if filled.sum() < _SOLID * filled.size:
            continue
        holes, count = ndimage.label(filled & ~part)
        if not count:
            continue
        inner = _hole_of_frame(part, filled, holes, labels[box])
        note = "the frame was cut off"
        if inner is None and _is_card(filled, holes):
            inner, note = (slice(0, sides[0]), slice(0, sides[1])), "what surrounds it was cut off"
        if inner is not None:
            return sheet.cut(_within(box, inner, 1 + min(sides) // 100), note)
    return None


def _within(
    box: tuple[slice, slice], inner: tuple[slice, slice], margin: int
) -> tuple[slice, slice]:
    rows, columns = (
        slice(outer.start + part.start + margin, outer.start + part.stop - margin)
        for outer, part in zip(box, inner, strict=True)
    )
    return rows, columns


def _hole_of_frame(
    part: Mask, filled: Mask, holes: NDArray[np.int32], labels: NDArray[np.int32]
) -> tuple[slice, slice] | None:
    """Return the box of a frame's largest hole, if there is something else in it."""
    if part.sum() > _RIM * filled.sum():
        return None
    ndimage = load_ndimage()
    number = 1 + int(np.argmax(np.bincount(holes.ravel())[1:]))
    inner: tuple[slice, slice] = ndimage.find_objects(holes)[number - 1]
    hole = holes[inner] == number
    # What is enclosed, with a size that counts.
    enclosed = (labels[inner] > 0) & hole
    rows = enclosed.any(axis=1).sum()
    return inner if rows >= LEFT * len(part) and hole.size > 0.5 * filled.size else None


def _is_card(filled: Mask, holes: NDArray[np.int32]) -> bool:
    """Return whether an area is paper on a table: its holes are a drawing, not those of an 8."""
    sizes = np.bincount(holes.ravel())[1:]
    share = sizes.sum() / filled.sum()
    if not 0.002 < share < _HOLES:
        return False
    box = load_ndimage().find_objects(holes)[int(sizes.argmax())]
    is_compact = sizes.max() > _COMPACT * (holes[box]).size
    return bool(share < _SMALL_HOLES or not is_compact)
