"""Pictures of any kind of file, decoded to greys."""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from idea.errors import PictureError
from idea.image import PIXELS

__all__ = ["LARGEST", "Greys", "decode", "is_dump"]

Greys = NDArray[np.float32]
"""(height, width) in 0…1, 1 is white."""

LARGEST = 50_000_000
"""How many pixels a picture may have."""
_DUMP = 4 * PIXELS  # bytes
# To draw the one, Pillow would start another program; the other it unpacks to any size.
_REFUSED = ("EPS", "FITS")


def is_dump(data: bytes) -> bool:
    """Tell a dump by its content: no picture's first bytes and pixels are floats in 0…1.

    Parameters
    ----------
    data
        A file's contents.

    Returns
    -------
    bool
        Whether they are 784 little-endian float32 in 0…1.

    Examples
    --------
    >>> is_dump(bytes(3136)), is_dump(bytes(3137))
    (True, False)
    """
    if len(data) != _DUMP:
        return False
    floats = np.frombuffer(data, "<f4")
    return bool(((floats >= 0) & (floats <= 1)).all())


def decode(
    data: bytes, name: str, *, largest: int = LARGEST, formats: tuple[str, ...] | None = None
) -> Greys:
    """Decode a picture, but none that is too large: its header tells before its pixels are read.

    It is turned as its EXIF says, of an animation the first image is taken, and what is transparent
    is white, or black where a pale drawing lies on mostly nothing.

    Parameters
    ----------
    data
        A file of any kind that Pillow reads.
    name
        What errors call it.
    largest
        How many pixels it may have.
    formats
        Which of Pillow's, by their names there. Default: all.

    Returns
    -------
    (height, width) float32 array
        In 0…1, 1 is white.

    Raises
    ------
    PictureError
        If it is no picture, is damaged, or has too many pixels.

    Examples
    --------
    >>> decode(b"", "five.png")
    Traceback (most recent call last):
    idea.errors.PictureError: five.png: expected a picture, found nothing: it is empty
    """
    if not data:
        raise PictureError(f"{name}: expected a picture, found nothing: it is empty")
    large = f"{name}: expected a picture of at most {largest:,} pixels, found"
    with warnings.catch_warnings():
        # Pillow's, of oddities in a file and of sizes that are refused below.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                width, height = picture.size
                if width * height > largest:
                    raise PictureError(f"{large} {width:,} × {height:,}")
                if picture.format in _REFUSED:
                    raise UnidentifiedImageError
                # Some kinds hold another picture, whose size only decoding shows.
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return _decode(picture)
        except PictureError:
            raise
        # Then Pillow doesn't tell the size; twice the number it warns from is an error.
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            times = 2 if isinstance(error, Image.DecompressionBombError) else 1
            raise PictureError(
                f"{large} more than {times * (Image.MAX_IMAGE_PIXELS or 0):,}"
            ) from error
        except UnidentifiedImageError as error:
            raise PictureError(
                f"{name}: expected a picture, or a dump of {_DUMP} bytes, found {len(data)} bytes "
                f"that begin with {data[:4]!r}"
            ) from error
        # Pillow's many decoders raise a dozen kinds of error on a damaged picture.
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
    # On white; but what is drawn in a light colour on nothing would vanish there.
    pale = cover.mean() < 0.5 and (greys * cover).sum() > 0.5 * cover.sum()
    return greys * cover if pale else greys * cover + (1 - cover)


def _decode_deep(picture: Image.Image) -> Greys:
    """Scale 16-bit and wider greys to 0…1; floats have no scale of their own: a usual one fits."""
    greys = np.nan_to_num(np.asarray(picture).astype(np.float32), posinf=0, neginf=0).clip(min=0)
    scales = [1, 255, 65535] if picture.mode == "F" else [65535]
    largest = greys.max()
    scale = next((scale for scale in scales if largest <= scale), largest)
    return (greys / scale).astype(np.float32)
