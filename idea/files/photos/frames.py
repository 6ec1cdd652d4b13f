"""Cutting off frames: around a drawing, at a picture's edge, and the table below a card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idea.files.ink import load_ndimage
from idea.files.photos.greys import Greys
from idea.files.photos.sheet import LEFT, Mask, Sheet

__all__ = ["inside_of_frame", "without_edge"]

Box = tuple[slice, slice]

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
    for part in _Area.all_in(found[1]) if found else ():
        inner = part.hole()
        if inner is not None:
            return sheet.cut(_within(part.box, inner), "the frame was cut off")
    middle = (float(sheet.light.min()) + float(sheet.light.max())) / 2
    edge = np.mean(_ring(sheet.light, 0) > middle)
    if 0.1 < edge < 0.9:  # no table all around
        return None
    card = sheet.light > middle if edge < 0.5 else sheet.light <= middle
    for part in _Area.all_in(card):
        if part.is_card():
            whole = slice(0, part.filled.shape[0]), slice(0, part.filled.shape[1])
            return sheet.cut(_within(part.box, whole), "what surrounds it was cut off")
    return None


def _within(box: Box, inner: Box) -> Box:
    """Return a part of a box, without its blurred edge."""
    margin = 1 + min(part.stop - part.start for part in inner) // 100
    rows, columns = (
        slice(outer.start + part.start + margin, outer.start + part.stop - margin)
        for outer, part in zip(box, inner, strict=True)
    )
    return rows, columns


@dataclass(frozen=True, eq=False)
class _Area:
    """A connected area that fills a large rectangle but for its holes."""

    box: Box
    part: Mask
    """The area, in its box."""
    filled: Mask
    """The same without holes."""
    others: Mask
    """Other areas, in the box."""
    holes: NDArray[np.int32]
    """The numbers of holes, and 0 elsewhere."""

    @classmethod
    def all_in(cls, mask: Mask) -> Iterator[_Area]:
        """Yield all areas of a mask that have holes."""
        ndimage = load_ndimage()
        labels, _ = ndimage.label(mask, np.ones((3, 3)))
        for number, box in enumerate(ndimage.find_objects(labels), 1):
            part = labels[box] == number
            if any(part.shape[axis] < _WIDE * mask.shape[axis] for axis in (0, 1)):
                continue
            filled = ndimage.binary_fill_holes(part)
            holes, count = ndimage.label(filled & ~part)
            if count and filled.sum() >= _SOLID * filled.size:
                yield cls(box, part, filled, (labels[box] > 0) & ~part, holes)

    def hole(self) -> Box | None:
        """Return the box of the largest hole, if this is a frame with something in it."""
        if self.part.sum() > _RIM * self.filled.sum():
            return None
        number = 1 + int(np.argmax(np.bincount(self.holes.ravel())[1:]))
        inner: Box = load_ndimage().find_objects(self.holes)[number - 1]
        hole = self.holes[inner] == number
        rows = (self.others[inner] & hole).any(axis=1).sum()
        is_frame = rows >= LEFT * len(self.part) and hole.size > 0.5 * self.filled.size
        return inner if is_frame else None

    def is_card(self) -> bool:
        """Return whether it is paper on a table: its holes are a drawing, not those of an 8."""
        sizes = np.bincount(self.holes.ravel())[1:]
        share = sizes.sum() / self.filled.sum()
        if not 0.002 < share < _HOLES:
            return False
        box = load_ndimage().find_objects(self.holes)[int(sizes.argmax())]
        is_compact = sizes.max() > _COMPACT * self.holes[box].size
        return bool(share < _SMALL_HOLES or not is_compact)
