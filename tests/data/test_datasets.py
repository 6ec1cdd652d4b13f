"""Data sets from folders of IDX files."""

from __future__ import annotations

import copy
import gzip
import shutil

import msgspec
import numpy as np
import pytest
from idx_files import write_idx
from letters import LETTERS, drawn, write_letters

import idea
from idea.data.datasets import DataOptions, Dataset, load_dataset
from idea.data.idx import NAMES, idx_bytes


@pytest.fixture
def arrays():
    """Training images and labels, test images and labels: 7×5 pixels, three classes."""
    rng = np.random.default_rng(0)
    made = []
    for count in (30, 12):
        made.append(rng.integers(256, size=(count, 7, 5), dtype=np.uint8))
        made.append(np.arange(count, dtype=np.uint8) % 3)
    return made


def same(dataset: Dataset, arrays) -> bool:
    found = (dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels)
    return all(np.array_equal(one, other) for one, other in zip(found, arrays, strict=True))


@pytest.mark.parametrize(
    "pattern",
    [
        "{}-{}-idx{}-ubyte",
        "{}-{}.idx{}-ubyte",
        "{}-{}-idx{}-ubyte.gz",
        "kuzushiji-{}-{}-idx{}-ubyte.gz",
        "My_Own.{}_{}.idx{}",
    ],
)
@pytest.mark.parametrize("test", ["t10k", "test"])
def test_files_of_any_equal_shape_are_found_by_their_names(tmp_path, arrays, pattern, test):
    names = [
        pattern.format(part, kind, dimensions)
        for part in ("train", test)
        for kind, dimensions in (("images", 3), ("labels", 1))
    ]
    write_idx(tmp_path, arrays, names)
    (tmp_path / f"._{names[0]}").write_bytes(b"macOS")
    for source in (tmp_path, str(tmp_path), tmp_path / names[3]):
        dataset = load_dataset(source)
        assert dataset.task == idea.Task(7, 5, ("0", "1", "2"))
        assert same(dataset, arrays)
    named = load_dataset(tmp_path, classes=["cat", "dog", "owl"], transpose=True)
    assert named.task == idea.Task(5, 7, ("cat", "dog", "owl"))
    assert np.array_equal(named.test_images, arrays[2].transpose(0, 2, 1))


def test_a_raw_file_is_taken_before_a_gzipped_one(tmp_path, arrays):
    write_idx(tmp_path, arrays)
    (tmp_path / f"{NAMES[1]}.gz").write_bytes(b"not this one")
    assert same(load_dataset(tmp_path), arrays)


def test_of_several_data_sets_in_a_folder_a_file_names_one(tmp_path, arrays):
    for name in ("letters", "more"):
        write_idx(tmp_path, arrays, [f"emnist-{name}-{file}" for file in NAMES])
    with pytest.raises(idea.IdeaError) as error:
        load_dataset(tmp_path)
    first = tmp_path / f"emnist-letters-{NAMES[0]}"
    assert str(error.value) == (
        f"{tmp_path}: expected one data set, found 2 (emnist-letters-, emnist-more-): name a file "
        f"of one, such as {first}"
    )
    assert load_dataset(first).name == "emnist-letters"


def test_classes_that_are_numbered_from_1_keep_their_numbers(tmp_path, arrays):
    for labels in arrays[1::2]:
        labels += 1
    write_idx(tmp_path, arrays)
    dataset = load_dataset(tmp_path)
    assert dataset.task.classes == ("1", "2", "3")
    assert np.array_equal(dataset.train_labels, arrays[1] - 1)
    assert load_dataset(tmp_path, classes=["x", "y", "z"]).test_labels.min() == 0
    # A label for the empty class 0 can be given, too.
    empty = load_dataset(tmp_path, classes=["none", "x", "y", "z"])
    assert np.array_equal(empty.train_labels, arrays[1])


def test_letters_like_emnists(tmp_path):
    dataset = load_dataset(write_letters(tmp_path / "emnist"), classes=LETTERS, transpose=True)
    assert dataset.task == idea.Task(28, 28, LETTERS)
    assert set(dataset.train_labels.tolist()) == set(range(26))
    q = dataset.train_images[dataset.train_labels == 16]
    upright = {
        bytes(drawn("q", size, (x, y)))
        for size in range(20, 24)
        for x in range(-1, 2)
        for y in range(-1, 2)
    }
    assert {bytes(image) for image in q} <= upright


def cut(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])


def with_head(place, value):
    def change(folder, name):
        path = folder / name
        data = bytearray(path.read_bytes())
        data[place : place + 4] = value.to_bytes(4, "big")
        path.write_bytes(data)

    return change


def bomb(folder, name):
    data = (folder / name).read_bytes() + bytes(1 << 24)
    (folder / name).unlink()
    (folder / f"{name}.gz").write_bytes(gzip.compress(data))


