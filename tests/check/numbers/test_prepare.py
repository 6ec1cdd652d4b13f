"""Pictures prepared by the page itself, in a browser, against Python's."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageDraw

from idea.errors import PictureError
from idea.files.decode import decode
from idea.files.ink import find_ink, is_dark_on_light
from idea.files.preprocess import prepare
from idea.image import DIGITS, Task

from conftest import start_of
from pictures import drawn, photo

pytest_plugins = ["computing"]

CANVAS = 448

PREPARE = """
  const { prepare } = await load("numbers/prepare.js");
  const picture = floats(greys);
  return inverts.map((invert) => {
    try {
      const found = prepare(picture, width, height, invert, task);
      return { ...found, image: [...found.image] };
    } catch (error) {
      return sentence(error);
    }
  });
"""

INK = """
  const { inkOf } = await load("numbers/prepare.js");
  const { DIGITS } = await load("base/task.js");
  return sizes.map(([height, width], index) => {
    const { ink, inverted } = inkOf(floats(greys[index]), width, height, invert[index], DIGITS);
    return { ink: [...ink], inverted };
  });
"""


def pasted(digit, seed) -> np.ndarray:
    """A digit of MNIST's on the canvas, of any size, turned, anywhere."""
    rng = np.random.default_rng(seed)
    side = int(rng.integers(28, 300))
    angle = rng.uniform(-40, 40)
    turned = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    turned = turned.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    canvas = Image.new("L", (CANVAS, CANVAS))
    canvas.paste(turned, tuple(rng.integers(-20, CANVAS - side + 20, 2).tolist()))
    return np.asarray(canvas)


def stroked(points, width, size=(CANVAS, CANVAS)) -> np.ndarray:
    """A line through points (x, y), white on black."""
    canvas = Image.new("L", size)
    ImageDraw.Draw(canvas).line(points, 255, width, joint="curve")
    return np.asarray(canvas)


def both(one, other) -> np.ndarray:
    """Two lines at once."""
    return np.maximum(stroked(*one), stroked(*other))


def scribble(seed, count, width) -> np.ndarray:
    points = np.random.default_rng(seed).integers(-30, CANVAS + 30, (count, 2))
    return stroked([tuple(point) for point in points.tolist()], width)


def ring(side) -> np.ndarray:
    canvas = Image.new("L", (CANVAS, CANVAS))
    ImageDraw.Draw(canvas).ellipse((90, 50, 90 + side, 50 + side), outline=255, width=24)
    return np.asarray(canvas)


def specked() -> np.ndarray:
    canvas = stroked([(150, 90), (280, 120), (170, 330)], 22).copy()
    for y, x in np.random.default_rng(0).integers(0, CANVAS - 4, (9, 2)):
        canvas[y : y + 3, x : x + 3] = 255
    return canvas


def noisy(deviation) -> np.ndarray:
    canvas = 200.0 * (stroked([(100, 80), (310, 90), (200, 380)], 26) > 0)
    return (canvas + np.random.default_rng(0).normal(25, deviation, canvas.shape)).clip(0, 255)


