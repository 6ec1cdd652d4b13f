"""What of a study a report shows: what its networks differ in, and the figures' axes."""

from __future__ import annotations

import numpy as np

from idea.figures.choose import values_in
from idea.studies.cell import HYPERPARAMETERS
from idea.studies.study import Study

__all__ = ["axes_for", "groups_for", "varied"]

_FIRST = ("units", "batch_size", "arch", "epochs")  # that a reader looks for
_UNGROUPED = ("arch", "framework", "seed")  # the first always groups, the others never
_MOST_GROUPS = 30  # whose names one can still read


def varied(study: Study) -> list[str]:
    """Return what the networks of a study differ in.

    What one architecture has only one value of is left out: that several have different values is
    then no more than that they are different.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        Hyperparameters, those first that a reader looks for first.

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
    """Choose the hyperparameters by which to group networks that read each other's ideals.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        Of those that vary as many as make no more than 30 groups; at least the architecture.

    Examples
    --------
    >>> groups_for(Study("my-study"))  # doctest: +SKIP
    ['arch', 'units']
    """
    names = ["arch", *(name for name in varied(study) if name not in _UNGROUPED)]
    while len(names) > 1 and _combinations(study, names) > _MOST_GROUPS:
        names.pop()
    return names


def _combinations(study: Study, names: list[str]) -> int:
    """Count the combinations of values that networks of a study have."""
    return len(set(zip(*(study.table[name].tolist() for name in names), strict=True)))
