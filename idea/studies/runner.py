"""Running a study: networks that its folder lacks are made."""

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
from idea.studies.grid import MOST
from idea.studies.make_network import Done, Task, failed, make, why_not_here
from idea.studies.plan import Plan
from idea.studies.pool import pool
from idea.studies.stored import read_plan
from idea.studies.stored_network import StoredNetwork
from idea.studies.study import Study
from idea.text import pluralize
from idea.training.learner import require_framework

__all__ = ["StudyError", "check_counts", "prepare", "run", "run_study"]


class StudyError(IdeaError):
    """Some networks of a study could not be made; the others are.

    Attributes
    ----------
    failures : list of Done
        Which, and why.
    """

    def __init__(self, failures: list[Done]) -> None:
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
    max_networks: int = MOST,
    on_done: Callable[[Done], object] = lambda _: None,
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
        How many networks a grid may have: of a slip such as ``seeds="0-1000000"`` nothing is made.
    on_done
        Called when a network is done.
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
        If the folder holds a study with another search, or the scheduler can't be used.

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


def check_counts(jobs: int | None, judges: int, max_networks: int = MOST) -> None:
    """Check, before long work, the numbers of processes, judges and networks.

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
        If the folder holds a study with another search, or can't be written; the data can't be
        had; or a package is missing. Then no folder is made.
    """
    data, reuse = (
        None if path is None else Path(checked(path, FileName, name, OptionError))
        for name, path in (("--data", data), ("--reuse", reuse))
    )
    _check_folder(plan, folder)
    if reuse is not None and not reuse.is_dir():
        raise IdeaError(f"{reuse}: expected the folder of another study")
    tasks = _missing(plan, folder, data, reuse)
    if tasks and scheduler is None:
        load_package("loky", "idea.study", "'idea[study]'")
        for framework in {cell.framework for task in tasks for cell in task.cells}:
            require_framework(framework)
    if tasks:
        load_mnist(data)  # fetched once, if need be, and not by every process
    _begin(plan, folder)
    return tasks


def _missing(plan: Plan, folder: Path, data: Path | None, reuse: Path | None) -> list[Task]:
    """Return what is missing in a study's folder."""
    trainings: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in plan.grid.cells():
        if (folder / cell.name).is_dir():
            _ = StoredNetwork(folder / cell.name).cell  # raises an error if the network is damaged
        else:
            trainings.setdefault(cell.training, []).append(cell)
    tasks = [
        Task(
            # Workers may be in another folder.
            _whole(folder),
            tuple(cells),
            _resolved(plan.search),
            plan.digits,
            None if data is None else str(_whole(data)),
            None if reuse is None else _whole(reuse),
        )
        for cells in trainings.values()
    ]
    return sorted(tasks, key=lambda task: -task.seconds)


def run(
    tasks: list[Task], *, jobs: int | None = None, scheduler: str | None = None
) -> Iterator[Done]:
    """Make networks, on all cores of this machine or on a cluster.

    Parameters
    ----------
    tasks
        Of one study, as `prepare` gives them.
    jobs, scheduler
        As in `run_study`.

    Yields
    ------
    Done
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
        check = functools.partial(why_not_here, tasks[0].folder)
        start = functools.partial(cluster, scheduler, check)
    for done in results(start, make, tasks, failed):
        yield from done


def _begin(plan: Plan, folder: Path) -> None:
    """Make the folder of a study, and write its plan."""
    for is_last in (False, True):
        try:
            write_bytes(make_folder(folder) / "study.json", plan.json_bytes())
            return
        except OutputError:  # another command may have just removed it, which it was checking
            if is_last:
                raise


def _check_folder(plan: Plan, folder: Path) -> None:
    """Check that a study can go into a folder: that no other, and nothing else, is there."""
    check_folder(folder)
    # Looked for first: where another command makes networks by now, its plan is there.
    others = any(other.name != "study.json" for other in folder.glob("[!.]*"))
    if (folder / "study.json").exists():
        stored = read_plan(folder)
        now, found = plan.searched(), {"digits": stored.digits, "search": stored.search}
        if found != now:
            raise IdeaError(
                f"{folder}: holds a study with {_difference(found, now)}; name another folder: "
                f"with --reuse {folder} its networks need no training"
            )
    elif others:
        raise IdeaError(f"{folder}: holds other things than a study; name a folder of its own")


def _difference(found: dict[str, Any], now: dict[str, Any]) -> str:
    """List the options in which two searches differ, with the first's values."""
    old, new = ({"digits": plan["digits"], **plan["search"]} for plan in (found, now))
    differences = [
        f"{name} {old[name]}" for name in old if name not in new or old[name] != new[name]
    ]
    return ", ".join(differences or [f"no {name}" for name in new if name not in old])


def _resolved(search: Search) -> Search:
    """Make the paths of a search's files absolute."""
    named: dict[str, Any] = {
        name: str(_whole(file))
        for name in ("start", "freeze")
        if (file := getattr(search, name)) is not None and file != UNUSED
    }
    return replace(search, **named)


def _whole(path: str | Path) -> Path:
    """Return a path from the root; unlike `Path.resolve`, of a circle of links as well."""
    return Path(os.path.realpath(path))
