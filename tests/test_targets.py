"""Classes as command lines name them."""

from __future__ import annotations

import pytest

import idea
from idea.image import Task
from idea.targets import parse_targets

GROUPS = Task(8, 8, ("some", "all", "1", "none, or few"))


def test_the_label_of_a_class_comes_before_what_else_a_word_means():
    assert parse_targets(["all"], Task(8, 8, ("some", "ALL"))) == [0, 1]
    assert parse_targets(["all"], GROUPS) == [1]
    assert parse_targets(["some,all"], GROUPS) == [0, 1]
    assert parse_targets(["1", "none, or few"], GROUPS) == [2, 3]
    assert parse_targets(["0,2"], GROUPS) == [0, 2]
    with pytest.raises(idea.IdeaError) as error:
        parse_targets(["most"], GROUPS)
    assert "or all alone" not in str(error.value)
