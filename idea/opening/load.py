"""Opening networks: bundled ones by name, files of any format, and functions."""

from __future__ import annotations

import contextlib
import hashlib
import os
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives
from idea.files.layers.plain import UnsupportedNetworkError
from idea.files.read import read_bytes
from idea.files.weights.foreign import check_folder
from idea.files.weights.formats import Network, as_weights, parse_network, with_files_beside
from idea.image import DIGITS, UNDECLARED, TaskOptions
from idea.inputs import InputScale
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, DEFAULT, find_file
from idea.networks.cnn import model_of
from idea.networks.scaled import Scaled
from idea.opening.live import live_model, live_network
from idea.opening.trial import best_of, note_on_scale
from idea.text import short_repr
from idea.validation import as_path

__all__ = ["OpenedModel", "load_model", "open_model", "parse_model", "read_model"]


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
    input: str | tuple[float, float] | InputScale | None = None,  # noqa: A002
) -> Model:
    """Open a trained network.

    Parameters
    ----------
    source
        - the name of a bundled network: ``"mlp"`` (default), ``"lenet"``, ``"convnet"`` or
          ``"robust"`` for MNIST, ``"fashion"`` for Fashion-MNIST, ``"digits8"`` for digits of
          8×8 pixels;
        - raw float32 values without a header, `.dat`;
        - an archive of arrays, `.npz` or `.model`: Chainer's networks, classifiers and trainer's
          snapshots, parameters of JAX and Flax, or matrices and biases of any names;
        - PyTorch's state_dict, `.pt` or `.safetensors`, of a sequence of Linear layers with ReLU
          between them or of one of `idea.networks.architectures`, recognised by the arrays' shapes;
        - ONNX: any classifier from one image, (n, pixels), (n, height, width), with a channel in
          front or behind, to logits or probabilities; a plain MLP or CNN is recognised;
        - a classifier of scikit-learn, fitted, or its file, `.pkl`, `.joblib` or `.skops`, of which
          no code is run: there linear ones and MLPs, alone or after scalers;
        - a function, see `Model.from_function`.

        The contents of a file decide on its format, then its name.
    shape
        The height and the width of the images. Default: those that the file names, or a square.
    classes
        The labels of the classes. Default: those that the file names, or 0, 1, ….
    input
        The numbers that the network expects in place of an image's, 0 for background to 1 for ink:
        ``"0..255"``, ``"-1..1"``, a mean and a standard deviation such as ``"0.1307,0.3081"`` or
        ``(0.1307, 0.3081)``, ``"invert"`` for black ink on white, ``"transpose"`` for rows and
        columns exchanged, each alone or before one of those: ``"invert,0..255"``. It is folded into
        the first layer. Default: those of the image.

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

    Warns
    -----
    UserWarning
        If real examples, where this machine has those of its task, suggest other inputs, and of
        what the file leaves open and was chosen by them. It is also in `Model.notes`.

    Examples
    --------
    >>> import idea
    >>> idea.load_model()
    MLP(784-784-784-10)
    """
    given = TaskOptions.of(shape, classes, input)
    live = live_network(source)
    if live is not None:
        path = Path(type(source).__name__)
        return _noted(_model(lambda: live, path, given, trial=True))
    called = live_model(source, given)
    if called is not None:
        return _noted(_as_declared(called, type(source).__name__, given))
    if callable(source):
        task = given.complete(DIGITS, len(given.classes or DIGITS.classes))
        model = Model.from_function(source, task)
        return Scaled(model, given.input) if given.input else model
    if not isinstance(source, str | os.PathLike | None):
        raise WeightsError(f"expected a name, a file or a function, found {short_repr(source)}")
    if source is not None:
        as_path(source, WeightsError)
    data, path = read_model(source)
    return _noted(parse_model(data, path, given, trial=path not in BUNDLED.values()))


def _as_declared(model: Model, name: str, given: TaskOptions) -> Model:
    """Give a model that calls an object the inputs that are declared, or note what they may be."""
    if given.input:
        scaled: Model = Scaled(model, given.input)
        scaled.notes = model.notes
        return scaled
    model.add_note(note_on_scale(model, name))
    return model


def _noted(model: Model) -> Model:
    """Warn of what was noticed, and return the model."""
    for note in model.notes:
        warnings.warn(note, stacklevel=3)
    return model


def open_model(source: str | None, given: TaskOptions = UNDECLARED) -> OpenedModel:
    """Open a network by its name or file; None is the MLP."""
    data, path = read_model(source)
    checksum = hashlib.sha256(data).hexdigest()
    model = parse_model(data, path, given, trial=path not in BUNDLED.values())
    return OpenedModel(model, source or DEFAULT, checksum)


def read_model(source: str | os.PathLike[str] | None) -> tuple[bytes, Path]:
    """Read a network's file and return its contents and path.

    The contents include the arrays that a file, such as an ONNX graph, stores in others.
    """
    path = find_file(source)
    check_folder(path)
    try:
        data = read_bytes(path, WeightsError)
    except WeightsError as error:
        if path.suffix or os.path.exists(path):  # noqa: PTH110  # also if the name is too long
            raise
        *most, last = BUNDLED
        raise WeightsError(f"{error}; {', '.join(most)} and {last} are bundled") from error
    return with_files_beside(data, path), path


def parse_model(
    data: bytes, path: Path, given: TaskOptions = UNDECLARED, *, trial: bool = False
) -> Model:
    """Make a model from a file's contents; `path` gives the format and names the file in errors.

    With a `trial`, what the file leaves open is what classifies real examples best, and the model
    has a note if another scale of its inputs does far better than the one that was declared.
    """
    return _model(lambda: parse_network(data, path), path, given, trial=trial)


def _model(
    read: Callable[[], Network], path: Path, given: TaskOptions, *, trial: bool = False
) -> Model:
    """Make a model of the network that a function reads."""
    try:
        network = read()
        if isinstance(network, Alternatives) and trial:
            return _best(network, path, given)
        model: Model = model_of(as_weights(network, path, given))
    except UnsupportedNetworkError as error:
        from idea.files.onnx.model import OnnxModel

        model = OnnxModel(error.graph(), path, given)
        model.reason = str(error).removeprefix(f"{path}: ")
    if trial and given.input is None:
        model.add_note(note_on_scale(model, path.name))
    return model


def _best(network: Alternatives, path: Path, given: TaskOptions) -> Model:
    """Make the model that classifies real examples best, of several that a file allows."""
    models = {}
    for name, chain in network.chains.items():
        with contextlib.suppress(WeightsError):  # it doesn't fit the task that is declared
            models[name] = _model(lambda chain=chain: chain, path, given)  # type: ignore[misc]
    if len(models) < 2:
        return _model(lambda: network.first, path, given, trial=True)
    model, note = best_of(network.about, models, path.name)
    model.add_note(note)
    if given.input is None:
        model.add_note(note_on_scale(model, path.name))
    return model
