"""Animating images as GIFs."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from idea.errors import OptionError
from idea.files.picture import Drawable, draw, paint
from idea.validation import as_number

__all__ = ["Gif", "gif_bytes"]

# In hundredths of a second: how long the last image is shown, and the maximum of GIF.
_HOLD, _LONGEST = 200, 65535


class Gif(bytes):
    """The contents of an animated GIF, which a notebook displays.

    As HTML, since few programs that show notebooks support GIF as a type of output.
    """

    def __repr__(self) -> str:
        return f"<GIF, {len(self):,} bytes>"

    def _repr_html_(self) -> str:
        data = b64encode(self).decode()
        return f'<img alt="an animation" src="data:image/gif;base64,{data}">'


def gif_bytes(images: Sequence[Drawable], fps: float = 12, scale: int | None = None) -> Gif:
    """Animate images of one kind as an endless GIF that holds the last one for two seconds.

    Images that equal the one before them extend its duration (to at most 655 seconds, as GIF has
    it), so the file can hold fewer frames than there are images. `fps` is in 0.1…100, since GIF
    counts time in hundredths of a second. `scale` is as in `png_bytes`.

    >>> gif_bytes([[0] * 784, [1] * 784])[:6]
    b'GIF89a'
    """
    fps = as_number("fps", fps, 0.1, 100)
    if not images:
        raise OptionError("an animation needs at least one image")
    # Rounding the times, not their differences, keeps the average rate exact over many frames.
    times = np.rint(np.arange(len(images)) * 100 / fps).tolist()  # hundredths of a second
    shown = [(paint(image), time) for image, time in zip(images, times, strict=True)]
    sizes = sorted({f"{len(painted)}×{len(painted[0])}" for painted, _ in shown})
    if len(sizes) > 1:
        raise OptionError(f"an animation's images must have one size, found {' and '.join(sizes)}")
    distinct = shown[:1] + [
        now for before, now in pairwise(shown) if not np.array_equal(before[0], now[0])
    ]
    begins = [time for _, time in distinct]
    ends = [*begins[1:], times[-1] + _HOLD]
    first, *rest = (draw(image, scale) for image, _ in distinct)
    stream = io.BytesIO()
    first.save(
        stream,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=[
            10 * int(min(end - begin, _LONGEST)) for begin, end in zip(begins, ends, strict=True)
        ],
        loop=0,
        optimize=False,
    )
    return Gif(stream.getvalue())
