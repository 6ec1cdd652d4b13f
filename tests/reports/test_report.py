"""What a report chooses to show of studies of many kinds."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from idea.reports.facts import _training_seconds
from idea.reports.layout import axes_for, groups_for, varied
from idea.studies.cell import Cell
from idea.training.recipe import recipe_for


def study_of(*grids, **more):
    """A study's table, of all combinations of each grid's values."""
    cells = [
        Cell(recipe_for(**dict(zip(grid, values, strict=True))))
        for grid in grids
        for values in itertools.product(*grid.values())
    ]
    rows = [cell.describe() for cell in cells]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return SimpleNamespace(table=columns)


MLP = {"arch": ["mlp"]}
LENET = {"arch": ["lenet"]}


@pytest.mark.parametrize(
    ("grids", "names"),
    [
        ([MLP], []),
        ([MLP | {"units": [16, 100]}], ["units"]),
        ([MLP, LENET], ["arch"]),  # their usual batch size, epochs and held out go with them
        ([MLP | {"units": [16]}, LENET | {"epochs": [1, 10]}], ["arch", "epochs"]),
        ([MLP | {"seed": [0, 1], "weight_decay": [0.0, 0.1]}], ["weight_decay", "seed"]),
    ],
)
def test_what_goes_with_the_architecture_does_not_vary(grids, names):
    assert varied(study_of(*grids)) == names


@pytest.mark.parametrize(
    ("grids", "axes"),
    [
        ([MLP], None),
        (
            [MLP | {"units": [1, 2], "batch_size": [1, 2], "epochs": [*range(1, 9)]}],
            ("units", "batch_size"),
        ),
        ([MLP | {"units": [1, 2], "epochs": [1, 2, 3], "seed": [*range(9)]}], ("units", "epochs")),
        ([MLP | {"epochs": [1, 2, 3], "seed": [0, 1]}], ("seed", "epochs")),
        ([MLP | {"seed": [0, 1, 2]}], ("arch", "seed")),
        ([MLP | {"units": [1, 2]}], ("arch", "units")),
        ([MLP, LENET], ("seed", "arch")),
    ],
)
def test_a_digit_is_laid_out_over_what_varies_most(grids, axes):
    assert axes_for(study_of(*grids)) == axes


def test_networks_are_grouped_as_finely_as_can_be_read():
    few = study_of(MLP | {"units": [1, 2], "batch_size": [1, 2, 3], "seed": [*range(40)]}, LENET)
    assert groups_for(few) == ["arch", "units", "batch_size"]
    many = study_of(MLP | {"units": [*range(1, 11)], "batch_size": [1, 2, 3], "epochs": [1, 2]})
    assert groups_for(many) == ["arch", "units", "batch_size"]
    assert groups_for(study_of(MLP)) == ["arch"]
    too_many = study_of(MLP | {"units": [*range(1, 40)], "seed": [0, 1]})
    assert groups_for(too_many) == ["arch"]


def test_a_training_is_counted_once_however_often_it_was_looked_at():
    study = study_of(MLP | {"epochs": [1, 2, 3], "seed": [0, 1]})
    rows = study.table | {"training_seconds": 10.0 * study.table["epochs"]}
    assert _training_seconds(rows) == 60
