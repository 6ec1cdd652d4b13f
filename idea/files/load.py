"""Opening models: from a file of any kind, a shipped network's name, or a function."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.onnx.graph import whole_bytes
from idea.files.onnx.weights import ForeignGraphError
from idea.files.read import read_bytes
from idea.files.weights.formats import parse_weights
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, find_file
from idea.networks.cnn import model_of
from idea.text import short_repr
from idea.validation import as_path

__all__ = ["load_model", "parse_model", "read_model"]


def load_model(source: str | os.PathLike[str] | Callable[..., Any] | None = None) -> Model:
    """Open a trained network.

    Parameters
    ----------
    source
        - a network that comes with the package: ``"mlp"`` (default), ``"lenet"``, ``"convnet"``;
        - bare floats, `.dat`;
        - Chainer's `.npz` or `.model`: a bare MLP, a classifier or a trainer's snapshot;
        - PyTorch's state_dict, `.pt` or `.safetensors`: of a sequence of Linear layers with ReLU
          between them, or of one of `idea.networks.architectures`, told by the arrays' shapes;
        - ONNX: any classifier of one image, (n, 784), (n, 28, 28), (n, 1, 28, 28) or
          (n, 28, 28, 1), into ten logits or probabilities; a plain MLP or CNN is recognised;
        - a function: see `Model.from_function`.

    Returns
    -------
    Model
        Ready to be judged by, or searched: an `MLP` or a `CNN` where the network is one, otherwise
        a model that asks ONNX Runtime or the function.

    Raises
    ------
    WeightsError
        If the file can't be read or isn't such a network, or needs a package that is not
        installed.

    Examples
    --------
    >>> import idea
    >>> idea.load_model()
    MLP(784-784-784-10)
    """
    if callable(source):
        return Model.from_function(source)
    if not isinstance(source, str | os.PathLike | None):
        raise WeightsError(f"expected a name, a file or a function, found {short_repr(source)}")
    if source is not None:
        as_path(source, WeightsError)
    return parse_model(*read_model(source))


def read_model(source: str | os.PathLike[str] | None) -> tuple[bytes, Path]:
    """Read a network's file.

    Parameters
    ----------
    source
        A path, or the name of a network that comes with the package; None is the MLP.

    Returns
    -------
    data, path
        The file's contents, those of an ONNX graph with what it keeps in other files, and where it
        is.

    Raises
    ------
    WeightsError
        If it can't be read, or arrays that an ONNX graph keeps beside it can't.

    Examples
    --------
    >>> data, path = read_model("mlp")
    >>> len(data), path.name
    (4954920, 'mlp.dat')
    """
    path = find_file(source)
    try:
        data = read_bytes(path, WeightsError)
    except WeightsError as error:
        if path.suffix or os.path.exists(path):  # noqa: PTH110  # of a long name, too
            raise
        *most, last = BUNDLED
        raise WeightsError(f"{error}; {', '.join(most)} and {last} come along") from error
    return (whole_bytes(data, path) if path.suffix == ".onnx" else data), path


def parse_model(data: bytes, path: Path) -> Model:
    """Make a model of a file's bytes.

    Parameters
    ----------
    data
        The file's contents.
    path
        Its name, which tells what kind of file it is.

    Returns
    -------
    Model
        As `load_model`.

    Raises
    ------
    WeightsError
        As `load_model`.

    Examples
    --------
    >>> parse_model(bytes(3228), Path("m.dat"))
    MLP(784-1-1-10)
    """
    try:
        weights = parse_weights(data, path)
    except ForeignGraphError:
        from idea.files.onnx.model import OnnxModel

        return OnnxModel.parse(data, path)
    return model_of(weights)