def photographed(width, height, seed) -> np.ndarray:
    """Ink on paper in uneven light."""
    rng = np.random.default_rng(seed)
    points = (rng.uniform(0.2, 0.8, (4, 2)) * [width, height]).astype(int).tolist()
    ink = stroked([tuple(point) for point in points], min(width, height) // 20, (width, height))
    return decode(photo(ink / 255, seed=seed), "photo") * 255


# Made by the process that tests them.
CANVASES = {
    **{f"line {w}": partial(stroked, [(90, 70), (310, 95), (203, 371)], w) for w in (1, 5, 24, 45)},
    **{f"scribble {n}": partial(scribble, n, n, 24) for n in (2, 5, 8)},
    "scribble over all": partial(scribble, 0, 60, 40),
    "whole edge": partial(stroked, [(0, 5), (CANVAS, 5), (300, 300)], 20),
    "corner": partial(stroked, [(-5, -5), (200, 300), (90, 340)], 20),
    "edge": partial(stroked, [(250, -5), (200, 300), (90, 340)], 20),
    "corner to corner": partial(stroked, [(0, 0), (CANVAS, CANVAS), (400, 90)], 24),
    "cross": partial(both, ([(20, 224), (431, 220)], 30), ([(222, 33), (224, 440)], 30)),
    # Of half the side, and a pixel more or less: where the background is no more one colour.
    **{
        f"bar of {n}": partial(both, ([(100, 0), (99 + n, 0)], 9), ([(101, 4), (230, 200)], 9))
        for n in (223, 224, 225)
    },
    # A square as large as hides the background, or a pixel less, in the middle and off it.
    **{
        f"square of {n} at {at}": partial(np.pad, np.full((n, n), 255), (at, CANVAS - n - at))
        for n, at in ((223, 1), (223, 112), (224, 112), (224, 223), (226, 1), (260, 94))
    },
    # Whose centre of mass lies just between two pixels.
    **{f"ring of {n}": partial(ring, n) for n in range(60, 300, 68)},
    "specks": specked,
    "dot": partial(stroked, [(200, 203), (203, 203)], 5),
    "one pixel": partial(np.pad, [[255]], ((100, 347), (300, 147))),
    "block": lambda: np.kron(start_of("binary", 3).reshape(28, 28), np.full((16, 16), 255)),
    "noisy": partial(noisy, 5),
    "hardly noisy": partial(noisy, 0.7),
    "noise": lambda: np.random.default_rng(1).integers(0, 256, (CANVAS, CANVAS)),
    "white": partial(np.full, (CANVAS, CANVAS), 255),
    "black": partial(np.zeros, (CANVAS, CANVAS)),
    **{
        f"photo {width}x{height}": partial(photographed, width, height, width)
        for width, height in ((900, 700), (700, 900), (501, 300), (1203, 1001), (300, 400))
    },
    "drawing": partial(drawn, 9, (811, 503)),
    "tiny": lambda: drawn().resize((10, 14)),
    "column": lambda: np.random.default_rng(2).integers(0, 256, (60, 1)),
}


def assert_prepared_alike(compute, canvas, *inverts, task=DIGITS) -> list[float]:
    """Assert that the page makes of greys 0…255 what Python does; give the largest differences."""
    greys = (np.asarray(canvas) / 255).astype(np.float32)
    height, width = greys.shape
    sizes = {"width": width, "height": height, "task": asdict(task)}
    found = compute(PREPARE, greys=greys, inverts=list(inverts), **sizes)
    return [_difference(*pair, greys, task) for pair in zip(found, inverts, strict=True)]


def _difference(found, invert, greys, task) -> float:
    try:
        expected = prepare(greys, invert=invert, task=task)
    except PictureError as error:
        assert found["key"] == "ink.none"
        assert found["params"] == dict(
            zip(("needed", "found"), re.findall(r"\d\.\d\d", str(error)), strict=True)
        )
        return 0
    assert (found["inverted"], tuple(found["box"])) == (expected.inverted, expected.box)
    difference = np.abs(np.reshape(found["image"], task.shape) - expected.image).max()
    assert difference <= 1 / 255
    return difference


@pytest.mark.slow
def test_digits_anywhere_on_the_canvas_are_prepared_as_by_python(compute, mnist):
    differences = [
        assert_prepared_alike(compute, pasted(mnist.test_images[number], number), False, None)
        for number in range(6)
    ]
    assert np.median(differences) <= 1e-6


@pytest.mark.nightly_cases(keep=10)
@pytest.mark.slow
@pytest.mark.parametrize("name", CANVASES)
def test_all_kinds_of_pictures_are_prepared_as_by_python(compute, name):
    assert max(assert_prepared_alike(compute, CANVASES[name](), False, None, True)) <= 1e-5


@pytest.mark.parametrize("task", [Task(8, 8), Task(5, 3, ["a", "b"]), Task(28, 28, ["a", "b"])])
@pytest.mark.parametrize(
    "name", ["corner to corner", "square of 260 at 94", "photo 900x700", "tiny"]
)
def test_pictures_for_other_tasks_are_prepared_as_by_python(compute, name, task):
    assert max(assert_prepared_alike(compute, CANVASES[name](), False, None, task=task)) <= 1e-5


@pytest.mark.slow
def test_ink_of_small_pictures_is_pythons(compute):
    """Hundreds of them: rows and columns of all lengths, blocks that end at borders and don't."""
    rng = np.random.default_rng(0)
    pictures, inverts, expected = [], [], []
    while len(pictures) < 300:
        rows, columns, scale = rng.integers(1, [12, 12, 6])
        blocks = rng.random((rows, columns)) < rng.uniform(0.02, 0.9)
        light = np.kron(blocks, np.ones((scale, scale))).astype(np.float32)
        light = np.abs(light - np.float32(rng.choice([0, 0.2]) * rng.random()))
        invert = [False, True, None][rng.integers(3)]
        inverted = is_dark_on_light(light) if invert is None else invert
        try:
            ink = find_ink(light if inverted else 1 - light, "picture")
        except PictureError:
            continue
        pictures.append(light)
        inverts.append(invert)
        expected.append((ink / ink.max(), inverted))
    sizes = [picture.shape for picture in pictures]
    found = compute(INK, greys=pictures, sizes=sizes, invert=inverts)
    for each, (ink, inverted) in zip(found, expected, strict=True):
        assert each["inverted"] == inverted
        assert np.abs(each["ink"] - ink.ravel()).max() <= 1e-6


def test_a_drawing_as_it_is_gives_the_share_of_bright_pixels(compute):
    greys = np.random.default_rng(0).integers(0, 256, (CANVAS, CANVAS), np.uint8)
    body = """
      const { asDrawn } = await load("numbers/prepare.js");
      const { DIGITS } = await load("base/task.js");
      return [...asDrawn(new Uint8Array(bytes(greys)), 448, 448, DIGITS)];
    """
    found = compute(body, greys=greys.tobytes())
    shares = (greys >= 128).reshape(28, 16, 28, 16).mean(axis=(1, 3))
    assert np.array_equal(np.reshape(found, (28, 28)), shares)
