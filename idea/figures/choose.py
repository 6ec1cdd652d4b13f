"""Selection of a study's networks for a figure, and labels of their hyperparameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.core.result import Ideal
from idea.errors import OptionError
from idea.studies.cell import HYPERPARAMETERS
from idea.studies.study import Study
from idea.text import percentage, short_repr
from idea.training.augment import NO_AUGMENTATION

__all__ = [
    "Rows",
    "as_ideals",
    "column_label",
    "common_label",
    "groups_ignoring",
    "hyperparameter_label",
    "is_missing",
    "legibility_label",
    "literal",
    "networks_of",
    "require_hyperparameter",
    "require_study",
    "rows_of",
    "spread",
    "target_of",
    "values_in",
    "varying",
]

Rows = dict[str, NDArray[Any]]
"""Some rows of a study's table: equally long arrays by column."""


def rows_of(study: Study, where: Mapping[str, object]) -> Rows:
    """Return the rows of a study's table that have certain values.

    Parameters
    ----------
    study
        The study.
    where
        By column a value, or a list of values.

    Returns
    -------
    dict
        The table's arrays, of one or more rows, in its order.

    Raises
    ------
    OptionError
        If there is no study or no such column, or no network has the values.
    """
    require_study(study)
    table = study.table
    chosen = np.ones(len(table["network"]), bool)
    for column, wanted in where.items():
        if column not in table:
            raise OptionError(f"a study has no column {column!r}; it has {', '.join(table)}")
        values = table[column].tolist()
        if isinstance(wanted, np.ndarray | np.generic):
            wanted = wanted.tolist()
        allowed = wanted if isinstance(wanted, list | tuple | set | range) else [wanted]
        for value in allowed:
            if value not in values:
                known = ", ".join(map(str, values_in(table[column])))
                raise OptionError(
                    f"no network of the study has {column}={short_repr(value)}; found: {known}"
                )
        chosen &= [value in allowed for value in values]
    if not chosen.any():
        wanted = " and ".join(f"{column}={value!r}" for column, value in where.items())
        raise OptionError(f"no network of the study combines {wanted}")
    return {column: values[chosen] for column, values in table.items()}


def networks_of(study: Study, where: Mapping[str, object]) -> Rows:
    """Return one row per network, of those that have certain values.

    Parameters
    ----------
    study, where
        As in `rows_of`.

    Returns
    -------
    dict
        Of arrays; those of columns that differ from class to class are of the network's first. The
        lowest seeds come first, of these the most epochs, then as the table has them.

    Raises
    ------
    OptionError
        As in `rows_of`.
    """
    rows = rows_of(study, where)
    firsts = np.sort(np.unique(rows["network"], return_index=True)[1])
    order = firsts[np.lexsort((-rows["epochs"][firsts], rows["seed"][firsts]))]
    return {column: values[order] for column, values in rows.items()}


def legibility_label(study: Study, network: str, target: int) -> str:
    """Return the label of an ideal's legibility; empty if that is unknown."""
    [share] = study.rows(network, target)["legibility"]
    return "" if np.isnan(share) else f"read by {percentage(share)}"


def require_study(study: object) -> None:
    """Raise an error unless this is a study, rather than the name of its folder."""
    if not isinstance(study, Study):
        raise OptionError(
            f"expected an idea.Study, found {short_repr(study)}; idea.Study(folder) opens one"
        )


def as_ideals(ideals: object) -> list[Any]:
    """Return a figure's ideals as a list; raise an error if there is none."""
    if isinstance(ideals, Ideal | str) or not isinstance(ideals, Iterable):
        raise OptionError(f"expected a list of ideals, found {short_repr(ideals)}")
    found = list(ideals)
    if not found:
        raise OptionError("expected at least one ideal, found none")
    return found


def target_of(study: Study, target: int | str) -> int:
    """Return the index of a class; raise an error if the study has no ideals of it."""
    require_study(study)
    index = study.task.index(target)
    if index not in study.targets:
        known = ", ".join(map(study.task.label, study.targets))
        raise OptionError(
            f"the study has no ideals of {study.task.label(index)}; it has those of {known}"
        )
    return index


def spread(targets: Sequence[int], most: int) -> list[int]:
    """Return some classes evenly from very many; all if there are no more than `most`.

    Examples
    --------
    >>> spread(range(1000), 4), spread([3, 5], 4)
    ([0, 333, 666, 999], [3, 5])
    """
    places = np.linspace(0, len(targets) - 1, min(len(targets), most)).round()
    return [targets[int(place)] for place in places]


