"""Mean ideals, and their deviation over seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from idea.figures.choose import (
    Rows,
    common_label,
    groups_ignoring,
    literal,
    networks_of,
    require_study,
    spread,
    target_of,
)
from idea.figures.tiles import COLUMNS, Sheet, Tile, in_rows

if TYPE_CHECKING:
    from idea.studies.study import Study

__all__ = ["mean_ideal", "seed_deviation"]

_MAX_TARGETS = 100
_MAX_DEVIATION = 0.5**0.5  # of a pixel over seeds: that of a 0 and a 1


def mean_ideal(
    study: Study, target: int | str | None = None, ax: Axes | None = None, **where: object
) -> Figure:
    """Draw the mean of many networks' ideals, and below it their deviation over seeds.

    The mean of a pixel is the share of networks whose ideal is white there. The deviation is
    `seed_deviation`, of networks that differ in their seed alone; without two such networks there
    is none.

    Parameters
    ----------
    study
        The study.
    target
        Which of its classes, by label or index; None draws all, of more than 100 as many, evenly.
    ax
        Axes to draw into; by default those of a new figure.
    **where
        Which networks: values of hyperparameters such as ``arch="mlp"``, or lists of them.

    Returns
    -------
    Figure
        A column for each class, in several rows where there are more than ten.

    Raises
    ------
    OptionError
        If the study has no ideals of the class, or no network has the values.

    Examples
    --------
    >>> mean_ideal(idea.Study("STUDY"), arch="mlp")  # doctest: +SKIP
    """
    require_study(study)
    targets = spread(study.targets, _MAX_TARGETS) if target is None else [target_of(study, target)]
    found = networks_of(study, where)
    groups = _groups_over_seeds(found)
    labels = [literal(study.task.label(index)) for index in targets]
    wraps = len(targets) > COLUMNS
    means: list[Tile] = []
    deviations: list[Tile] = []
    for index, label in zip(targets, labels, strict=True):
        images = np.array([study.image(name, index) for name in found["network"]])
        means.append(Tile(images.mean(axis=0, dtype=np.float64), label if wraps else ""))
        deviation = seed_deviation(images, groups)
        if deviation is not None:
            deviations.append(Tile(deviation, colours="magma", vmax=_MAX_DEVIATION))
    rows = {"mean": in_rows(means)}
    if deviations:
        rows["deviation\nover seeds"] = in_rows(deviations)
    lines = len(rows["mean"])
    sheet = Sheet(
        ax,
        [each[line] for line in range(lines) for each in rows.values()],
        rows=[*rows] * lines,
        columns=() if wraps else labels,
    )
    sheet.add_colour_bars(len(rows))
    count = len(found["network"])
    sheet.title(f"{count} network{'s' * (count > 1)}", common_label(study, found))
    return sheet.finish()


def seed_deviation(
    images: NDArray[np.float32], groups: NDArray[np.intp]
) -> NDArray[np.float64] | None:
    """Return the standard deviation of pixels over seeds, whatever else networks differ in.

    Parameters
    ----------
    images : (n, height, width) array
        An ideal of each network.
    groups : (n,) array
        Equal numbers for networks that differ in their seed alone.

    Returns
    -------
    (height, width) array or None
        The root of the sum of squared differences from the mean of each group, divided by the
        number of networks less that of groups (the pooled sample variance). Groups of one network
        don't count; None if there is no other.

    Examples
    --------
    >>> images = np.zeros((3, 28, 28), np.float32)
    >>> images[1] = 1
    >>> float(seed_deviation(images, np.array([0, 0, 1]))[0, 0].round(3))
    0.707
    >>> seed_deviation(images, np.array([0, 1, 2])) is None
    True
    """
    squares = np.zeros(images.shape[1:])
    freedom = 0
    for group in np.unique(groups):
        own = images[groups == group].astype(np.float64)
        squares += ((own - own.mean(axis=0)) ** 2).sum(axis=0)
        freedom += len(own) - 1
    return np.sqrt(squares / freedom) if freedom else None


def _groups_over_seeds(rows: Rows) -> NDArray[np.intp]:
    """Return equal numbers for networks that differ in their seed alone."""
    numbers = np.empty(len(rows["seed"]), np.intp)
    for number, members in enumerate(groups_ignoring(rows, "seed").values()):
        numbers[members] = number
    return numbers
