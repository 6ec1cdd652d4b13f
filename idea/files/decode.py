"""Decoding pictures of any format to greys."""

from __future__ import annotations

import base64
import binascii
import warnings
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from idea.errors import IdeaError, PictureError
from idea.files.mark import MARK
from idea.files.photos.foreign import open_foreign
from idea.files.photos.greys import Greys, flatten, scaled
from idea.image import DIGITS, Task

__all__ = ["LARGEST", "Decoded", "Greys", "decode", "decode_picture", "is_dump"]

LARGEST = 50_000_000
"""The maximum number of pixels of a picture."""
# Pillow would start another program for EPS, and unpacks FITS to any size.
_REFUSED = ("EPS", "FITS")
_ANIMATED = ("GIF", "PNG", "WEBP", "AVIF")
_DATA_URI = b"data:"


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded picture."""

    greys: Greys = field(repr=False)
    """(height, width) in 0…1, 1 is white."""
    ground: float | None = None
    """The grey that was put behind transparent pixels; None if there are none."""
    marked: bool = False
    """Whether it is a drawing of an image by idea."""
    notes: tuple[str, ...] = ()
    """What was left out."""


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

    >>> decode(b"", "five.png")
    Traceback (most recent call last):
    idea.errors.PictureError: five.png: expected a picture, found nothing: it is empty
    """
    return decode_picture(data, name, largest=largest, formats=formats).greys


def decode_picture(
    data: bytes, name: str, *, largest: int = LARGEST, formats: tuple[str, ...] | None = None
) -> Decoded:
    """Decode a picture, or a data URI of one.

    The picture is rotated according to its EXIF data; of an animation the last image is taken.
    Colours become lightness, or the one of red, green and blue that shows much more. Behind what is
    transparent lies the colour of the paper, or white or black, whichever the drawing isn't.
    Pictures of more than `largest` pixels, in all images of an animation, are refused by their
    headers, before they are decoded. `formats` restricts Pillow's formats.
    """
    data = _contents(data, name)
    large = f"{name}: expected a picture of at most {largest:,} pixels, found"
    with warnings.catch_warnings():
        # Pillow warns of irregular files, and of sizes that are refused below.
        warnings.simplefilter("ignore")
        try:
            with open_foreign(data, name, formats) as picture:
                width, height = picture.size
                if width * height > largest:
                    raise PictureError(f"{large} {width:,} × {height:,}")
                if picture.format in _REFUSED:
                    raise UnidentifiedImageError
                # Some formats contain another picture, whose size is known only after decoding.
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return _decode(picture, name, largest)
        except IdeaError:
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


def _contents(data: bytes, name: str) -> bytes:
    """Return the contents of a data URI, such as a canvas gives, and all else as it is."""
    if not data:
        raise PictureError(f"{name}: expected a picture, found nothing: it is empty")
    if data[: len(_DATA_URI)].lower() != _DATA_URI:
        return data
    head, comma, body = data.strip().partition(b",")
    try:
        if not comma:
            raise ValueError("it has no comma")
        plain = unquote_to_bytes(body)
        if head.lower().endswith(b";base64"):
            plain = base64.b64decode(b"".join(plain.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise PictureError(f"{name}: expected a data URI, found a damaged one: {error}") from error
    if not plain:
        raise PictureError(f"{name}: expected a picture, found a data URI without contents")
    return plain


def _decode(picture: Image.Image, name: str, largest: int) -> Decoded:
    marked = picture.format == "PNG" and picture.info.get(MARK[0]) == MARK[1]
    note = _last_frame(picture, name, largest)
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith(("I", "F")):
        greys, stretched = scaled(np.asarray(picture), name)
        return Decoded(greys, notes=(*note, *(("its greys were stretched",) * stretched)))
    greys, ground = flatten(picture)
    return Decoded(greys, ground, marked, note)


def _last_frame(picture: Image.Image, name: str, largest: int) -> tuple[str, ...]:
    """Go to the last image of an animation; return a note if there are several images."""
    frames = getattr(picture, "n_frames", 1)
    if frames == 1:
        return ()
    if picture.format not in _ANIMATED:
        return (f"the first of its {frames} images was taken",)
    width, height = picture.size
    if frames * width * height > largest:
        raise PictureError(
            f"{name}: expected an animation of at most {largest:,} pixels in all its images, found "
            f"{frames:,} of {width:,} × {height:,}"
        )
    picture.seek(frames - 1)
    if picture.mode == "RGB":  # merged with those before it: nothing is transparent any more
        picture.info.pop("transparency", None)
    return (f"the last of its {frames} images was taken",)
