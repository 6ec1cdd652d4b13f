"""Decoding pictures of any format to greys."""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from idea.errors import PictureError
from idea.image import DIGITS, Task

__all__ = ["LARGEST", "Greys", "decode", "is_dump"]

Greys = NDArray[np.float32]
"""(height, width) in 0…1, 1 is white."""

LARGEST = 50_000_000
"""The maximum number of pixels of a picture."""
# Pillow would start another program for EPS, and unpacks FITS to any size.
_REFUSED = ("EPS", "FITS")


def is_dump(data: bytes, task: Task = DIGITS) -> bool:
    """Return whether a file is a dump: a float32 in 0…1 for each pixel, unlike any picture.

    >>> is_dump(bytes(3136)), is_dump(bytes(3137))
    (True, False)
    """
    if len(data) != 4 * task.pixels:
        return False
    floats = np.frombuffer(data, "<f4")
    return bool(((floats >= 0) & (floats <= 1)).all())


def decode(
    data: bytes, name: str, *, largest: int = LARGEST, formats: tuple[str, ...] | None = None
) -> Greys:
    """Decode a picture to greys (height, width) in 0…1, where 1 is white.

    The picture is rotated according to its EXIF data, and the first image of an animation is taken.
    What is transparent becomes white, or black behind a light drawing on a mostly transparent
    ground. Pictures of more than `largest` pixels are refused by their headers, before they are
    decoded. `formats` restricts Pillow's formats.

    >>> decode(b"", "five.png")
    Traceback (most recent call last):
    idea.errors.PictureError: five.png: expected a picture, found nothing: it is empty
    """
    if not data:
        raise PictureError(f"{name}: expected a picture, found nothing: it is empty")
    large = f"{name}: expected a picture of at most {largest:,} pixels, found"
    with warnings.catch_warnings():
        # Pillow warns of irregular files, and of sizes that are refused below.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                width, height = picture.size
                if width * height > largest:
                    raise PictureError(f"{large} {width:,} × {height:,}")
                if picture.format in _REFUSED:
                    raise UnidentifiedImageError
                # Some formats contain another picture, whose size is known only after decoding.
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return _decode(picture)
        except PictureError:
            raise
        # Then Pillow doesn't report the size; it raises an error at twice the size of its warning.
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            times = 2 if isinstance(error, Image.DecompressionBombError) else 1
            raise PictureError(
                f"{large} more than {times * (Image.MAX_IMAGE_PIXELS or 0):,}"
            ) from error
        except UnidentifiedImageError as error:
            taken = f"; pictures are {', '.join(formats)}" if formats else ""
            raise PictureError(
                f"{name}: expected a picture or a dump, found {len(data)} bytes "
                f"that begin with {data[:4]!r}{taken}"
            ) from error
        # Pillow's decoders raise a dozen kinds of error on a damaged picture.
        except Exception as error:
            raise PictureError(f"{name}: the picture can't be decoded: {error}") from error


def _decode(picture: Image.Image) -> Greys:
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith(("I", "F")):
        return _decode_deep(picture)
    greys = np.asarray(picture.convert("L")).astype(np.float32) / np.float32(255)
    if not picture.has_transparency_data:
        return greys
    cover = np.asarray(picture.convert("RGBA").getchannel("A")).astype(np.float32) / np.float32(255)
    # Composited on white, unless the drawing is light and would disappear.
    pale = cover.mean() < 0.5 and (greys * cover).sum() > 0.5 * cover.sum()
    return greys * cover if pale else greys * cover + (1 - cover)


def _decode_deep(picture: Image.Image) -> Greys:
    """Scale 16-bit and wider greys to 0…1; of floats, which have no fixed scale, by a usual one."""
    greys = np.nan_to_num(np.asarray(picture).astype(np.float32), posinf=0, neginf=0).clip(min=0)
    scales = [1, 255, 65535] if picture.mode == "F" else [65535]
    largest = greys.max()
    scale = next((scale for scale in scales if largest <= scale), largest)
    return (greys / scale).astype(np.float32)
