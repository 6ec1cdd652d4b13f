"""Tables: written and read in either form."""

from __future__ import annotations

import ast
import subprocess
import sys

import numpy as np
import pytest

from idea.errors import IdeaError
from idea.image import Task
from idea.studies.table import columns_of, read_table, write_table
from idea.training.recipe import ADDED

_VALUES = {
    str: ["mlp-u16", "lenet, the first"],
    int: [0, 4_294_967_295],
    float: [1 / 3, -1e-300],
    bool: [True, False],
}
COLUMNS = columns_of()
TABLE = {name: np.array(_VALUES[kind]) for name, kind in COLUMNS.items()}
TABLE["legibility"] = np.array([0.5, np.nan])


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


def test_an_older_table_lacks_what_was_off(form, tmp_path):
    write_table(tmp_path, {name: TABLE[name] for name in TABLE if name not in ADDED})
    read = read_table(tmp_path)
    assert list(read) == list(TABLE)
    for name, value in ADDED.items():
        assert read[name].tolist() == [value, value]


def test_other_classes_are_named_by_their_labels(form, tmp_path):
    task = Task(5, 3, ["a, b", '"quoted"'])
    columns = columns_of(task)
    assert "digit" not in columns
    assert [*columns].index("target") == [*COLUMNS].index("digit")
    labels = np.array(task.classes)
    table = {**TABLE, "target": labels, "runner_up": labels[::-1]}
    write_table(tmp_path, {name: table[name] for name in columns})
    read = read_table(tmp_path, task)
    assert list(read) == list(columns)
    for name in ("target", "runner_up"):
        assert read[name].tolist() == table[name].tolist()
    with pytest.raises(IdeaError, match=r"digit: expected a column|quoted"):
        read_table(tmp_path)  # as that of a study of MNIST


def test_the_other_forms_file_does_not_stay(form, tmp_path):
    other = "results.csv" if form == "results.parquet" else "results.parquet"
    (tmp_path / other).write_bytes(b"old")
    write_table(tmp_path, TABLE)
    assert [path.name for path in tmp_path.iterdir()] == [form]


def test_equal_tables_are_equal_files(form, tmp_path):
    first = write_table(tmp_path, TABLE).read_bytes()
    assert write_table(tmp_path, TABLE).read_bytes() == first


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not enough values to unpack (expected at least 1, got 0)"),
        (b"network,energy\nmlp,1.5\nmlp", "zip() argument 2 is shorter than argument 1"),
        (b"network,energy\nmlp,1.5\nmlp,x", "energy[1] is 'x'"),
        (b"locally_optimal\nyes", "locally_optimal[0] is 'yes'"),
        (b"network,energy\nmlp,\xff", "'utf-8' codec can't decode byte 0xff in position 19: "),
    ],
)
def test_a_damaged_plain_table_is_a_sentence(tmp_path, data, why):
    (tmp_path / "results.csv").write_bytes(data)
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value).startswith(
        f"{tmp_path / 'results.csv'}: expected the table of a study, found something else ({why}"
    )


def test_names_stay_texts_whatever_they_look_like(form, tmp_path):
    write_table(tmp_path, {**TABLE, "network": np.array(["7", "8"])})
    assert read_table(tmp_path)["network"].tolist() == ["7", "8"]


@pytest.mark.parametrize("name", [name for name in COLUMNS if name not in ADDED])
def test_a_table_without_a_column_or_with_another_kind_is_a_sentence(form, tmp_path, name):
    path = write_table(tmp_path, {other: TABLE[other] for other in TABLE if other != name})
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value).startswith(f"{path}: {name}: expected a column of ")
    assert str(error.value).endswith(", found none")
    if COLUMNS[name] is not str:
        write_table(tmp_path, {**TABLE, name: np.array(["a", "b"])})
        with pytest.raises(IdeaError, match=rf"{path}: .*{name}"):
            read_table(tmp_path)


def test_what_is_no_number_is_named_with_its_row(form, tmp_path):
    path = write_table(tmp_path, {**TABLE, "energy": np.array([1, np.inf])})
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value) == f"{path}: energy[1]: expected a number, found inf"


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted as Linux counts them")
def test_a_table_leaves_no_threads_of_arrow(tmp_path):
    """They may let go of what Python lent them when Python is gone, which aborts the process."""
    pytest.importorskip("pyarrow")
    script = """
import os, sys
from pathlib import Path
import numpy as np
import pyarrow.parquet  # jemalloc, which comes with it, has a thread that knows no Python
from idea.studies.table import columns_of, read_table, write_table

before = os.listdir("/proc/self/task")
table = {name: np.zeros(1, kind) for name, kind in columns_of().items()}
write_table(Path(sys.argv[1]), table)
assert read_table(Path(sys.argv[1])).keys() == table.keys()
after = set(os.listdir("/proc/self/task")) - set(before)
print([Path(f"/proc/self/task/{task}/comm").read_text() for task in after])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert set(ast.literal_eval(done.stdout)) <= {"jemalloc_bg_thd\n"}


def test_a_damaged_table_is_a_sentence(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "results.parquet").write_bytes(b"no table")
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value).startswith(
        f"{tmp_path / 'results.parquet'}: expected the table of a study, found something else ("
    )


def test_a_table_that_unpacks_to_more_than_may_be_read(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "1")
    path = tmp_path / "results.parquet"
    names = np.full(10**6, "mlp-u16")
    for table, found in (
        (
            {"network": names},
            f"its columns: expected at most 1,000,000 bytes, found {8 * len(COLUMNS) * 10**6:,}",
        ),
        ({**TABLE, "network": ["a", "b" * 10**6]}, "a column of texts: expected at most 1,000,000"),
    ):
        parquet.write_table(pyarrow.table(table), path)
        assert path.stat().st_size < 10**6
        with pytest.raises(IdeaError) as error:
            read_table(tmp_path)
        assert str(error.value).startswith(f"{path}: expected the table of a study, found ")
        assert found in str(error.value)


def test_parquet_without_pyarrow_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "results.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(IdeaError) as error:
        read_table(tmp_path)
    assert str(error.value).startswith(
        f"{tmp_path / 'results.parquet'} needs a package that is not installed ("
    )
    assert str(error.value).endswith("): pip install pyarrow")
