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

from idea.figures.canvas import axes_of, figure_of, grow
from idea.image import SIDE

__all__ = ["Sheet", "Tile"]

_GAP = 0.1  # between two tiles, of a tile's side
_LINE = 1.5  # of a label, of its letters' height
_WIDE, _HIGH = 1000, 900  # pixels of the screen that a sheet should not exceed
_SMALLEST, _LARGEST = 2, 5  # pixels of the screen for one of an image
_LETTERS = (7.0, 11.0)  # points
_TITLE = 11


class Tile(NamedTuple):
    """An image on a sheet."""

    image: NDArray[Any]
    """(28, 28)."""
    label: str = ""
    """What stands below it."""
    colours: str = "gray"
    """A colour map's name."""
    most: float = 1.0
    """What is drawn in the map's last colour; 0 is its first."""


class Sheet:
    """Rows of tiles, of which some places may stay empty.

    Tile (row, column) covers a unit square; a row's labels lie between it and the next.

    Parameters
    ----------
    ax
        Where to draw; None makes a figure of its own, large enough.
    tiles
        Its rows, each of equally many tiles; None leaves a place empty.
    rows, columns
        What stands beside each row, and above each column.
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
        scale = min(_WIDE / (width * (1 + _GAP)), _HIGH / (height * 1.2)) / SIDE
        self._side = SIDE * int(np.clip(scale, _SMALLEST, _LARGEST))
        points = self._points(ax, height, width)
        self._width = points * width * (1 + _GAP)
        self._letters = _letters(points, labels)
        lines = max(label.count("\n") + bool(label) for label in labels)
        pitch = 1 + _GAP + _LINE * lines * self._letters / points
        self._centres = [number * (1 + _GAP) + 0.5 for number in range(width)]
        self._middles = [number * pitch + 0.5 for number in range(height)]
        for row, y in zip(tiles, self._middles, strict=True):
            for tile, x in zip(row, self._centres, strict=True):
                if tile:
                    self._draw(tile, x, y)
        edge = _GAP / 2
        # A figure of our own gets the right proportions as a whole.
        self.ax.set_aspect("auto" if ax is None else "equal")
        self.ax.set_xlim(-edge, self._centres[-1] + 0.5 + edge)
        self.ax.set_ylim(self._middles[-1] + pitch - 0.5 - edge, -edge)
        self._name(rows, columns)

    def title(self, *parts: str) -> None:
        """Set its title, in as many lines as that takes."""
        most = self._width / (0.6 * _TITLE)
        text = ": ".join(filter(None, parts))
        self.ax.set_title(textwrap.fill(text, max(int(most), 10)), size=_TITLE)

    def scales(self) -> None:
        """Draw at the end of each row what its colours mean."""
        right = self._centres[-1] + 0.5 + _GAP
        images = self.images[:: len(self._centres)]
        for image, y in zip(images, self._middles, strict=True):
            place = (right, y - 0.5, _GAP, 1)
            inset = self.ax.inset_axes(place, transform=self.ax.transData)
            figure_of(self.ax).colorbar(image, cax=inset)
            inset.tick_params(labelsize=self._letters)

    def done(self) -> Figure:
        """Set the size of a figure of our own, now that everything is in it."""
        x, y = self.ax.get_xlim(), self.ax.get_ylim()
        return grow(self.ax, (x[1] - x[0]) * self._side, (y[0] - y[1]) * self._side)

    def _points(self, ax: Axes | None, height: int, width: int) -> float:
        """Return how wide a tile will be, in points."""
        dpi = figure_of(self.ax).dpi
        if ax is None:
            return self._side * 72 / dpi
        box = ax.get_window_extent()
        return min(box.width / (width * (1 + _GAP)), box.height / (height * 1.2)) * 72 / dpi

    def _draw(self, tile: Tile, x: float, y: float) -> None:
        extent = (x - 0.5, x + 0.5, y + 0.5, y - 0.5)
        shown = self.ax.imshow(
            tile.image,
            cmap=tile.colours,
            vmin=0,
            vmax=tile.most,
            interpolation="nearest",
            extent=extent,
        )
        self.images.append(shown)
        # White ink at an image's edge would melt into the paper.
        box = [x - 0.5, x + 0.5, x + 0.5, x - 0.5, x - 0.5]
        self.ax.plot(box, [y - 0.5, y - 0.5, y + 0.5, y + 0.5, y - 0.5], "0.6", linewidth=0.7)
        if tile.label:
            place = (x, y + 0.5 + _GAP / 3)
            self.ax.text(*place, tile.label, size=self._letters, ha="center", va="top")

    def _name(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Put texts where ticks would be; without any there are no ticks."""
        self.ax.set_xticks(self._centres if columns else [], columns or None)
        self.ax.set_yticks(self._middles if rows else [], rows or None)
        self.ax.xaxis.tick_top()
        self.ax.xaxis.set_label_position("top")
        self.ax.tick_params(length=0, labelsize=max(self._letters, 8))
        self.ax.spines[:].set_visible(False)
        if any(len(a) + len(b) > self._side / 4 for a, b in pairwise(columns)):
            self.ax.tick_params(axis="x", rotation=90)


def _letters(points: float, labels: Sequence[str]) -> float:
    """Choose the height of letters, in points, such that labels don't meet their neighbours."""
    size = float(np.clip(points / 7, *_LETTERS))
    longest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    return max(5.0, min(size, points * (1 + _GAP) / (0.6 * max(longest, 1))))
