"""The multi-layer perceptron."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.image import PIXELS
from idea.networks.base import Model, as_batch
from idea.networks.compiled import missing, rounded_logits
from idea.networks.exact import exact_layers, largest_sums, rounding_of
from idea.networks.weight_checks import as_weights
from idea.networks.weights import Layer

__all__ = ["MLP", "Exact", "dense", "exactly"]

Exact = tuple[NDArray[np.float64], NDArray[np.float64]]
"""A layer in double precision, its matrix transposed: (n_in, n_out) and (n_out,)."""


class MLP(Model):
    """A multi-layer perceptron with ReLU between its layers.

    Parameters
    ----------
    layers
        A pair ``(W, b)`` of float32 arrays a layer, shapes (n_out, n_in) and (n_out,), from 784
        inputs to 10 outputs.

    Attributes
    ----------
    layers : tuple of (W, b)
        The same.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> model = idea.MLP([(np.ones((10, 784), np.float32), np.zeros(10, np.float32))])
    >>> float(model.logits(np.full((1, 784), 0.5, np.float32))[0, 5])
    392.0
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        layers = as_weights("MLP", layers).layers
        widths = [PIXELS, *(len(b) for _, b in layers)]
        shapes = [W.shape for W, _ in layers]
        expected = list(zip(widths[1:], widths[:-1], strict=True))
        if not layers or widths[-1] != 10 or shapes != expected:
            raise IdeaError(
                "expected layers whose matrices chain from 784 inputs to 10 outputs, "
                f"found {shapes}"
            )
        self.layers = layers
        self._exact = exactly(layers)

    def __repr__(self) -> str:
        return f"MLP({'-'.join(map(str, [PIXELS, *(len(b) for _, b in self.layers)]))})"

    def logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Judge images by a full forward pass in double precision.

        Parameters
        ----------
        images : (n, 784) array
            In 0…1.

        Returns
        -------
        (n, 10) float64 array
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
        batch = as_batch(images)
        (W, b), *others = self._exact
        # A search's images differ in few pixels: the first is multiplied whole, of the others only
        # what differs from it.
        first = batch[:1]
        return dense(first @ W + b + _product(batch - first, W), others)

    def rounded_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Judge images by correctly rounded sums, which settle exact ties: slowly.

        See `idea.networks.exact`. Without the compiled kernel an image takes some 20 ms.

        Parameters
        ----------
        images : (n, 784) float32 array
            In 0…1.

        Returns
        -------
        (n, 10) float64 array
            The raw outputs, equal to the bit wherever they are worked out.

        Raises
        ------
        IdeaError
            If the images have another shape.
        """
        batch = as_batch(images, np.float32)
        if not missing():
            return rounded_logits(self, batch)
        exact = [exact_layers(image.astype(np.float64), self.layers) for image in batch]
        return np.reshape(exact, (len(batch), 10))

    @functools.cached_property
    def rounding(self) -> float:
        """How far a logit of `logits` may be from that of `rounded_logits`, at most.

        See `idea.networks.exact.rounding_of`.
        """
        largest = largest_sums(np.ones(PIXELS), self.layers)
        return rounding_of(largest, [W.shape[1] for W, _ in self.layers])


def exactly(layers: Iterable[Layer]) -> list[Exact]:
    """Bring layers to double precision.

    It costs half the speed and settles every comparison that float32 would leave to rounding.

    Parameters
    ----------
    layers
        Pairs ``(W, b)`` of shapes (n_out, n_in) and (n_out,).

    Returns
    -------
    list of (W, b)
        Of shapes (n_in, n_out) and (n_out,).
    """
    return [(W.T.astype(np.float64), b.astype(np.float64)) for W, b in layers]


def dense(h: NDArray[np.float64], layers: Iterable[Exact]) -> NDArray[np.float64]:
    """Send a batch through layers, with ReLU before each.

    Parameters
    ----------
    h : (n, n_in) float64 array
        Pre-activations.
    layers
        As `exactly` gives them.

    Returns
    -------
    (n, n_out) float64 array
        The last layer's pre-activations.
    """
    for W, b in layers:
        h = _product(np.maximum(h, 0), W) + b
    return h


def _product(x: NDArray[np.float64], W: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give x @ W, skipping the rows of W that meet nothing but zeros: silent units, equal pixels.

    To gather the rows that remain costs about as much as eight rows of x.
    """
    used = x.any(axis=0)
    if len(x) < 8 or used.mean() > 0.8:
        return x @ W
    return x[:, used] @ W[used]
