"""Encoding frames as animations, with imageio: GIF, WebP and APNG by Pillow, MP4 by PyAV."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.optional import load_package

__all__ = [
    "FORMATS",
    "MP4",
    "Format",
    "check_format",
    "check_size",
    "encode_stills",
    "encode_video",
]

MP4 = ".mp4"
_RATES = 2**12
_LARGEST = {".gif": 65_535, ".webp": 16_383, ".png": 2**31 - 1, MP4: 16_384}  # sides, in pixels


class Format(NamedTuple):
    """How a format of animations counts time, in milliseconds."""

    unit: int
    """What durations are multiples of."""
    longest: int
    """The longest that a frame can be shown."""
    options: dict[str, Any]
    """What Pillow's writer takes, for small files and exact pixels."""


FORMATS = {
    ".gif": Format(10, 655_350, {"optimize": True}),
    ".webp": Format(1, 2**24 - 1, {"lossless": True, "method": 3}),
    ".png": Format(1, 65_535, {}),
}
"""Formats in which a frame has a duration, by the suffix of their files."""

_GREYS = bytes(level for level in range(256) for _ in "RGB")


def check_format(path: Path) -> str:
    """Return the suffix of an animation's file if the format is known and its packages are there.

    >>> check_format(Path("five.GIF"))
    '.gif'
    """
    suffix = path.suffix.lower()
    if suffix == MP4:
        load_package("av", path, "'idea[video]'")
    elif suffix not in FORMATS:
        raise OptionError(
            f"{path}: expected the name of an animation, which ends in {', '.join(FORMATS)} or "
            f"{MP4}"
        )
    return suffix


def check_size(suffix: str, width: int, height: int) -> None:
    """Raise an `OptionError` if frames are too large for a format.

    >>> check_size(".webp", 28_000, 28_000)
    Traceback (most recent call last):
    idea.errors.OptionError: 28,000×28,000 pixels are more than the 16,383 a side that .webp can \
have: lower the scale
    """
    if max(width, height) > _LARGEST[suffix]:
        raise OptionError(
            f"{width:,}×{height:,} pixels are more than the {_LARGEST[suffix]:,} a side that "
            f"{suffix} can have: lower the scale"
        )


def encode_stills(
    suffix: str, frames: Sequence[NDArray[np.uint8]], durations: Sequence[int]
) -> bytes:
    """Encode frames (height, width) or (height, width, 3), each shown for some milliseconds."""
    import imageio.v3 as imageio

    options = FORMATS[suffix].options
    if suffix == ".gif" and frames[0].ndim == 2:
        options = {**options, "palette": _GREYS}  # else each frame has a palette of its own
    encoded: bytes = imageio.imwrite(
        "<bytes>",
        np.stack(frames),
        extension=suffix,
        plugin="pillow",
        is_batch=True,
        duration=list(durations) if len(durations) > 1 else durations[0],
        loop=0,
        **options,
    )
    return encoded


def encode_video(frames: Sequence[NDArray[np.uint8]], repeats: Sequence[int], fps: float) -> bytes:
    """Encode frames as H.264, each repeated some times.

    Odd sizes get a row or a column more, since H.264 stores colours at half the resolution.
    """
    import imageio.v3 as imageio

    stream = io.BytesIO()
    with imageio.imopen(stream, "w", plugin="pyav", extension=MP4) as video:
        # Before imageio 2.38, a rate whose exact fraction has a large denominator is an error.
        rate = round(fps * _RATES) / _RATES
        video.init_video_stream("h264", fps=rate, pixel_format="yuv420p")
        for frame, count in zip(map(_even, frames), repeats, strict=True):
            for _ in range(count):
                video.write_frame(frame)
    return stream.getvalue()


def _even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a frame in colour, (height, width, 3), the sides even."""
    if frame.ndim == 2:
        frame = frame[:, :, np.newaxis].repeat(3, axis=2)
    height, width, _ = frame.shape
    return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
