"""Running a study: training and searching the networks that are missing in its folder."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from idea.core.parallel import cores
from idea.core.spec import Search
from idea.data.masks import UNUSED
from idea.data.mnist import load_mnist
from idea.errors import IdeaError, OptionError, OutputError
from idea.files.schema import Count, FileName, checked
from idea.files.write import check_folder, make_folder, write_bytes
from idea.optional import load_package
from idea.studies.cell import Cell
from idea.studies.cluster import cluster
from idea.studies.collect import MAX_EVALUATORS, collect
from idea.studies.executor import results
from idea.studies.grid import MAX_NETWORKS
from idea.studies.make_network import NetworkOutcome, Task, failed, folder_error, make_networks
from idea.studies.plan import Plan
from idea.studies.pool import pool
from idea.studies.stored import read_plan
from idea.studies.stored_network import StoredNetwork
from idea.studies.study import Study
from idea.text import pluralize
from idea.training.learner import require_framework

__all__ = ["StudyError", "check_counts", "prepare", "run", "run_study"]


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
    data: str | os.PathLike[str] | None = None,
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
        Where MNIST is, as `idea.data.mnist.load_mnist` takes it.
    reuse
        Another study, whose networks are taken where it has them.
    judges
        The largest number of networks that evaluate the others' ideals, chosen evenly.
    max_networks
        The largest size of a grid, against slips such as ``seeds="0-1000000"``.
    on_done
        Called with the outcome of each network.
    **options
        The grid, the digits and the search, as `idea.studies.plan.Plan.parse` takes them, such as
        ``units=[16, 100], seeds="0-4", method="anneal"``.

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
        If the folder contains a study with another search, or the scheduler can't be used.

    Examples
    --------
    >>> study = run_study("my-study", units=[16, 100], seeds="0-1")  # doctest: +SKIP
    >>> len(study.networks)  # doctest: +SKIP
    4
    """
    check_counts(jobs, judges, max_networks)
    folder = Path(checked(folder, FileName, "folder", OptionError))
    plan = Plan.parse(options, most=max_networks)
    tasks = prepare(plan, folder, data=data, reuse=reuse, scheduler=scheduler)
    failures = []
    for done in run(tasks, jobs=jobs, scheduler=scheduler):
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


def prepare(
    plan: Plan,
    folder: Path,
    *,
    data: str | os.PathLike[str] | None = None,
    reuse: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
) -> list[Task]:
    """Prepare a study's folder, and list the missing networks as tasks.

    Parameters
    ----------
    plan
        What the study is to do.
    folder, data, reuse, scheduler
        As in `run_study`.

    Returns
    -------
    list of Task
        The longest first, so that none runs alone at the end.

    Raises
    ------
    IdeaError
        If the folder contains a study with another search, or can't be written; the data can't be
        had; or a package is missing. Then no folder is made.
    """
    data, reuse = (
        None if path is None else Path(checked(path, FileName, name, OptionError))
        for name, path in (("--data", data), ("--reuse", reuse))
    )
    _check_folder(plan, folder)
    if reuse is not None and not reuse.is_dir():
        raise IdeaError(f"{reuse}: expected the folder of another study")
    tasks = _missing_tasks(plan, folder, data, reuse)
    if tasks and scheduler is None:
        load_package("loky", "idea.study", "'idea[study]'")
        for framework in {cell.framework for task in tasks for cell in task.cells}:
            require_framework(framework)
    if tasks:
        load_mnist(data)  # downloaded once, if necessary, and not by every process
    _write_plan(plan, folder)
    return tasks


def _missing_tasks(plan: Plan, folder: Path, data: Path | None, reuse: Path | None) -> list[Task]:
    """Return tasks for the networks that are missing in a study's folder."""
    trainings: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in plan.grid.cells():
        if (folder / cell.name).is_dir():
            _ = StoredNetwork(folder / cell.name).cell  # raises an error if the network is damaged
        else:
            trainings.setdefault(cell.training, []).append(cell)
    tasks = [
        Task(
            # Workers may be in another folder.
            _absolute_path(folder),
            tuple(cells),
            _with_absolute_paths(plan.search),
            plan.digits,
            None if data is None else str(_absolute_path(data)),
            None if reuse is None else _absolute_path(reuse),
        )
        for cells in trainings.values()
    ]
    return sorted(tasks, key=lambda task: -task.seconds)


def run(
    tasks: list[Task], *, jobs: int | None = None, scheduler: str | None = None
) -> Iterator[NetworkOutcome]:
    """Make networks, on all cores of this machine or on a cluster.

    Parameters
    ----------
    tasks
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
    if not tasks:
        return
    start = functools.partial(pool, min(jobs or cores(), len(tasks)))
    if scheduler is not None:
        check = functools.partial(folder_error, tasks[0].folder)
        start = functools.partial(cluster, scheduler, check)
    for done in results(start, make_networks, tasks, failed):
        yield from done


def _write_plan(plan: Plan, folder: Path) -> None:
    """Make the folder of a study, and write its plan."""
    for is_last in (False, True):
        try:
            write_bytes(make_folder(folder) / "study.json", plan.json_bytes())
            return
        except OutputError:  # another command that was checking the folder may have just removed it
            if is_last:
                raise


def _check_folder(plan: Plan, folder: Path) -> None:
    """Check that a folder is empty, or contains this study."""
    check_folder(folder)
    # Checked first: if another command is making networks by now, its plan is there.
    others = any(other.name != "study.json" for other in folder.glob("[!.]*"))
    if (folder / "study.json").exists():
        stored = read_plan(folder)
        now, found = plan.search_config(), {"digits": stored.digits, "search": stored.search}
        if found != now:
            raise IdeaError(
                f"{folder}: contains a study with other options: {_difference(found, now)}; "
                f"choose another folder: with --reuse {folder} its networks need no training"
            )
    elif others:
        raise IdeaError(f"{folder}: is not empty and not a study; choose another folder")


def _difference(found: dict[str, Any], now: dict[str, Any]) -> str:
    """List the options in which two searches differ, with the first's values."""
    old, new = ({"digits": plan["digits"], **plan["search"]} for plan in (found, now))
    differences = [
        f"{name} {old[name]}" for name in old if name not in new or old[name] != new[name]
    ]
    return ", ".join(differences or [f"no {name}" for name in new if name not in old])


def _with_absolute_paths(search: Search) -> Search:
    """Make the paths of a search's files absolute."""
    named: dict[str, Any] = {
        name: str(_absolute_path(file))
        for name in ("start", "freeze")
        if (file := getattr(search, name)) is not None and file != UNUSED
    }
    return replace(search, **named)


def _absolute_path(path: str | Path) -> Path:
    """Return an absolute path; unlike `Path.resolve`, also for circular links."""
    return Path(os.path.realpath(path))
