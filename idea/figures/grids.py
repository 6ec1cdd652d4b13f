"""Ideals side by side: those of one network, and one class's over two hyperparameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from idea.core.result import Ideal
from idea.errors import OptionError
from idea.figures.choose import (
    as_ideals,
    column_label,
    common_label,
    is_missing,
    legibility_label,
    literal,
    networks_of,
    require_hyperparameter,
    target_of,
    values_in,
)
from idea.figures.tiles import Sheet, Tile, in_rows
from idea.image import DIGITS, Task, as_image
from idea.text import short_repr

if TYPE_CHECKING:
    from idea.studies.study import Study

__all__ = ["digit_grid", "network_ideals", "ten_ideals"]


def ten_ideals(ideals: Iterable[Ideal | tuple[str, ArrayLike]], ax: Axes | None = None) -> Figure:
    """Draw ideals side by side, each labelled with its class and energy.

    Parameters
    ----------
    ideals
        One or more, not only of ten classes; a pair (label, image) is an image that is no `Ideal`.
        Where it is in one row, it is as large as the first ideal, or 28×28 if there is none.
    ax
        Axes to draw into; by default those of a new figure.

    Returns
    -------
    Figure
        Of ten in a row, or more where there are more than a hundred.

    Raises
    ------
    OptionError
        If there is none.
    DumpError
        If an image is none.

    Examples
    --------
    >>> import idea
    >>> five = idea.find(idea.load_model(), 5)
    >>> figure = ten_ideals([five, ("drawn by hand", [0.5] * 784)])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['5: 147.4', 'drawn by hand']
    """
    listed = as_ideals(ideals)
    task = next((ideal.task for ideal in listed if isinstance(ideal, Ideal)), DIGITS)
    return Sheet(ax, in_rows([_tile(ideal, task) for ideal in listed])).finish()


def network_ideals(study: Study, ax: Axes | None = None, **where: object) -> Figure:
    """Draw all ideals of a study's network side by side, labelled as `ten_ideals` does it.

    Parameters
    ----------
    study
        The study.
    ax
        Axes to draw into; by default those of a new figure.
    **where
        Which network: ``network="mlp-u16-b100-e5-s0"``, or values such as ``units=16, seed=2``. Of
        several it is the one with the lowest seed, of these the one with the most epochs.

    Returns
    -------
    Figure
        Titled with the network's name.

    Raises
    ------
    OptionError
        If there is no such network.

    Examples
    --------
    >>> network_ideals(idea.Study("STUDY"), units=100)  # doctest: +SKIP
    """
    name = networks_of(study, where)["network"][0]
    pairs = zip(study.targets, study.rows(name)["energy"], strict=True)
    tiles = [
        Tile(study.image(name, target), _label(study.task.label(target), energy))
        for target, energy in pairs
    ]
    sheet = Sheet(ax, in_rows(tiles))
    sheet.title(name)
    return sheet.finish()


def digit_grid(
    study: Study,
    target: int | str,
    rows: str = "units",
    columns: str = "batch_size",
    ax: Axes | None = None,
    **where: object,
) -> Figure:
    """Draw one class's ideals over two hyperparameters, each with its legibility below.

    Where several networks share a cell, the one with the lowest seed, among these the most epochs,
    and among these the first in the study is shown. The title lists the hyperparameters that these
    networks share, but not the whole study. Cells without a network stay empty.

    Parameters
    ----------
    study
        The study.
    target
        Which of its classes, by label or index: ``5``, ``"sneaker"``.
    rows, columns
        The hyperparameters: ``arch``, ``units``, ``batch_size``, ``epochs``, ….
    ax
        Axes to draw into; by default those of a new figure.
    **where
        Which networks: values of hyperparameters such as ``seed=2, arch="mlp"``, or lists of them.

    Returns
    -------
    Figure
        The number below a picture is the ideal's legibility.

    Raises
    ------
    OptionError
        If one is no hyperparameter, the study has no ideals of the class, or no network has the
        values.

    Examples
    --------
    >>> digit_grid(idea.Study("STUDY"), 5, "units", "epochs", seed=1)  # doctest: +SKIP
    """
    index = target_of(study, target)
    require_hyperparameter("rows", rows)
    require_hyperparameter("columns", columns)
    found = networks_of(study, where)
    down, across = values_in(found[rows]), values_in(found[columns])
    cells: dict[Any, int] = {}
    for number, cell in enumerate(zip(found[rows].tolist(), found[columns].tolist(), strict=True)):
        cells.setdefault(cell, number)
    names = found["network"].tolist()

    def tile(cell: tuple[Any, Any]) -> Tile | None:
        if cell not in cells:
            return None
        name = names[cells[cell]]
        return Tile(study.image(name, index), legibility_label(study, name, index))

    sheet = Sheet(
        ax,
        [[tile((row, column)) for column in across] for row in down],
        rows=[_short(rows, value) for value in down],
        columns=[_short(columns, value) for value in across],
    )
    drawn = {column: values[np.array(list(cells.values()))] for column, values in found.items()}
    sheet.ax.set(xlabel=column_label(columns), ylabel=column_label(rows))
    sheet.title(literal(study.task.label(index)), common_label(study, drawn, (rows, columns)))
    return sheet.finish()


def _tile(ideal: Ideal | tuple[str, ArrayLike], task: Task) -> Tile:
    if isinstance(ideal, Ideal):
        return Tile(ideal.image, _label(ideal.label, ideal.energy))
    if not isinstance(ideal, tuple) or len(ideal) != 2 or not isinstance(ideal[0], str):
        raise OptionError(f"expected an ideal or a pair (label, image), found {short_repr(ideal)}")
    label, image = ideal
    shape = np.shape(image)
    if len(shape) == 2:
        task = Task(*shape)
    return Tile(as_image(image, task=task), literal(label))


def _label(label: str, energy: float) -> str:
    return literal(f"{label}: {energy:.1f}")


def _short(column: str, value: Any) -> str:
    """Return a value's tick label."""
    return "CNN" if is_missing(column, value) else str(value)
