"""The figures of a report; some don't apply to every study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from idea import figures
from idea.errors import OptionError
from idea.figures.canvas import axes_of
from idea.figures.choose import column_label, is_missing
from idea.figures.epochs import forming_animation
from idea.reports.formatting import name_of
from idea.reports.layout import axes_for, groups_for, varied
from idea.reports.picture import Picture, data_uri, picture_of
from idea.studies.stored import class_noun
from idea.studies.study import Study

__all__ = ["Forming", "forming_of", "parts_of"]

_MAX_MATRIX_NETWORKS = 60  # more names beside a matrix would be illegible
_CHART = 5.6, 3.9  # inches
_WIDTH = 224  # of the animation, or its height, in pixels


class Forming(NamedTuple):
    """How an ideal forms during training."""

    animation: str
    """A data URI of the GIF."""
    row: Picture


def parts_of(study: Study, target: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Return the parts that take time: their names in the template, and functions that draw them.

    Parameters
    ----------
    study
        The study.
    target
        The class that is shown for all networks.

    Yields
    ------
    str, callable
        The function returns a `Picture`, several, a `Forming`, or None if it doesn't apply.

    Examples
    --------
    >>> dict(parts_of(Study("my-study"), 5))["mean"]().alt  # doctest: +SKIP
    'The mean of all networks’ ideals of each digit, and how much they differ by seed'
    """
    yield "grid", lambda: _grid(study, target)
    yield "mean", lambda: _mean(study)
    yield "groups", lambda: _groups(study)
    yield "each", lambda: _each(study)
    yield "accuracy", lambda: _against(study, "accuracy")
    yield "against", lambda: _all_against(study)
    yield "forming", lambda: _forming(study, target)


def forming_of(
    study: Study,
    target: int,
    path: Path = Path("forming.gif"),
    scale: int | None = None,
    *,
    captions: bool = True,
) -> bytes:
    """Return the animation of an ideal after increasing numbers of epochs.

    Parameters
    ----------
    study
        The study.
    target
        Which of its classes.
    path
        The file that it is for: its suffix is that of the format.
    scale, captions
        As in `idea.figures.forming_gif`.

    Returns
    -------
    bytes
        The ideal after each of the epochs that the study has of its longest training.

    Raises
    ------
    OptionError
        If no networks differ in epochs alone, or the study has no ideals of the class.

    Examples
    --------
    >>> forming_of(Study("my-study"), 5)[:6]  # doctest: +SKIP
    b'GIF89a'
    """
    try:
        return forming_animation(study, target, path, scale=scale, captions=captions)
    except OptionError as error:
        raise OptionError(
            f"{study.folder}: {error}; python -m idea.study --units 784 --epochs 1-20 makes some"
        ) from error


def _grid(study: Study, target: int) -> Picture | None:
    axes = axes_for(study)
    if axes is None:
        return None
    rows, columns = axes
    alt = (
        f"Ideals of {_name(study, target)}: a row for each {column_label(rows)}, a column for each "
    )
    return picture_of(
        lambda: figures.digit_grid(study, target, rows, columns), f"{alt}{column_label(columns)}"
    )


def _mean(study: Study) -> Picture | None:
    if len(study.networks) == 1:
        return None
    noun = class_noun(study.task)
    alt = f"The mean of all networks’ ideals of each {noun}, and how much they differ by seed"
    return picture_of(lambda: figures.mean_ideal(study), alt)


def _groups(study: Study) -> Picture | None:
    if not study.readings.apart.any():
        return None
    by = groups_for(study)
    alt = f"Transfer between networks, by {', '.join(map(column_label, by))}, in per cent"
    return picture_of(lambda: figures.transfer_matrix(study, by), alt)


def _each(study: Study) -> Picture | None:
    if not study.readings.apart.any() or len(study.networks) > _MAX_MATRIX_NETWORKS:
        return None
    alt = "Transfer between networks, by individual network"
    return picture_of(lambda: figures.transfer_matrix(study, "network"), alt)


def _against(study: Study, column: str) -> Picture | None:
    """Draw legibility against a column, if networks with evaluators have values of it."""
    evaluated = ~np.isnan(study.table["legibility"])
    if not (evaluated & ~is_missing(column, study.table[column])).any():
        return None
    alt = f"Legibility against {column_label(column)}: a dot for each network"
    return picture_of(
        lambda: figures.legibility_against(study, column, axes_of(None, *_CHART)), alt
    )


def _all_against(study: Study) -> list[Picture]:
    pictures = [_against(study, column) for column in varied(study)]
    return [picture for picture in pictures if picture]


def _forming(study: Study, target: int) -> Forming | None:
    try:
        scale = max(1, _WIDTH // max(study.task.shape))
        animation = forming_of(study, target, scale=scale, captions=False)
    except OptionError:
        return None
    name = _name(study, target)
    alt = f"Ideals of {name} from a few epochs, at the left, to the most, at the right"
    return Forming(
        data_uri(animation, "gif"), picture_of(lambda: figures.forming(study, target), alt)
    )


def _name(study: Study, target: int) -> str:
    return name_of(study.task.label(target), study.task)
