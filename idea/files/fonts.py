"""Fonts for the labels of pictures: one that has their characters, where there is one."""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

__all__ = ["Font", "font_for", "shortened", "wrapped"]

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SYSTEM = (
    "DejaVuSans.ttf",
    "NotoSansCJK-Regular.ttc",
    "DroidSansFallbackFull.ttf",
    "ipag.ttf",
    "Arial Unicode.ttf",
    "msgothic.ttc",
    "msyh.ttc",
    "malgun.ttf",
)
"""Files of fonts with many scripts, on Linux, macOS and Windows."""
_MISSING = "\uf8ff"
"""A character for private use, which fonts draw as they draw what they lack."""


def font_for(text: str, size: int) -> tuple[Font, str]:
    """Return a font that has the characters of a text, and the text.

    If there is none, it is Pillow's, which has little more than ASCII: accents are dropped then,
    and what else it lacks is replaced by its number in Unicode.

    >>> font_for("Trouser", 12)[1]
    'Trouser'
    """
    usual = _usual(size)
    if _has(usual, text):
        return usual, text
    font = next((font for font in _others(size) if _has(font, text)), None)
    return (font, text) if font else (usual, _spelled(usual, text))


def shortened(label: str, font: Font, width: int) -> str:
    """Cut the end of a label off until it fits."""
    shown = label
    while len(shown) > 1 and font.getlength(shown) > width:
        shown = f"{shown.removesuffix('…')[:-1]}…"
    return shown


def wrapped(label: str, font: Font, width: int, most: int) -> list[str]:
    """Break a label into lines that fit, at spaces where there are any; the last of `most` is cut.

    >>> wrapped("predicted Ankle boot", font_for("", 12)[0], 70, 3)
    ['predicted', 'Ankle boot']
    """
    lines: list[str] = []
    rest = label.strip()
    while len(lines) < most - 1 and font.getlength(rest) > width:
        end = 1 + sum(font.getlength(rest[:count]) <= width for count in range(2, len(rest)))
        space = rest.rfind(" ", 0, end + 1)
        end = space if space > 0 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, shortened(rest, font, width)]


@functools.cache
def _usual(size: int) -> Font:
    return ImageFont.load_default(size)


def _others(size: int) -> Iterator[Font]:
    """Open the fonts that are installed: matplotlib's, if that is, and those of the system."""
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib is not None and matplotlib.origin is not None:
        yield from _opened(
            Path(matplotlib.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf", size
        )
    for name in _SYSTEM:
        yield from _opened(name, size)


@functools.cache
def _opened(name: Path | str, size: int) -> tuple[Font, ...]:
    """Open a font; none if it isn't there."""
    try:
        return (ImageFont.truetype(str(name), size),)
    except OSError:
        return ()


def _has(font: Font, text: str) -> bool:
    """Return whether a font has all characters of a text."""
    if text.isascii():
        return True
    missing = _shape(font, _MISSING)
    return all(character.isascii() or _shape(font, character) != missing for character in text)


def _shape(font: Font, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def _spelled(font: Font, text: str) -> str:
    """Return a text in characters that a font has."""
    spelled = ""
    for character in text:
        plain = "".join(
            part
            for part in unicodedata.normalize("NFKD", character)
            if not unicodedata.combining(part)
        )
        if _has(font, character):
            spelled += character
        elif plain and _has(font, plain):
            spelled += plain
        else:
            spelled += f" U+{ord(character):04X} "
    return " ".join(spelled.split())
