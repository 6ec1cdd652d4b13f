"""What is attacked: images of files and of MNIST's test digits, made black and white."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from idea.attacks.problem import Problem
from idea.data.mnist import Mnist, load_mnist
from idea.errors import OptionError
from idea.files.load import parse_model, read_model
from idea.files.preprocess import read_picture
from idea.image import PIXELS, binarised
from idea.networks.base import Model
from idea.networks.bundled import DEFAULT

__all__ = ["OpenModel", "Subject", "TestDigits", "read_subject"]


@dataclass(frozen=True)
class OpenModel:
    """A model, and what a record says of it."""

    model: Model
    name: str
    """Its name or file."""
    sha256: str
    """Of its file."""

    @staticmethod
    def read(source: str | None) -> OpenModel:
        """Open one by its name or file; None is the MLP."""
        data, path = read_model(source)
        return OpenModel(
            parse_model(data, path), source or DEFAULT, hashlib.sha256(data).hexdigest()
        )


@dataclass(frozen=True, eq=False)
class Subject:
    """An image to be attacked."""

    name: str
    """Of the file, or which test digit."""
    image: NDArray[np.float32] = field(repr=False)
    """(28, 28), 0 or 1."""
    label: int
    """What the model says of it."""
    grey_label: int
    """What it says of the image with its greys."""
    place: int | None = None
    """Of a test digit, from 0."""
    digit: int | None = None
    """Of a test digit, what it is."""


class TestDigits:
    """MNIST's test digits, loaded when they are first asked for.

    Parameters
    ----------
    source
        Where MNIST is; None is the user's cache, or fetched.
    """

    __test__ = False  # for pytest, which takes the name for that of tests

    def __init__(self, source: str | os.PathLike[str] | None) -> None:
        self._source = source

    @functools.cached_property
    def _mnist(self) -> Mnist:
        return load_mnist(self._source, say=functools.partial(print, file=sys.stderr))

    def subject(self, model: OpenModel, place: int) -> Subject:
        """Give one of the digits.

        Parameters
        ----------
        model
            Who judges it.
        place
            Which, 0…9999.

        Returns
        -------
        Subject
            The digit.

        Raises
        ------
        OptionError
            If there is no such digit.
        """
        digits = self._mnist.test_labels
        if not 0 <= place < len(digits):
            raise OptionError(f"the test digits are 0…{len(digits) - 1:,}; there is no {place:,}")
        grey = self._mnist.test_images[place] / np.float32(255)
        name, digit = f"test digit {place:,}", int(digits[place])
        return _subject(model, name, grey, place=place, digit=digit)

    def read_right(self, model: OpenModel) -> Iterator[Subject]:
        """Give, in their order, the digits that a model reads right in black and white.

        Parameters
        ----------
        model
            Who judges them.

        Yields
        ------
        Subject
            Each as soon as it is judged.
        """
        for place in range(len(self._mnist.test_labels)):
            subject = self.subject(model, place)
            if subject.label == subject.digit:
                yield subject

    def first_of_each(self, model: OpenModel) -> list[Subject]:
        """Give the first digit of each kind that a model reads right in black and white.

        Parameters
        ----------
        model
            Who judges them.

        Returns
        -------
        list of Subject
            By digit; without those of which it reads none right.
        """
        found: dict[int, Subject] = {}
        for subject in self.read_right(model):
            found.setdefault(subject.label, subject)
            if len(found) == 10:
                break
        return [found[digit] for digit in sorted(found)]


def read_subject(model: OpenModel, path: str) -> Subject:
    """Read a picture or a dump.

    Parameters
    ----------
    model
        Who judges it.
    path
        The file; a picture is prepared as MNIST's digits were, unless it is one of an image.

    Returns
    -------
    Subject
        The image, black and white.

    Raises
    ------
    PictureError, DumpError
        As `idea.files.preprocess.read_picture`.
    """
    return _subject(model, path, read_picture(path, drawn=True).image)


def _subject(
    model: OpenModel,
    name: str,
    grey: NDArray[np.float32],
    *,
    place: int | None = None,
    digit: int | None = None,
) -> Subject:
    image = binarised(grey)
    grey_label = int(np.argmax(model.model.logits(grey.reshape(1, PIXELS))[0]))
    return Subject(name, image, Problem(model.model, image).label, grey_label, place, digit)
