"""Tables: written and read in either form."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from idea.errors import IdeaError
from idea.studies.table import read_table, write_table

TABLE = {
    "network": np.array(["mlp-u16", "lenet, the first"]),
    "seed": np.array([0, 4_294_967_295]),
    "energy": np.array([1 / 3, -1e-300]),
    "legibility": np.array([0.5, np.nan]),
    "locally_optimal": np.array([True, False]),
}


@pytest.fixture(params=["results.parquet", "results.csv"])
def form(request, monkeypatch):
    if request.param == "results.csv":
        monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it weren't installed
    else:
        pytest.importorskip("pyarrow")
    return request.param


def test_what_is_written_is_read(form, tmp_path):
    assert write_table(tmp_path, TABLE) == tmp_path / form
    read = read_table(tmp_path)
    assert list(read) == list(TABLE)
    for name, column in TABLE.items():
        assert read[name].dtype.kind == column.dtype.kind
        np.testing.assert_array_equal(read[name], column)


def test_the_other_forms_file_does_not_stay(form, tmp_path):
    other = "results.csv" if form == "results.parquet" else "results.parquet"
    (tmp_path / other).write_bytes(b"old")
    write_table(tmp_path, TABLE)
    assert [path.name for path in tmp_path.iterdir()] == [form]


def test_equal_tables_are_equal_files(form, tmp_path):
    first = write_table(tmp_path, TABLE).read_bytes()
    assert write_table(tmp_path, TABLE).read_bytes() == first


def test_a_damaged_table_is_a_sentence(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "results.parquet").write_bytes(b"no table")
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value).startswith(
        f"{tmp_path / 'results.parquet'}: expected the table of a study, found something else ("
    )


def test_parquet_without_pyarrow_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "results.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value).startswith(
        f"{tmp_path / 'results.parquet'}: needs a package that is not installed ("
    )
    assert str(error.value).endswith("): pip install pyarrow")
