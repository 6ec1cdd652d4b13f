"""The data sets that are known by name."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from idx_files import write_idx
from letters import LETTERS

import idea
from idea.data import datasets
from idea.data.datasets import dataset_at_hand, load_dataset
from idea.data.download import cache_folder
from idea.data.idx import NAMES
from idea.data.known import DIGITS8, FASHION
from idea.data.published import published_files


def test_digits8_is_scikit_learns_with_half_greys_as_ink(digits8):
    from sklearn.datasets import load_digits

    theirs = load_digits()
    assert digits8.task == idea.Task(8, 8)
    assert (len(digits8.train_images), len(digits8.test_images)) == (1437, 360)
    assert digits8.checksums() == DIGITS8.checksums
    ours = np.concatenate([digits8.train_images, digits8.test_images])
    labels = np.concatenate([digits8.train_labels, digits8.test_labels])
    key = [(bytes(image), int(label)) for image, label in zip(ours, labels, strict=True)]
    scaled = np.floor(theirs.images * 255 / 16 + 0.5).astype(np.uint8)
    pairs = zip(scaled, theirs.target, strict=True)
    assert sorted(key) == sorted((bytes(image), int(label)) for image, label in pairs)
    assert np.array_equal(np.sort(scaled.ravel() >= 128), np.sort(theirs.images.ravel() >= 8))


def test_fashion_is_what_everybody_knows(fashion):
    assert fashion.task == FASHION.task
    assert fashion.train_images.shape == (60000, 28, 28)
    assert fashion.test_images.shape == (10000, 28, 28)
    assert fashion.checksums() == FASHION.checksums
    first = [fashion.task.label(index) for index in fashion.train_labels[:4]]
    assert first == ["ankle boot", "t-shirt", "t-shirt", "dress"]
    assert np.bincount(fashion.train_labels).tolist() == [6000] * 10


def test_a_folder_with_the_files_of_a_known_data_set_is_that(fashion, tmp_path, monkeypatch):
    arrays = (
        fashion.train_images,
        fashion.train_labels,
        fashion.test_images,
        fashion.test_labels,
    )
    write_idx(tmp_path, arrays)
    found = load_dataset(tmp_path)
    assert (found.name, found.task) == ("fashion", FASHION.task)
    named = load_dataset(tmp_path, classes=LETTERS[:10])
    assert (named.name, named.task.classes) == ("fashion", LETTERS[:10])
    # The user's cache is read before a package's folder, and the latter where there is no cache.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    known = dataclasses.replace(FASHION, folder=tmp_path)
    assert published_files(known, pytest.fail).keys() == set(NAMES)
    cache_folder("fashion").mkdir(parents=True)
    (cache_folder("fashion") / "mnist.npz").write_bytes(b"PK")
    with pytest.raises(idea.IdeaError, match=r"mnist\.npz: a damaged zip archive"):
        published_files(known, pytest.fail)


def test_what_is_at_hand_needs_no_download(tmp_path, monkeypatch, mnist):
    found = dataset_at_hand(mnist.task)
    assert np.array_equal(found.test_labels, mnist.test_labels)
    assert dataset_at_hand(idea.Task(9, 9)) is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert dataset_at_hand(mnist.task) is None
    damaged = cache_folder("mnist")
    damaged.mkdir(parents=True)
    for name in NAMES:
        (damaged / name).write_bytes(b"x")
    assert dataset_at_hand(mnist.task) is None


def test_without_fashion_the_error_says_what_helps(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(datasets.PUBLISHED, "fashion", dataclasses.replace(FASHION, folder=None))
    monkeypatch.setattr("idea.data.download.MIRRORS", {"fashion": ()})
    with pytest.raises(idea.IdeaError) as error:
        load_dataset("fashion")
    assert str(error.value) == (
        "Fashion-MNIST can't be downloaded:\n"
        "Install Debian's package (apt install dataset-fashion-mnist). Or: "
        f"Put {', '.join(NAMES)} (raw or .gz) into {tmp_path / 'idea' / 'fashion'}, or name a "
        "folder that has them in place of fashion."
    )
