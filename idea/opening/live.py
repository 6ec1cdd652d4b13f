"""Networks that a caller's program holds in memory, as objects of a framework."""

from __future__ import annotations

from importlib import import_module
from inspect import isfunction
from typing import cast

from idea.networks.base import Classifier, Model, check_model
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["live_model", "opened"]

_KERAS = "idea.opening.keras_model"
_OPENERS = {
    # Before PyTorch: on it, Keras's layers are modules of PyTorch as well.
    "keras": _KERAS,
    "tf_keras": _KERAS,
    "tensorflow": _KERAS,  # up to TensorFlow 2.5
    "torch": "idea.opening.torch_module",
    "sklearn": "idea.opening.sklearn_estimator",
}
"""By framework whose objects may have to be called, the module with a function `open_model`."""


def live_model(source: object, given: TaskOptions = UNDECLARED) -> Model | None:
    """Return a model of a framework's object, which may call it, or None if it is something else.

    No framework is imported: who has such an object has imported its own. `given` is
    what the user declares of the task.
    """
    bases = {base.__module__.partition(".")[0] for base in type(source).__mro__}
    opener = next((module for name, module in _OPENERS.items() if name in bases), None)
    if opener is None:
        return None
    model: Model | None = import_module(opener).open_model(source, given)
    return model


def opened(model: object) -> Classifier:
    """Return a model, made of a framework's object or a function; see `check_model`."""
    found = live_model(model) or model
    if isfunction(found):
        found = Model.from_function(found)
    check_model(found)
    return cast("Classifier", found)
