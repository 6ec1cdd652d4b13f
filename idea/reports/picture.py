"""Images embedded in a page: figures for light and dark mode, and animations."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure

from idea.files.figure import figure_bytes

__all__ = ["Picture", "data_uri", "picture_of"]

_LIGHT, _DARK = "#1c1a17", "#f3f0ea"  # text colours of the page in light and dark mode
_STYLE: dict[Any, str] = {
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), _LIGHT),
    **dict.fromkeys(("xtick.color", "ytick.color"), _LIGHT),
    **dict.fromkeys(("figure.facecolor", "axes.facecolor", "legend.facecolor"), "none"),
}
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
        Makes the figure, with the colours of matplotlib's settings.
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
    with rc_context(_STYLE):
        figure = draw()
        light = _png(figure)
        figure.set_layout_engine("none")  # another colour moves nothing
        _recolour(figure)
        dark = _png(figure)
    width, height = (round(side * figure.dpi) for side in figure.get_size_inches())
    return Picture(light, dark, width, height, alt)


def data_uri(data: bytes, kind: str = "png") -> str:
    """Return an image's bytes as a data URI (RFC 2397).

    Examples
    --------
    >>> data_uri(b"GIF89a", "gif")
    'data:image/gif;base64,R0lGODlh'
    """
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _png(figure: Figure) -> str:
    return data_uri(figure_bytes(figure, _DENSE * figure.dpi))


def _recolour(figure: Figure) -> None:
    """Set whatever has the colour of text in light mode to that in dark mode."""
    light = to_rgba_array(_LIGHT).tolist()
    for artist in figure.findobj():
        for name in ("color", "edgecolor", "markeredgecolor", "markerfacecolor"):
            get = getattr(artist, f"get_{name}", None)
            if get and to_rgba_array(get()).tolist() == light:
                getattr(artist, f"set_{name}")(_DARK)
