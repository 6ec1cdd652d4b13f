"""A study of made-up ideals and readings, in the files of a real one, and what figures show.

Test modules name it as a plugin, for its fixtures. pytest collects doctests here, too, so it may be
imported by then: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

import idea
from idea.files.vf import write_vf
from idea.image import Task
from idea.studies.cell import Cell
from idea.studies.data import DataRecord, StudyData
from idea.studies.plan import Plan
from idea.studies.predictions import Predictions, choose_evaluators, predictions_bytes
from idea.studies.stored import IdealRecord, NetworkRecord, Timing, class_column
from idea.studies.stored_network import StoredNetwork
from idea.studies.table import table_of, write_table
from idea.training.recipe import Recipe

from conftest import digest

DIGITS = (3, 5)


def cells_of_many_kinds() -> list[Cell]:
    """MLPs of three seeds and LeNets of two; some of the grid is missing."""
    grid = itertools.product((16, 100), (100, 1000), (1, 2, 20), (0, 1, 2))
    recipes = [
        Recipe(units=units, batch_size=batch_size, epochs=epochs, seed=seed)
        for units, batch_size, epochs, seed in grid
        if (units, batch_size) != (16, 1000)  # a place of which there is no network
        and (units, batch_size, seed) != (100, 1000, 0)  # where the lowest seed is another
    ]
    recipes += [Recipe("lenet", batch_size=100, epochs=e, seed=s) for e in (1, 2) for s in (0, 1)]
    return sorted(map(Cell, recipes), key=lambda cell: tuple(cell.describe().values()))


def write_study(folder, cells, task=None, targets=DIGITS):
    """Write the files of a study, with ideals, readings and accuracies that are random.

    Without a task it is one of MNIST.
    """
    rng = np.random.default_rng(7)
    plan = replace(Plan.parse({}), targets=tuple(targets))
    if task is None:
        task = Task()
    else:
        record = DataRecord("made", task.height, task.width, task.classes, {})
        plan = replace(plan, data=StudyData(record=record))
    (folder / "study.json").write_bytes(plan.json_bytes())
    for cell in cells:
        home = folder / cell.name
        home.mkdir()
        ideals, sums = [], {}
        for target in targets:
            image = (rng.random(task.shape) < 0.4).astype(np.float32)
            dump = write_vf(home / f"idea_{task.file_names[target]}.vf", image, task)
            sums[dump.name] = digest(dump)
            energy = float(rng.uniform(20, 150))
            ideals.append(
                IdealRecord(
                    **{class_column(task): task.key(target)},
                    energy=energy,
                    logit=energy,
                    margin=energy / 2,
                    probability=1.0,
                    runner_up=task.key(min(8, len(task.classes) - 1)),
                    ink=float(image.sum()),
                    smoothness=0.6,
                    locally_optimal=True,
                    evaluations=5000,
                    logits=[0.0] * len(task.classes),
                )
            )
        accuracy = float(rng.uniform(0.8, 1))
        run = NetworkRecord(cell.name, cell.describe(), accuracy, ideals, sums, {"numpy": "2.0"})
        timing = Timing(1.0, dict.fromkeys(map(task.label, targets), 0.1), "here")
        for name, value in (("run.json", run), ("timing.json", timing)):
            (home / name).write_text(json.dumps(msgspec.to_builtins(value)))
    evaluators = choose_evaluators(cells, 20)
    shape = (len(evaluators), len(cells), len(targets))
    read = sorted({*targets, min(8, len(task.classes) - 1)})
    readings = Predictions(
        tuple(cell.name for cell in cells),
        tuple(one.name for one in evaluators),
        tuple(targets),
        rng.choice(np.array(read, np.int8 if len(task.classes) <= 128 else np.int16), shape),
        rng.random(shape, np.float32),
        np.array([[one.starts_independently_of(cell) for cell in cells] for one in evaluators]),
    )
    (folder / "readings.npz").write_bytes(predictions_bytes(readings, task))
    networks = [StoredNetwork(folder / cell.name, task) for cell in cells]
    write_table(folder, table_of(networks, readings, task))
    return idea.Study(folder)


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """The study of `cells_of_many_kinds`."""
    return write_study(tmp_path_factory.mktemp("study"), cells_of_many_kinds())


@pytest.fixture(scope="session")
def one_network_study(tmp_path_factory):
    """A study of one network, which has no evaluators."""
    return write_study(tmp_path_factory.mktemp("one"), [Cell(Recipe(units=16, epochs=1))])


@pytest.fixture(scope="session")
def shown():
    """What to ask of a figure."""

    def tiles(ax):
        """Its images by place, (row, column)."""
        found = {}
        for image in ax.images:
            left, _, _, top = image.get_extent()
            found[left, top] = np.asarray(image.get_array())
        columns = sorted({x for x, _ in found})
        rows = sorted({y for _, y in found})
        return {(rows.index(y), columns.index(x)): array for (x, y), array in found.items()}

    def names(axis):
        return [label.get_text() for label in axis.get_ticklabels()]

    def texts(ax):
        return [text.get_text() for text in ax.texts]

    return SimpleNamespace(tiles=tiles, names=names, texts=texts)
