"""PyTorch's live modules as models."""

from __future__ import annotations

import copy
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from idea.errors import OptionError, WeightsError
from idea.files.torch.calls import called_module
from idea.files.torch.live import chain_of
from idea.files.torch.record import NoChainError
from idea.networks.base import Model
from idea.networks.scaled import scaled
from idea.opening.load import network_model
from idea.task_options import TaskOptions

__all__ = ["open_model"]


def open_model(source: Any, given: TaskOptions) -> Model | None:
    """Return a model of a module as it is now, or None of another object of PyTorch's.

    A chain of known layers becomes the model that its weights make; any other module is called.
    """
    torch = sys.modules["torch"]
    if type(source).__name__ == "ExportedProgram":
        source = source.module()
    if not isinstance(source, torch.nn.Module):
        return None
    source = getattr(source, "_orig_mod", source)  # without compiling
    path = Path(type(source).__name__)
    called = called_module(_copied(source), path, given.shape)
    given = replace(given, shape=called.size, activation=None)
    try:
        task = given.complete(None, called.classes)
    except OptionError as error:
        raise WeightsError(f"{path}: {error}") from error
    try:
        chain = chain_of(called, path, task)
    except NoChainError:
        return scaled(Model.from_function(called, task), given.input)
    return network_model(lambda: chain, path, given)


def _copied(module: Any) -> Any:
    try:
        return copy.deepcopy(module)
    except Exception:  # of any kind: some modules hold what can't be copied
        return module
