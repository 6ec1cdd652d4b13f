"""Pictures of digits: what is found in them, and the images made from them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from idea.errors import PictureError
from idea.files.picture import png_bytes
from idea.files.preprocess import prepare, read_picture, squeeze

from pictures import accuracy, bytes_of, drawn, pasted, photo, picture_of, resized

pytestmark = pytest.mark.slow

# Each of a picture of tens of thousands of pixels.
few = settings(max_examples=30)


def test_mnists_own_digits_stay_what_they_are(mnist, shipped):
    originals, labels = mnist.test_images[:800] / np.float32(255), mnist.test_labels[:800]
    prepared = [prepare(image).image for image in originals]
    changes = np.abs(np.stack(prepared) - originals).max(axis=(1, 2))
    assert np.quantile(changes, 0.95) < 0.01
    difference = accuracy(shipped, prepared, labels) - accuracy(shipped, originals, labels)
    assert abs(difference) <= 0.005


def test_digits_anywhere_of_any_size_and_polarity_are_still_read(mnist, shipped):
    rng = np.random.default_rng(0)
    chosen = rng.choice(10_000, 250, replace=False)
    images = []
    for digit in mnist.test_images[chosen] / 255:
        side = int(rng.integers(28, 150))
        canvas = pasted(digit, side, (200, 260), rng.integers([200 - side + 1, 260 - side + 1]))
        images.append(prepare(canvas if rng.random() < 0.5 else 1 - canvas).image)
    labels = mnist.test_labels[chosen]
    originals = mnist.test_images[chosen] / 255
    assert accuracy(shipped, images, labels) >= accuracy(shipped, originals, labels) - 0.015


@few
@given(
    number=st.integers(0, 9),
    side=st.integers(40, 160),
    corner=st.tuples(st.integers(0, 40), st.integers(0, 100)),
)
@example(number=1, side=160, corner=(40, 100))
def test_place_does_not_matter_and_size_hardly(digits, number, side, corner):
    first = prepare(pasted(digits[number], side, (200, 260), (0, 0)))
    moved = prepare(pasted(digits[number], side, (200, 260), corner))
    assert np.abs(moved.image - first.image).max() < 1e-3
    top, left = corner
    assert moved.box == tuple(np.add(first.box, (left, top, left, top)))
    # Where the centre of mass lies between two pixels, a trifle decides which it goes to.
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    shifted = [np.roll(digits[number], shift, axis=(0, 1)) for shift in shifts]
    likeness = [np.corrcoef(moved.image.ravel(), digit.ravel())[0, 1] for digit in shifted]
    assert max(likeness) > 0.8  # with the other nine digits it is below 0.6


@few
@given(number=st.integers(0, 9), side=st.integers(28, 160))
def test_inverting_a_picture_changes_nothing(digits, number, side):
    canvas = pasted(digits[number], side, (200, 260), (7, 9))
    light, dark = prepare(canvas), prepare(1 - canvas)
    assert (light.inverted, dark.inverted) == (False, True)
    assert light.box == dark.box
    assert np.abs(light.image - dark.image).max() < 1e-3


def test_who_knows_better_overrules_the_polarity(digits):
    canvas = pasted(digits[0], 100, (120, 120), (10, 10))
    assert np.array_equal(prepare(canvas, invert=False).image, prepare(canvas).image)
    hole = prepare(canvas, invert=True)
    assert hole.inverted
    left, top, right, bottom = hole.box
    assert canvas[(top + bottom) // 2, (left + right) // 2] < 0.1  # what the 0 encloses


@few
@given(
    number=st.integers(0, 9),
    side=st.integers(20, 200),
    corner=st.tuples(st.integers(0, 20), st.integers(0, 60)),
)
def test_an_image_fits_20_pixels_and_hangs_by_its_centre_of_mass(digits, number, side, corner):
    image = prepare(pasted(digits[number], side, (220, 260), corner)).image
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    for axis in (0, 1):
        assert_centred(image.sum(axis=axis))
    sides = [np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (0, 1)]
    assert max(sides) in (19, 20)  # where the outermost ink is next to none, 19


def assert_centred(sums):
    """The centre of mass is at 14, to half a pixel, unless the ink is at the image's end."""
    centre = sums @ np.arange(28) / sums.sum()
    clipped = sums[0] > 0 or sums[-1] > 0
    assert clipped or abs(centre - 14) <= 0.5 + 1e-3


def test_all_of_mnist_hangs_the_same_way(mnist):
    sums = mnist.test_images.sum(axis=1, dtype=float)
    for row in sums[:1000]:
        assert_centred(row)


def test_ink_is_never_cut_off():
    lopsided = np.ones((300, 300))
    lopsided[50:250, 50:90] = 0  # a heavy stroke, and a long thin one to its right
    lopsided[148:152, 90:250] = 0
    image = prepare(lopsided).image
    columns = np.flatnonzero(image.any(axis=0))
    assert np.ptp(columns) + 1 == 20
    centre = image.sum(axis=0) @ np.arange(28) / image.sum()
    assert columns[-1] == 27
    assert centre < 13.5


def test_the_box_is_where_the_ink_is():
    greys = np.full((300, 400), 0.9)
    greys[50:250, 100:130] = 0.2
    found = prepare(greys)
    assert found.box == (100, 50, 130, 250)
    assert (found.inverted, found.raw) == (True, False)
    # A large picture is looked at by the eye of 500 pixels.
    left, top, right, bottom = prepare(greys.repeat(4, axis=0).repeat(4, axis=1)).box
    assert np.abs(np.array([left, top, right, bottom]) - [400, 200, 520, 1000]).max() <= 8


