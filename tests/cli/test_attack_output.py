"""What `idea.attack` draws on a terminal."""

from __future__ import annotations

import pytest

import idea
from idea.cli.attack_output import _before_and_after
from idea.files.picture import as_text


@pytest.fixture(scope="module")
def attack():
    task = idea.Task(4, 6, ("dark", "light"))
    model = idea.Model.from_function(lambda images: images.sum(axis=1) - 0.5, task)
    return idea.fewest_flips(model, [0] * 24)


def test_images_stand_side_by_side_where_there_is_room_for_both(attack):
    before, after = as_text(attack.before), as_text(attack.after)
    assert _before_and_after(attack, 14) == f"{before}\n\n{after}"
    lines = _before_and_after(attack, 15).split("\n")
    assert [len(line) for line in lines] == [15, 15]
    assert "\n".join(line[:6] for line in lines) == before
    assert "\n".join(line[9:] for line in lines) == after
