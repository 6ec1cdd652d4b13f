"""Pictures, pixel by pixel."""

from __future__ import annotations

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from idea.errors import OptionError
from idea.files.animation import gif_bytes
from idea.files.fonts import font_for, wrapped
from idea.files.picture import Difference, as_text, png_bytes, sheet_bytes

from conftest import pixels_of


def random_image(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(784, np.float32)


@pytest.mark.parametrize("scale", [1, 2, 10])
def test_every_pixel_of_a_png_is_that_of_its_entry(scale):
    image = random_image(0)
    picture = Image.open(io.BytesIO(png_bytes(image, scale)))
    assert (picture.size, picture.mode) == ((28 * scale, 28 * scale), "L")
    for column in range(28 * scale):
        for row in range(28 * scale):
            entry = image[column // scale + 28 * (row // scale)]
            assert picture.getpixel((column, row)) == round(float(entry) * 255)


def test_a_sheet_holds_every_image_in_reading_order():
    images = [random_image(seed).round() for seed in range(7)]
    sheet = pixels_of(io.BytesIO(sheet_bytes(images, list("abcdefg"), scale=4, columns=3)))
    places = []
    for image in images:
        tile = np.kron(image.reshape(28, 28) * 255, np.ones((4, 4)))
        windows = np.lib.stride_tricks.sliding_window_view(sheet, tile.shape)
        corners = windows[:, :, 0, :].reshape(*windows.shape[:2], -1)
        hits = np.argwhere((corners == tile[0]).all(axis=-1))
        hits = [(y, x) for y, x in hits if np.array_equal(sheet[y : y + 112, x : x + 112], tile)]
        assert len(hits) == 1
        places.append(tuple(hits[0]))
    assert places == sorted(places)
    assert len({y for y, _ in places}) == 3
    # Below each there is a label.
    for y, x in places:
        assert (sheet[y + 112 : y + 130, x : x + 112] < 100).any()


@pytest.mark.parametrize("shape", [(2, 2), (5, 3), (8, 8), (64, 64), (1, 4096)])
def test_rows_are_drawn_in_their_size(shape):
    image = np.random.default_rng(0).random(shape).astype(np.float32).round()
    picture = pixels_of(io.BytesIO(png_bytes(image)))
    scale = len(picture) // shape[0]
    assert np.array_equal(picture, np.kron(image * 255, np.ones((scale, scale))))
    assert max(picture.shape) <= 560 or scale == 1
    lines = as_text(image).split("\n")
    assert [len(line) for line in lines] == [shape[1]] * -(-shape[0] // 2)
    assert [line[0] in "▀█" for line in lines] == image[::2, 0].astype(bool).tolist()


def test_images_of_several_sizes_are_on_one_sheet_and_in_no_animation():
    images = [np.ones((3, 5)), np.ones((8, 2)), np.ones((4, 4))]
    sheet = pixels_of(io.BytesIO(sheet_bytes(images, ["a", "b", "c"], scale=10)))
    assert np.count_nonzero(sheet == 255) >= 100 * sum(image.size for image in images)
    with pytest.raises(OptionError) as error:
        gif_bytes(images)
    assert str(error.value) == "an animation's images must have one size, found 3×5 and 4×4 and 8×2"


def test_a_sheet_of_many_images_is_about_square_and_cuts_long_labels():
    images = [np.zeros((8, 8))] * 100
    short = pixels_of(io.BytesIO(sheet_bytes(images, ["a"] * 100)))
    height, width = short.shape
    assert 0.7 < width / height < 1.4
    long = pixels_of(io.BytesIO(sheet_bytes(images[:2], ["i" * 60, "b"], columns=1)))
    assert long.shape[1] < 200
    assert (long[:, -1] > 240).all()  # no ink of letters is cut in the middle


def test_labels_are_broken_into_lines_and_places_may_be_empty():
    white = np.ones((8, 8))
    sheets = [
        pixels_of(io.BytesIO(sheet_bytes([white, None, white], [first, "", "b"], 4, columns=2)))
        for first in ("a", "Ankle boot")
    ]
    assert np.count_nonzero(sheets[0] == 255) == 2 * 32 * 32
    one, two = sheets
    assert two.shape[1] == one.shape[1]
    assert two.shape[0] > one.shape[0]
    font, text = font_for("predicted " + "x" * 200, 12)
    lines = wrapped(text, font, 70, 3)
    assert lines[0] == "predicted"
    assert [line[-1] for line in lines[1:]] == ["x", "…"]
    assert all(font.getlength(line) <= 70 for line in lines)


def test_a_difference_shows_what_was_added_and_removed_in_colour():
    before, after = random_image(1).round(), random_image(2).round()
    for data, pitch in (
        (png_bytes(Difference(before, after), 4), 4),
        (gif_bytes([Difference(before, after)], scale=4), 4),
    ):
        with Image.open(io.BytesIO(data)) as picture:
            colours = np.asarray(picture.convert("RGB"))[::pitch, ::pitch].reshape(784, 3)
        for pixel, kind in enumerate(zip(before, after, strict=True)):
            expected = {(0, 1): (242, 106, 27), (1, 0): (63, 130, 232)}
            assert tuple(colours[pixel]) == expected.get(kind, (255 * after[pixel],) * 3)


def test_a_sheet_is_coloured_where_a_difference_is_on_it():
    black, white = [0] * 784, [1] * 784
    plain = sheet_bytes([black, white], ["a", "b"])
    coloured = sheet_bytes([black, Difference(black, black)], ["a", "b"])
    with Image.open(io.BytesIO(plain)) as one, Image.open(io.BytesIO(coloured)) as other:
        assert (one.mode, other.mode) == ("L", "RGB")
        assert np.array_equal(
            one.convert("RGB").crop((0, 0, 150, 180)), other.crop((0, 0, 150, 180))
        )


def test_half_blocks_show_two_rows_a_line():
    image = random_image(3)
    lines = as_text(image).split("\n")
    ink = image.reshape(28, 28) >= 0.5
    assert [len(line) for line in lines] == [28] * 14
    for y in range(28):
        for x in range(28):
            halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
            assert halves[lines[y // 2][x]][y % 2] == ink[y, x]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: png_bytes([0] * 784, 0), "scale must be a whole number, 1…100, not 0"),
        (lambda: png_bytes([0] * 784, 101), "scale must be a whole number, 1…100, not 101"),
        (lambda: gif_bytes([[0] * 784], fps=0), "fps must be a number, 0.1…100, not 0"),
        (lambda: gif_bytes([[0] * 784], fps=101), "fps must be a number, 0.1…100, not 101"),
        (lambda: gif_bytes([[0] * 784], fps=np.nan), "fps must be a number, 0.1…100, not nan"),
        (lambda: gif_bytes([]), "an animation needs at least one image"),
        (lambda: sheet_bytes([], []), "a sheet needs at least one image"),
    ],
)
def test_what_cannot_be_drawn(call, message):
    with pytest.raises(OptionError) as error:
        call()
    assert str(error.value) == message


def test_pictures_show_themselves_in_a_notebook():
    png, sheet = png_bytes(np.zeros(784)), sheet_bytes([np.zeros(784)], ["black"])
    gif = gif_bytes([np.zeros(784), np.ones(784)])
    assert png._repr_png_() == png
    assert sheet._repr_png_() == sheet
    kind, data = gif._repr_html_().split('src="')[1].removesuffix('">').split(",")
    assert kind == "data:image/gif;base64"
    assert b64decode(data) == gif
    assert repr(gif) == f"<GIF, {len(gif):,} bytes>"
    assert repr(png) == f"<PNG, {len(png):,} bytes>"
