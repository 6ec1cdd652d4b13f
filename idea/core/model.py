"""Models: whatever turns images into ten logits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.files.vf import PIXELS
from idea.files.weights import Layer, read_weights

__all__ = ["MLP", "SHIPPED", "Model", "load_model"]

SHIPPED = Path(__file__).parents[1] / "pretrained" / "mlp.dat"
"""The network that comes with the package: 784-784-784-10; `mlp.txt` beside it tells its origin."""


class Model(Protocol):
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
            logits, up to the rounding of another place in another batch: less than a thousand
            units in the last place of the largest logit. A search of a noisier model ends as
            well, but on a path that depends on how it was batched.
        """
        ...


class MLP:
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

    def __init__(self, layers: list[Layer] | tuple[Layer, ...]) -> None:
        widths = [PIXELS, *(len(b) for _, b in layers)]
        shapes = [W.shape for W, _ in layers]
        expected = list(zip(widths[1:], widths[:-1], strict=True))
        if not layers or widths[-1] != 10 or shapes != expected:
            raise IdeaError(
                "expected layers whose matrices chain from 784 inputs to 10 outputs, "
                f"found {shapes}"
            )
        self.layers = tuple(layers)
        # Double precision costs half the speed and settles every comparison that float32 would
        # leave to rounding.
        self._exact = [(W.T.astype(np.float64), b.astype(np.float64)) for W, b in layers]

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
        h = np.asarray(images, np.float64)
        if h.ndim != 2 or h.shape[1] != PIXELS:
            raise IdeaError(f"expected images of shape (n, 784), found {h.shape}")
        (W, b), *others = self._exact
        # A search's images differ in few pixels: the first is multiplied whole, of the others only
        # what differs from it.
        first = h[:1]
        h = first @ W + b + _product(h - first, W)  # (n, units)
        for W, b in others:
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


def load_model(path: str | os.PathLike[str] | None = None) -> MLP:
    """Open a trained network.

    Parameters
    ----------
    path
        Weights as `.dat`, or Chainer's `.npz` or `.model`: a bare MLP, a classifier or a trainer's
        snapshot. Default: the network that comes with the package.

    Returns
    -------
    MLP
        Ready to be judged by, or searched.

    Raises
    ------
    WeightsError
        If the file can't be read or isn't such a network.

    Examples
    --------
    >>> import idea
    >>> idea.load_model()
    MLP(784-784-784-10)
    """
    return MLP(read_weights(SHIPPED if path is None else path))
