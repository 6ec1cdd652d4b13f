"""The configuration of a study: hyperparameters, search, time, versions."""

from __future__ import annotations

import numpy as np

from idea.core.spec import Search
from idea.core.strategies import METHODS
from idea.figures.choose import (
    Rows,
    column_label,
    groups_ignoring,
    is_missing,
    networks_of,
    values_in,
)
from idea.reports.formatting import format_duration, format_percent, format_values
from idea.studies.cell import HYPERPARAMETERS
from idea.studies.stored import class_noun, read_plan
from idea.studies.stored_network import StoredNetwork
from idea.studies.study import Study
from idea.training.recipe import ADDED

__all__ = ["facts_of", "headlines_of"]

_CLASSES = {"digit": "digits", "class": "classes"}
_MAX_LABELS = 30


def headlines_of(study: Study) -> list[tuple[str, str]]:
    """Return the numbers at the top of a report.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of (str, str)
        Each number, and what it counts.

    Examples
    --------
    >>> headlines_of(Study("my-study"))[0]  # doctest: +SKIP
    ('54', 'networks')
    """
    accuracy = study.table["accuracy"]
    least, most = format_percent(accuracy.min(), 1), format_percent(accuracy.max(), 1)
    networks, ideals = len(study.networks), len(accuracy)
    facts = [
        (f"{networks:,}", "network" if networks == 1 else "networks"),
        (f"{ideals:,}", "ideal" if ideals == 1 else "ideals"),
        (least if least == most else f"{least} to {most}", "test accuracy"),
    ]
    legibility = study.table["legibility"]
    if not np.isnan(legibility).all():
        mean = format_percent(float(np.nanmean(legibility)), 1)
        facts.append((mean, "mean legibility: the share of other networks that recognise an ideal"))
    return facts


def facts_of(study: Study) -> list[tuple[str, str]]:
    """Describe how a study's networks were trained and searched.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of (str, str)
        Names and values.

    Raises
    ------
    IdeaError
        If one of its files can't be read.

    Examples
    --------
    >>> dict(facts_of(Study("my-study")))["units"]  # doctest: +SKIP
    '16, 100'
    """
    networks = networks_of(study, {})
    facts = [(column_label(name), _values(study, name)) for name in HYPERPARAMETERS]
    count = len(study.readings.judges)
    evaluators = "all networks" if count == len(study.networks) else f"{count:,} of the networks"
    trained, searched = _training_seconds(networks), float(study.table["seconds"].sum())
    return [
        *((name, values) for name, values in facts if values),
        ("data", f"{study.data.name}, images of {study.task.size} pixels"),
        (_CLASSES[class_noun(study.task)], _classes(study)),
        ("search", _search(study)),
        ("evaluated by", evaluators),
        (
            "time on one core",
            f"{format_duration(trained)} of training, {format_duration(searched)} of search",
        ),
        ("versions", _versions(study)),
    ]


def _classes(study: Study) -> str:
    """Return the classes that were searched for."""
    if study.task.is_numbered:
        return format_values(study.targets)
    labels = [study.task.label(target) for target in study.targets]
    more = f", … ({len(labels):,} in all)" if len(labels) > _MAX_LABELS else ""
    return ", ".join(labels[:_MAX_LABELS]) + more


def _values(study: Study, name: str) -> str:
    """Return the values of a hyperparameter, if any; a CNN's units are none."""
    values = values_in(study.table[name])
    if values == [ADDED.get(name)]:  # an option that the study doesn't use
        return ""
    return format_values([value for value in values if not is_missing(name, value)])


def _training_seconds(networks: Rows) -> float:
    """Return the total training time; networks that differ in epochs alone share a training."""
    seconds = networks["training_seconds"]
    stages = groups_ignoring(networks, "epochs").values()
    return float(sum(seconds[numbers].max() for numbers in stages))


def _search(study: Study) -> str:
    """Describe the search: method, start and options other than the defaults."""
    search = read_plan(study.folder).search
    own = METHODS[search["method"]].options
    options = [f"{name} {search[name]}" for name in own if name in search]
    options += [
        f"{name} {search[name]}"
        for name in ("restarts", "ink", "smooth", "freeze")
        if search[name] != getattr(Search, name)
    ]
    aim = f"for the largest {search['objective']}"
    start = search["start"] or f"the same random greys (seed {search['seed']})"
    return ", ".join([f"{search['method']} {aim}", *options, f"all from {start}"])


def _versions(study: Study) -> str:
    """Return the versions of the packages that networks and ideals were made with."""
    found: dict[str, dict[str, None]] = {}
    for name in study.networks:
        for package, version in StoredNetwork(study.folder / name, study.task).run.versions.items():
            found.setdefault(package, {})[version] = None
    return ", ".join(f"{package} {' and '.join(found[package])}" for package in found)
