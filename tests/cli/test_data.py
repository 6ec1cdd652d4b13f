"""The options of a data set: images that are turned the wrong way are noticed."""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pytest
from idx_files import write_idx

import idea
from idea.cli.data import _labelled, data_for
from idea.data.datasets import Dataset
from idea.image import Task


@pytest.fixture(scope="module")
def folder(tmp_path_factory, digits8):
    """Digits whose rows and columns are exchanged, as EMNIST's are."""
    folder = tmp_path_factory.mktemp("turned")
    arrays = (
        digits8.train_images.transpose(0, 2, 1)[:20],
        digits8.train_labels[:20],
        digits8.test_images.transpose(0, 2, 1),
        digits8.test_labels,
    )
    return write_idx(folder, arrays)


def loaded(source, transpose):
    args = argparse.Namespace(data=str(source), classes=None, transpose=transpose)
    return data_for(args, idea.load_model("digits8"), print)


def test_a_missing_transpose_is_one_line(capsys, folder, digits8):
    assert (loaded(folder, False).test_images != digits8.test_images).any()
    note = capsys.readouterr().err
    assert note.startswith("note: the network classifies ")
    assert note.endswith("% with rows and columns exchanged: add --transpose?\n")
    assert note.count("\n") == 1


def test_so_is_a_needless_one_and_the_right_choice_is_silent(capsys, folder):
    loaded(folder, True)
    loaded("digits8", False)
    assert capsys.readouterr().err == ""
    loaded("digits8", True)
    assert capsys.readouterr().err.endswith("exchanged: leave out --transpose?\n")


def test_a_folder_of_numbered_classes_has_the_labels_of_the_network():
    images, labels = np.zeros((26, 28, 28), np.uint8), np.arange(26)
    numbered = Task(28, 28, tuple(map(str, range(1, 27))))
    letters = Task(28, 28, tuple("abcdefghijklmnopqrstuvwxyz"))
    dataset = Dataset("letters", numbered, images, labels, images, labels)
    assert _labelled(dataset, letters).task == letters
    assert _labelled(dataset, Task()).task == numbered
    named = replace(dataset, task=Task(28, 28, tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    assert _labelled(named, letters) is named
