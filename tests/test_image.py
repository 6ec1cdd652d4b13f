"""Tasks: their labels, and their classes by label or index."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import idea
from idea.image import DIGITS, Task, as_image, as_task
from idea.labels import file_names

from tasks import OTHERS, TALL, TASKS, ids

CLOTHES = Task(28, 28, ("T-shirt", "Trouser", "Sneaker", "sneaker", "Ankle boot"))


@pytest.mark.parametrize("task", TASKS, ids=ids(TASKS))
def test_a_class_has_a_label_and_an_index(task):
    assert task.pixels == task.height * task.width
    for index, label in enumerate(task.classes):
        assert task.index(label) == task.index(index) == task.index(np.int64(index)) == index
        assert task.label(index) == label
    assert pickle.loads(pickle.dumps(task)) == task  # noqa: S301


def test_the_default_is_mnists():
    assert Task() == DIGITS == as_task(object())
    assert (DIGITS.pixels, DIGITS.size, DIGITS.key(5), CLOTHES.key(0)) == (
        784,
        "28×28",
        5,
        "T-shirt",
    )


def test_case_matters_only_where_labels_differ_by_it():
    assert CLOTHES.index("t-SHIRT") == 0
    assert (CLOTHES.index("Sneaker"), CLOTHES.index("sneaker")) == (2, 3)
    with pytest.raises(idea.IdeaError) as error:
        CLOTHES.index("SNEAKER")
    assert str(error.value) == "target SNEAKER is ambiguous: Sneaker or sneaker?"


@pytest.mark.parametrize(
    ("task", "target", "message"),
    [
        (DIGITS, 10, "digit must be one of 0…9, not 10"),
        (DIGITS, "ten", "digit must be one of 0…9, not 'ten'"),
        (DIGITS, True, "digit must be one of 0…9, not True"),
        (Task(8, 8, ("0", "1", "2")), "3", "target must be one of 0…2, not '3'"),
        (TALL, 2, "target must be one of no, yes, not 2"),
        (TALL, "yess", "target must be one of no, yes, not 'yess'; did you mean yes?"),
        (
            CLOTHES,
            "Trousers",
            "target must be one of T-shirt, Trouser, Sneaker, sneaker, Ankle boot, not "
            "'Trousers'; did you mean Trouser?",
        ),
    ],
)
def test_what_is_no_class_is_refused_and_the_nearest_named(task, target, message):
    with pytest.raises(idea.IdeaError) as error:
        task.index(target)
    assert str(error.value) == message


def test_long_lists_of_labels_are_cut():
    task = Task(8, 8, tuple(f"class {number}" for number in range(1000)))
    with pytest.raises(idea.IdeaError, match=r"class 19, …, not 'klass 7'; did you mean class 7"):
        task.index("klass 7")
    assert task.file_names[999] == "class_999"


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["../x", "/etc/passwd", "a/b", "a\\b"], ["_x", "_etc_passwd", "a_b", "a_b_2"]),
        (["..", ".", "…", "?"], ["_", "__2", "__3", "__4"]),
        (["CON", "con", "Con_2"], ["CON", "con_2", "Con_2_2"]),
        (["a b", "a_b", "a?b"], ["a_b", "a_b_2", "a_b_3"]),
        (["日本", "Ümlaut", "x.y"], ["日本", "Ümlaut", "x.y"]),
    ],
)
def test_names_of_files_are_safe_and_unique(labels, names):
    assert file_names(labels) == tuple(names)


printable = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(
    lambda text: text.isprintable() and text.strip()
)


@settings(max_examples=50)
@given(st.lists(printable, min_size=2, max_size=8, unique=True))
def test_names_of_any_labels_are_safe_and_unique(labels):
    names = Task(2, 2, tuple(labels)).file_names
    assert len({name.casefold() for name in names}) == len(labels)
    for name in names:
        assert name
        assert not set(name) & set('/\\:*?"<>|\0')
        assert name not in (".", "..")
        assert len(f"idea_{name}.json".encode()) <= 255


@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
def test_images_of_another_size_are_refused(task):
    image = np.random.default_rng(0).random(task.shape, np.float32)
    assert np.array_equal(as_image(image.ravel(), task=task), image)
    with pytest.raises(idea.IdeaError) as error:
        as_image(np.zeros(task.pixels + 1), "start", task)
    assert str(error.value) == (
        f"start: expected {task.pixels} numbers or {task.height} rows of {task.width}, found "
        f"shape ({task.pixels + 1},)"
    )


def test_a_model_whose_task_is_no_task_is_refused(small):
    class Odd:
        task = "digits"

        def logits(self, images):
            return small.logits(images)

    with pytest.raises(idea.IdeaError) as error:
        idea.find(Odd(), 5)
    assert str(error.value) == "expected a model whose task is an idea.Task, found 'digits'"
