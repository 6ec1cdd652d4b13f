"""The lines of ruled and squared paper, and axes: finding and erasing them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idea.files.ink import load_ndimage
from idea.files.photos.frames import inside_of_frame, without_edge
from idea.files.photos.greys import Greys
from idea.files.photos.sheet import LEFT, Mask, Sheet

__all__ = ["without_lines"]

# Pictures with fewer pixels a side are too coarse to tell lines from strokes.
_LEAST_SIDE = 40

# Lines may be paler than strokes: they have at least this share of the strongest ink.
_SHARE = 0.08
# Lines are thinner than this share of the longer side, ...
_THIN = 0.025
# ... go on for this share of it, with gaps where strokes cross them, at least in pieces, ...
_PIECE, _GAP = 0.15, 0.08
# ... and leave their direction by at most this share of their length.
_TILT = 0.06
# A line through the picture ends this near to both edges; an axis is at least so long.
_NEAR, _AXIS = 0.04, 0.55
# Axes meet so near to their ends, where they may have ticks.
_MEET = 0.08
# It has ink on this share of its length, without anything across on the second, and differs by less
# than the third from a straight one.
_COVER, _FREE, _BENT = 0.85, 0.6, 0.008
# A digit has at most so many such strokes; so few lines are removed if they are this much thinner,
# or paler, than the strokes, or apart from them.
_MANY = 3
_FINE = 0.6
# What is so many times as dark as lines is a stroke on them.
_DARKER = 1.4


@dataclass(frozen=True, eq=False)
class _Line:
    """A line that is horizontal, or nearly so: the row ``slope*x + level``."""

    begin: int
    end: int
    """The first column, and the one after the last."""
    slope: float
    level: float
    width: float
    """Its thickness."""

    @property
    def place(self) -> int:
        """The row of its middle."""
        return round(self.slope * (self.begin + self.end) / 2 + self.level)

    def is_through(self, width: int) -> bool:
        """Return whether it ends at both edges of the picture."""
        return self.begin <= _NEAR * width and self.end >= (1 - _NEAR) * width

    def continues(self, other: _Line) -> bool:
        """Return whether another one is a piece of the same line."""
        middle = (other.begin + other.end) / 2
        distance = max(self.begin - middle, middle - self.end, 0)
        return abs(self.slope * middle + self.level - other.place) < 3 + 0.02 * distance

    def extended(self, mask: Mask) -> _Line:
        """Return the line to the edges of the picture, if there is ink nearly all the way."""
        width = mask.shape[1]
        inked: Mask = np.any(mask & self.band(mask.shape), axis=0)
        begin = 0 if inked[: self.begin].sum() >= _COVER * self.begin else self.begin
        end = width if inked[self.end :].sum() >= _COVER * (width - self.end) else self.end
        return _Line(begin, end, self.slope, self.level, self.width)

    def band(self, shape: tuple[int, ...]) -> Mask:
        """Return where it and what continues it may have ink."""
        y, x = np.ogrid[: shape[0], : shape[1]]
        return np.asarray(np.abs(y - self.slope * x - self.level) <= 1.5 + self.width / 2)


def without_lines(light: Greys, invert: bool | None) -> Sheet:
    """Return the part of a picture inside of frames, with the lines of the paper erased.

    `invert` is as in `idea.files.preprocess.prepare`. What looks like a stroke of a digit stays: a
    line goes from one edge to the other, or is part of two axes, and is thin and straight; a frame
    is a rectangle with something else in it.
    """
    sheet = Sheet(light)
    if min(light.shape) < _LEAST_SIDE:
        return sheet
    sheet = without_edge(sheet)
    for _ in range(3):  # a card in a frame, on a table
        inner = inside_of_frame(sheet, invert)
        if inner is None:
            break
        sheet = inner
    return _without_ruling(sheet, invert)


def _without_ruling(sheet: Sheet, invert: bool | None) -> Sheet:
    found = sheet.ink(invert, _SHARE)
    if found is None:
        return sheet
    rest, mask = found
    thin = max(2, round(_THIN * max(mask.shape)))
    # Each axis' lines, from views in which they are horizontal.
    lines = [_find_lines(view, thin) for view in (mask, mask.T)]
    chosen = [
        _ruled(each, view, value)
        for each, view, value in zip(lines, (mask, mask.T), (rest, rest.T), strict=True)
    ]
    if any(chosen):
        bands = [
            np.logical_or.reduce([line.band(view.shape) for line in each] or [np.zeros_like(view)])
            for each, view in zip(chosen, (mask, mask.T), strict=True)
        ]
        return _erased(sheet, rest, mask, (bands[0], bands[1].T), thin)
    axes = _axes(lines)
    return sheet if axes is None else _beside_axes(sheet, mask, *axes)


def _find_lines(mask: Mask, thin: int) -> list[_Line]:
    """Find straight lines that are horizontal, or nearly so, however often strokes cross them."""
    lines: list[_Line] = []
    for piece in sorted(_pieces(mask, thin), key=lambda piece: piece.begin - piece.end):
        if not any(line.continues(piece) for line in lines):
            lines.append(piece.extended(mask))
    return [line for line in lines if line.end - line.begin >= _AXIS * mask.shape[1]]


def _pieces(mask: Mask, thin: int) -> list[_Line]:
    """Find straight pieces of lines."""
    ndimage = load_ndimage()
    width = mask.shape[1]
    fine = mask & ~_opened(mask, thin + 1, axis=0)
    # A line that isn't quite horizontal has a step now and then.
    band = ndimage.maximum_filter1d(fine, 3, axis=0, mode="constant")
    band = _opened(_closed(band, round(_GAP * width)), round(_PIECE * width), axis=1)
    labels, _ = ndimage.label(band, np.ones((3, 3)))
    pieces = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        length = columns.stop - columns.start
        pixels = labels == number
        tall = 2 + thin + _TILT * length
        fitted = (
            _fit(fine & pixels, mask & pixels, length) if rows.stop - rows.start <= tall else None
        )
        if fitted is not None:
            pieces.append(_Line(columns.start, columns.stop, *fitted))
    return pieces


def _fit(fine: Mask, ink: Mask, length: int) -> tuple[float, float, float] | None:
    """Return the slope, level and width of the line on which nearly all ink lies, if it is one."""
    if np.count_nonzero(ink.any(axis=0)) < _COVER * length:
        return None
    y, x = np.nonzero(fine)
    slack = 1.5 + _BENT * length
    near = np.abs(y - np.median(y)) < 2 * slack + _TILT * length
    for _ in range(3):  # without what else touches the line
        if len(np.unique(x[near])) < _FREE * length:
            return None
        slope, level = np.polyfit(x[near], y[near], 1)
        near = np.abs(y - slope * x - level) < slack
    width = np.median(np.unique(x[near], return_counts=True)[1])
    return float(slope), float(level), float(width)


def _opened(mask: Mask, length: int, axis: int) -> Mask:
    """Keep what belongs to runs of a length."""
    ndimage = load_ndimage()
    length = max(1, length)
    kept = ndimage.minimum_filter1d(mask, length, axis=axis, mode="constant")
    # The second window is the first, mirrored.
    origin = -1 if length % 2 == 0 else 0
    opened: Mask = ndimage.maximum_filter1d(kept, length, axis=axis, mode="constant", origin=origin)
    return opened


def _closed(mask: Mask, length: int) -> Mask:
    """Fill the gaps in rows that are shorter than a length."""
    # What lies beyond the picture is no ink, or a line near to the edge would be continued to it.
    gaps = _opened(np.pad(~mask, ((0, 0), (length, length)), constant_values=True), length, axis=1)
    closed: Mask = ~gaps[:, length:-length]
    return closed


def _ruled(lines: list[_Line], mask: Mask, rest: Greys) -> list[_Line]:
    """Return the lines of the paper: many through the picture, or a few unlike the strokes."""
    through = [line for line in lines if line.is_through(mask.shape[1])]
    if not through or len(through) > _MANY:
        return through
    band = np.logical_or.reduce([line.band(mask.shape) for line in through])
    on, off = mask & band, mask & ~band
    if not off.any():
        return []
    thickness = max(line.width for line in through)
    others = _thickness(off)
    paler = float(np.median(rest[on])) < _FINE * float(np.quantile(rest[off], 0.9))
    # Nothing of the strokes meets the line.
    apart = not (load_ndimage().maximum_filter(on, 3) & off).any()
    return through if thickness < _FINE * others or paler or apart else []


def _thickness(mask: Mask) -> float:
    """Return the usual width of strokes: twice their area by their outline's length."""
    edges = sum(np.count_nonzero(np.diff(np.pad(mask, 1), axis=axis)) for axis in (0, 1))
    return float(2 * mask.sum() / max(1.0, edges * np.pi / 4))


