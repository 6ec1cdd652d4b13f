"""Pictures of digits on paper of all kinds, drawn by code, each with the number that it shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = (420, 320)
Rng = np.random.Generator
Cover = Image.Image
"""How much ink a pixel has: 0…255."""

# The digits of one pen, in a square of 1: pieces of lines through points (x, y).
STROKES = {
    0: [[(0.5, 0), (0.15, 0.2), (0.15, 0.8), (0.5, 1), (0.85, 0.8), (0.85, 0.2), (0.5, 0)]],
    1: [[(0.3, 0.2), (0.55, 0), (0.55, 1)]],
    2: [[(0.15, 0.25), (0.3, 0.03), (0.7, 0.03), (0.85, 0.25), (0.1, 1), (0.9, 1)]],
    3: [[(0.15, 0.05), (0.8, 0.05), (0.4, 0.42), (0.8, 0.55), (0.8, 0.85), (0.5, 1), (0.1, 0.9)]],
    4: [[(0.6, 0), (0.1, 0.65), (0.95, 0.65)], [(0.7, 0.35), (0.7, 1)]],
    5: [[(0.85, 0), (0.2, 0), (0.18, 0.42), (0.6, 0.4), (0.85, 0.65), (0.7, 0.95), (0.15, 0.95)]],
    6: [[(0.7, 0), (0.25, 0.45), (0.2, 0.85), (0.5, 1), (0.8, 0.8), (0.6, 0.55), (0.23, 0.7)]],
    7: [[(0.1, 0.03), (0.9, 0.03), (0.4, 1)]],
    8: [[(0.5, 0.45), (0.2, 0.25), (0.5, 0), (0.8, 0.25), (0.2, 0.75), (0.5, 1), (0.82, 0.75)],
        [(0.82, 0.75), (0.5, 0.45)]],
    9: [[(0.8, 0.3), (0.5, 0.45), (0.2, 0.25), (0.5, 0), (0.8, 0.1), (0.8, 0.4), (0.6, 1)]],
}  # fmt: skip


def stroked(rng: Rng, digit: int, side: int, width: int) -> Cover:
    """Draw a digit by a pen, a little slanted and shaky."""
    large = Image.new("L", (4 * side, 4 * side))
    pen = ImageDraw.Draw(large)
    slant, margin = rng.uniform(-0.05, 0.2), 2 * width
    for piece in STROKES[digit]:
        points = np.array(piece) * (4 * side * np.array([0.62, 1]) - 2 * margin) + margin
        points[:, 0] += slant * (4 * side - points[:, 1])
        points += rng.normal(0, 0.01 * side, points.shape)
        pen.line([tuple(point) for point in points], 255, 4 * width, joint="curve")
        for x, y in points[[0, -1]]:
            pen.ellipse((x - 2 * width, y - 2 * width, x + 2 * width, y + 2 * width), 255)
    return large.reduce(4)


def printed(rng: Rng, digit: int, side: int, width: int) -> Cover:
    """Draw a digit by Pillow's font."""
    del width
    cover = Image.new("L", (side, side))
    font = ImageFont.load_default(int(side * rng.uniform(0.9, 1.1)))
    ImageDraw.Draw(cover).text((side / 2, side / 2), str(digit), 255, font, anchor="mm")
    return cover


def sample(rng: Rng, digits: list[np.ndarray]) -> tuple[Cover, str]:
    """Draw a digit of any origin, cropped."""
    digit, side = int(rng.integers(10)), int(rng.integers(90, 200))
    origin = rng.integers(3)
    if origin == 2:
        own = Image.fromarray(digits[digit][rng.integers(len(digits[digit]))])
        cover = own.resize((side, side), Image.Resampling.BICUBIC)
    else:
        cover = (stroked, printed)[origin](rng, digit, side, int(rng.integers(5, 14)))
    return cover.crop(cover.getbbox()), str(digit)


def placed(rng: Rng, cover: Cover, size: tuple[int, int] = SIZE, margin: int = 15) -> Cover:
    """Place a digit anywhere on a page."""
    whole = Image.new("L", size)
    room = [max(margin + 1, size[axis] - cover.size[axis] - margin) for axis in (0, 1)]
    whole.paste(cover, tuple(int(rng.integers(margin, most)) for most in room))
    return whole


