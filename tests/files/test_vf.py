"""Dumps: 784 little-endian float32, nothing else."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import idea
from idea.files.vf import dump_bytes
from idea.image import as_image

images = hnp.arrays(np.float32, (28, 28), elements=st.floats(0, 1, width=32))


@given(images)
def test_what_is_written_is_read(tmp_path_factory, image):
    path = tmp_path_factory.mktemp("dumps") / "x.vf"
    assert np.array_equal(idea.read_vf(idea.write_vf(path, image)), image)


def test_entry_x_plus_28_y_is_column_x_of_row_y(tmp_path):
    values = [number / 783 for number in range(784)]
    path = tmp_path / "ramp.vf"
    path.write_bytes(struct.pack("<784f", *values))
    image = idea.read_vf(path)
    for x, y in ((0, 0), (27, 0), (0, 1), (5, 20), (27, 27)):
        assert image[y, x] == np.float32(values[x + 28 * y])
    assert dump_bytes(np.array(values)) == path.read_bytes()


@given(st.binary(max_size=4000))
def test_any_other_bytes_are_an_image_or_one_message(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("dumps") / "x.vf"
    path.write_bytes(data)
    with pytest.raises(idea.IdeaError) as error:
        idea.read_vf(path)
    assert str(error.value) == (
        f"{path}: expected a dump of 3136 bytes (784 float32), found {len(data)} bytes"
        if len(data) != 3136
        else str(error.value)
    )


@pytest.mark.parametrize(
    ("value", "found"), [(np.nan, "nan"), (np.inf, "inf"), (1.5, "1.5"), (1 + 2**-20, "1.000001")]
)
def test_a_value_outside_0_to_1_is_named(tmp_path, value, found):
    values = np.zeros(784, "<f4")
    values[3 + 28 * 7] = value
    path = tmp_path / "x.vf"
    path.write_bytes(values.tobytes())
    with pytest.raises(idea.IdeaError) as error:
        idea.read_vf(path)
    assert str(error.value) == (
        f"{path}: the pixel in column 3, row 7 is {found}; every pixel must lie in 0…1"
    )


def test_a_missing_dump(tmp_path):
    with pytest.raises(idea.IdeaError) as error:
        idea.read_vf(tmp_path / "no.vf")
    assert str(error.value) == f"{tmp_path / 'no.vf'}: can't be read: No such file or directory"


def test_a_bad_image_leaves_the_file_that_was_there(tmp_path):
    path = idea.write_vf(tmp_path / "x.vf", np.ones(784))
    before = path.read_bytes()
    with pytest.raises(idea.IdeaError, match=r"image: expected 784 numbers or 28 rows of 28"):
        idea.write_vf(path, np.ones(785))
    with pytest.raises(idea.IdeaError, match=r"is 2\.0; every pixel"):
        idea.write_vf(path, np.full(784, 2.0))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@given(images)
def test_as_image_takes_rows_and_copies(image):
    flat = as_image(image.ravel())
    assert np.array_equal(flat, image)
    assert not np.shares_memory(flat, image)
    assert flat.flags.writeable
