"""Sheets: images side by side in one pair of axes, each with its label below."""

from __future__ import annotations

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
from idea.image import SIDE

__all__ = ["Sheet", "Tile"]

_GAP = 0.1  # between two tiles, relative to a tile's side
_LINE = 1.5  # line height, relative to the font size
_MAX_WIDTH, _MAX_HEIGHT = 1000, 900  # of a sheet, in pixels of the screen
_MIN_SCALE, _MAX_SCALE = 2, 5  # pixels of the screen per pixel of an image
_FONT_SIZES = (7.0, 11.0)  # points, smallest and largest
_TITLE = 11  # points


class Tile(NamedTuple):
    """An image on a sheet."""

    image: NDArray[Any]
    """(28, 28)."""
    label: str = ""
    """Text below it."""
    colours: str = "gray"
    """A colour map's name."""
    vmax: float = 1.0
    """The value of the map's last colour; 0 is that of its first."""


class Sheet:
    """Rows of tiles, some of which may be empty.

    Tile (row, column) covers a unit square; a row's labels lie between it and the next.

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
        self.images: list[AxesImage] = []
        height, width = len(tiles), len(tiles[0])
        labels = [tile.label for row in tiles for tile in row if tile]
        scale = min(_MAX_WIDTH / (width * (1 + _GAP)), _MAX_HEIGHT / (height * 1.2)) / SIDE
        self._side = SIDE * int(np.clip(scale, _MIN_SCALE, _MAX_SCALE))
        points = self._points(ax, height, width)
        self._width = points * width * (1 + _GAP)
        self._font = _font_size(points, labels)
        lines = max(label.count("\n") + bool(label) for label in labels)
        pitch = 1 + _GAP + _LINE * lines * self._font / points
        self._column_centres = [number * (1 + _GAP) + 0.5 for number in range(width)]
        self._row_centres = [number * pitch + 0.5 for number in range(height)]
        for row, y in zip(tiles, self._row_centres, strict=True):
            for tile, x in zip(row, self._column_centres, strict=True):
                if tile:
                    self._draw(tile, x, y)
        edge = _GAP / 2
        # A figure of our own is resized as a whole.
        self.ax.set_aspect("auto" if ax is None else "equal")
        self.ax.set_xlim(-edge, self._column_centres[-1] + 0.5 + edge)
        self.ax.set_ylim(self._row_centres[-1] + pitch - 0.5 - edge, -edge)
        self._add_labels(rows, columns)

    def title(self, *parts: str) -> None:
        """Set the title, wrapped to the sheet's width."""
        most = self._width / (0.6 * _TITLE)
        text = ": ".join(filter(None, parts))
        self.ax.set_title(textwrap.fill(text, max(int(most), 10)), size=_TITLE)

    def add_colour_bars(self) -> None:
        """Add a colour bar at the end of each row."""
        right = self._column_centres[-1] + 0.5 + _GAP
        images = self.images[:: len(self._column_centres)]
        for image, y in zip(images, self._row_centres, strict=True):
            place = (right, y - 0.5, _GAP, 1)
            inset = self.ax.inset_axes(place, transform=self.ax.transData)
            figure_of(self.ax).colorbar(image, cax=inset)
            inset.tick_params(labelsize=self._font)

    def finish(self) -> Figure:
        """Set the size of a figure of our own, once it is complete."""
        x, y = self.ax.get_xlim(), self.ax.get_ylim()
        return set_axes_size(self.ax, (x[1] - x[0]) * self._side, (y[0] - y[1]) * self._side)

    def _points(self, ax: Axes | None, height: int, width: int) -> float:
        """Return the width of a tile in points."""
        dpi = figure_of(self.ax).dpi
        if ax is None:
            return self._side * 72 / dpi
        box = ax.get_window_extent()
        return min(box.width / (width * (1 + _GAP)), box.height / (height * 1.2)) * 72 / dpi

    def _draw(self, tile: Tile, x: float, y: float) -> None:
        extent = (x - 0.5, x + 0.5, y + 0.5, y - 0.5)
        artist = self.ax.imshow(
            tile.image,
            cmap=tile.colours,
            vmin=0,
            vmax=tile.vmax,
            interpolation="nearest",
            extent=extent,
        )
        self.images.append(artist)
        # Without a frame, white pixels at an image's edge would be invisible.
        box = [x - 0.5, x + 0.5, x + 0.5, x - 0.5, x - 0.5]
        self.ax.plot(box, [y - 0.5, y - 0.5, y + 0.5, y + 0.5, y - 0.5], "0.6", linewidth=0.7)
        if tile.label:
            place = (x, y + 0.5 + _GAP / 3)
            self.ax.text(*place, tile.label, size=self._font, ha="center", va="top")

    def _add_labels(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Label rows and columns as ticks."""
        self.ax.set_xticks(self._column_centres if columns else [], columns or None)
        self.ax.set_yticks(self._row_centres if rows else [], rows or None)
        self.ax.xaxis.tick_top()
        self.ax.xaxis.set_label_position("top")
        self.ax.tick_params(length=0, labelsize=max(self._font, 8))
        self.ax.spines[:].set_visible(False)
        if any(len(a) + len(b) > self._side / 4 for a, b in pairwise(columns)):
            self.ax.tick_params(axis="x", rotation=90)


def _font_size(points: float, labels: Sequence[str]) -> float:
    """Return a font size in points with which labels don't overlap."""
    size = float(np.clip(points / 7, *_FONT_SIZES))
    longest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    return max(5.0, min(size, points * (1 + _GAP) / (0.6 * max(longest, 1))))
