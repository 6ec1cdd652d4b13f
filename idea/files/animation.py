"""Animating images: GIF, WebP, APNG and MP4."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.files.captions import Caption, with_captions
from idea.files.encode import FORMATS, MP4, check_format, check_size, encode_stills, encode_video
from idea.files.picture import Drawable, draw, paint
from idea.validation import as_number

__all__ = ["Captions", "Gif", "animation_bytes", "gif_bytes"]

Captions = Callable[[Sequence[int]], Sequence[Caption]]
"""A function of the numbers of images that returns their captions, all of as many lines."""

_HOLD = 2  # seconds for which the last image is shown


class Gif(bytes):
    """The contents of an animated GIF, which a notebook displays.

    As HTML, since few programs that show notebooks support GIF as a type of output.
    """

    def __repr__(self) -> str:
        return f"<GIF, {len(self):,} bytes>"

    def _repr_html_(self) -> str:
        data = b64encode(self).decode()
        return f'<img alt="an animation" src="data:image/gif;base64,{data}">'


def gif_bytes(
    images: Sequence[Drawable],
    fps: float = 12,
    scale: int | None = None,
    captions: Captions | None = None,
) -> Gif:
    """Animate images as an endless GIF that holds the last one for two seconds.

    The arguments are those of `animation_bytes`.

    >>> gif_bytes([[0] * 784, [1] * 784])[:6]
    b'GIF89a'
    """
    return Gif(animation_bytes(images, Path("an animation.gif"), fps, scale, captions))


def animation_bytes(
    images: Sequence[Drawable],
    path: Path,
    fps: float = 12,
    scale: int | None = None,
    captions: Captions | None = None,
) -> bytes:
    """Return the contents of an animation that holds the last image for two seconds.

    Images that equal the one before them extend its duration, so the file can hold fewer frames
    than there are images: to at most 655 seconds in a GIF, 65 in an APNG. MP4 has frames of one
    duration, and repeats them.

    Parameters
    ----------
    images
        Images of one size.
    path
        The file that it is for, which is not written: its suffix, .gif, .webp, .png or .mp4, is
        that of the format. All but MP4 are lossless, and are repeated endlessly.
    fps
        Images a second, 0.1…100. GIF rounds times to hundredths of a second.
    scale
        As in `png_bytes`.
    captions
        Returns what is written below the images that differ from the one before them, from their
        numbers.

    Raises
    ------
    OptionError
        If there is no image, they differ in size, a number is out of range or the suffix is of no
        animation.
    MissingPackageError
        If PyAV, which writes MP4, is not installed.

    Examples
    --------
    >>> animation_bytes([[0] * 784, [1] * 784], Path("a.webp"))[8:12]
    b'WEBP'
    """
    suffix = check_format(path)
    fps = as_number("fps", fps, 0.1, 100)
    if not images:
        raise OptionError("an animation needs at least one image")
    painted = [paint(image) for image in images]
    sizes = sorted({f"{len(one)}×{len(one[0])}" for one in painted})
    if len(sizes) > 1:
        raise OptionError(f"an animation's images must have one size, found {' and '.join(sizes)}")
    distinct = [0] + [
        number
        for number, (before, now) in enumerate(pairwise(painted), start=1)
        if not np.array_equal(before, now)
    ]
    frames = _frames(
        [painted[number] for number in distinct],
        scale,
        captions(distinct) if captions else None,
    )
    check_size(suffix, *frames[0].shape[1::-1])
    if suffix == MP4:
        ends = [*distinct[1:], len(images) - 1 + max(1, round(_HOLD * fps))]
        repeats = [end - begin for begin, end in zip(distinct, ends, strict=True)]
        return encode_video(frames, repeats, fps)
    return encode_stills(suffix, frames, _durations(suffix, distinct, len(images), fps))


def _frames(
    painted: list[NDArray[np.uint8]], scale: int | None, captions: Sequence[Caption] | None
) -> list[NDArray[np.uint8]]:
    """Return enlarged images with their captions, all of them in grey or all in colour."""
    pictures = [draw(one, scale) for one in painted]
    if any(picture.mode != pictures[0].mode for picture in pictures):
        pictures = [picture.convert("RGB") for picture in pictures]
    return [np.asarray(p) for p in (with_captions(pictures, captions) if captions else pictures)]


def _durations(suffix: str, distinct: list[int], count: int, fps: float) -> list[int]:
    """Return for how many milliseconds the distinct ones of so many images are shown."""
    unit, longest = FORMATS[suffix].unit, FORMATS[suffix].longest
    # Rounding the times, not their differences, keeps the average rate exact over many frames.
    times = np.rint(np.array([*distinct, count - 1]) * 1000 / fps / unit) * unit
    times[-1] += 1000 * _HOLD
    return [int(duration) for duration in np.diff(times).clip(max=longest)]
