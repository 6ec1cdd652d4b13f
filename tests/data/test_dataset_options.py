"""Data sets by name, their checks, and the tasks that they are for."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest
from letters import LETTERS

import idea
from idea.data.datasets import Dataset, dataset_for, load_dataset
from idea.data.digits8 import digits8_files
from idea.data.known import DIGITS8, FASHION, MNIST
from idea.errors import DataError


@pytest.mark.parametrize("source", [5, None, b"mnist", ["mnist"], "", "a\0b"])
def test_what_names_no_data_is_one_message(source):
    with pytest.raises(idea.IdeaError, match="expected the name of a file or folder, found"):
        load_dataset(source)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(idea.IdeaError) as error:
        load_dataset("fasion")
    assert str(error.value) == (
        "fasion: can't be read: No such file or directory; the names of data sets are mnist, "
        "fashion and digits8"
    )


def test_without_scikit_learn_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"^digits8 needs a package .*: pip install scikit-learn"):
        load_dataset("digits8")


def test_digits8_are_read_without_importing_scikit_learn(monkeypatch, tmp_path):
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn/__init__.py").write_text("raise RuntimeError")
    monkeypatch.delitem(sys.modules, "sklearn", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DataError) as error:
        digits8_files()
    path = tmp_path / "sklearn/datasets/data/digits.csv.gz"
    assert str(error.value) == (
        f"{path}: expected scikit-learn's digits of 8×8, found none: {path} not found."
    )


def test_images_and_labels_of_a_data_set_fit_its_task():
    images, labels = np.zeros((4, 3, 2), np.uint8), np.array([0, 1, 1, 2])
    task = idea.Task(3, 2, ("a", "b", "c"))
    made = Dataset("made", task, images, labels, images, labels)
    assert made.title == "made"
    for changes, message in (
        ({"train_labels": labels + 1}, "made: expected training labels in 0…2, found 1…3"),
        ({"test_labels": labels - 1}, "made: expected test labels in 0…2, found -1…1"),
        ({"task": idea.Task(2, 3, task.classes)}, "made: expected training images of 2×3, found"),
    ):
        with pytest.raises(idea.IdeaError, match=message):
            dataclasses.replace(made, **changes)


def test_a_data_set_of_another_task_is_refused():
    images, labels = np.zeros((2, 3, 2), np.uint8), np.array([0, 1])
    made = Dataset("made", idea.Task(3, 2, ("a", "b")), images, labels, images, labels)
    made.check_task(idea.Task(3, 2, ("a", "b")))
    made.check_task(idea.Task(3, 2, ("0", "1")))  # whose labels aren't known
    for task in (
        idea.Task(2, 3, ("a", "b")),
        idea.Task(3, 2, ("b", "a")),
        idea.Task(3, 2, ("a", "b", "c")),
    ):
        with pytest.raises(idea.IdeaError) as error:
            made.check_task(task)
        assert str(error.value) == (
            f"expected a data set for {task}, found made: images of 3×2 and the classes a, b"
        )


def test_a_task_has_one_known_data_set():
    for known in (MNIST, FASHION, DIGITS8):
        assert dataset_for(known.task) == known.name
    assert dataset_for(idea.Task(28, 28, LETTERS)) is None
