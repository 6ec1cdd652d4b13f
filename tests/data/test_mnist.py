"""MNIST in all its formats, on a small data set in place of the real one."""

from __future__ import annotations

import gzip
import hashlib
import os
import pickle
import struct

import numpy as np
import pytest

from idea.data import formats
from idea.data.download import cache_folder
from idea.data.formats import read_source
from idea.data.known import MNIST
from idea.data.mnist import load_mnist
from idea.errors import DataError, OutputError

COUNTS = {"train": 60, "t10k": 20}


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    return {
        part: (
            rng.integers(256, size=(count, 28, 28), dtype=np.uint8),
            rng.integers(10, size=count, dtype=np.uint8),
        )
        for part, count in COUNTS.items()
    }


@pytest.fixture
def files(arrays, monkeypatch):
    """The small data set's IDX files, whose sums are taken for MNIST's."""
    files = {}
    for part, (images, labels) in arrays.items():
        head = struct.pack(">iiii", 0x803, len(images), 28, 28)
        files[f"{part}-images-idx3-ubyte"] = head + images.tobytes()
        files[f"{part}-labels-idx1-ubyte"] = struct.pack(">ii", 0x801, len(labels)) + bytes(labels)
    for name, data in files.items():
        monkeypatch.setitem(MNIST.checksums, name, hashlib.sha256(data).hexdigest())
    return files


def raw(folder, files, arrays):
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def gzipped(folder, files, arrays):
    for name, data in files.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(data))
    return folder


def dotted(folder, files, arrays):
    for name, data in files.items():
        (folder / name.replace("-idx", ".idx")).write_bytes(data)
    return folder


def classic(folder, files, arrays):
    """mnist.pkl.gz: three parts, greys as byte/256 in float32, labels as int64."""
    images = [arrays[part][0].reshape(-1, 784).astype(np.float32) / 256 for part in COUNTS]
    labels = [arrays[part][1].astype(np.int64) for part in COUNTS]
    parts = ((images[0][:50], labels[0][:50]), (images[0][50:], labels[0][50:]))
    path = folder / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps((*parts, (images[1], labels[1])), protocol=3)))
    return path


def keras(folder, files, arrays):
    (x_train, y_train), (x_test, y_test) = (arrays[part] for part in COUNTS)
    path = folder / "mnist.npz"
    np.savez_compressed(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


FORMS = [raw, gzipped, dotted, classic, keras]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_digits(tmp_path, files, arrays, form):
    path = form(tmp_path, files, arrays)
    for source in {path, tmp_path}:
        data = load_mnist(source)
        assert np.array_equal(data.train_images, arrays["train"][0])
        assert np.array_equal(data.train_labels, arrays["train"][1])
        assert np.array_equal(data.test_images, arrays["t10k"][0])
        assert np.array_equal(data.test_labels, arrays["t10k"][1])


@pytest.mark.parametrize("form", FORMS)
def test_one_wrong_byte_is_noticed(tmp_path, files, arrays, form):
    arrays["train"][0][5, 5, 5] ^= 1
    changed = dict(files)
    name = "train-images-idx3-ubyte"
    changed[name] = files[name][:16] + arrays["train"][0].tobytes()
    path = form(tmp_path, changed, arrays)
    with pytest.raises(DataError) as error:
        load_mnist(path)
    assert str(error.value) == (
        f"{path}: {name} is not that of MNIST: expected SHA-256 {MNIST.checksums[name]}, "
        f"found {hashlib.sha256(changed[name]).hexdigest()}"
    )


@pytest.mark.parametrize("form", [gzipped, classic, keras])
def test_a_damaged_archive_is_one_message(tmp_path, files, arrays, form):
    form(tmp_path, files, arrays)
    for path in sorted(tmp_path.iterdir()):
        whole = path.read_bytes()
        for damaged in (whole[: len(whole) // 2], whole[:-20] + b"x" * 20, whole[:3]):
            path.write_bytes(damaged)
            with pytest.raises(DataError) as error:
                load_mnist(tmp_path)
            assert str(error.value).startswith(f"{path}: ")
        path.write_bytes(whole)
    load_mnist(tmp_path)


def test_the_pickle_that_tries_to_run_code_does_not(tmp_path, files, arrays):
    marker = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(marker),))

    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps((Trap(), Trap(), Trap()))))
    with pytest.raises(DataError) as error:
        load_mnist(path)
    assert str(error.value) == (f"{path}: a pickle of posix.mkdir; only numpy arrays are read")
    assert not marker.exists()


