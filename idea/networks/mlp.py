"""The multi-layer perceptron."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.image import Task
from idea.networks.base import Model, as_batch
from idea.networks.compiled import kernel_error, rounded_logits
from idea.networks.exact import exact_layers, largest_sums, rounding_of
from idea.networks.weight_checks import as_weights
from idea.networks.weights import Layer

__all__ = ["MLP", "DoubleLayer", "forward", "in_double_precision"]

DoubleLayer = tuple[NDArray[np.float64], NDArray[np.float64]]
"""A layer in double precision, its matrix transposed: (n_in, n_out) and (n_out,)."""


class MLP(Model):
    """A multi-layer perceptron with ReLU between its layers.

    Parameters
    ----------
    layers
        A pair ``(W, b)`` of float32 arrays for each layer, of shapes (n_out, n_in) and (n_out,),
        from the pixels of an image to an output for each class. A single output is the logit of the
        second of two classes.
    task
        The size of the images and the labels. Default: square images, and the labels 0, 1, ….

    Attributes
    ----------
    layers : tuple of (W, b)
        The layers.
    task : Task
        What it sees and decides.

    Raises
    ------
    IdeaError
        If the shapes don't chain.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> model = idea.MLP([(np.ones((10, 784), np.float32), np.zeros(10, np.float32))])
    >>> float(model.logits(np.full((1, 784), 0.5, np.float32))[0, 5])
    392.0
    """

    repeatable = True

    def __init__(self, layers: Sequence[Layer], task: Task | None = None) -> None:
        weights = as_weights("MLP", layers)
        layers = weights.layers
        shapes = [W.shape for W, _ in layers]
        chained = [(len(b), n_in) for (_, b), n_in in zip(layers, _inputs(layers), strict=True)]
        if not layers or shapes != chained:
            raise IdeaError(f"expected layers whose matrices chain, found {shapes}")
        self.task = task or weights.derived_task()
        found = (shapes[0][1], shapes[-1][0])
        if found != (self.task.pixels, len(self.task.classes)):
            raise IdeaError(
                f"expected layers whose matrices chain from {self.task.pixels} inputs to "
                f"{len(self.task.classes)} outputs, found {shapes}"
            )
        self.layers = layers

    def __repr__(self) -> str:
        return f"MLP({'-'.join(map(str, [self.task.pixels, *(len(b) for _, b in self.layers)]))})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Return the logits of images by a full forward pass in double precision.

        Parameters
        ----------
        images : (n, pixels) array
            In 0…1.

        Returns
        -------
        (n, classes) float64 array
            The raw outputs.

        Raises
        ------
        IdeaError
            If the images have another shape.

        Examples
        --------
        >>> import numpy as np
        >>> import idea
        >>> idea.load_model().logits(np.zeros((3, 784), np.float32)).shape
        (3, 10)
        """
        batch = as_batch(images, self.task.pixels)
        (W, b), *others = self._exact
        # The images of a search differ in few pixels: only the first is multiplied whole, of the
        # others the differences from it are.
        first = batch[:1]
        sums = first @ W + b
        if len(batch) != 1:
            sums = sums + _product(batch - first, W)
        return forward(sums, others)

    def rounded_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Return the logits of images by correctly rounded sums, which decide exact ties.

        See `idea.networks.exact`. It is slow: 20 ms an image without the compiled kernel.

        Parameters
        ----------
        images : (n, pixels) float32 array
            In 0…1.

        Returns
        -------
        (n, classes) float64 array
            The raw outputs, bit for bit the same on every machine.

        Raises
        ------
        IdeaError
            If the images have another shape.
        """
        batch = as_batch(images, self.task.pixels, np.float32)
        if not kernel_error():
            return rounded_logits(self, batch)
        exact = [exact_layers(image.astype(np.float64), self.layers) for image in batch]
        return np.reshape(exact, (len(batch), len(self.task.classes)))

    @functools.cached_property
    def connected_pixels(self) -> NDArray[np.bool_]:
        """Which pixels a unit has a weight for, (pixels,)."""
        return np.asarray((self.layers[0][0] != 0).any(axis=0))

    @functools.cached_property
    def _exact(self) -> list[DoubleLayer]:
        return in_double_precision(self.layers)

    @functools.cached_property
    def rounding(self) -> float:
        """The largest possible difference between `logits` and `rounded_logits`.

        See `idea.networks.exact.rounding_of`.
        """
        largest = largest_sums(np.ones(self.task.pixels), self.layers)
        return rounding_of(largest, [W.shape[1] for W, _ in self.layers])


def _inputs(layers: Sequence[Layer]) -> list[int]:
    """Return the number of inputs that each layer should have."""
    return [W.shape[-1] for W, _ in layers[:1]] + [len(b) for _, b in layers[:-1]]


def in_double_precision(layers: Iterable[Layer]) -> list[DoubleLayer]:
    """Convert layers to double precision.

    It halves the speed, and decides the comparisons that float32 would leave to rounding.
    """
    return [(W.T.astype(np.float64), b.astype(np.float64)) for W, b in layers]


def forward(h: NDArray[np.float64], layers: Iterable[DoubleLayer]) -> NDArray[np.float64]:
    """Propagate pre-activations (n, n_in) through layers with ReLU before each: (n, n_out)."""
    for W, b in layers:
        h = _product(np.maximum(h, 0), W) + b
    return h


def _product(x: NDArray[np.float64], W: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x @ W, skipping the rows of W that only meet zeros: silent units, equal pixels.

    Gathering the other rows costs about as much as eight rows of x.
    """
    used = x.any(axis=0)
    if len(x) < 8 or used.mean() > 0.8:
        return x @ W
    return x[:, used] @ W[used]
