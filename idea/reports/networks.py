"""The networks of a study in a report: numbers, and images of their ideals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from idea.figures.choose import column_label, is_missing, varying
from idea.files.picture import png_bytes
from idea.reports.formatting import format_number, format_percent
from idea.reports.layout import shown_targets
from idea.reports.picture import data_uri
from idea.studies.study import Study

__all__ = ["Entry", "Network", "Thumb", "headings_of", "networks_in", "ranked"]

_MEANS: dict[str, Callable[[float], str]] = {
    "legibility": lambda share: format_percent(share, 1),
    "accuracy": format_percent,
    "energy": format_number,
    "margin": format_number,
    "ink": format_number,
    "smoothness": lambda share: format_percent(share, 1),
}
_SECONDS = {"training_seconds": "training, s", "seconds": "search, s"}


class Entry(NamedTuple):
    """A cell of the table."""

    value: str
    """The sort key: a number in full, empty if it is unknown; or a text."""
    text: str
    """The text shown."""
    is_number: bool


class Thumb(NamedTuple):
    """A picture of an ideal."""

    label: str
    """Of the class."""
    uri: str
    """Of a PNG with a pixel for each of the image."""
    energy: float
    legibility: float
    """The share of evaluating networks that recognise it; NaN if there are none."""

    @property
    def facts(self) -> list[str]:
        """Its energy and legibility, such as ``["energy 27.2", "read by 88 %"]``."""
        read = f"read by {format_percent(self.legibility, 0)}"
        return [f"energy {format_number(self.energy)}"] + [read] * (not np.isnan(self.legibility))


class Network(NamedTuple):
    """A row of the table."""

    name: str
    thumbs: tuple[Thumb, ...]
    entries: tuple[Entry, ...]
    """As many as there are headings."""
    accuracy: float
    legibility: float
    """The mean over its classes; NaN without evaluating networks."""


def headings_of(study: Study) -> list[str]:
    """Return the headings of the table after those of network and ideals.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        Results, the hyperparameters that have several values, and times.

    Examples
    --------
    >>> headings_of(Study("my-study"))[:2]  # doctest: +SKIP
    ['legibility', 'accuracy']
    """
    names = [*map(column_label, _MEANS), *map(column_label, varying(study))]
    return [*names, *_SECONDS.values()]


def networks_in(study: Study) -> list[Network]:
    """Read all networks and their ideals.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of Network
        In the study's order. Energy, margin, ink, smoothness and legibility are means over the
        network's classes, the seconds of the search a sum.

    Raises
    ------
    IdeaError
        If an ideal can't be read.

    Examples
    --------
    >>> networks_in(Study("my-study"))[0].name  # doctest: +SKIP
    'mlp-u16-b100-e5-s0'
    """
    columns = varying(study)
    shown = shown_targets(study)
    return [_network(study, name, columns, shown) for name in study.networks]


def ranked(networks: list[Network]) -> list[Network]:
    """Return the networks of known legibility, the most legible first.

    Examples
    --------
    >>> shares = {"a": 0.5, "b": float("nan"), "c": 0.75}
    >>> networks = [Network(name, (), (), 0.9, share) for name, share in shares.items()]
    >>> [network.name for network in ranked(networks)]
    ['c', 'a']
    """
    evaluated = [network for network in networks if not np.isnan(network.legibility)]
    return sorted(evaluated, key=lambda network: -network.legibility)


def _network(study: Study, name: str, columns: list[str], shown: list[int]) -> Network:
    own = study.rows(name)
    means = {column: float(own[column].mean()) for column in _MEANS}
    seconds = {"training_seconds": own["training_seconds"][0], "seconds": own["seconds"].sum()}
    entries = [
        *(_number(means[column], _MEANS[column](means[column])) for column in _MEANS),
        *(_parameter(column, own[column][0].item()) for column in columns),
        *(
            _number(float(seconds[column]), format_number(seconds[column], 2))
            for column in _SECONDS
        ),
    ]
    scores = zip(study.targets, own["energy"], own["legibility"], strict=True)
    thumbs = tuple(
        Thumb(
            study.task.label(target),
            data_uri(png_bytes(study.image(name, target), 1)),
            energy,
            legibility,
        )
        for target, energy, legibility in scores
        if target in shown
    )
    return Network(name, thumbs, tuple(entries), means["accuracy"], means["legibility"])


def _number(value: float, text: str) -> Entry:
    return Entry("" if np.isnan(value) else repr(value), text, is_number=True)


def _parameter(column: str, value: Any) -> Entry:
    if isinstance(value, str):
        return Entry(value, value, is_number=False)
    if is_missing(column, value):
        return _number(float("nan"), format_number(float("nan")))
    return Entry(repr(value), str(value), is_number=True)