def literal(text: str) -> str:
    """Return a text as matplotlib has to be given it, so that a dollar is one."""
    return text.replace("$", r"\$")


def require_hyperparameter(name: str, column: str) -> None:
    """Raise an error unless a column is a hyperparameter."""
    if not isinstance(column, str) or column not in HYPERPARAMETERS:
        raise OptionError(
            f"{name} must be one of {', '.join(HYPERPARAMETERS)}, not {short_repr(column)}"
        )


def values_in(values: NDArray[Any]) -> list[Any]:
    """Return each value once, in order.

    Examples
    --------
    >>> values_in(np.array([100, 16, 100])), values_in(np.array(["mlp", "lenet", "mlp"]))
    ([16, 100], ['lenet', 'mlp'])
    """
    return sorted(set(values.tolist()))


def hyperparameter_label(columns: Sequence[str], values: Sequence[Any]) -> str:
    """Format the values of hyperparameters as a label.

    Examples
    --------
    >>> hyperparameter_label(["arch", "units", "epochs"], ["mlp", 16, 1])
    'mlp, 16 units, 1 epoch'
    >>> hyperparameter_label(["weight_decay"], [1e-4])
    'weight decay 0.0001'
    >>> hyperparameter_label(["arch", "units"], ["lenet", 0]), hyperparameter_label(["units"], [0])
    ('lenet', 'CNN')
    >>> hyperparameter_label(["augment", "adversarial"], ["none", 0.3])
    'not augmented, adversarial 0.3'
    """
    pairs = list(zip(columns, values, strict=True))
    if "arch" in columns:
        pairs = [pair for pair in pairs if not is_missing(*pair)]
    return ", ".join(_label(*pair) for pair in pairs)


def column_label(column: str) -> str:
    """Return the label of a column of a study's table.

    Examples
    --------
    >>> column_label("arch"), column_label("batch_size")
    ('architecture', 'batch size')
    """
    return {"arch": "architecture"}.get(column, column.replace("_", " "))


def is_missing(column: str, values: Any) -> NDArray[np.bool_]:
    """Return which of a column's values stand for none: the 0 units of a CNN."""
    return np.equal(values, 0) if column == "units" else np.zeros(np.shape(values), bool)


def varying(study: Study, *, within_archs: bool = False) -> list[str]:
    """Return the hyperparameters of which a study has several values.

    `within_archs` leaves out those that differ only between architectures, except the architecture.
    """
    archs = study.table["arch"]

    def differ(name: str) -> bool:
        column = study.table[name]
        groups = [archs == arch for arch in values_in(archs)]
        parts = [column[group] for group in groups] if within_archs and name != "arch" else [column]
        return any(len(values_in(part)) > 1 for part in parts)

    return [name for name in HYPERPARAMETERS if differ(name)]


def groups_ignoring(rows: Rows, ignored: str) -> dict[tuple[Any, ...], list[int]]:
    """Group networks that differ in one hyperparameter alone: row numbers by the other values."""
    others = [rows[name].tolist() for name in HYPERPARAMETERS if name != ignored]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for number, key in enumerate(zip(*others, strict=True)):
        groups.setdefault(key, []).append(number)
    return groups


def _label(column: str, value: Any) -> str:
    if column == "augment":
        return "not augmented" if value == NO_AUGMENTATION else value
    if isinstance(value, str):
        return value
    if is_missing(column, value):
        return "CNN"
    if column in ("units", "epochs"):
        return f"{value} {column.removesuffix('s') if value == 1 else column}"
    return f"{column_label(column)} {value}"


def common_label(study: Study, rows: Rows, besides: Iterable[str] = ()) -> str:
    """Return a label of the hyperparameters that some networks share, but not the whole study.

    Parameters
    ----------
    study
        The study.
    rows
        Those of the networks.
    besides
        Hyperparameters that are left out, since the figure shows them.

    Returns
    -------
    str
        Such as ``"mlp, 5 epochs"``.
    """
    common = {
        column: values[0]
        for column in varying(study)
        if column not in besides
        for values in [values_in(rows[column])]
        if len(values) == 1
    }
    return hyperparameter_label(list(common), list(common.values()))
