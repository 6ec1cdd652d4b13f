"""The images that are attacked: of files and of a data set's test images, binarised."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from idea.attacks.problem import Problem
from idea.data.datasets import Dataset, noun_of
from idea.errors import OptionError
from idea.files.preprocess import read_picture
from idea.image import Task, binarised
from idea.opening.load import OpenedModel

__all__ = ["AttackInput", "TestImages", "read_input"]


@dataclass(frozen=True, eq=False)
class AttackInput:
    """An image to be attacked, and how the network classifies it."""

    name: str
    """Its file, or which test image it is."""
    image: NDArray[np.float32] = field(repr=False)
    """(height, width), 0 or 1."""
    label: int
    """The network's prediction."""
    grey_label: int
    """The network's prediction for the image before it was binarised."""
    index: int | None = None
    """Of a test image, its index in the data set."""
    true_label: int | None = None
    """Of a test image, the index of its class."""


class TestImages:
    """The test images of a network's data set, which `load` loads on first use."""

    __test__ = False  # no test class of pytest's

    def __init__(self, task: Task, load: Callable[[], Dataset]) -> None:
        self.noun = noun_of(task)
        self._task = task
        self._load = load

    @functools.cached_property
    def _data(self) -> Dataset:
        return self._load()

    def get(self, model: OpenedModel, index: int) -> AttackInput:
        """Return the image at an index."""
        labels = self._data.test_labels
        if not 0 <= index < len(labels):
            raise OptionError(
                f"expected one of the test {self.noun}s 0…{len(labels) - 1:,}, found {index:,}"
            )
        grey = self._data.test_images[index] / np.float32(255)
        name, true_label = f"test {self.noun} {index:,}", int(labels[index])
        return _classified(model, name, grey, index=index, true_label=true_label)

    def correctly_classified(self, *models: OpenedModel) -> Iterator[tuple[AttackInput, ...]]:
        """Yield, in order, the images that all networks classify correctly once binarised.

        Each comes once for every network.
        """
        for index in range(len(self._data.test_labels)):
            found = tuple(self.get(model, index) for model in models)
            if all(one.label == one.true_label for one in found):
                yield found

    def first_of_each(self, model: OpenedModel) -> list[AttackInput]:
        """Return the first correctly classified image of each class that has one."""
        first: dict[int, AttackInput] = {}
        for (found,) in self.correctly_classified(model):
            first.setdefault(found.label, found)
            if len(first) == len(self._task.classes):
                break
        return [first[index] for index in sorted(first)]


def read_input(model: OpenedModel, path: str) -> AttackInput:
    """Read a dump or a picture, which is prepared as those of the network's task."""
    picture = read_picture(path, drawn=True, task=model.network.task)
    return _classified(model, path, picture.image)


def _classified(
    model: OpenedModel,
    name: str,
    grey: NDArray[np.float32],
    *,
    index: int | None = None,
    true_label: int | None = None,
) -> AttackInput:
    image = binarised(grey, name, model.network.task)
    grey_label = int(np.argmax(model.network.logits(grey.reshape(1, -1))[0]))
    label = Problem(model.network, image).label
    return AttackInput(name, image, label, grey_label, index, true_label)
