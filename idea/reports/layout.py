"""The layout of a report: which hyperparameters vary, and the axes of its figures."""

from __future__ import annotations

from idea.figures.choose import spread, values_in, varying
from idea.studies.study import Study

__all__ = ["axes_for", "groups_for", "shown_targets", "size_within", "varied"]

_FIRST = ("units", "batch_size", "arch", "epochs")  # the most important ones
_UNGROUPED = ("arch", "framework", "seed")  # the first always groups, the others never
_MAX_GROUPS = 30  # more labels would be illegible
_MAX_TARGETS = 40  # pictures of each network


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
    names = varying(study, within_archs=True)
    return [*filter(names.__contains__, _FIRST), *(name for name in names if name not in _FIRST)]


def axes_for(study: Study) -> tuple[str, str] | None:
    """Choose the two hyperparameters over which to lay a class's ideals out.

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


def shown_targets(study: Study) -> list[int]:
    """Choose the classes whose ideals are shown of each network, evenly from very many."""
    return spread(study.targets, _MAX_TARGETS)


def size_within(shape: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the width and height of an image whose longer side is `side`.

    Examples
    --------
    >>> size_within((28, 28), 84), size_within((5, 3), 84)
    ((84, 84), (50, 84))
    """
    height, width = shape
    scale = side / max(shape)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _combinations(study: Study, names: list[str]) -> int:
    """Count the combinations of values that networks of a study have."""
    return len(set(zip(*(study.table[name].tolist() for name in names), strict=True)))
