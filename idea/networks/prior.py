"""Priors: how probable binary images are, by a restricted Boltzmann machine of example images."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from idea.errors import OptionError
from idea.image import Task

__all__ = ["Prior"]

_LOW = 25  # percentile


@dataclass(frozen=True, eq=False)
class Prior:
    """A restricted Boltzmann machine: a model of binary images, without labels.

    The logarithm of an image's probability is, but for a constant of the machine,

        log p(x) = visible · x + Σ_j log(1 + exp(hidden_j + weights_j · x)),

    which greys between 0 and 1 extend. The parameters are numbers of half precision, whose sums are
    exact in double precision.

    Raises
    ------
    OptionError
        If the shapes don't agree, or a parameter isn't a finite number of half precision.

    References
    ----------
    Hinton, "A practical guide to training restricted Boltzmann machines", 2012.

    Examples
    --------
    >>> task = Task(2, 2, ["a", "b"])
    >>> prior = Prior(np.zeros((3, 4)), np.array([1, 0, 0, -2]), np.zeros(3), task)
    >>> prior.log_probability(np.array([[1, 1, 0, 0]])).round(3).tolist()
    [3.079]
    """

    weights: NDArray[np.float32] = field(repr=False)
    """(hidden, pixels)."""
    visible: NDArray[np.float32] = field(repr=False)
    """(pixels,) the biases of the pixels."""
    hidden: NDArray[np.float32] = field(repr=False)
    """(hidden,) the biases of the hidden units."""
    task: Task
    """That of the data set whose images it models."""
    examples: NDArray[np.float32] = field(
        default_factory=lambda: np.zeros((0, 101), np.float32), repr=False
    )
    """(classes, 101) the percentiles, 0 to 100, of log p of a class's real examples."""
    name: str = "prior"

    def __post_init__(self) -> None:
        """Check the fields."""
        pixels = self.task.pixels
        count = len(self.hidden) if np.ndim(self.hidden) == 1 else 0
        expected = {"weights": (count, pixels), "visible": (pixels,), "hidden": (count,)}
        for key, shape in expected.items():
            array = np.asarray(getattr(self, key))
            if array.shape != shape or not count:
                raise OptionError(f"prior: expected {key} of shape {shape}, found {array.shape}")
            with np.errstate(over="ignore", invalid="ignore"):
                half = array.astype(np.float16)
            if not (np.isfinite(half).all() and (half == array).all()):
                raise OptionError(f"prior: expected {key} of finite numbers of half precision")
            object.__setattr__(self, key, half.astype(np.float32))
        self._check_examples()

    def _check_examples(self) -> None:
        examples = np.asarray(self.examples)
        if examples.size == 0:
            return
        shape = (len(self.task.classes), 101)
        if examples.shape != shape or examples.dtype.kind != "f" or np.isnan(examples).any():
            raise OptionError(f"prior: expected examples of shape {shape}, found {examples.shape}")
        if (np.diff(examples, axis=1) < 0).any():
            raise OptionError("prior: expected the percentiles of examples in ascending order")

    def check_task(self, task: Task) -> None:
        """Raise an `OptionError` if a task has images of another size."""
        if task.shape != self.task.shape:
            raise OptionError(
                f"the prior {self.name} is for images of {self.task.size}, the network for images "
                f"of {task.size}"
            )

    def note_on(self, task: Task) -> str | None:
        """Return a note if it was trained on other classes than a network, on other data."""
        if task.classes == self.task.classes:
            return None
        return (
            f"the prior {self.name} was trained on {self.task}, the network on {task}: ideals "
            "resemble the prior's images"
        )

    @functools.cached_property
    def error_bound(self) -> float:
        """The error bound of `log_probability`: rounding adds up over the pixels."""
        parameters = (self.weights, self.visible, self.hidden)
        size = sum(float(np.abs(array).sum(dtype=np.float64)) for array in parameters)
        return 16 * self.visible.size * float(np.finfo(np.float64).eps) * size

    def log_probability(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return log p of images (n, pixels) but for the constant, (n,)."""
        images = np.asarray(images, np.float64)
        inputs = images @ self.weights.T.astype(np.float64) + self.hidden.astype(np.float64)
        units = np.maximum(inputs, 0) + np.log1p(np.exp(-np.abs(inputs)))
        return np.asarray(images @ self.visible.astype(np.float64) + units.sum(axis=1))

    def typical(self, task: Task, target: int) -> float:
        """Return what most real examples of a class exceed: the lower quartile of their log p.

        For a task of other classes it is that of all examples.
        """
        if not self.examples.size:
            raise OptionError(f"the prior {self.name} has no examples to choose a weight by")
        if task.classes == self.task.classes:
            return float(self.examples[target, _LOW])
        return float(np.median(self.examples[:, _LOW]))

    def rank(self, task: Task, target: int, log_p: float) -> float | None:
        """Return the share of a class's real examples that are less probable, in 0…1.

        None for a task of other classes.
        """
        if not self.examples.size or task.classes != self.task.classes:
            return None
        return float(np.interp(log_p, self.examples[target], np.linspace(0, 1, 101)))

    def exact_log_probability(self, image: NDArray[np.float32]) -> float:
        """Return the same for one image (pixels,), rounded alike on all machines.

        The inputs and the sum are rounded correctly, the logarithms are those of the C library.
        """
        terms = self.weights.astype(np.float64) * image
        inputs = (
            math.fsum([bias, *row])
            for bias, row in zip(self.hidden.tolist(), terms.tolist(), strict=True)
        )
        units = [max(x, 0.0) + math.log1p(math.exp(-abs(x))) for x in inputs]
        return math.fsum([*units, *(self.visible.astype(np.float64) * image).tolist()])
