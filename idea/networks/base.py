"""Models: anything that maps images to ten logits."""

from __future__ import annotations

import contextlib
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, OptionError
from idea.image import DIGITS, Task, as_task
from idea.networks.outputs import as_logits, check_logits
from idea.networks.probabilities import Conversion, conversion_for, few_images
from idea.text import short_repr

__all__ = ["Classifier", "Model", "as_batch", "check_model", "exact_logits", "is_model"]


class Classifier(Protocol):
    """The protocol of a model: anything with this method can be searched.

    Its task is that of MNIST unless it has an attribute `task`, an `idea.Task`.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> class Left:
    ...     def logits(self, images):
    ...         return np.eye(10)[[5]] * images[:, ::28].sum(axis=1, keepdims=True)
    >>> idea.find(Left(), 5, sweeps=1).energy
    28.0
    """

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Return the logits of a batch of images.

        Parameters
        ----------
        images : (n, pixels) float32 array
            In 0…1, row by row: the pixel in column x, row y is entry ``x + width*y``.

        Returns
        -------
        (n, classes) float array
            The raw outputs, before softmax. Equal images must have equal logits up to rounding,
            wherever in a batch they are: differences below two hundred units in the last place of
            the largest logit. With a noisier model, as one with
            dropout or batch norm in training mode, a search warns; it still ends, but its path
            depends on the batches, and no image is called a local optimum.
        """
        ...


class Model(ABC):
    """The base class of idea's own models, which `idea.load_model` returns; see `Classifier`.

    Examples
    --------
    >>> import idea
    >>> isinstance(idea.load_model(), idea.Model)
    True
    """

    task: Task = DIGITS
    """What it sees and decides."""
    threadsafe = False
    """Whether several threads may call `logits` at the same time, and gain by it."""
    repeatable = False
    """Whether equal images are known to have equal logits up to rounding, so that no search has to
    check it."""

    notes: tuple[str, ...] = ()
    """What was noticed when it was opened, such as inputs of another scale."""

    reason: str | None = None
    """Why the kernel can't evaluate a file's network, if it can't."""

    left_open: str = ""
    """What its file leaves open, and what that was taken for: "activation, taken as ReLU"."""

    def add_note(self, note: str | None) -> None:
        """Add what was noticed, if anything, to `notes`."""
        self.notes = (*self.notes, *filter(None, [note]))

    @abstractmethod
    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Return the logits of a batch of images; see `Classifier`."""

    @staticmethod
    def from_function(function: Callable[[NDArray[np.float32]], Any], task: Task = DIGITS) -> Model:
        """Create a model from a function, of any framework.

        Parameters
        ----------
        function
            Maps images, (n, pixels) float32 in 0…1, to their logits, (n, classes): an array, or
            anything that NumPy converts to one. Of two classes, (n, 1) or (n,) are the logits of
            the second, before the sigmoid. If what it returns of a few images are probabilities, in
            0…1 with a sum of 1, logits are made of them: the log-odds, log p of a class minus the
            mean log p of all, or log p if some of them are 0.
        task
            The size of the images and the labels. Default: the task of MNIST.

        Returns
        -------
        Model
            A model whose `logits` calls the function.

        Raises
        ------
        IdeaError
            If `function` can't be called.

        Warns
        -----
        UserWarning
            If the function returns probabilities. It is also in `Model.notes`.

        Examples
        --------
        >>> import numpy as np
        >>> import idea
        >>> model = idea.Model.from_function(lambda images: images @ np.eye(784, 10))
        >>> int(idea.find(model, 5).image.argmin(axis=1)[0])
        0
        """
        if not callable(function):
            raise IdeaError(f"expected a function of images, found {short_repr(function)}")
        model = _Function(function, task)
        for note in model.notes:
            warnings.warn(note, stacklevel=2)
        return model


class _Function(Model):
    def __init__(self, function: Callable[[NDArray[np.float32]], Any], task: Task) -> None:
        self._function = function
        self.task = task
        self._conversion: Conversion | None = None
        with contextlib.suppress(Exception):  # of any kind: it is raised when a search calls it
            self._conversion = conversion_for(self.logits(few_images(task.pixels)))
        if self._conversion:
            self.add_note(f"{short_repr(function)} {self._conversion.note}")

    def __repr__(self) -> str:
        return f"Model.from_function({self._function!r})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        logits = as_logits(self._function(images))
        if len(self.task.classes) == 2 and logits.shape in ((len(images),), (len(images), 1)):
            second = logits.reshape(-1, 1)
            return np.hstack([np.zeros_like(second), second])
        return self._conversion.apply(logits) if self._conversion else logits


def is_model(thing: object) -> bool:
    """Return whether an object is a model; a class of models isn't, its instances are."""
    return not isinstance(thing, type) and callable(getattr(thing, "logits", None))


def check_model(model: object) -> None:
    """Raise an `OptionError` unless an object is a model."""
    if not is_model(model):
        raise OptionError(
            f"expected a model, something with a method logits, found {short_repr(model)}; "
            "idea.load_model opens one, idea.Model.from_function makes one of a function"
        )


def exact_logits(
    model: Classifier, images: NDArray[np.float32], name: str = "the model"
) -> NDArray[np.float64]:
    """Return the most precise logits, (n, classes) float64, of images (n, pixels).

    They come from its method ``exact_logits``, which may be slow, if it has one.
    """
    evaluate = getattr(model, "exact_logits", model.logits)
    shape = len(images), len(as_task(model).classes)
    return check_logits(evaluate(images), shape, name).astype(np.float64)


def as_batch(
    images: NDArray[np.float32], pixels: int, dtype: type[np.floating[Any]] = np.float64
) -> NDArray[Any]:
    """Return a batch of images, (n, pixels), converted to `dtype`."""
    try:
        batch = np.asarray(images)
        if batch.dtype.kind not in "biuf":
            raise TypeError(f"array of {batch.dtype}")
        batch = batch.astype(dtype, copy=False)
    except Exception as error:  # of any kind: the images may be objects of the caller's
        raise IdeaError(
            f"expected images of shape (n, {pixels}), found {short_repr(images)}"
        ) from error
    if batch.ndim != 2 or batch.shape[1] != pixels:
        raise IdeaError(f"expected images of shape (n, {pixels}), found {batch.shape}")
    return batch
