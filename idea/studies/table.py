"""The table of a study: a row for each network and digit, as Parquet or as CSV."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.input import read_bytes
from idea.files.output import write_bytes
from idea.studies.readings import Readings

__all__ = ["Table", "read_table", "table_of", "write_table"]

Table = dict[str, NDArray[Any]]
"""Columns of one length by name."""

_NAMES = ("network", "framework", "arch")

_OF_AN_IDEAL = (
    "digit",
    "energy",
    "logit",
    "margin",
    "probability",
    "runner_up",
    "ink",
    "smoothness",
    "locally_optimal",
    "evaluations",
)


def table_of(
    runs: Iterable[Mapping[str, Any]], timings: Iterable[Mapping[str, Any]], readings: Readings
) -> Table:
    """Make the table.

    Parameters
    ----------
    runs, timings
        What `run.json` and `timing.json` say, of each of the networks in the readings' order.
    readings
        How these read each other.

    Returns
    -------
    dict
        Columns: the parameters, the accuracy, what an ideal is worth, and what it took to find it.
    """
    legibility, probability = readings.legibility(), readings.probability()
    judges = readings.apart.sum(axis=0)
    rows = [
        {
            "network": run["network"],
            **run["parameters"],
            "accuracy": run["accuracy"],
            **{name: ideal[name] for name in _OF_AN_IDEAL},
            "legibility": legibility[place, number],
            "legible_probability": probability[place, number],
            "judges": judges[place],
            "seconds": timing["search_seconds"][str(ideal["digit"])],
            "training_seconds": timing["training_seconds"],
        }
        for place, (run, timing) in enumerate(zip(runs, timings, strict=True))
        for number, ideal in enumerate(run["ideals"])
    ]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def write_table(folder: Path, table: Table) -> Path:
    """Write `results.parquet`, or `results.csv` where pyarrow is missing.

    Parameters
    ----------
    folder
        Where to; the other of the two files, of an earlier run, is removed.
    table
        The table.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If it can't be written.
    """
    parquet, plain = folder / "results.parquet", folder / "results.csv"
    if importlib.util.find_spec("pyarrow"):
        write_bytes(parquet, _parquet_bytes(table))
        plain.unlink(missing_ok=True)
        return parquet
    write_bytes(plain, _csv_bytes(table))
    parquet.unlink(missing_ok=True)
    return plain


def read_table(folder: Path) -> Table:
    """Read the table of a study.

    Parameters
    ----------
    folder
        The study's.

    Returns
    -------
    dict
        The columns.

    Raises
    ------
    IdeaError
        If there is none, it is damaged, or pyarrow is missing for it.
    """
    parquet, plain = folder / "results.parquet", folder / "results.csv"
    if parquet.exists():
        return _parse_parquet(parquet)
    return _parse_csv(plain)


def _parquet_bytes(table: Table) -> bytes:
    import pyarrow
    from pyarrow import parquet

    stream = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(table), stream)
    return bytes(stream.getvalue())


def _parse_parquet(path: Path) -> Table:
    try:
        from pyarrow import ArrowException, BufferReader, parquet
    except ImportError as error:
        raise IdeaError(
            f"{path}: needs a package that is not installed ({error}): pip install pyarrow"
        ) from error
    try:
        # From a buffer, in this thread: threads of Arrow's that hold an object of Python's may end
        # after Python itself, which aborts the process.
        data = BufferReader(read_bytes(path, IdeaError))
        read = parquet.ParquetFile(data, pre_buffer=False).read(use_threads=False)
    except ArrowException as error:
        raise _no_table(path, error) from error
    columns = {
        name: column.to_numpy()
        for name, column in zip(read.column_names, read.columns, strict=True)
    }
    # pyarrow gives texts as objects.
    return {name: c.astype(str) if c.dtype == object else c for name, c in columns.items()}


def _parse_csv(path: Path) -> Table:
    try:
        header, *rows = csv.reader(io.StringIO(read_bytes(path, IdeaError).decode()))
        columns = zip(header, zip(*rows, strict=True), strict=True)
        return {name: _column(name, values) for name, values in columns}
    except (ValueError, csv.Error) as error:  # no UTF-8, rows of other lengths, no numbers
        raise _no_table(path, error) from error


def _no_table(path: Path, error: Exception) -> IdeaError:
    return IdeaError(f"{path}: expected the table of a study, found something else ({error})")


def _csv_bytes(table: Table) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))
    return stream.getvalue().encode()


def _column(name: str, values: tuple[str, ...]) -> NDArray[Any]:
    """Give a column that isn't one of names the first type that fits all its texts."""
    if name in _NAMES:
        return np.array(values)
    for kind in (int, float):
        try:
            return np.array([kind(value) for value in values])
        except ValueError:
            continue
    if set(values) <= {"True", "False"}:
        return np.array([value == "True" for value in values])
    raise ValueError(f"{name} holds no numbers")
