"""Pictures that lie within a page: figures in two colours of ink, images, animations."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

__all__ = ["Picture", "data_uri", "picture_of"]

_LIGHT, _DARK = "#1c1a17", "#f3f0ea"  # text of the page on light and on dark paper
_DENSE = 2  # pixels of the picture for one of the page
_NARROW = 640


@dataclass(frozen=True)
class Picture:
    """A figure for light and for dark paper."""

    light: str
    """A data URI: dark ink on nothing."""
    dark: str
    """Another: light ink on nothing."""
    width: int
    """Of the page's pixels; so is the height."""
    height: int
    alt: str
    """What it shows, for those who can't see it."""

    @property
    def is_wide(self) -> bool:
        """Whether it has too much in it to be made as narrow as a phone."""
        return self.width > _NARROW


def picture_of(draw: Callable[[], Figure], alt: str) -> Picture:
    """Draw a figure for a page.

    Parameters
    ----------
    draw
        Makes the figure; called once for each ink.
    alt
        What it shows.

    Returns
    -------
    Picture
        Two PNGs with a clear background, the same for equal figures.

    Examples
    --------
    >>> from idea.figures import ten_ideals
    >>> picture = picture_of(lambda: ten_ideals([("grey", [0.5] * 784)]), "a grey")
    >>> picture.light[:22], picture.light == picture.dark
    ('data:image/png;base64,', False)
    """
    light, (width, height) = _drawn(draw, _LIGHT)
    dark, _ = _drawn(draw, _DARK)
    return Picture(light, dark, width, height, alt)


def data_uri(data: bytes, kind: str = "png") -> str:
    """Return a picture's bytes as an address that is the picture (RFC 2397).

    Examples
    --------
    >>> data_uri(b"GIF89a", "gif")
    'data:image/gif;base64,R0lGODlh'
    """
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _drawn(draw: Callable[[], Figure], ink: str) -> tuple[str, tuple[int, int]]:
    """Draw in an ink; give the PNG and its size on the page."""
    inked = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    clear = ("figure.facecolor", "axes.facecolor", "legend.facecolor")
    style: dict[Any, str] = dict.fromkeys(inked, ink) | dict.fromkeys(clear, "none")
    with rc_context(style):
        figure = draw()
        stream = io.BytesIO()
        # Without the versions that matplotlib would note.
        metadata = {"Software": None}
        figure.savefig(stream, format="png", dpi=_DENSE * figure.dpi, metadata=metadata)
    width, height = (round(side * figure.dpi) for side in figure.get_size_inches())
    return data_uri(stream.getvalue()), (width, height)
