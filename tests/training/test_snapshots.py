"""Snapshots: what they note is checked before a training goes on."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import pytest

from idea.errors import IdeaError
from idea.training.recipe import Recipe
from idea.training.trainer import Trainer


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
    notes = {"epoch": 1, "seconds": 1.0, "rows": [], "recipe": {}, "data": "mnist"}
    notes |= {"recipe": dataclasses.asdict(Recipe())} | {key: value}
    learner = SimpleNamespace(suffix=".x", restore=lambda data, check: check(json.dumps(notes)))
    trainer = Trainer(learner, Recipe(), {}, tmp_path)
    trainer.snapshot.touch()
    with pytest.raises(IdeaError) as error:
        trainer.resume()
    assert str(error.value) == f"{trainer.snapshot}: {told}"
