"""Opening networks: bundled ones by name, files of any format, and functions."""

from __future__ import annotations

import contextlib
import hashlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.files.layers.chain import Alternatives, Chain
from idea.files.layers.plain import UnsupportedNetworkError
from idea.files.read import read_bytes
from idea.files.weights.foreign import check_folder
from idea.files.weights.formats import (
    Network,
    as_weights,
    declared,
    parse_network,
    with_files_beside,
)
from idea.image import DIGITS
from idea.inputs import InputScale
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, DEFAULT, find_file
from idea.networks.cnn import model_of
from idea.networks.padded import PADDED_NOTE, is_padded_size, padded
from idea.networks.scaled import scaled
from idea.opening.live import live_model
from idea.task_options import UNDECLARED, TaskOptions
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
    input: str | tuple[float, float] | InputScale | None = None,  # noqa: A002
    activation: str | None = None,
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
        - PyTorch's state_dict or checkpoint, `.pt` or `.safetensors`, of Conv2d, BatchNorm and
          Linear layers in a row; what their shapes leave open is taken as most usual, such as ReLU
          between the layers; a whole module that ``torch.save`` wrote, whose classes aren't
          imported; a TorchScript program;
        - a PyTorch module, as it is now, in eval mode;
        - ONNX: any classifier from one image, (n, pixels), (n, height, width), with one or three
          channels in front or behind, to logits or probabilities; a graph that folds into a plain
          MLP or CNN is recognised;
        - Keras: `.keras`, `.h5` (of any version), their weights alone, and TensorFlow.js's
          `model.json`: layers one after the other, read without Keras;
        - a Keras model in memory, whatever its layers;
        - a classifier of scikit-learn, fitted, or its file, `.pkl`, `.joblib` or `.skops`, of which
          no code is run: there linear ones and MLPs, alone or after scalers;
        - a function, see `Model.from_function`.

        The contents of a file decide on its format, then its name.
    shape
        The height and the width of the images. Default: those that the file names, or a square;
        networks of ten classes for 32×32 pixels get 28×28 pixels with a black margin.
    classes
        The labels of the classes. Default: those that the file names, or 0, 1, ….
    input
        The numbers that the network expects in place of an image's, 0 for background to 1 for ink:
        ``"0..255"``, ``"-1..1"``, a mean and a standard deviation such as ``"0.1307,0.3081"`` or
        ``(0.1307, 0.3081)``, ``"invert"`` for black ink on white, ``"transpose"`` for rows and
        columns exchanged, each alone or before one of those: ``"invert,0..255"``. It is folded into
        the first layer. Default: those of the image.
    activation
        The activation between the layers, such as ``"tanh"``, of a file that doesn't name it, as
        PyTorch's state_dict. Default: ReLU.

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
    given = TaskOptions.of(shape, classes, input, activation)
    path = Path(type(source).__name__)
    model = live_model(source, given)
    if model is not None:
        return _noted(_with_note_on_scale(model, path, given))
    if callable(source):
        task = given.complete(DIGITS, len(given.classes or DIGITS.classes))
        return scaled(Model.from_function(source, task), given.input)
    if not isinstance(source, str | os.PathLike | None):
        raise WeightsError(f"expected a name, a file or a function, found {short_repr(source)}")
    if source is not None:
        as_path(source, WeightsError)
    data, path = read_model(source)
    return _noted(parse_model(data, path, given, trial=path not in BUNDLED.values()))


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
    return network_model(lambda: parse_network(data, path, given), path, given, trial=trial)


def network_model(
    read: Callable[[], Network], path: Path, given: TaskOptions, *, trial: bool = False
) -> Model:
    """Make a model of the network that a function reads."""
    try:
        network = declared(read(), path, given)
        given = replace(given, activation=None)
        if isinstance(network, Alternatives):
            return _of_several(network, path, given, trial=trial)
        weights = as_weights(network, path, given)
        stored = network.task
        model: Model = model_of(weights)
        for note in weights.notes:
            model.add_note(f"{path.name}: {note}")
    except UnsupportedNetworkError as error:
        from idea.files.onnx.model import OnnxModel
        from idea.files.onnx.weights import task_of

        graph = error.graph()
        stored = task_of(graph, path)
        model = OnnxModel(graph, path, given)
        model.reason = str(error).removeprefix(f"{path}: ")
    if given.shape is None and stored is None and is_padded_size(model.task):
        model = padded(model)
        model.add_note(f"{path.name}: {PADDED_NOTE}")
    return _with_note_on_scale(model, path, given) if trial else model


def _with_note_on_scale(model: Model, path: Path, given: TaskOptions) -> Model:
    if given.input is None:
        from idea.opening.trial import note_on_scale

        model.add_note(note_on_scale(model, path.name))
    return model


def _of_several(network: Alternatives, path: Path, given: TaskOptions, *, trial: bool) -> Model:
    """Make the most usual model that a file allows, or in a trial one that does far better."""
    models = _models_of(network, path, given)
    if not trial:
        return next(models)[1]
    from idea.opening.trial import best_of

    model, note = best_of(network.about, models, path.name)
    model.add_note(note)
    return _with_note_on_scale(model, path, given)


def _models_of(
    network: Alternatives, path: Path, given: TaskOptions
) -> Iterator[tuple[str, Model]]:
    first, *others = network.chains.items()
    yield first[0], _alternative(network, *first, path, given)
    for name, chain in others:
        with contextlib.suppress(WeightsError):  # it doesn't fit the task that is declared
            yield name, _alternative(network, name, chain, path, given)


def _alternative(
    network: Alternatives, name: str, chain: Chain, path: Path, given: TaskOptions
) -> Model:
    model = network_model(lambda: chain, path, given)
    model.left_open = f"{network.about}, taken as {name}"
    return model
