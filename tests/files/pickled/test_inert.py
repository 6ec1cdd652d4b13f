"""Pickles are read without running anything, and claim no more memory than they have bytes."""

from __future__ import annotations

import io
import pickle
import struct

import numpy as np
import pytest

from idea.errors import WeightsError
from idea.files.pickled.inert import Inert, load_inert
from idea.files.pickled.nested import nested_arrays
from idea.files.weights.formats import read_weights


class Trap:
    """Unpickled by pickle, it would print."""

    def __reduce__(self):
        return (print, ("sprung",), {"a": 1}, iter([1]), iter([(2, 3)]))


@pytest.mark.parametrize("protocol", range(6))
def test_nothing_is_run(capsys, protocol):
    found = load_inert(pickle.dumps(Trap(), protocol))
    assert isinstance(found, Inert)
    assert (found.name, found.args, found.state) == ("print", ("sprung",), {"a": 1})
    assert found.items == [1, (2, 3)]
    assert capsys.readouterr().out == ""


ARRAYS = [
    np.arange(6.0).reshape(2, 3),
    np.asfortranarray(np.arange(6, dtype=">f4").reshape(2, 3)),
    np.array(["a", "bc"]),
    np.array(["a", "bc"], object),
    np.array([True, False]),
]


@pytest.mark.parametrize("protocol", range(6))
def test_arrays_are_read_as_numpy_reads_them(protocol):
    found = load_inert(pickle.dumps([*ARRAYS, np.float64(2.5)], protocol))
    for stored, array in zip(found, [*ARRAYS, np.array(2.5)], strict=True):
        assert np.array_equal(stored.array(), array)
        assert stored.array().dtype == array.dtype


@pytest.mark.parametrize("compress", [0, 3, ("xz", 3), ("bz2", 3)])
def test_joblibs_arrays_are_read(tmp_path, compress):
    joblib = pytest.importorskip("joblib")
    rng = np.random.default_rng(0)
    W = {"W1": rng.normal(size=(784, 4)), "b1": rng.normal(size=4), "W2": rng.normal(size=(4, 10)),
         "b2": rng.normal(size=10)}  # fmt: skip
    joblib.dump(W, tmp_path / "m.joblib", compress=compress)
    (first, b), _ = read_weights(tmp_path / "m.joblib").layers
    assert np.array_equal(first, W["W1"].T.astype("f4"))
    assert np.array_equal(b, W["b1"].astype("f4"))
    if not compress:
        joblib.dump(ARRAYS, tmp_path / "m.joblib")
        found = load_inert((tmp_path / "m.joblib").read_bytes())
        assert all(map(np.array_equal, (stored.array() for stored in found), ARRAYS))


def test_a_pickle_that_claims_a_terabyte_is_refused():
    with pytest.raises(pickle.UnpicklingError):
        load_inert(b"\x80\x05" + pickle.BYTEARRAY8 + struct.pack("<Q", 10**12) + b".")
    huge = pickle.dumps(np.zeros(3)).replace(b"K\x03\x85", b"J\xff\xff\xff\x7f\x85")
    with pytest.raises(WeightsError, match="claims the shape"):
        load_inert(huge).array()


def test_arrays_of_objects_and_records_are_refused():
    with pytest.raises(WeightsError, match="found one of other objects"):
        load_inert(pickle.dumps(np.array([io.StringIO], object))).array()
    with pytest.raises(WeightsError, match="at most 200 arrays"):
        nested_arrays([[0.5] for _ in range(3)] and [[[0.5], [0.5, 1.0]]] * 201)


def test_a_damaged_pickle_is_one_message(tmp_path):
    whole = pickle.dumps({"W1": np.ones((784, 10)), "b1": np.ones(10)})
    rng = np.random.default_rng(0)
    path = tmp_path / "m.pkl"
    for _ in range(150):
        data = bytearray(whole)
        for place in rng.integers(250, size=3):
            data[place] = rng.integers(256)
        path.write_bytes(data)
        try:
            read_weights(path)
        except WeightsError as error:
            assert str(error).startswith(f"{path}: ")
