"""Snapshots: what they note is checked before a training goes on."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import pytest

from idea.errors import IdeaError
from idea.training.recipe import ADDED, Recipe
from idea.training.trainer import Trainer


def trainer_of(notes, folder):
    """A trainer of the default recipe whose snapshot has these notes."""
    learner = SimpleNamespace(suffix=".x", restore=lambda data, check: check(json.dumps(notes)))
    trainer = Trainer(learner, Recipe(), {}, folder)
    trainer.snapshot.touch()
    return trainer


NOTES = {"epoch": 1, "seconds": 1.0, "rows": [], "data": "mnist"}


def test_an_older_snapshot_lacks_what_was_off(tmp_path):
    older = {k: v for k, v in dataclasses.asdict(Recipe()).items() if k not in ADDED}
    trainer = trainer_of(NOTES | {"recipe": older}, tmp_path)
    trainer.resume()
    assert trainer.progress.epoch == 1


def test_a_snapshot_of_another_robust_training_is_refused(tmp_path):
    recipe = dataclasses.asdict(Recipe(adversarial=0.3, augment="shift"))
    trainer = trainer_of(NOTES | {"recipe": recipe}, tmp_path)
    with pytest.raises(IdeaError, match=r"found one with --adversarial 0\.3, --augment shift$"):
        trainer.resume()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("epoch", -1, "epoch: expected a whole number, 0 or more, found -1"),
        ("rows", [{}], "rows[0].kind: expected a text, found nothing"),
        ("recipe", {}, "recipe.arch: expected one of mlp, lenet, convnet, found nothing"),
        ("seconds", None, "seconds: expected a number, 0 or more, found None"),
    ],
)
def test_what_a_snapshot_notes_is_checked(tmp_path, key, value, told):
    notes = NOTES | {"recipe": dataclasses.asdict(Recipe())} | {key: value}
    trainer = trainer_of(notes, tmp_path)
    with pytest.raises(IdeaError) as error:
        trainer.resume()
    assert str(error.value) == f"{trainer.snapshot}: {told}"
