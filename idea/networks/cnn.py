"""The convolutional network."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from idea.errors import IdeaError
from idea.image import Task
from idea.networks.base import Model, as_batch
from idea.networks.compiled import kernel_error, rounded_logits
from idea.networks.convolution import HALVING, Convolution, Pair, Pooling
from idea.networks.exact import exact_layer, exact_layers, largest_sums, rounding_of
from idea.networks.mlp import MLP, DoubleLayer, forward, in_double_precision
from idea.networks.weight_checks import as_weights
from idea.networks.weights import Layer, Weights

__all__ = ["CNN", "convolve", "model_of", "pooled"]

# Images in a batch: more than some tens are no faster, and each takes up to a megabyte.
_CHUNK = 64


class CNN(Model):
    """A small convolutional network: convolutions, then dense layers, with ReLU between them.

    Parameters
    ----------
    convolutions
        One or more, the first of which takes the image as one map. A tuple ``(W, b, pool)`` also
        is one, whose pool may be True, for the largest of 2×2.
    layers
        A pair ``(W, b)`` of float32 arrays for each dense layer, of shapes (n_out, n_in) and
        (n_out,). The input of the first is the last convolution's maps one after the other, each
        row by row; the last has an output for each class, or a single one, the logit of the second
        of two classes.
    task
        The size of the images and the labels. Default: square images, and the labels 0, 1, ….

    Attributes
    ----------
    convolutions : tuple of Convolution
        The convolutions.
    layers : tuple of (W, b)
        The dense layers.
    task : Task
        What it sees and decides.

    Raises
    ------
    IdeaError
        If the shapes don't chain.

    Examples
    --------
    >>> import numpy as np
    >>> from idea.networks.convolution import HALVING, Convolution
    >>> blur = Convolution(np.ones((1, 1, 3, 3), "f4"), np.zeros(1, "f4"), HALVING)
    >>> CNN([blur], [(np.ones((10, 169), "f4"), np.zeros(10, "f4"))])
    CNN(1×28×28, 1×13×13, 10)
    """

    repeatable = True

    def __init__(
        self,
        convolutions: Sequence[Convolution],
        layers: Sequence[Layer],
        task: Task | None = None,
    ) -> None:
        weights = as_weights("CNN", layers, convolutions)
        self.convolutions, self.layers = weights.convolutions, weights.layers
        if not convolutions:
            raise IdeaError("expected one or more convolutions, found none; see MLP")
        self.task = task or weights.derived_task()
        self._sizes = weights.sizes(self.task)

    def __repr__(self) -> str:
        return f"CNN({', '.join(self._sizes)})"

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
        >>> idea.load_model("lenet").logits(np.zeros((3, 784), np.float32)).shape
        (3, 10)
        """
        batch = as_batch(images, self.task.pixels)
        parts = [batch[i : i + _CHUNK] for i in range(0, len(batch), _CHUNK)]
        return np.concatenate([np.empty((0, len(self.task.classes))), *map(self._forward, parts)])

    def rounded_logits(self, images: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Return the logits of images by correctly rounded sums, which decide exact ties.

        See `idea.networks.exact`. It is slow.

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
        logits = [self._forward_exactly(image) for image in batch]
        return np.reshape(logits, (len(batch), len(self.task.classes)))

    @functools.cached_property
    def connected_pixels(self) -> NDArray[np.bool_]:
        """Which pixels lie in the window of a result that is used, (pixels,)."""
        rows, columns = (self._connected(axis) for axis in (0, 1))
        return np.logical_and.outer(rows, columns).ravel()

    def _connected(self, axis: int) -> NDArray[np.bool_]:
        """Return which rows or columns of the image do: windows are rectangles on a grid."""
        sizes = [self.task.shape]
        for convolution in self.convolutions:
            sizes.append(convolution.results(*sizes[-1]))
        used = np.ones(max(0, sizes.pop()[axis]), np.bool_)
        for convolution, size in zip(self.convolutions[::-1], sizes[::-1], strict=True):
            used = convolution.inputs_of(used, size[axis], axis)
        return used

    @functools.cached_property
    def _exact(self) -> list[DoubleLayer]:
        return in_double_precision(self.layers)

    @functools.cached_property
    def rounding(self) -> float:
        """The largest possible difference between `logits` and `rounded_logits`.

        See `idea.networks.exact.rounding_of`.
        """
        maps = np.ones((1, 1, *self.task.shape))
        terms = []
        for convolution in self.convolutions:
            W, b, pool, *_ = convolution
            maps = convolve(maps, convolution._replace(W=np.abs(W), b=np.abs(b)))
            terms += [W[0].size, *([math.prod(pool.size)] if pool and pool.average else [])]
        largest = largest_sums(maps.ravel(), self.layers)
        terms += [W.shape[1] for W, _ in self.layers]
        return rounding_of(largest, terms)

    def _forward_exactly(self, image: NDArray[np.float32]) -> NDArray[np.float64]:
        maps = image.reshape(1, *self.task.shape).astype(np.float64)
        for convolution in self.convolutions:
            W, b, pool, *_ = convolution
            windows = _windows(maps[np.newaxis], convolution)[0]
            inputs = windows.transpose(1, 2, 0, 3, 4).reshape(-1, W[0].size)
            sums = [exact_layer(x, W.reshape(len(W), -1), b) for x in inputs]
            maps = np.maximum(np.reshape(sums, (*windows.shape[1:3], len(W))), 0).transpose(2, 0, 1)
            maps = pooled(maps[np.newaxis], pool, exactly=True)[0]
        return exact_layers(maps.ravel(), self.layers)

    def _forward(self, batch: NDArray[np.float64]) -> NDArray[np.float64]:
        maps = batch.reshape(-1, 1, *self.task.shape)
        for convolution in self.convolutions:
            maps = convolve(maps, convolution)
        return forward(maps.reshape(len(maps), -1), self._exact)


def model_of(weights: Weights) -> MLP | CNN:
    """Create a model from weights: a `CNN` if there are convolutions, else an `MLP`."""
    if weights.convolutions:
        return CNN(weights.convolutions, weights.layers, weights.task)
    return MLP(weights.layers, weights.task)


def convolve(maps: NDArray[np.float64], convolution: Convolution) -> NDArray[np.float64]:
    """Apply a convolution, ReLU and pool: (n, n_in, y, x) to (n, n_out, …)."""
    W, b, pool, *_ = convolution
    windows = _windows(maps, convolution)
    out = np.tensordot(windows, W.astype(np.float64), ((1, 4, 5), (1, 2, 3)))  # (n, y, x, n_out)
    return pooled(np.maximum(out + b, 0).transpose(0, 3, 1, 2), pool)


def pooled(
    maps: NDArray[np.float64], pool: Pooling | None, *, exactly: bool = False
) -> NDArray[np.float64]:
    """Apply a pool to maps, (n, maps, y, x); `exactly` rounds the sum of an average once."""
    if pool is None:
        return maps
    if pool == HALVING:
        height, width = (size // 2 * 2 for size in maps.shape[2:])
        # NumPy is slow at the maximum over short axes.
        out = np.maximum(maps[:, :, 0:height:2], maps[:, :, 1:height:2])
        return np.maximum(out[..., 0:width:2], out[..., 1:width:2])
    if min(np.subtract(maps.shape[2:], pool.size)) < 0:
        return np.empty((*maps.shape[:2], 0, 0))
    windows = _strided(maps, pool.size, pool.strides)
    if not pool.average:
        return np.asarray(windows.max(axis=(4, 5)))
    sums = np.apply_along_axis(math.fsum, -1, _flat(windows)) if exactly else windows.sum((4, 5))
    return np.asarray(sums / math.prod(pool.size))


def _windows(maps: NDArray[np.float64], convolution: Convolution) -> NDArray[np.float64]:
    """Return what a convolution's positions read of maps, (n, n_in, y, x, height, width)."""
    top, left, bottom, right = convolution.pads
    if any(convolution.pads):
        maps = np.pad(maps, ((0, 0), (0, 0), (top, bottom), (left, right)))
    rows, columns = convolution.W.shape[2:]
    return _strided(maps, (rows, columns), convolution.strides)


def _strided(maps: NDArray[np.float64], size: Pair, strides: Pair) -> NDArray[np.float64]:
    return sliding_window_view(maps, size, axis=(2, 3))[:, :, :: strides[0], :: strides[1]]


def _flat(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    return windows.reshape(*windows.shape[:4], -1)
