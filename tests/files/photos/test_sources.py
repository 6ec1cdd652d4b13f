"""Pictures in all kinds of files: arrays, data URIs, animations, colours, what is transparent."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

import idea
from idea.data.idx import idx_bytes
from idea.errors import MissingPackageError, PictureError
from idea.files.photos.sources import pictures_in
from idea.files.picture import png_bytes
from idea.files.preprocess import read_digits, read_picture

from pictures import bytes_of, drawn, pasted, picture_of


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def csv(array) -> bytes:
    stream = io.BytesIO()
    np.savetxt(stream, array, "%g", delimiter=",")
    return stream.getvalue()


def test_an_array_of_an_images_size_is_that_image(digits):
    greys = np.rint(255 * digits[4]).astype(np.uint8)
    image = greys / np.float32(255)
    labelled = b"label," + b",".join(b"p%d" % n for n in range(784)) + b"\n"
    labelled += csv(np.append(4, greys.ravel())[np.newaxis])
    for data in (
        npy(greys),
        npy(image),
        npy(image.ravel()),
        npy(greys[np.newaxis, :, :, np.newaxis]),
        csv(greys),
        csv(greys.reshape(1, -1)),
        labelled,
        idx_bytes(greys[np.newaxis]),
    ):
        found = read_picture(data)
        assert found.raw
        assert np.allclose(found.image, image, atol=1e-6)


def test_any_other_array_is_a_picture():
    plain = np.asarray(drawn())
    expected = read_picture(bytes_of(drawn()))
    for array in (plain, plain / 255, plain * 257.0, np.stack([plain] * 3, axis=-1)):
        found = read_picture(npy(array))
        assert found.box == expected.box
        assert np.abs(found.image - expected.image).max() < 0.02
    signed = read_picture(npy(plain / 127.5 - 1))
    assert np.abs(signed.image - expected.image).max() < 0.02
    assert signed.notes == ("its values were stretched to 0…1",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npy(np.zeros((2, 2, 2, 2, 2))), "found shape (2, 2, 2, 2, 2)"),
        (npy(np.array(["a"])), "p: expected "),
        (idx_bytes(np.zeros((3, 28, 28), np.uint8)), "p: expected one image, found 3"),
        (idx_bytes(np.zeros((3, 28, 28), np.uint8))[:-1], "its header claims 3×28×28"),
        (b"1,2\n3\n", "p: expected an array of numbers: "),
        (b"data:image/png;base64,???", "p: expected a data URI, found a damaged one: "),
        (b"%PDF-1.7", "p: expected a picture, found a PDF, which can't be read here: "),
    ],
)
def test_what_is_no_array_or_picture(data, message):
    with pytest.raises(PictureError) as error:
        read_picture(data, name="p")
    assert message in str(error.value)


def test_a_data_uri_is_its_picture():
    data = bytes_of(drawn())
    uri = b"data:image/png;base64," + base64.encodebytes(data)
    assert np.array_equal(read_picture(uri).image, read_picture(data).image)


def test_what_a_folder_holds_besides_pictures(tmp_path):
    rows = np.zeros((2, 784), np.uint8)
    files = {
        "a.PNG": b"damaged pictures are reported when they are read",
        "images.csv": csv(rows),
        "images.npy": npy(rows),
        "torn-images-idx3-ubyte": idx_bytes(rows.reshape(2, 28, 28))[:-1],
        "labels.csv": b"file,label\na.png,7\n",
        "labels.npy": npy(np.arange(5)),
        "labels-idx1-ubyte": idx_bytes(np.arange(5, dtype=np.uint8)),
        "numbers.txt": b"1 2 3\n4 5 6\n",
        "paper.pdf": b"%PDF",
        "net.h5": b"\x89HDF",
        ".hidden.png": b"",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "more.png").mkdir()
    pictures, others = pictures_in(tmp_path)
    assert pictures == [str(tmp_path / name) for name in list(files)[:4]]
    assert sorted(others) == sorted([*list(files)[4:-1], "more.png/"])


def test_heic_names_what_reads_it(monkeypatch):
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    with pytest.raises(MissingPackageError) as error:
        read_picture(data, name="five.heic")
    assert str(error.value).startswith("five.heic, a picture in HEIC, needs a package ")
    assert str(error.value).endswith(": pip install pillow-heif (or save it as PNG or JPEG)")
    with pytest.raises(PictureError, match="found HEIC, which can't be read here: save it as PNG"):
        read_picture(data, formats=("PNG",))


def test_the_last_image_of_an_animation_is_taken_and_that_is_noted():
    frames = [Image.new("L", (300, 400), 255), drawn()]
    for kind in ("GIF", "PNG", "WEBP"):
        data = bytes_of(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
        found = read_picture(data)
        assert found.notes == ("the last of its 2 images was taken",)
        assert np.abs(found.image - read_picture(bytes_of(drawn())).image).max() < 0.02
    with pytest.raises(PictureError, match=r"in all its images, found 2 of 300 × 400$"):
        read_picture(data, largest=200_000)


def test_colours_of_equal_lightness_and_cut_outs():
    expected = read_picture(bytes_of(drawn()))
    ink = Image.eval(drawn(), lambda grey: 255 - grey)
    colours = [Image.new("RGB", ink.size, colour) for colour in ((200, 0, 0), (0, 102, 0))]
    found = read_picture(bytes_of(Image.composite(*colours, ink)))
    assert np.abs(found.image - expected.image).max() < 0.02
    tight = ink.crop(ink.getbbox())
    for grey in (0, 255):
        cut = Image.merge("LA", (tight.point(lambda _, grey=grey: grey), tight))
        found = read_picture(bytes_of(cut))
        assert found.box == (0, 0, *tight.size)
        assert np.abs(found.image - expected.image).max() < 0.02


@pytest.mark.parametrize("scale", [1, 4, 16, 257])
def test_deep_greys_of_any_range(scale):
    deep = np.asarray(drawn()).astype(np.uint16) * scale
    expected = read_picture(bytes_of(drawn())).image
    for array in (deep, deep.astype(np.int32)):
        picture = Image.fromarray(array)
        assert np.abs(read_picture(bytes_of(picture, "TIFF")).image - expected).max() < 0.02


def test_a_drawing_in_large_pixels_is_no_image_unless_it_is_like_mnists(digits):
    binary = (digits[3] >= 0.5).astype(np.float32)
    own = np.rint(255 * digits[3]).astype(np.uint8).repeat(5, axis=0).repeat(5, axis=1)
    assert read_picture(bytes_of(Image.fromarray(own)), drawn=True).raw
    moved = np.roll(binary, (-3, 3), axis=(0, 1)).repeat(5, axis=0).repeat(5, axis=1)
    for greys in (moved, 1 - moved, 1 - own / 255):
        found = read_picture(bytes_of(picture_of(greys)), drawn=True)
        assert not found.raw
        assert found.inverted == (greys[0, 0] > 0.5)
    # What idea drew says so, whatever it is.
    found = read_picture(png_bytes(np.roll(binary, (-3, 3), axis=(0, 1))), drawn=True)
    assert np.array_equal(found.image, np.roll(binary, (-3, 3), axis=(0, 1)))
    for value in (0, 255):
        with pytest.raises(PictureError, match="no ink was found"):
            read_picture(bytes_of(Image.new("L", (280, 280), value)), drawn=True)


def test_digits_are_read_in_rows_from_left_to_right(digits):
    page = np.zeros((200, 200), np.float32)
    for digit, corner in ((1, (10, 10)), (2, (10, 110)), (3, (110, 20)), (4, (110, 120))):
        page += pasted(digits[digit], 60, page.shape, corner)
    found = read_digits(bytes_of(picture_of(page.clip(0, 1))))
    model = idea.load_model()
    assert [int(model.logits(one.image.reshape(1, -1)).argmax()) for one in found] == [1, 2, 3, 4]
    assert found[0].notes == ("its digits are in 2 rows",)


def test_one_digit_is_hardly_ever_split(mnist):
    several = [len(read_digits(bytes_of(Image.fromarray(i)))) > 1 for i in mnist.test_images[:200]]
    assert sum(several) <= 4
