"""Opening pictures, those of phones included, whose formats Pillow's plugins read."""

from __future__ import annotations

import importlib
import io

from PIL import Image, UnidentifiedImageError

from idea.errors import PictureError
from idea.optional import missing_package

__all__ = ["open_foreign"]

# What follows "ftyp" in files of the High Efficiency and AV1 Image File Formats.
_BRANDS = {
    "HEIC": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
    "AVIF": (b"avif", b"avis"),
}
# By format: the module, what registers it (None: importing it does), and the package.
_PLUGINS = {
    "HEIC": ("pillow_heif", "register_heif_opener", "pillow-heif"),
    "AVIF": ("pillow_avif", None, "pillow-avif-plugin"),
}
# Of what people take for pictures, but no decoder here reads.
_OTHERS = {
    b"%PDF": "a PDF",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
}


def open_foreign(data: bytes, name: str, formats: tuple[str, ...] | None) -> Image.Image:
    """Open a picture by Pillow; if it is HEIC or AVIF, by the plugin that is installed."""
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        kind = _kind(data)
        if kind is None:
            raise
    if formats is not None or kind not in _PLUGINS:
        raise PictureError(
            f"{name}: expected a picture, found {kind}, which can't be read here: save it as PNG "
            "or JPEG"
        )
    module, register, package = _PLUGINS[kind]
    try:
        plugin = importlib.import_module(module)
    except ImportError as error:
        raise missing_package(
            f"{name}, a picture in {kind},", f"{package} (or save it as PNG or JPEG)", error
        ) from error
    if register:
        getattr(plugin, register)()
    return Image.open(io.BytesIO(data))


def _kind(data: bytes) -> str | None:
    """Return the format of a file that Pillow alone can't read, if it is a known one."""
    if data[4:8] == b"ftyp":
        size = min(int.from_bytes(data[:4], "big"), 64)
        listed = data[8:12], *(data[at : at + 4] for at in range(16, size, 4))
        for kind in ("AVIF", "HEIC"):  # the general brand mif1 may stand first in both
            if any(brand in _BRANDS[kind] for brand in listed):
                return kind
    return next((kind for start, kind in _OTHERS.items() if data.startswith(start)), None)
