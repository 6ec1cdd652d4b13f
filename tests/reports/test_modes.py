"""Figures in a page, for light and for dark mode."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageChops

pytest.importorskip("matplotlib")

from matplotlib import rc_context

from idea.figures.canvas import axes_of, figure_of
from idea.reports.picture import picture_of

DARK = "#f3f0ea"
INKED = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")


def chart():
    """Make a figure with whatever may have the colour of text, and with colours of its own."""
    ax = axes_of(None)
    ax.errorbar([1, 20, 300], [1, 2, 3], [0.5, 0.2, 0.9], capsize=3, label="measured")
    ax.set_xscale("log")  # which has minor ticks
    ax.set(title="title", xlabel="pixels", ylabel="logit")
    figure_of(ax).colorbar(ax.scatter([2, 30], [1, 3], c=[0, 1], cmap="gray"), label="grey")
    ax.text(0.3, 0.3, "text", transform=ax.transAxes)
    ax.text(0.6, 0.3, "black", transform=ax.transAxes, color="black")
    ax.annotate("here", (20, 2), (100, 1.2), arrowprops={"arrowstyle": "->"})
    ax.legend(title="series")
    ax.grid(visible=True)
    return figure_of(ax)


def decoded(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))).convert("RGBA")


def test_dark_mode_is_the_figure_drawn_with_light_text():
    picture = picture_of(chart, "a chart")
    clear = dict.fromkeys(("figure.facecolor", "axes.facecolor", "legend.facecolor"), "none")
    stream = io.BytesIO()
    with rc_context(dict.fromkeys(INKED, DARK) | clear):
        chart().savefig(stream, dpi=200)
    expected, dark = Image.open(stream).convert("RGBA"), decoded(picture.dark)
    assert dark.size == (2 * picture.width, 2 * picture.height)
    assert ImageChops.difference(dark, expected).getbbox(alpha_only=False) is None
    assert ImageChops.difference(decoded(picture.light), dark).getbbox(alpha_only=False)
