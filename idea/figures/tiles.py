"""Sheets: images side by side in one pair of axes, each with its label below."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from idea.figures.canvas import axes_of, figure_of, set_axes_size

__all__ = ["COLUMNS", "Sheet", "Tile", "in_rows"]

COLUMNS = 10
"""Tiles in a row of a sheet that is only broken into rows, if they aren't very many."""

_GAP = 0.1  # between two tiles, relative to a tile's width
_LINE = 1.5  # line height, relative to the font size
_MAX_WIDTH, _MAX_HEIGHT = 1000, 900  # of a sheet, in pixels of the screen
_MIN_SIDE, _MAX_SIDE = 56, 140  # of a tile's longer side, in pixels of the screen
_MAX_ASPECT = 4  # of a tile; images that are longer are shown smaller
_FONT_SIZES = (7.0, 11.0)  # points, smallest and largest
_TITLE = 11  # points


class Tile(NamedTuple):
    """An image on a sheet."""

    image: NDArray[Any]
    """(height, width)."""
    label: str = ""
    """Text below it."""
    colours: str = "gray"
    """A colour map's name."""
    vmax: float = 1.0
    """The value of the map's last colour; 0 is that of its first."""


class Sheet:
    """Rows of tiles, some of which may be empty.

    A tile is of width 1 and as high as its image is to be; a row's labels lie between it and the
    next.

    Parameters
    ----------
    ax
        Axes to draw into; by default those of a new figure, large enough.
    tiles
        Rows of equal length; None is an empty cell.
    rows, columns
        Labels beside each row, and above each column.
    """

    def __init__(
        self,
        ax: Axes | None,
        tiles: Sequence[Sequence[Tile | None]],
        *,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
    ) -> None:
        self.ax = axes_of(ax, 4, 4)
        self._images: list[AxesImage] = []
        """The first image of each row."""
        height, width = len(tiles), len(tiles[0])
        labels = [tile.label for row in tiles for tile in row if tile]
        shapes = np.array([tile.image.shape for row in tiles for tile in row if tile])
        tallest, widest = shapes.max(axis=0).tolist()
        self._set_size(tallest, widest, height, width)
        points = self._points(ax, height, width)
        self._width = points * width * (1 + _GAP)
        self.font = _font_size(points, labels)
        """The size of labels, in points."""
        lines = max(label.count("\n") + bool(label) for label in labels)
        pitch = self._height + _GAP + _LINE * lines * self.font / points
        self._column_centres = [number * (1 + _GAP) + 0.5 for number in range(width)]
        self._row_centres = [number * pitch + self._height / 2 for number in range(height)]
        for row, y in zip(tiles, self._row_centres, strict=True):
            places = zip(row, self._column_centres, strict=True)
            drawn = [self._draw(tile, x, y) for tile, x in places if tile]
            self._images.append(drawn[0])
        edge = _GAP / 2
        # A figure of our own is resized as a whole.
        self.ax.set_aspect("auto" if ax is None else "equal")
        self.ax.set_xlim(-edge, self._column_centres[-1] + 0.5 + edge)
        self.ax.set_ylim(height * pitch - edge, -edge)
        self._add_labels(rows, columns)

    def title(self, *parts: str) -> None:
        """Set the title, wrapped to the sheet's width."""
        most = self._width / (0.6 * _TITLE)
        text = ": ".join(filter(None, parts))
        self.ax.set_title(textwrap.fill(text, max(int(most), 10)), size=_TITLE)

    def add_colour_bars(self, rows: int) -> None:
        """Add a colour bar at the end of each of the first rows."""
        right = self._column_centres[-1] + 0.5 + _GAP
        for image, y in zip(self._images[:rows], self._row_centres, strict=False):
            place = (right, y - self._height / 2, _GAP, self._height)
            inset = self.ax.inset_axes(place, transform=self.ax.transData)
            figure_of(self.ax).colorbar(image, cax=inset)
            inset.tick_params(labelsize=self.font)

    def add_heading(self, text: str, first: int, last: int, width: float = 1.0) -> None:
        """Write a text above some columns; `width` is that of the last."""
        x = (self._left(first) + self._left(last) + width) / 2
        self.ax.text(x, -_GAP, text, size=max(self.font, 8), ha="center", va="bottom")

    def inset(self, row: int, width: float) -> Axes:
        """Return axes of a width, in tiles, at the end of a row."""
        left = self._left(len(self._column_centres)) + _GAP
        top = self._row_centres[row] - self._height / 2
        place = (left, top, width - _GAP, self._height)
        self.ax.set_xlim(self.ax.get_xlim()[0], left + width)
        return self.ax.inset_axes(place, transform=self.ax.transData)

    def _left(self, column: int) -> float:
        return column * (1 + _GAP)

    def finish(self) -> Figure:
        """Set the size of a figure of our own, once it is complete."""
        x, y = self.ax.get_xlim(), self.ax.get_ylim()
        return set_axes_size(self.ax, (x[1] - x[0]) * self._side, (y[0] - y[1]) * self._side)

    def _set_size(self, tallest: int, widest: int, height: int, width: int) -> None:
        """Choose the height of a tile relative to its width, and its width on the screen.

        A pixel of the image covers a whole number of the screen's pixels where it can.
        """
        self._height = float(np.clip(tallest / widest, 1 / _MAX_ASPECT, _MAX_ASPECT))
        pixels = max(widest, tallest / self._height)  # of an image, across a tile
        fits = min(_MAX_WIDTH / (width * (1 + _GAP)), _MAX_HEIGHT / (height * self._height * 1.2))
        longest = max(tallest, widest)
        scale = float(np.clip(fits / pixels, _MIN_SIDE / longest, _MAX_SIDE / longest))
        self._side = pixels * (int(scale) if scale >= 1 else scale)

    def _points(self, ax: Axes | None, height: int, width: int) -> float:
        """Return the width of a tile in points."""
        dpi = figure_of(self.ax).dpi
        if ax is None:
            return self._side * 72 / dpi
        box = ax.get_window_extent()
        return (
            min(box.width / (width * (1 + _GAP)), box.height / (height * self._height * 1.2))
            * 72
            / dpi
        )

    def _draw(self, tile: Tile, x: float, y: float) -> AxesImage:
        aspect = tile.image.shape[0] / tile.image.shape[1]
        right, down = min(1, self._height / aspect) / 2, min(self._height, aspect) / 2
        extent = (x - right, x + right, y + down, y - down)
        artist = self.ax.imshow(
            tile.image,
            cmap=tile.colours,
            vmin=0,
            vmax=tile.vmax,
            interpolation="nearest",
            extent=extent,
        )
        # Without a frame, white pixels at an image's edge would be invisible.
        box = [x - right, x + right, x + right, x - right, x - right]
        self.ax.plot(box, [y - down, y - down, y + down, y + down, y - down], "0.6", linewidth=0.7)
        if tile.label:
            place = (x, y + self._height / 2 + _GAP / 3)
            self.ax.text(*place, tile.label, size=self.font, ha="center", va="top")
        return artist

    def _add_labels(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Label rows and columns as ticks."""
        self.ax.set_xticks(self._column_centres if columns else [], columns or None)
        self.ax.set_yticks(self._row_centres if rows else [], rows or None)
        self.ax.xaxis.tick_top()
        self.ax.xaxis.set_label_position("top")
        self.ax.tick_params(length=0, labelsize=max(self.font, 8))
        self.ax.spines[:].set_visible(False)
        if any(len(a) + len(b) > self._side / 4 for a, b in pairwise(columns)):
            self.ax.tick_params(axis="x", rotation=90)


def _font_size(points: float, labels: Sequence[str]) -> float:
    """Return a font size in points with which labels don't overlap."""
    size = float(np.clip(points / 7, *_FONT_SIZES))
    longest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    return max(5.0, min(size, points * (1 + _GAP) / (0.6 * max(longest, 1))))


def in_rows(tiles: Sequence[Tile]) -> list[list[Tile | None]]:
    """Break a row of tiles; the last may be padded with None."""
    width = min(len(tiles), max(COLUMNS, math.ceil(len(tiles) ** 0.5)))
    filled = [*tiles, *[None] * (-len(tiles) % width)]
    return [filled[at : at + width] for at in range(0, len(filled), width)]