def page(rng: Rng, cover: Cover, under: Image.Image | None = None) -> Image.Image:
    """Draw ink on paper, in uneven light."""
    paper = under or Image.new("RGB", cover.size, tuple(rng.integers(215, 256, 3).tolist()))
    pen = Image.new("RGB", cover.size, tuple(rng.integers(0, 90, 3).tolist()))
    colours = np.asarray(Image.composite(pen, paper, cover)).astype(float)
    y, x = np.mgrid[-1 : 1 : cover.height * 1j, -1 : 1 : cover.width * 1j]
    light = 0.93 + 0.07 * rng.uniform(-1, 1) * x + 0.07 * rng.uniform(-1, 1) * y
    noisy = colours * light[..., None] + rng.normal(0, rng.uniform(0, 4), (*x.shape, 1))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def plain(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw on plain paper."""
    cover, truth = sample(rng, digits)
    return page(rng, placed(rng, cover)), truth


def lined(
    *, across: bool, down: bool, dark: bool = False, tilt: float = 0
) -> Callable[..., object]:
    """Draw on paper with lines."""

    def draw(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
        cover, truth = sample(rng, digits)
        large = (SIZE[0] + 120, SIZE[1] + 120)
        paper = Image.new("RGB", large, (250, 248, 240))
        pen, step = ImageDraw.Draw(paper), int(rng.integers(24, 60))
        colour = (20, 20, 20) if dark else tuple(rng.integers(130, 200, 3).tolist())
        width = int(rng.integers(1, 4))
        for place in range(int(rng.integers(step)), large[0], step):
            if across and place < large[1]:
                pen.line((0, place, large[0], place), colour, width)
            if down:
                pen.line((place, 0, place, large[1]), colour, width)
        paper = paper.rotate(rng.uniform(-tilt, tilt), Image.Resampling.BICUBIC)
        return page(
            rng, placed(rng, cover), paper.crop((60, 60, 60 + SIZE[0], 60 + SIZE[1]))
        ), truth

    return draw


def framed(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw a frame around the page, in it or at its very edge, or a table below it."""
    picture, truth = plain(rng, digits)
    edge = int(rng.integers(0, 70))
    around = (SIZE[0] + 2 * edge, SIZE[1] + 2 * edge)
    is_table = edge > 20 and rng.random() < 0.4
    whole = Image.new("RGB", around, (30, 30, 30) if is_table else (250, 250, 250))
    whole.paste(picture, (edge, edge))
    if not is_table:
        box = (edge, edge, edge + SIZE[0] - 1, edge + SIZE[1] - 1)
        ImageDraw.Draw(whole).rectangle(box, outline="black", width=int(rng.integers(1, 5)))
    return whole, truth


def plotted(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw axes with ticks and numbers, closed to a frame or not."""
    cover, truth = sample(rng, digits)
    whole = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(whole)
    left, top, right, bottom = 143, 57, 514, 428
    inside = placed(rng, cover, (right - left, bottom - top))
    whole.paste("black", (left, top), inside)
    if rng.random() < 0.6:
        pen.rectangle((left, top, right, bottom), outline="black")
    else:
        pen.line((left, top, left, bottom, right, bottom), "black")
    for tick in range(6):
        x, y = left + 7 + 66 * tick, top + 7 + 66 * tick
        pen.line((x, bottom, x, bottom + 5), "black")
        pen.line((left - 5, y, left, y), "black")
        pen.text((x - 4, bottom + 8), str(5 * tick), "black")
        pen.text((left - 22, y - 5), str(5 * tick), "black")
    return whole, truth


def pixels(*, dark: bool) -> Callable[..., object]:
    """Draw 28 × 28 pixels, each a square, off the middle."""

    def draw(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
        cover, truth = sample(rng, digits)
        cover.thumbnail((18, 18))
        small = placed(rng, cover, (28, 28), 1).point(lambda ink: 255 * (ink > 90))
        small = small if not dark else small.point(lambda ink: 255 - ink)
        scale = int(rng.integers(2, 20))
        return small.resize((28 * scale, 28 * scale), Image.Resampling.NEAREST), truth

    return draw


def blank(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw nothing."""
    del digits
    side = 28 * int(rng.integers(1, 20))
    return Image.new("L", (side, side), int(rng.choice([0, 255, 240]))), ""


def several(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw two to five digits in a row."""
    drawn = [sample(rng, digits) for _ in range(int(rng.integers(2, 6)))]
    height = 110
    covers = []
    for cover, _ in drawn:
        width = max(1, round(cover.width * height / cover.height))
        covers.append(cover.resize((width, height), Image.Resampling.BICUBIC))
    gaps = rng.integers(14, 50, len(covers))
    whole = Image.new("L", (sum(cover.width for cover in covers) + int(gaps.sum()) + 60, 220))
    x = 30
    for cover, gap in zip(covers, gaps, strict=True):
        whole.paste(cover, (x, 55 + int(rng.integers(-12, 12))))
        x += cover.width + int(gap)
    return page(rng, whole), "".join(truth for _, truth in drawn)


def coloured(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw ink on paper of nearly the same lightness."""
    cover, truth = sample(rng, digits)
    whole = placed(rng, cover)
    red, green = (200, 0, 0), (0, 102 + int(rng.integers(-6, 7)), 0)
    return Image.composite(
        *(Image.new("RGB", SIZE, colour) for colour in (red, green)), whole
    ), truth


def cut_out(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw a digit without paper, cropped to its ink."""
    cover, truth = sample(rng, digits)
    picture = Image.new("LA", cover.size, int(rng.choice([0, 255])))
    picture.putalpha(cover)
    return picture, truth


def deep(rng: Rng, digits: list[np.ndarray]) -> tuple[Image.Image, str]:
    """Draw 10 or 12 bits in 16."""
    cover, truth = sample(rng, digits)
    greys = np.asarray(placed(rng, cover)).astype(np.uint16)
    return Image.fromarray((greys * int(rng.choice([1, 4, 16])) + 30).astype(np.uint16)), truth


KINDS = {
    "plain paper": plain,
    "ruled": lined(across=True, down=False),
    "squared": lined(across=True, down=True),
    "squared, as dark as the ink": lined(across=True, down=True, dark=True),
    "ruled, tilted to 2 degrees": lined(across=True, down=False, tilt=2),
    "frames and tables": framed,
    "axes": plotted,
    "pixels, dark on light": pixels(dark=True),
    "pixels, light on dark": pixels(dark=False),
    "blank": blank,
    "several digits": several,
    "red on green": coloured,
    "tight cut-outs": cut_out,
    "16 bits, little used": deep,
}
