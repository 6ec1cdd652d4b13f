"""Images embedded in a page: figures for light and dark mode, and animations."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from idea.files.figure import figure_bytes

__all__ = ["Picture", "data_uri", "picture_of"]

_LIGHT, _DARK = "#1c1a17", "#f3f0ea"  # text colours of the page in light and dark mode
_DENSE = 2  # image pixels per CSS pixel
_NARROW = 640


@dataclass(frozen=True)
class Picture:
    """A figure for light and for dark mode."""

    light: str
    """A data URI: dark text on a transparent background."""
    dark: str
    """Another: light text on a transparent background."""
    width: int
    """In CSS pixels, as is the height."""
    height: int
    alt: str
    """The alternative text."""

    @property
    def is_wide(self) -> bool:
        """Whether it is too wide to be scaled to the width of a phone."""
        return self.width > _NARROW


def picture_of(draw: Callable[[], Figure], alt: str) -> Picture:
    """Draw a figure for a page.

    Parameters
    ----------
    draw
        Makes the figure; called once per mode.
    alt
        The alternative text.

    Returns
    -------
    Picture
        Two PNGs with a transparent background, the same for equal figures.

    Examples
    --------
    >>> from idea.figures import ten_ideals
    >>> picture = picture_of(lambda: ten_ideals([("grey", [0.5] * 784)]), "a grey")
    >>> picture.light[:22], picture.light == picture.dark
    ('data:image/png;base64,', False)
    """
    light, (width, height) = _render(draw, _LIGHT)
    dark, _ = _render(draw, _DARK)
    return Picture(light, dark, width, height, alt)


def data_uri(data: bytes, kind: str = "png") -> str:
    """Return an image's bytes as a data URI (RFC 2397).

    Examples
    --------
    >>> data_uri(b"GIF89a", "gif")
    'data:image/gif;base64,R0lGODlh'
    """
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _render(draw: Callable[[], Figure], ink: str) -> tuple[str, tuple[int, int]]:
    """Draw with a text colour; return the PNG and its size on the page."""
    inked = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    clear = ("figure.facecolor", "axes.facecolor", "legend.facecolor")
    style: dict[Any, str] = dict.fromkeys(inked, ink) | dict.fromkeys(clear, "none")
    with rc_context(style):
        figure = draw()
        data = figure_bytes(figure, _DENSE * figure.dpi)
    width, height = (round(side * figure.dpi) for side in figure.get_size_inches())
    return data_uri(data), (width, height)
