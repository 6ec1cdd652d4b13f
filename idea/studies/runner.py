"""Running a study: training and searching the networks that are missing in its folder."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from idea.core.parallel import cores
from idea.data.known import MNIST
from idea.errors import IdeaError, OptionError
from idea.files.schema import Count, FileName, checked
from idea.studies.cluster import cluster
from idea.studies.collect import MAX_EVALUATORS, collect
from idea.studies.executor import results
from idea.studies.grid import MAX_NETWORKS
from idea.studies.make_network import (
    NetworkOutcome,
    Training,
    failed,
    folder_error,
    make_networks,
)
from idea.studies.plan import Plan
from idea.studies.pool import pool
from idea.studies.preparation import prepare
from idea.studies.study import Study
from idea.text import pluralize

__all__ = ["StudyError", "check_counts", "run", "run_study"]


class StudyError(IdeaError):
    """Some networks of a study failed; the others are complete.

    Attributes
    ----------
    failures : list of NetworkOutcome
        Which, and why.
    """

    def __init__(self, failures: list[NetworkOutcome]) -> None:
        reasons = "; ".join(f"{done.cell.name}: {done.error}" for done in failures)
        super().__init__(f"{pluralize(len(failures), 'network')} could not be made: {reasons}")
        self.failures = failures


def run_study(
    folder: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    data: str | os.PathLike[str] = MNIST.name,
    reuse: str | os.PathLike[str] | None = None,
    judges: int = MAX_EVALUATORS,
    max_networks: int = MAX_NETWORKS,
    on_done: Callable[[NetworkOutcome], object] = lambda _: None,
    **options: Any,
) -> Study:
    """Train networks over a grid of hyperparameters, and search the ideals of each.

    Resumable: after an interruption, the same call completes what is missing.

    Parameters
    ----------
    folder
        Where the results go: a folder for each network, a table of all.
    jobs
        Processes, of one thread each. Default: one for each core.
    scheduler
        Address of a Dask scheduler, such as ``"tcp://10.0.0.1:8786"``, whose workers make the
        networks in place of this machine; all have to share the folder.
    data
        The data set to train with: its name, such as ``"fashion"``, or files, as
        `idea.load_dataset` takes them.
    reuse
        Another study, whose networks are taken where it has them.
    judges
        The largest number of networks that evaluate the others' ideals, chosen evenly.
    max_networks
        The largest size of a grid, against slips such as ``seeds="0-1000000"``.
    on_done
        Called with the outcome of each network.
    **options
        The grid, the classes and the search, as `idea.studies.plan.Plan.parse` takes them, such as
        ``units=[16, 100], seeds="0-4", targets=["bag", "coat"], method="anneal"``; and
        `idea.load_dataset`'s ``classes`` and ``transpose``.

    Returns
    -------
    Study
        All networks in the folder, those of earlier calls included.

    Raises
    ------
    OptionError
        If an option is invalid.
    StudyError
        If networks could not be made, after all others are.
    IdeaError
        If the folder contains a study of another data set or with another search, `reuse` is a
        study of another data set, or the data or the scheduler can't be used.

    Examples
    --------
    >>> study = run_study("my-study", units=[16, 100], seeds="0-1")  # doctest: +SKIP
    >>> len(study.networks)  # doctest: +SKIP
    4
    """
    check_counts(jobs, judges, max_networks)
    folder = Path(checked(folder, FileName, "folder", OptionError))
    plan = Plan.parse({"data": data, **options}, most=max_networks)
    trainings = prepare(plan, folder, reuse=reuse, scheduler=scheduler)
    failures = []
    for done in run(trainings, jobs=jobs, scheduler=scheduler):
        on_done(done)
        failures += [done] * (done.error is not None)
    study = collect(folder, judges)
    if failures:
        raise StudyError(failures)
    return study


def check_counts(jobs: int | None, judges: int, max_networks: int = MAX_NETWORKS) -> None:
    """Check the numbers of processes, evaluators and networks before long work starts.

    Parameters
    ----------
    jobs, judges, max_networks
        As in `run_study`.

    Raises
    ------
    OptionError
        If one is no whole number or less than 1.

    Examples
    --------
    >>> check_counts(0, 100)
    Traceback (most recent call last):
    idea.errors.OptionError: --jobs: expected a whole number, 1 or more, found 0
    """
    checked(1 if jobs is None else jobs, Count, "--jobs", OptionError)
    checked(judges, Count, "--judges", OptionError)
    checked(max_networks, Count, "--max-networks", OptionError)


def run(
    trainings: list[Training], *, jobs: int | None = None, scheduler: str | None = None
) -> Iterator[NetworkOutcome]:
    """Make networks, on all cores of this machine or on a cluster.

    Parameters
    ----------
    trainings
        Of one study, as returned by `prepare`.
    jobs, scheduler
        As in `run_study`.

    Yields
    ------
    NetworkOutcome
        The outcome of each network, once all networks of its training are done.

    Raises
    ------
    IdeaError
        If a package is missing or the scheduler can't be used.
    """
    if not trainings:
        return
    start = functools.partial(pool, min(jobs or cores(), len(trainings)))
    if scheduler is not None:
        check = functools.partial(folder_error, trainings[0].folder)
        start = functools.partial(cluster, scheduler, check)
    for done in results(start, make_networks, trainings, failed):
        yield from done
