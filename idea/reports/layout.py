"""The layout of a report: which hyperparameters vary, and the axes of its figures."""

from __future__ import annotations

import numpy as np

from idea.figures.choose import values_in
from idea.studies.cell import HYPERPARAMETERS
from idea.studies.study import Study

__all__ = ["axes_for", "groups_for", "varied"]

_FIRST = ("units", "batch_size", "arch", "epochs")  # the most important ones
_UNGROUPED = ("arch", "framework", "seed")  # the first always groups, the others never
_MAX_GROUPS = 30  # more labels would be illegible


def varied(study: Study) -> list[str]:
    """Return the hyperparameters that vary within an architecture of a study.

    Hyperparameters that differ between architectures only are left out, except the architecture.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        Hyperparameters, the most important ones first.

    Examples
    --------
    >>> varied(Study("my-study"))  # doctest: +SKIP
    ['units', 'arch', 'seed']
    """
    archs = study.table["arch"]

    def differ(name: str) -> bool:
        if name == "arch":
            return len(np.unique(archs)) > 1
        column = study.table[name]
        return any(len(np.unique(column[archs == arch])) > 1 for arch in np.unique(archs))

    return [name for name in dict.fromkeys([*_FIRST, *HYPERPARAMETERS]) if differ(name)]


def axes_for(study: Study) -> tuple[str, str] | None:
    """Choose the two hyperparameters over which to lay a digit's ideals out.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    (str, str) or None
        Rows and columns: units and batch size where both vary, else the two with the most values,
        but seeds only beside one other. None where nothing varies.

    Examples
    --------
    >>> axes_for(Study("my-study"))  # doctest: +SKIP
    ('arch', 'units')
    """
    names = varied(study)
    if not names:
        return None
    if {"units", "batch_size"} <= set(names):
        return "units", "batch_size"

    def count(name: str) -> int:
        return len(values_in(study.table[name]))

    ranked = sorted(names, key=lambda name: (name == "seed", -count(name)))
    two = [*ranked, "arch", "seed"][:2] if ranked != ["arch"] else ["arch", "seed"]
    rows, columns = sorted(two, key=count)
    return rows, columns


def groups_for(study: Study) -> list[str]:
    """Choose the hyperparameters by which to group networks in the transfer matrix.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        As many of those that vary as make no more than 30 groups; at least the architecture.

    Examples
    --------
    >>> groups_for(Study("my-study"))  # doctest: +SKIP
    ['arch', 'units']
    """
    names = ["arch", *(name for name in varied(study) if name not in _UNGROUPED)]
    while len(names) > 1 and _combinations(study, names) > _MAX_GROUPS:
        names.pop()
    return names


def _combinations(study: Study, names: list[str]) -> int:
    """Count the combinations of values that networks of a study have."""
    return len(set(zip(*(study.table[name].tolist() for name in names), strict=True)))
