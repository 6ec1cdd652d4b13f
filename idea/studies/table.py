"""The table of a study: a row for each network and class, as Parquet or as CSV."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, MissingPackageError
from idea.files.read import read_bytes, require_size
from idea.files.write import write_bytes
from idea.image import DIGITS, Task
from idea.optional import optional_imports
from idea.studies.cell import HYPERPARAMETERS
from idea.studies.predictions import Predictions
from idea.studies.stored import IdealRecord, class_column
from idea.studies.stored_network import StoredNetwork
from idea.text import short_repr
from idea.training.recipe import ADDED, SCHEMAS

__all__ = ["Table", "columns_of", "read_table", "table_of", "write_table"]

Table = dict[str, NDArray[Any]]
"""Columns of one length by name."""

_OF_AN_IDEAL = {
    name: schema
    for name, schema in get_type_hints(IdealRecord, include_extras=True).items()
    if name != "logits"
}


def _base(schema: Any) -> type[Any]:
    """Return a schema's type without its range."""
    base: type[Any] = (get_args(schema) or [schema])[0]
    return base


def columns_of(task: Task = DIGITS) -> dict[str, type[Any]]:
    """Return the type of each column's values; classes are named as by `Task.key`."""
    key = class_column(task)
    of_an_ideal = {
        name: type(task.key(0)) if name in (key, "runner_up") else _base(schema)
        for name, schema in _OF_AN_IDEAL.items()
        if name == key or name not in ("digit", "target")
    }
    return {
        "network": str,
        **{name: _base(SCHEMAS.get(name, str)) for name in HYPERPARAMETERS},
        "accuracy": float,
        **of_an_ideal,
        "legibility": float,
        "legible_probability": float,
        "judges": int,
        "seconds": float,
        "training_seconds": float,
    }


_KINDS = {str: ("U", "texts"), int: ("iu", "whole numbers"), bool: ("b", "truth values")}
_TRUTH = {"True": True, "False": False}
_UNKNOWN = ("legibility", "legible_probability")  # nan where a network has no evaluators


def table_of(
    networks: Iterable[StoredNetwork], predictions: Predictions, task: Task = DIGITS
) -> Table:
    """Make the table.

    Parameters
    ----------
    networks
        In the predictions' order.
    predictions
        Their predictions for each other's ideals.
    task
        The study's.

    Returns
    -------
    dict
        Columns: the parameters, the accuracy, the scores of an ideal, and the effort of its search.
    """
    legibility, probability = predictions.legibility(), predictions.probability()
    evaluators = predictions.apart.sum(axis=0)
    columns = columns_of(task)
    key = class_column(task)
    rows = [
        {
            "network": network.run.network,
            **network.run.parameters,
            "accuracy": network.run.accuracy,
            **{name: getattr(ideal, name) for name in _OF_AN_IDEAL if name in columns},
            "legibility": legibility[place, number],
            "legible_probability": probability[place, number],
            "judges": evaluators[place],
            "seconds": network.timing.search_seconds[str(getattr(ideal, key))],
            "training_seconds": network.timing.training_seconds,
        }
        for place, network in enumerate(networks)
        for number, ideal in enumerate(network.run.ideals)
    ]
    return {name: np.array([row[name] for row in rows]) for name in columns}


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


def read_table(folder: Path, task: Task = DIGITS) -> Table:
    """Read the table of a study.

    Parameters
    ----------
    folder, task
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
    path, parse = (parquet, _parse_parquet) if parquet.exists() else (plain, _parse_csv)
    data = read_bytes(path, IdeaError)
    columns = columns_of(task)
    try:
        with optional_imports(path, "pyarrow"):
            table = parse(data, columns)
    except MissingPackageError:
        raise
    except Exception as error:  # a damaged file raises nearly anything
        raise IdeaError(
            f"{path}: expected the table of a study, found something else ({error})"
        ) from error
    rows = len(next(iter(table.values()), ()))
    table = {name: np.full(rows, value) for name, value in ADDED.items()} | table
    return {
        name: _checked(f"{path}: {name}", table.get(name), kind) for name, kind in columns.items()
    }


def _checked(label: str, column: NDArray[Any] | None, kind: type[Any]) -> NDArray[Any]:
    """Return a column as its type; raise an error if it has another."""
    letters, expected = _KINDS.get(kind, ("iuf", "numbers"))
    if column is None or column.dtype.kind not in letters:
        found = "none" if column is None else f"one of {column.dtype}"
        raise IdeaError(f"{label}: expected a column of {expected}, found {found}")
    if kind is not float:
        return column
    column = column.astype(np.float64)
    wrong = np.isinf(column) if label.endswith(_UNKNOWN) else ~np.isfinite(column)
    if wrong.any():
        row = int(wrong.argmax())
        raise IdeaError(f"{label}[{row}]: expected a number, found {column[row]}")
    return column


def _parquet_bytes(table: Table) -> bytes:
    import pyarrow
    from pyarrow import parquet

    stream = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(table), stream)
    return bytes(stream.getvalue())


def _parse_parquet(data: bytes, columns: Mapping[str, type[Any]]) -> Table:
    from pyarrow import BufferReader, parquet

    # From a buffer, in this thread: Arrow's threads that hold a Python object may end
    # after the interpreter, which aborts the process.
    file = parquet.ParquetFile(BufferReader(data), pre_buffer=False)
    # A run of equal values takes a few bytes of the file, however long it is.
    require_size("its columns", file.metadata.num_rows * len(columns) * 8, IdeaError)
    read = file.read(list(columns), use_threads=False)
    return {
        name: _texts(column.to_numpy())
        for name, column in zip(read.column_names, read.columns, strict=True)
    }


def _texts(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column of texts, objects in pyarrow, as strings; any other unchanged."""
    if column.dtype != object or not all(isinstance(value, str) for value in column):
        return column
    longest = max(map(len, column), default=0)  # all take as much memory as this one
    require_size("a column of texts", 4 * longest * len(column), IdeaError)
    return column.astype(str)


def _parse_csv(data: bytes, columns: Mapping[str, type[Any]]) -> Table:
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    found = zip(header, zip(*rows, strict=True), strict=True)
    return {name: _column(name, values, columns[name]) for name, values in found if name in columns}


def _csv_bytes(table: Table) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))
    return stream.getvalue().encode()


def _column(name: str, values: tuple[str, ...], kind: type[Any]) -> NDArray[Any]:
    """Convert a column's texts to its type."""
    read: Callable[[str], Any] = _TRUTH.__getitem__ if kind is bool else kind
    column = []
    for row, value in enumerate(values):
        try:
            column.append(read(value))
        except (KeyError, ValueError):
            raise ValueError(f"{name}[{row}] is {short_repr(value)}") from None
    return np.array(column)
