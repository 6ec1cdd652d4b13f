"""The images that are attacked: of files and of MNIST's test digits, binarised."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from idea.attacks.problem import Problem
from idea.data.datasets import Dataset
from idea.data.mnist import load_mnist
from idea.errors import OptionError
from idea.files.load import OpenedModel
from idea.files.preprocess import read_picture
from idea.image import DIGITS, binarised

__all__ = ["AttackInput", "TestDigits", "read_input"]


@dataclass(frozen=True, eq=False)
class AttackInput:
    """An image to be attacked, and how the network classifies it."""

    name: str
    """Its file, or which test digit it is."""
    image: NDArray[np.float32] = field(repr=False)
    """(height, width), 0 or 1."""
    label: int
    """The network's prediction."""
    grey_label: int
    """The network's prediction for the image before it was binarised."""
    index: int | None = None
    """Of a test digit, its index in MNIST."""
    digit: int | None = None
    """Of a test digit, its true label."""


class TestDigits:
    """MNIST's test digits, loaded on first use.

    `source` is as in `idea.load_mnist`.
    """

    __test__ = False  # no test class of pytest's

    def __init__(self, source: str | os.PathLike[str] | None) -> None:
        self._source = source

    @functools.cached_property
    def _mnist(self) -> Dataset:
        return load_mnist(self._source, on_message=functools.partial(print, file=sys.stderr))

    def get(self, model: OpenedModel, index: int) -> AttackInput:
        """Return the digit at an index."""
        if model.network.task != DIGITS:
            raise OptionError(
                f"{model.name}: MNIST's test digits are for networks of digits, found "
                f"{model.network.task}: name a dump"
            )
        digits = self._mnist.test_labels
        if not 0 <= index < len(digits):
            raise OptionError(
                f"--mnist must be one of the test digits 0…{len(digits) - 1:,}, not {index:,}"
            )
        grey = self._mnist.test_images[index] / np.float32(255)
        name, digit = f"test digit {index:,}", int(digits[index])
        return _classified(model, name, grey, index=index, digit=digit)

    def correctly_classified(self, model: OpenedModel) -> Iterator[AttackInput]:
        """Yield, in order, the digits that the network classifies correctly once binarised."""
        for index in range(len(self._mnist.test_labels)):
            found = self.get(model, index)
            if found.label == found.digit:
                yield found

    def first_of_each(self, model: OpenedModel) -> list[AttackInput]:
        """Return the first correctly classified digit of each class that has one."""
        first: dict[int, AttackInput] = {}
        for found in self.correctly_classified(model):
            first.setdefault(found.label, found)
            if len(first) == len(model.network.task.classes):
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
    digit: int | None = None,
) -> AttackInput:
    image = binarised(grey, name, model.network.task)
    grey_label = int(np.argmax(model.network.logits(grey.reshape(1, -1))[0]))
    return AttackInput(name, image, Problem(model.network, image).label, grey_label, index, digit)