def _axes(lines: list[list[_Line]]) -> tuple[_Line, _Line] | None:
    """Return a horizontal and a vertical line that meet at their ends, as axes do."""
    for across in lines[0]:
        for down in lines[1]:
            slack = _MEET * (across.end - across.begin)
            aside = min(abs(down.place - across.begin), abs(down.place - across.end))
            along = min(abs(across.place - down.begin), abs(across.place - down.end))
            if max(aside, along) <= slack:
                return across, down
    return None


def _erased(sheet: Sheet, rest: Greys, mask: Mask, bands: tuple[Mask, Mask], thin: int) -> Sheet:
    """Replace the pixels of lines by the paper around them, except where strokes cross them.

    `bands` is where horizontal and vertical lines are.
    """
    ndimage = load_ndimage()
    across, down = bands
    fine = mask & ~_opened(mask, thin + 1, axis=0), mask & ~_opened(mask, thin + 1, axis=1)
    gone = (across & fine[0]) | (down & fine[1])
    if not gone.any():
        return sheet
    crossing = across & down & mask
    gone |= crossing
    # Strokes that are darker than nearly all of the lines stay.
    stroke = (rest > _DARKER * np.quantile(rest[gone], 0.9)) & ~crossing
    gone = ndimage.maximum_filter(gone & ~stroke, 3) & ~stroke
    left = mask & ~gone
    # Strokes that cross a line at an angle have lost a piece.
    kept = ndimage.binary_closing(np.pad(left, thin), np.ones((thin, thin)))
    gone &= ~kept[thin:-thin, thin:-thin]
    if not _is_drawing(left):
        return sheet
    light = sheet.light.copy()
    # The mean of the paper around, which is everywhere near enough.
    paper = ~(ndimage.maximum_filter(mask, 3) | gone)
    size = 6 * thin + 1
    share = ndimage.uniform_filter(paper.astype(np.float64), size)
    around = ndimage.uniform_filter(np.where(paper, light, 0).astype(np.float64), size)
    plain = float(np.median(light[paper])) if paper.any() else float(np.median(light))
    light[gone] = np.where(share > 0.01, around / np.maximum(share, 0.01), plain)[gone]
    note = "lines were taken for those of the paper, and left out"
    return Sheet(light, sheet.left, sheet.top, (*sheet.notes, note))


def _is_drawing(left: Mask) -> bool:
    """Return whether something is left that is large enough."""
    ndimage = load_ndimage()
    labels, _ = ndimage.label(left, np.ones((3, 3)))
    heights = [rows.stop - rows.start for rows, _ in ndimage.find_objects(labels)]
    return max(heights, default=0) >= LEFT * len(left)


def _beside_axes(sheet: Sheet, mask: Mask, across: _Line, down: _Line) -> Sheet:
    """Cut out what two axes enclose, without the numbers on the other side."""
    above = abs(across.place - down.end) < abs(across.place - down.begin)
    right = abs(down.place - across.begin) < abs(down.place - across.end)
    height, width = mask.shape
    beside, over = 2 + int(down.width), 2 + int(across.width)
    box = (
        slice(0, across.place - over) if above else slice(across.place + over, height),
        slice(down.place + beside, width) if right else slice(0, down.place - beside),
    )
    inside = mask[box]
    fine = _FINE * _thickness(inside) if inside.any() else 0
    if max(across.width, down.width) > fine or not _is_drawing(inside):
        return sheet
    return sheet.cut(box, "axes were cut off")