def test_light_that_falls_unevenly_does_no_harm():
    y, x = np.mgrid[-1:1:400j, -1:1:300j]
    plain = np.asarray(drawn()) / 255
    shaded = plain * (0.75 + 0.2 * x - 0.05 * y * y)
    assert np.abs(prepare(shaded).image - prepare(plain).image).mean() < 0.05


@pytest.mark.parametrize(
    "colours",
    [
        pytest.param({}, id="pen", marks=pytest.mark.nightly),
        pytest.param({"pen": (0.55, 0.54, 0.5)}, id="pencil", marks=pytest.mark.nightly),
        pytest.param({"paper": (0.18, 0.25, 0.2), "pen": (0.75, 0.75, 0.72)}, id="chalk"),
    ],
)
def test_photos_of_pen_pencil_and_chalk_are_read(mnist, shipped, colours):
    rng = np.random.default_rng(1)
    chosen = rng.choice(10_000, 20, replace=False)
    labels = mnist.test_labels[chosen]
    images = []
    for number, digit in enumerate(mnist.test_images[chosen] / 255):
        side = int(rng.integers(90, 300))
        corner = rng.integers([300 - side + 1, 400 - side + 1])
        strokes = pasted(digit, side, (300, 400), corner) > 0.5
        found = read_picture(photo(strokes, seed=number, **colours))
        assert found.inverted == ("paper" not in colours)
        images.append(found.image)
    originals = mnist.test_images[chosen] / 255
    assert accuracy(shipped, images, labels) >= accuracy(shipped, originals, labels) - 0.025


@pytest.mark.parametrize("width", [1, 2, 6, 30])
def test_a_line_of_any_width_becomes_a_stroke(width, shipped):
    image = prepare(np.asarray(drawn(width)) / 255).image
    assert 35 <= image.sum() <= 130  # a 7 of MNIST's has 40…140, nearly always
    assert shipped.logits(image.reshape(1, 784)).argmax() == 7


def test_a_long_thin_1_and_a_tiny_digit_are_read(digits, shipped):
    long = Image.new("L", (60, 500), 255)
    ImageDraw.Draw(long).line([(28, 20), (32, 480)], 0, 9)
    tiny = resized(digits[0], 14)[1:-1, 2:-2]
    assert tiny.shape == (12, 10)
    for greys, digit in ((np.asarray(long) / 255, 1), (tiny, 0), (1 - tiny, 0)):
        assert shipped.logits(prepare(greys).image.reshape(1, 784)).argmax() == digit


def test_specks_are_no_ink(digits):
    clean = pasted(digits[5], 150, (300, 400), (100, 100))
    dirty = clean.copy()
    dirty[5:8, 5:8] = dirty[290, 380] = 1
    assert np.array_equal(prepare(dirty).image, prepare(clean).image)
    assert prepare(dirty).box == prepare(clean).box


def test_what_a_digit_has_in_two_parts_stays_together(digits):
    parts = np.ones((300, 200))
    parts[50:250, 60:80] = 0
    parts[50:70, 90:150] = 0  # the bar of a 5, beside it
    assert prepare(parts).box == (60, 50, 150, 250)


def test_raw_only_resizes():
    greys = np.random.default_rng(0).random((28, 28), np.float32)
    found = squeeze(greys)
    assert np.allclose(found.image, greys, atol=1e-6)
    assert (found.inverted, found.box, found.raw) == (False, (0, 0, 28, 28), True)
    blocks = greys.repeat(10, axis=0).repeat(4, axis=1)
    assert squeeze(blocks).box == (0, 0, 112, 280)
    assert np.abs(squeeze(blocks).image - greys).mean() < 0.1
    assert np.allclose(squeeze(greys, invert=True).image, 1 - greys, atol=1e-6)
    png = bytes_of(picture_of(greys))
    assert np.abs(read_picture(png, raw=True).image - greys).max() < 0.01
    assert np.abs(read_picture(png, raw=True, invert=True).image - (1 - greys)).max() < 0.01


def test_a_blank_sheet_with_noise_has_no_ink():
    for seed in range(5):
        blank = photo(np.zeros((400, 300)), seed=seed)
        with pytest.raises(PictureError, match=r"^picture: no ink was found: expected ink"):
            read_picture(blank)


@pytest.mark.parametrize("take", [prepare, squeeze])
@pytest.mark.parametrize(
    ("greys", "message"),
    [
        (np.zeros(784), "picture: expected greys (height, width), found shape (784,)"),
        (np.zeros((0, 5)), "picture: expected greys (height, width), found shape (0, 5)"),
        (np.full((9, 9), 255), "picture: expected greys in 0…1, found 255.0…255.0"),
        (np.full((9, 9), np.nan), "picture: expected greys in 0…1, found nan…nan"),
    ],
)
def test_what_are_no_greys(take, greys, message):
    with pytest.raises(PictureError) as error:
        take(greys)
    assert str(error.value) == message


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 3), (2, 900), (900, 1)])
def test_pictures_of_any_shape_are_an_image_or_one_message(size):
    for seed in range(5):
        greys = np.random.default_rng(seed).random(size, np.float32)
        try:
            assert prepare(greys).image.max() == 1
        except PictureError as error:
            assert "no ink was found" in str(error)


@pytest.mark.parametrize("scale", [2, 5, 16])
def test_a_picture_of_an_image_is_that_image(scale):
    greys = np.random.default_rng(0).integers(256, size=(28, 28), dtype=np.uint8)
    image = greys / np.float32(255)
    picture = png_bytes(image, scale)
    for text in ({"drawn": True}, {"raw": True}):
        prepared = read_picture(picture, **text)
        assert np.array_equal(prepared.image, image)
        assert prepared.raw


def test_a_photo_is_no_picture_of_an_image(digits):
    large = resized(digits[5], 280)
    assert not read_picture(bytes_of(picture_of(large)), drawn=True).raw
