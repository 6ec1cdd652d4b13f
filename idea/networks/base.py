"""Models: whatever turns images into ten logits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError, OptionError
from idea.image import PIXELS
from idea.networks.outputs import as_logits, check_logits
from idea.text import short_repr

__all__ = ["Classifier", "Model", "as_batch", "check_model", "exact_logits", "is_model"]


class Classifier(Protocol):
    """Anything that judges images: idea asks for nothing but this method."""

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Judge images.

        Parameters
        ----------
        images : (n, 784) float32 array
            In 0…1, row by row: the pixel in column x, row y is entry ``x + 28*y``.

        Returns
        -------
        (n, 10) float array
            A row of raw outputs, before softmax, for each image. Equal images must get equal
            logits, up to the rounding of another place in another batch: less than two hundred
            units in the last place of the largest logit. A search of a noisier model ends as
            well, but on a path that depends on how it was batched.
        """
        ...


class Model(ABC):
    """What `idea.load_model` gives: a `Classifier` that knows more of itself."""

    threadsafe = False
    """Whether several threads may ask at the same time, and gain by it."""

    @abstractmethod
    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        """Judge images; see `Classifier`."""

    @staticmethod
    def from_function(function: Callable[[NDArray[np.float32]], Any]) -> Model:
        """Make a model of a function: of any framework, or a few lines of your own.

        Parameters
        ----------
        function
            Takes images, (n, 784) float32 in 0…1, and gives ten numbers for each, the logits: an
            array (n, 10), or what numpy can make one of.

        Returns
        -------
        Model
            It asks the function.

        Raises
        ------
        IdeaError
            If it is no function.

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
        return _Function(function)


class _Function(Model):
    def __init__(self, function: Callable[[NDArray[np.float32]], Any]) -> None:
        self._function = function

    def __repr__(self) -> str:
        return f"Model.from_function({self._function!r})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[Any]:
        return as_logits(self._function(images))


def is_model(thing: object) -> bool:
    """Tell whether something is a model: not a class of models, which needs to be called first."""
    return not isinstance(thing, type) and callable(getattr(thing, "logits", None))


def check_model(model: object) -> None:
    """Check that something can be asked.

    Parameters
    ----------
    model
        The judge.

    Raises
    ------
    OptionError
        If it has no method ``logits``.

    Examples
    --------
    >>> check_model(5)
    Traceback (most recent call last):
    idea.errors.OptionError: expected a model, something with a method logits, found 5; \
idea.load_model opens one, idea.Model.from_function makes one of a function
    """
    if not is_model(model):
        raise OptionError(
            f"expected a model, something with a method logits, found {short_repr(model)}; "
            "idea.load_model opens one, idea.Model.from_function makes one of a function"
        )


def exact_logits(
    model: Classifier, images: NDArray[np.float32], name: str = "the model"
) -> NDArray[np.float64]:
    """Ask a model for its most exact answer, which may take it long.

        Parameters ---------- model One with a method ``exact_logits`` like that of
        `idea.files.onnx.model.OnnxModel`, or any other. images : (n, 784) float32 array In 0…1.
        name What the error calls the model.

    Returns
    -------
    (n, 10) float64 array
        From that method, or else from ``logits``.

    Raises
    ------
    IdeaError
        If the model gives something else than ten finite numbers an image.

    Examples
    --------
    >>> import idea
    >>> exact_logits(idea.load_model(), np.zeros((1, 784), np.float32)).dtype
    dtype('float64')
    """
    ask = getattr(model, "exact_logits", model.logits)
    return check_logits(ask(images), len(images), name).astype(np.float64)


def as_batch(
    images: NDArray[np.float32], dtype: type[np.floating[Any]] = np.float64
) -> NDArray[Any]:
    """Check that an array is a batch of images.

    Parameters
    ----------
    images : (n, 784) array
        In 0…1.
    dtype
        What to bring it to.

    Returns
    -------
    (n, 784) array
        The same.

    Raises
    ------
    IdeaError
        If it has another shape, or holds something else than numbers.

    Examples
    --------
    >>> as_batch(np.zeros((2, 28, 28), np.float32))
    Traceback (most recent call last):
    idea.errors.IdeaError: expected images of shape (n, 784), found (2, 28, 28)
    """
    try:
        batch = np.asarray(images)
        if batch.dtype.kind not in "biuf":
            raise TypeError(f"array of {batch.dtype}")
        batch = batch.astype(dtype, copy=False)
    except Exception as error:  # of whatever kind: an object of the caller's may raise any
        raise IdeaError(
            f"expected images of shape (n, {PIXELS}), found {short_repr(images)}"
        ) from error
    if batch.ndim != 2 or batch.shape[1] != PIXELS:
        raise IdeaError(f"expected images of shape (n, 784), found {batch.shape}")
    return batch
