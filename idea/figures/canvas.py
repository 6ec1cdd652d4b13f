"""Figures that notebooks display, and whose axes can have a fixed size."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

__all__ = ["COLOURS", "NotebookFigure", "axes_of", "figure_of", "set_axes_size"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette, distinguishable with colour blindness ("Color Universal Design", 2008),
without yellow, too light on white."""


class NotebookFigure(Figure):
    """A figure without pyplot that a notebook displays.

    There it has 256 colours, a difference that isn't visible: a third of the bytes.
    """

    def _repr_png_(self) -> bytes:
        drawn, small = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="png")
        with Image.open(drawn) as picture:
            colours = picture.convert("RGB").quantize(
                256, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
            )
        colours.save(small, "png", optimize=True)
        return small.getvalue()

    def _ipython_display_(self) -> None:
        # pyplot's inline backend, which ipywidgets loads, would draw it without these colours.
        from IPython.display import publish_display_data

        shown = {"image/png": self._repr_png_(), "text/plain": repr(self)}
        publish_display_data(shown)  # type: ignore[no-untyped-call]


def axes_of(ax: Axes | None, width: float = 7, height: float = 4.5) -> Axes:
    """Return the axes to draw into.

    Parameters
    ----------
    ax
        The caller's; None makes a figure of its own.
    width, height
        The size of that, in inches.

    Returns
    -------
    Axes
        The caller's, or the only axes of a `NotebookFigure`.

    Examples
    --------
    >>> figure_of(axes_of(None)).get_size_inches().tolist()
    [7.0, 4.5]
    """
    if ax is not None:
        return ax
    figure = NotebookFigure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes: Axes = figure.subplots()
    return axes


def figure_of(ax: Axes) -> Figure:
    """Return the whole figure that axes are in.

    Parameters
    ----------
    ax
        They may be in a subfigure.

    Returns
    -------
    Figure
        The figure that holds all subfigures.

    Examples
    --------
    >>> ax = axes_of(None)
    >>> figure_of(ax) is ax.figure
    True
    """
    figure = ax.figure.figure
    assert isinstance(figure, Figure)  # noqa: S101  # for mypy
    return figure


def set_axes_size(ax: Axes, width: float, height: float) -> Figure:
    """Set the size of the only axes of a figure of our own, whatever surrounds them.

    Images are crisp if each of their pixels covers a whole number of screen pixels.

    Parameters
    ----------
    ax
        The axes. Those of a caller's figure stay as they are.
    width, height
        Their size, in pixels of the screen.

    Returns
    -------
    Figure
        Theirs.

    Examples
    --------
    >>> ax = axes_of(None)
    >>> figure = set_axes_size(ax, 300, 200)
    >>> ax.get_position().transformed(figure.transFigure).size.round().tolist()
    [300.0, 200.0]
    """
    figure = figure_of(ax)
    if not isinstance(figure, NotebookFigure):
        return figure
    for _ in range(2):  # a colour bar becomes larger with the axes
        _lay_out(figure)
        box = ax.get_position(original=True).transformed(figure.transFigure)
        inches = figure.get_size_inches()
        missing = ((width - box.width) / figure.dpi, (height - box.height) / figure.dpi)
        figure.set_size_inches(inches[0] + missing[0], inches[1] + missing[1])
    _lay_out(figure)
    return figure


def _lay_out(figure: Figure) -> None:
    """Place what is in a figure, as drawing it would, in half the time."""
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
