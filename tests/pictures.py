"""Pictures of digits: drawings, and imitations of photographs."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def picture_of(greys) -> Image.Image:
    return Image.fromarray(np.rint(np.asarray(greys) * 255).astype(np.uint8))


def bytes_of(picture, kind="PNG", **options) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def drawn(width=16, size=(400, 300)) -> Image.Image:
    """A 7 as a drawing program draws it, black on white, in columns 80…220, rows 60…340."""
    large = Image.new("L", (4 * size[1], 4 * size[0]), 255)
    points = [(4 * x, 4 * y) for x, y in ((90, 70), (210, 70), (130, 330))]
    ImageDraw.Draw(large).line(points, 0, 4 * width, joint="curve")
    return large.reduce(4)


def photo(ink, *, paper=(0.86, 0.83, 0.75), pen=(0.2, 0.25, 0.5), seed=0) -> bytes:
    """A phone's JPEG of ink on paper: colours, uneven light, blur, noise."""
    rng = np.random.default_rng(seed)
    soft = picture_of(ink).filter(ImageFilter.GaussianBlur(0.8))
    cover = np.asarray(soft)[..., None] / 255
    y, x = np.mgrid[-1 : 1 : soft.height * 1j, -1 : 1 : soft.width * 1j]
    light = 0.95 + 0.2 * x - 0.1 * y - 0.1 * (x**2 + y**2)
    colours = (np.array(paper) * (1 - cover) + np.array(pen) * cover) * light[..., None]
    noisy = colours + rng.normal(0, 0.025, colours.shape)
    return bytes_of(picture_of(noisy.clip(0, 1)), "JPEG", quality=60)


def resized(digit, side) -> np.ndarray:
    """A digit (28, 28) of ink in 0…1, smoothly enlarged."""
    large = Image.fromarray(np.asarray(digit, np.float32)).resize((side, side), Image.BICUBIC)
    return np.asarray(large).clip(0, 1)


def pasted(digit, side, size, corner) -> np.ndarray:
    """A digit of a side, on a canvas (height, width), its upper left corner at (top, left)."""
    canvas = np.zeros(size, np.float32)
    top, left = corner
    canvas[top : top + side, left : left + side] = resized(digit, side)
    return canvas


def accuracy(model, images, labels) -> float:
    logits = model.logits(np.stack(images).reshape(-1, 784))
    return float((logits.argmax(axis=1) == labels).mean())
