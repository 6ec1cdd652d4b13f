"""Preparing a study: its folder, its plan, and the trainings of the networks that are missing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from idea.core.spec import Search
from idea.data.masks import UNUSED
from idea.errors import IdeaError, OptionError
from idea.files.prior import PRIORS
from idea.files.schema import FileName, checked
from idea.files.write import check_folder, write_files
from idea.image import Task
from idea.optional import load_package
from idea.studies.cell import Cell
from idea.studies.data import require_same_data
from idea.studies.make_network import Training
from idea.studies.plan import Plan
from idea.studies.stored import class_column, read_plan
from idea.studies.stored_network import StoredNetwork
from idea.training.learner import require_framework

__all__ = ["prepare"]


def prepare(
    plan: Plan,
    folder: Path,
    *,
    reuse: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
) -> list[Training]:
    """Prepare a study's folder, and list the trainings of the missing networks.

    Parameters
    ----------
    plan
        What the study is to do.
    folder, reuse, scheduler
        As in `run_study`.

    Returns
    -------
    list of Training
        The longest first, so that none runs alone at the end.

    Raises
    ------
    IdeaError
        If the folder contains a study of another data set or with another search, or can't be
        written; `reuse` is a study of another data set; the data can't be had; or a package is
        missing. Then no folder is made.
    """
    reuse = None if reuse is None else Path(checked(reuse, FileName, "--reuse", OptionError))
    _check_folder(plan, folder)
    if reuse is not None:
        if not (reuse / "study.json").exists():
            raise IdeaError(f"{reuse}: expected the folder of another study")
        require_same_data(reuse, read_plan(reuse).data, plan.data.record)
    trainings = _missing_trainings(plan, folder, reuse)
    if trainings and scheduler is None:
        load_package("loky", "idea.study", "'idea[study]'")
        for framework in {cell.framework for each in trainings for cell in each.cells}:
            require_framework(framework)
    if trainings:
        plan.data.options.load()  # downloaded once, if necessary, and not by every process
    write_files({folder / "study.json": plan.json_bytes()}, new_folders=True)
    return trainings


def _missing_trainings(plan: Plan, folder: Path, reuse: Path | None) -> list[Training]:
    """Return the trainings of the networks that are missing in a study's folder."""
    stages: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in plan.grid.cells():
        if (folder / cell.name).is_dir():
            # Raises an error if the network is damaged.
            _ = StoredNetwork(
                folder / cell.name, plan.data.task
            ).cell  # raises an error if the network is damaged
        else:
            stages.setdefault(cell.training, []).append(cell)
    trainings = [
        Training(
            # Workers may be in another folder.
            _absolute_path(folder),
            tuple(cells),
            _with_absolute_paths(plan.search),
            plan.targets,
            plan.data,
            None if reuse is None else _absolute_path(reuse),
        )
        for cells in stages.values()
    ]
    return sorted(trainings, key=lambda training: -training.seconds)


def _check_folder(plan: Plan, folder: Path) -> None:
    """Check that a folder is empty, or contains this study."""
    check_folder(folder)
    # Checked first: if another command is making networks by now, its plan is there.
    others = any(other.name != "study.json" for other in folder.glob("[!.]*"))
    if (folder / "study.json").exists():
        stored = read_plan(folder)
        require_same_data(folder, stored.data, plan.data.record, "; choose another folder")
        task, search = plan.data.task, plan.search_config()["search"]
        now = _options(task, plan.targets, search)
        found = _options(task, stored.targets, stored.search)
        if found != now:
            raise IdeaError(
                f"{folder}: contains a study with other options: {_difference(found, now)}; "
                f"choose another folder: with --reuse {folder} its networks need no training"
            )
    elif others:
        raise IdeaError(f"{folder}: is not empty and not a study; choose another folder")


def _options(task: Task, targets: tuple[int, ...], search: dict[str, Any]) -> dict[str, Any]:
    """Return what all ideals of a study depend on."""
    return {f"{class_column(task)}s": [task.key(target) for target in targets], **search}


def _difference(old: dict[str, Any], new: dict[str, Any]) -> str:
    """List the options in which two searches differ, with the first's values."""
    differences = [
        f"{name} {old[name]}" for name in old if name not in new or old[name] != new[name]
    ]
    return ", ".join(differences or [f"no {name}" for name in new if name not in old])


def _with_absolute_paths(search: Search) -> Search:
    """Make the paths of a search's files absolute."""
    named: dict[str, Any] = {
        name: str(_absolute_path(file))
        for name in ("start", "freeze", "prior")
        if (file := getattr(search, name)) is not None and file not in (UNUSED, *PRIORS)
    }
    return replace(search, **named)


def _absolute_path(path: str | Path) -> Path:
    """Return an absolute path; unlike `Path.resolve`, also for circular links."""
    return Path(os.path.realpath(path))
