"""Opening networks: bundled ones by name, files of any format, and functions."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.layers.plain import UnsupportedNetworkError
from idea.files.read import read_bytes
from idea.files.weights.formats import as_weights, parse_weights, with_files_beside
from idea.image import DIGITS, UNDECLARED, TaskOptions
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, DEFAULT, find_file
from idea.networks.cnn import model_of
from idea.networks.weights import Weights
from idea.opening.live import live_model, live_network
from idea.text import short_repr
from idea.validation import as_path

__all__ = ["OpenedModel", "load_model", "network_model", "open_model", "parse_model", "read_model"]


@dataclass(frozen=True)
class OpenedModel:
    """A network, with what a record stores about it."""

    network: Model
    name: str
    """The bundled network's name, or the file as it was given."""
    sha256: str
    """The checksum of the file that was read, which may have been replaced since."""


def load_model(
    source: str | os.PathLike[str] | Callable[..., Any] | object | None = None,
    *,
    shape: tuple[int, int] | None = None,
    classes: Iterable[str] | None = None,
) -> Model:
    """Open a trained network.

    Parameters
    ----------
    source
        - the name of a bundled network: ``"mlp"`` (default), ``"lenet"``, ``"convnet"`` or
          ``"robust"`` for MNIST, ``"fashion"`` for Fashion-MNIST, ``"digits8"`` for digits of
          8×8 pixels;
        - raw float32 values without a header, `.dat`;
        - Chainer's `.npz` or `.model`: a bare MLP, a classifier or a trainer's snapshot;
        - PyTorch's state_dict, `.pt` or `.safetensors`, of a sequence of Linear layers with ReLU
          between them or of one of `idea.networks.architectures`, recognised by the arrays' shapes;
        - ONNX: any classifier from one image, (n, pixels), (n, height, width), with a channel in
          front or behind, to logits or probabilities; a plain MLP or CNN is recognised;
        - Keras: `.keras`, `.h5` (of any version), their weights alone, and TensorFlow.js's
          `model.json`: layers one after the other, read without Keras;
        - a Keras model in memory, whatever its layers;
        - a function, see `Model.from_function`.
    shape
        The height and the width of the images. Default: those that the file names, or a square.
    classes
        The labels of the classes. Default: those that the file names, or 0, 1, ….

    Returns
    -------
    Model
        An `MLP` or a `CNN` if the network is one; otherwise a model that runs ONNX Runtime or calls
        the function.

    Raises
    ------
    WeightsError
        If the file can't be read or holds another kind of network.
    MissingPackageError
        If a package that its format needs is not installed.

    Examples
    --------
    >>> import idea
    >>> idea.load_model()
    MLP(784-784-784-10)
    """
    given = TaskOptions.of(shape, classes)
    model = live_model(source, given)
    if model is not None:
        return model
    live = live_network(source)
    if live is not None:
        path = Path(type(source).__name__)
        return network_model(lambda: as_weights(live, path, given), path, given)
    if callable(source):
        known = None if given == UNDECLARED else DIGITS
        return Model.from_function(
            source, given.complete(known, len(given.classes or DIGITS.classes))
        )
    if not isinstance(source, str | os.PathLike | None):
        raise WeightsError(f"expected a name, a file or a function, found {short_repr(source)}")
    if source is not None:
        as_path(source, WeightsError)
    return parse_model(*read_model(source), given)


def open_model(source: str | None, given: TaskOptions = UNDECLARED) -> OpenedModel:
    """Open a network by its name or file; None is the MLP."""
    data, path = read_model(source)
    checksum = hashlib.sha256(data).hexdigest()
    return OpenedModel(parse_model(data, path, given), source or DEFAULT, checksum)


def read_model(source: str | os.PathLike[str] | None) -> tuple[bytes, Path]:
    """Read a network's file and return its contents and path.

    The contents include the arrays that a file, such as an ONNX graph, stores in others.
    """
    path = find_file(source)
    try:
        data = read_bytes(path, WeightsError)
    except WeightsError as error:
        if path.suffix or os.path.exists(path):  # noqa: PTH110  # also if the name is too long
            raise
        *most, last = BUNDLED
        raise WeightsError(f"{error}; {', '.join(most)} and {last} are bundled") from error
    return with_files_beside(data, path), path


def parse_model(data: bytes, path: Path, given: TaskOptions = UNDECLARED) -> Model:
    """Make a model from a file's contents; `path` gives the format and names the file in errors."""
    return network_model(lambda: parse_weights(data, path, given), path, given)


def network_model(read: Callable[[], Weights], path: Path, given: TaskOptions) -> Model:
    """Make a model of the weights that a function reads, or of the graph of other networks."""
    try:
        return model_of(read())
    except UnsupportedNetworkError as error:
        from idea.files.onnx.model import OnnxModel

        return OnnxModel(error.graph(), path, given)
