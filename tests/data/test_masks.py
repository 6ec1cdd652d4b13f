"""Masks: the bundled one is MNIST's, and files mark pixels in ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import idea
from idea.data.masks import read_mask, unused_pixels
from idea.files.picture import png_bytes


@pytest.fixture
def marked():
    return np.random.default_rng(0).random(784) < 0.3


def test_those_of_another_known_data_set_are_computed(digits8):
    rows = digits8.train_images.reshape(-1, 64)
    unused = unused_pixels(digits8.task)
    assert np.array_equal(unused, rows.max(axis=0) == 0)
    assert 0 < unused.sum() < 10
    assert np.array_equal(read_mask("unused", digits8.task), unused)


def test_those_of_an_unknown_data_set_are_one_message():
    with pytest.raises(idea.IdeaError) as error:
        unused_pixels(idea.Task(9, 7))
    assert str(error.value) == (
        "the unused pixels are known for the data sets mnist, fashion, digits8, found "
        "images of 9×7 and the classes 0…9: name a dump or a picture of those to freeze"
    )


def test_the_list_holds_those_that_never_vary_in_the_training_set(mnist):
    rows = mnist.train_images.reshape(-1, 784)
    unused = unused_pixels()
    assert (unused.shape, unused.dtype) == ((784,), bool)
    assert np.array_equal(unused, rows.min(axis=0) == rows.max(axis=0))
    assert not rows[:, unused].any()
    assert np.array_equal(read_mask("unused"), unused)


@pytest.mark.parametrize("name", ["mask.vf", "mask"])
def test_a_dump_marks_them_by_ink(tmp_path, marked, name):
    greys = np.where(marked, np.float32(0.5), np.float32(0.49))
    read = read_mask(idea.write_vf(tmp_path / name, greys))
    assert read.dtype == bool
    assert np.array_equal(read, marked)


@pytest.mark.parametrize("name", ["mask.png", "mask.bmp", "mask.gif"])
def test_a_picture_marks_them_in_white(tmp_path, marked, name):
    greys = np.where(marked, 128, 127).astype(np.uint8).reshape(28, 28)
    Image.fromarray(greys).save(tmp_path / name)
    assert np.array_equal(read_mask(str(tmp_path / name)), marked)


def test_a_file_of_that_name_is_named_by_its_path(tmp_path, monkeypatch, marked):
    monkeypatch.chdir(tmp_path)
    idea.write_vf("unused", marked)
    assert np.array_equal(read_mask("./unused"), marked)
    assert np.array_equal(read_mask("unused"), unused_pixels())


def test_what_marks_no_pixels_is_one_message(tmp_path, monkeypatch, marked):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "large.png").write_bytes(png_bytes(marked, scale=2))
    (tmp_path / "short.vf").write_bytes(bytes(3132))
    (tmp_path / "text.png").write_bytes(b"Dear all")
    for name, message in (
        ("large.png", "expected 28 × 28 pixels, white where they are masked, found 56 × 56"),
        ("short.vf", "expected a dump of 3136 bytes (784 float32), found 3132 bytes"),
        (
            "text.png",
            "expected a picture or a dump, found 8 bytes that begin with b'Dear'",
        ),
        ("no.vf", "can't be read: No such file or directory"),
    ):
        with pytest.raises(idea.IdeaError) as error:
            read_mask(name)
        assert str(error.value) == f"{name}: {message}"