def broken(folder, name):
    (folder / name).write_bytes(b"\x1f\x8bnot gzip at all")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (NAMES[2], lambda f, n: (f / n).unlink(), "{folder}: expected four IDX files (raw or .gz), "
         "mnist.pkl.gz or mnist.npz; missing: {name}"),
        (NAMES[0], cut, "{path}: expected 1,050 bytes after the header, which claims 30×7×5, found "
         "1,049"),
        (NAMES[1], with_head(4, 31), "{path}: expected 31 bytes after the header, which claims 31, "
         "found 30"),
        (NAMES[0], with_head(0, 0xD03), "{path}: expected an IDX file of unsigned bytes in 3 "
         r"dimensions, which begins with b'\x00\x00\x08\x03', found b'\x00\x00\r\x03'"),
        (NAMES[3], with_head(0, 0x803), "{path}: expected an IDX file of unsigned bytes in 1 "
         r"dimension, which begins with b'\x00\x00\x08\x01', found b'\x00\x00\x08\x03'"),
        (NAMES[1], lambda f, n: (f / n).write_bytes(b""), "{path}: expected an IDX file of "
         r"unsigned bytes in 1 dimension, which begins with b'\x00\x00\x08\x01', found b''"),
        (NAMES[0], with_head(8, 1000), "{path}: expected images of at most 4,096 pixels, found "
         "1000×5"),
        (NAMES[3], bomb, "{path}.gz: expected to unpack to at most 20 bytes, found more"),
        (NAMES[3], broken, "{path}: can't be read: Error -3 while decompressing data: unknown "
         "compression method"),
    ],
)  # fmt: skip
def test_damaged_files_are_one_message(tmp_path, arrays, name, change, message):
    change(write_idx(tmp_path, arrays), name)
    with pytest.raises(idea.IdeaError) as error:
        load_dataset(tmp_path)
    assert str(error.value) == message.format(folder=tmp_path, name=name, path=tmp_path / name)


def test_a_size_beyond_the_limit_is_refused_before_anything_is_unpacked(
    tmp_path, arrays, monkeypatch
):
    write_idx(tmp_path, arrays, [f"{name}.gz" for name in NAMES])
    path = tmp_path / f"{NAMES[0]}.gz"
    head = bytearray(idx_bytes(arrays[0])[:16])
    head[4:8] = (1 << 24).to_bytes(4, "big")
    path.write_bytes(gzip.compress(bytes(head)))
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "2")
    with pytest.raises(idea.IdeaError) as error:
        load_dataset(tmp_path)
    assert str(error.value).startswith(
        f"{path}: expected at most 2,000,000 bytes, found 587,202,576 or more"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: [a[0], a[1][:29], *a[2:]], "expected a label for each training image, found 30 "
         "images and 29 labels"),
        (lambda a: [*a[:2], a[2][:9], a[3]], "expected a label for each test image, found 9 images "
         "and 12 labels"),
        (lambda a: [*a[:2], a[2].transpose(0, 2, 1), a[3]], "expected test images of 7×5, found "
         "5×7"),
        (lambda a: [a[0][:, :1, :2], a[1], a[2][:, :1, :2], a[3]], "images must have 4…4,096 "
         "pixels, not 1×2"),
        (lambda a: [a[0], 0 * a[1], a[2], 0 * a[3]], "expected 2…1,000 classes, found 1"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_together_are_one_message(tmp_path, arrays, change, message):
    write_idx(tmp_path, change(arrays))
    with pytest.raises(idea.IdeaError) as error:
        load_dataset(tmp_path)
    assert str(error.value) == f"{tmp_path.name}: {message}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": ["a", "b"]}, "{name}: expected 3 labels, one a class (0…2 in the files), "
         "found 2"),
        ({"classes": ["a", "b", "c", "d"]}, "{name}: expected 3 labels, one a class (0…2 in the "
         "files), found 4"),
        ({"classes": ["a", "b", "b"]}, "labels must differ, found b twice"),
        ({"classes": ["a", "b", 3]}, "a label must be a printable text, not 3"),
        ({"classes": "abc"}, "classes must be a list of labels, not 'abc'"),
        ({"transpose": 1}, "transpose must be True or False, not 1"),
        ({"on_message": 5}, "on_message must be a function, not 5"),
    ],
)  # fmt: skip
def test_wrong_options_are_one_message(tmp_path, arrays, options, message):
    write_idx(tmp_path, arrays)
    with pytest.raises(idea.IdeaError) as error:
        load_dataset(tmp_path, **options)
    assert str(error.value) == message.format(name=tmp_path.name)


def test_options_can_be_stored_and_load_the_data_set(tmp_path, arrays):
    options = DataOptions(str(write_idx(tmp_path, arrays)), ("x", "y", "z"), transpose=True)
    stored = msgspec.json.encode(options)
    assert msgspec.json.decode(stored, type=DataOptions) == copy.deepcopy(options) == options
    assert options.load().task == idea.Task(5, 7, ("x", "y", "z"))
    shutil.rmtree(tmp_path)
    with pytest.raises(idea.IdeaError, match="can't be read"):
        options.load()
