"""Files of pictures of every kind, and everything that can be wrong with them."""

from __future__ import annotations

import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import idea
from idea.errors import PictureError
from idea.files.preprocess import read_picture
from idea.files.vf import dump_bytes

from pictures import bytes_of, drawn, picture_of


@pytest.mark.slow
def test_every_kind_of_file_gives_the_same_image():
    plain = drawn()
    expected = read_picture(bytes_of(plain)).image
    nothing = Image.new("L", plain.size, 0)
    ink = Image.eval(plain, lambda grey: 255 - grey)
    deep = Image.fromarray(np.asarray(plain).astype(np.uint16) * 257)
    floats = Image.fromarray(np.asarray(plain).astype(np.float32) / 255)
    for data in (
        bytes_of(plain.convert("RGB"), "BMP"),
        bytes_of(plain.convert("CMYK"), "TIFF"),
        bytes_of(plain.convert("P"), "GIF"),
        bytes_of(nothing, "GIF", save_all=True, append_images=[plain]),
        bytes_of(deep),
        bytes_of(deep, "TIFF"),
        bytes_of(floats, "TIFF"),
        bytes_of(Image.merge("LA", (nothing, ink))),  # black on nothing
        bytes_of(Image.merge("RGBA", (nothing, nothing, nothing, ink))),
        bytes_of(Image.merge("LA", (ink.point(lambda _: 255), ink))),  # white on nothing
        bytes_of(Image.merge("LA", (plain, ink.point(lambda _: 255)))),
    ):
        assert np.abs(read_picture(data).image - expected).max() < 0.02
    for quality in (30, 90):
        image = read_picture(bytes_of(plain, "JPEG", quality=quality)).image
        assert np.abs(image - expected).mean() < 0.02


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (3, Image.ROTATE_180),
        (6, Image.ROTATE_90),
        (8, Image.ROTATE_270),
        (2, Image.FLIP_LEFT_RIGHT),
    ],
)
def test_a_picture_is_turned_as_its_exif_says(orientation, turn):
    upright = drawn()
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = read_picture(bytes_of(upright.transpose(turn), exif=exif))
    expected = read_picture(bytes_of(upright))
    assert np.array_equal(found.image, expected.image)
    assert found.box == expected.box


def test_a_dump_is_taken_as_it_is(tmp_path):
    image = np.random.default_rng(0).random((28, 28), np.float32)
    path = idea.write_vf(tmp_path / "x.vf", image)
    (tmp_path / "x").write_bytes(path.read_bytes())
    for source in (path, str(path), tmp_path / "x", path.read_bytes()):
        for options in ({}, {"raw": True}, {"invert": True}):
            found = read_picture(source, **options)
            assert np.array_equal(found.image, image)
            assert (found.inverted, found.box, found.raw) == (False, (0, 0, 28, 28), True)


def test_a_picture_of_as_many_bytes_as_a_dump_is_a_picture(digits):
    plain = bytes_of(picture_of(digits[2]), "BMP")
    assert len(plain) < 3136
    found = read_picture(plain + bytes(3136 - len(plain)))
    assert not found.raw


def header(width, height) -> bytes:
    """The beginning of a PNG that claims a size."""
    png = bytes_of(Image.new("1", (1, 1)))
    chunk = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png[24:29]
    return png[:12] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + png[33:]


_NO_INK = (
    "p: no ink was found: expected ink that differs from the background by 0.06 or more "
    "(white from black by 1), found "
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "p: expected a picture, found nothing: it is empty"),
        (
            b"Dear all",
            "p: expected a picture or a dump, found 8 bytes that begin with b'Dear'",
        ),
        (
            np.full(784, 2, "<f4").tobytes(),
            "p: expected a picture or a dump, found 3136 bytes that begin with "
            r"b'\x00\x00\x00@'",
        ),
        (
            header(10_000, 5_001),
            "p: expected a picture of at most 50,000,000 pixels, found 10,000 × 5,001",
        ),
        (
            header(10_000, 10_000),
            "p: expected a picture of at most 50,000,000 pixels, found 10,000 × 10,000",
        ),
        (
            header(100_000, 100_000),
            "p: expected a picture of at most 50,000,000 pixels, found more than 178,956,970",
        ),
        (bytes_of(Image.new("L", (300, 200), 200)), _NO_INK + "0.00"),
        (bytes_of(Image.new("L", (1, 1))), _NO_INK + "0.00"),
        (bytes_of(Image.new("RGBA", (30, 30))), _NO_INK + "0.00"),
        (bytes_of(Image.linear_gradient("L")), _NO_INK + "0.00"),
    ],
    ids=str.split("empty text floats large larger huge white pixel transparent gradient"),
)
@pytest.mark.parametrize("action", ["error", "ignore"])
def test_what_is_no_picture_of_a_digit(data, message, action):
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        with pytest.raises(PictureError) as error:
            read_picture(data, name="p")
    assert str(error.value) == message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF"])
def test_what_is_left_of_a_damaged_picture(kind):
    data = bytes_of(drawn(), kind)
    for size in np.linspace(1, 0.9 * len(data), 40).astype(int):
        with pytest.raises(PictureError, match=r"^p: (the picture can't be decoded: |expected a )"):
            read_picture(data[:size], name="p")


@pytest.mark.slow
@given(st.binary(max_size=60), st.integers(0, 2000))
def test_scrambled_pictures_are_an_image_or_one_message(junk, place):
    data = bytes_of(drawn())
    data = data[:place] + junk + data[place + len(junk) :]
    try:
        assert read_picture(data).image.max() == 1
    except PictureError as error:
        assert str(error).startswith("picture: ")


def test_postscript_is_no_picture_for_it_would_be_run():
    data = bytes_of(drawn(), "EPS")
    with pytest.raises(PictureError, match=r"found \d+ bytes that begin with b'%!PS'$"):
        read_picture(data)


def test_files_that_cannot_be_read(tmp_path):
    for path, reason in (
        (tmp_path, "Is a directory"),
        (tmp_path / "no", "No such file or directory"),
    ):
        with pytest.raises(PictureError) as error:
            read_picture(path)
        assert str(error.value) == f"{path}: can't be read: {reason}"
    (tmp_path / "bad.vf").write_bytes(dump_bytes(np.zeros(784))[:-1])
    with pytest.raises(idea.IdeaError) as error:
        read_picture(tmp_path / "bad.vf")
    assert str(error.value) == (
        f"{tmp_path / 'bad.vf'}: expected a dump of 3136 bytes (784 float32), found 3135 bytes"
    )


def test_a_picture_within_an_icon_is_bounded_as_well():
    """An icon's own header tells 16 × 16 pixels, and the PNG in it 10,000 × 10,000."""
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1251 * 10_000))), (b"IEND", b""))
    inner = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 1, len(inner), 22)
    icon = struct.pack("<HHH", 0, 1, 1) + entry
    # Whether Pillow tells the size of the inner one depends on its version.
    with pytest.raises(PictureError, match="at most 50,000,000 pixels, found"):
        read_picture(icon + inner, name="i.ico")