@pytest.mark.parametrize("name", ["fromfile", "load", "memmap", "lib.format.open_memmap"])
def test_the_pickle_gets_none_of_numpys_other_functions(tmp_path, name):
    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(f"cnumpy\n{name}\n(S'x'\ntR.".encode()))
    with pytest.raises(DataError) as error:
        load_mnist(path)
    assert str(error.value) == (f"{path}: a pickle of numpy.{name}; only numpy arrays are read")


def test_what_unpacks_to_more_than_the_data_set_is_refused(tmp_path, files, arrays):
    gzipped(tmp_path, files, arrays)
    path = tmp_path / "t10k-labels-idx1-ubyte.gz"
    head = files["t10k-labels-idx1-ubyte"][:8]
    path.write_bytes(gzip.compress(head + bytes(1 << 24)))
    with pytest.raises(DataError) as error:
        load_mnist(tmp_path)
    assert str(error.value) == f"{path}: expected to unpack to at most 28 bytes, found more"


def test_a_pickle_makes_no_array_of_any_size_it_likes(tmp_path, monkeypatch):
    path = tmp_path / "mnist.pkl.gz"
    pickles = {
        b"cnumpy\nndarray\n((I99999999999\ntR.": "expected the classic mnist.pkl.gz: ",
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I99999999999\ntS'b'\ntR.": (
            "expected the classic mnist.pkl.gz: "
        ),
        pickle.dumps([([0] * 9, [1] * 9)] * 3): (
            "expected the classic mnist.pkl.gz: expected arrays of numbers, found <class 'list'>"
        ),
    }
    for data, message in pickles.items():
        path.write_bytes(gzip.compress(data))
        with pytest.raises(DataError) as error:
            load_mnist(path)
        assert str(error.value).startswith(f"{path}: {message}")
    monkeypatch.setattr(formats, "PICKLE_SIZE", 99)
    path.write_bytes(gzip.compress(bytes(100)))
    with pytest.raises(DataError, match="expected to unpack to at most 99 bytes, found more"):
        load_mnist(path)


def test_what_is_missing_from_a_folder_is_named(tmp_path, files, arrays):
    raw(tmp_path, files, arrays)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError) as error:
        load_mnist(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: expected four IDX files (raw or .gz), mnist.pkl.gz or mnist.npz; "
        "missing: t10k-labels-idx1-ubyte"
    )


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "mnist.txt"
    path.write_text("five")
    with pytest.raises(DataError) as error:
        load_mnist(path)
    assert str(error.value) == (
        f"{path}: expected a folder of IDX files, mnist.pkl.gz or mnist.npz, "
        "found a file that begins with b'five'"
    )
    with pytest.raises(DataError, match="can't be read: No such file or directory"):
        load_mnist(tmp_path / "nothing")


def test_the_cache_is_used_and_checked(tmp_path, files, arrays, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = cache_folder()
    assert folder == tmp_path / "idea" / "mnist"
    folder.mkdir(parents=True)
    raw(folder, files, arrays)
    assert np.array_equal(load_mnist().train_labels, arrays["train"][1])
    for form in (gzipped, keras, classic):
        for path in folder.iterdir():
            path.unlink()
        form(folder, files, arrays)
        assert np.array_equal(load_mnist().train_labels, arrays["train"][1])
    raw(folder, files, arrays)
    damaged = files["t10k-labels-idx1-ubyte"][:-1] + b"x"
    (folder / "t10k-labels-idx1-ubyte").write_bytes(damaged)
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte is not that of MNIST"):
        load_mnist()


def test_the_real_data_set_is_what_everybody_knows(mnist):
    assert (mnist.train_images.shape, mnist.test_images.shape) == ((60000, 28, 28), (10000, 28, 28))
    assert mnist.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.bincount(mnist.train_labels)[5] == 5421
    assert np.count_nonzero(mnist.train_images.any(axis=0)) == 717


def test_the_sources_bytes_are_those_of_the_files(tmp_path, files, arrays):
    for form in FORMS:
        folder = tmp_path / form.__name__
        folder.mkdir()
        assert read_source(form(folder, files, arrays)) == files


def test_without_a_cache_the_error_names_the_alternatives(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(OutputError) as error:
        load_mnist()
    assert str(error.value) == (
        f"{tmp_path}/file/idea/mnist: can't create the folder: Not a directory: MNIST is "
        "stored there; name another cache with XDG_CACHE_HOME, or a folder that has the data set "
        "in place of mnist"
    )
