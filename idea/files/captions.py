"""Captions below the frames of an animation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from idea.files.fonts import font_for, shortened
from idea.files.picture import INK, PAPER

__all__ = ["Caption", "with_captions"]

Caption = Sequence[tuple[str, str]]
"""Lines, each of a text at the left and one at the right."""

_SMALLEST = 12  # the size of letters
_NARROW = 280  # a picture below this width gets margins, if its captions need them


def with_captions(
    pictures: Sequence[Image.Image], captions: Sequence[Caption]
) -> Iterator[Image.Image]:
    """Yield pictures of one size with a caption below each, all captions of as many lines."""
    picture_width, picture_height = pictures[0].size
    size = max(_SMALLEST, picture_width // 18)
    gap = size // 2
    needed = max(_length(line, size) for caption in captions for line in caption) + 2 * gap
    width = max(picture_width, min(needed, _NARROW))
    height = picture_height + gap + len(captions[0]) * (size + gap)
    for picture, caption in zip(pictures, captions, strict=True):
        canvas = Image.new(picture.mode, (width, height), INK)
        canvas.paste(picture, ((width - picture_width) // 2, 0))
        pen = ImageDraw.Draw(canvas)
        for number, line in enumerate(caption):
            middle = picture_height + gap + size // 2 + number * (size + gap)
            _write(pen, line, size, middle, (gap, width - gap))
        yield canvas


def _length(line: tuple[str, str], size: int) -> int:
    """Return the width that a line needs: both texts, with a blank between them."""
    font, shown = font_for("  ".join(line), size)
    return int(font.getlength(shown)) + 1


def _write(
    pen: ImageDraw.ImageDraw, line: tuple[str, str], size: int, middle: int, ends: tuple[int, int]
) -> None:
    """Write a line; what is too long is cut off from the left one of its texts."""
    left, right = ends
    font, shown = font_for(line[1], size)
    pen.text((right, middle), shown, PAPER, font, anchor="rm")
    room = right - left - int(font.getlength(f"  {shown}"))
    font, shown = font_for(line[0], size)
    pen.text((left, middle), shortened(shown, font, room), PAPER, font, anchor="lm")
