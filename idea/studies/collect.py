"""Collecting a study: networks evaluate each other's ideals, and one table holds the results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from idea.errors import IdeaError
from idea.files.temporary import sweep
from idea.files.write import write_bytes
from idea.studies.predictions import choose_evaluators, evaluate_ideals, predictions_bytes
from idea.studies.stored import read_plan
from idea.studies.stored_network import stored_networks
from idea.studies.study import Study
from idea.studies.table import table_of, write_table

__all__ = ["MAX_EVALUATORS", "collect"]

MAX_EVALUATORS = 100
"""The largest number of networks that evaluate the others' ideals."""


def collect(
    folder: Path,
    judges: int = MAX_EVALUATORS,
    on_evaluator: Callable[[int, int], object] = lambda *_: None,
) -> Study:
    """Have networks evaluate each other's ideals; write predictions and the table.

    Parameters
    ----------
    folder
        The study's.
    judges
        The largest number of networks that evaluate.
    on_evaluator
        Called with how many have finished, and of how many.

    Returns
    -------
    Study
        All that is in the folder.

    Raises
    ------
    IdeaError
        If there is no network, or a file can't be read or written.
    """
    plan = read_plan(folder)
    task = plan.data.task
    networks = {network.cell: network for network in stored_networks(folder, task)}
    if not networks:
        raise IdeaError(f"{folder}: no network was trained")
    cells = list(networks)
    for network in networks.values():
        network.check_targets(plan.targets)
    images = np.array([[n.image(t).ravel() for t in plan.targets] for n in networks.values()])
    predictions = evaluate_ideals(
        cells,
        choose_evaluators(cells, judges),
        images,
        plan.targets,
        lambda cell: networks[cell].model(),
        on_evaluator,
        task,
    )
    write_table(folder, table_of(networks.values(), predictions, task))
    write_bytes(folder / "readings.npz", predictions_bytes(predictions, task))
    sweep(folder)
    return Study(folder)
