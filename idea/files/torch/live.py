"""Live modules as chains of layers, where they are ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import WeightsError
from idea.files.layers.chain import Activation, Chain
from idea.files.layers.graph import graph_of
from idea.files.layers.plain import plain_weights, without_tail
from idea.files.torch.calls import CalledModule
from idea.files.torch.record import NoChainError, recorded
from idea.image import Task
from idea.networks.base import Model
from idea.networks.cnn import model_of
from idea.optional import load_package
from idea.text import gist

__all__ = ["chain_of"]

_IMAGES = 20
_TOLERANCE = 1e-3


def chain_of(called: CalledModule, path: Path, task: Task) -> Chain:
    """Return the chain of layers that a module is, which is compared with it on random images.

    Raises a `NoChainError` if it is none.
    """
    rng = np.random.default_rng(0)
    images = rng.random((_IMAGES, task.pixels), np.float32)
    images[::2] = images[::2] < rng.random((_IMAGES // 2, 1))
    try:
        with called.evaluating():
            chain = recorded(called.outputs, called.tensor(images[: 1 if called.singly else 3]))
        model = _model(chain, path, task)
        found = _with_tail(chain, model.logits(images))
    except WeightsError as error:
        raise NoChainError(str(error)) from error
    except Exception as error:  # of any kind: the module is the caller's
        raise NoChainError(gist(error)) from error
    expected = called(images).reshape(len(images), -1)
    found = found[:, -expected.shape[1] :]  # a single output is that of the second class
    near = _TOLERANCE * max(1.0, float(np.abs(expected).max()))
    if np.abs(found - expected).max() > near:
        raise NoChainError("a module that does other things with other images")
    return chain


def _model(chain: Chain, path: Path, task: Task) -> Model:
    from idea.files.onnx.model import OnnxModel
    from idea.networks.weight_checks import with_two_outputs
    from idea.task_options import TaskOptions

    given = TaskOptions(task.shape, task.classes)
    try:
        weights = with_two_outputs(plain_weights(chain)).declared(given)
        return model_of(weights)
    except WeightsError:
        return OnnxModel(graph_of(without_tail(chain), path), path, given)


def _with_tail(chain: Chain, logits: NDArray[np.floating]) -> NDArray[np.floating]:
    """Apply the functions at the end of a chain, which a model leaves out."""
    torch = load_package("torch", "a module", "torch")
    functional = torch.nn.functional
    values = torch.from_numpy(np.asarray(logits, np.float64))
    for layer in chain.layers[len(without_tail(chain).layers) :]:
        if isinstance(layer, Activation) and layer.name in ("softmax", "log_softmax"):
            values = getattr(functional, layer.name)(values, dim=1)
        elif isinstance(layer, Activation) and layer.name in ("sigmoid", "tanh", "relu"):
            values = getattr(torch, layer.name)(values)
        elif isinstance(layer, Activation) and layer.name != "identity":
            raise NoChainError(f"a last layer {layer.name}")
    return np.asarray(values.numpy())
