"""The choice of a model's state: the compiled kernel's if possible, else that for any model."""

from __future__ import annotations

import functools
import os
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from numpy.typing import ArrayLike

from idea.core.objective import LOGIT, Objective
from idea.core.parallel import cores
from idea.core.state.base import State
from idea.core.state.dense import DenseState
from idea.errors import OptionError
from idea.networks.base import Classifier, Model
from idea.networks.cnn import CNN
from idea.networks.compiled import kernel_error
from idea.networks.mlp import MLP
from idea.text import short_repr

if TYPE_CHECKING:
    from idea.core.state.native import NativeState

__all__ = ["SelfDriven", "is_native", "searches_itself", "state_of", "threads_for"]

_MAX_THREADS = 64  # unless there are more cores: more threads would only wait for each other

_NOTICE = (
    "idea: the compiled kernel is missing (%s) in %s, so searches take the slower NumPy path; "
    "with a C++ compiler there, `pip install --editable .` in idea's source folder builds it"
)


class SelfDriven(Model):
    """A model that creates its own states, such as one that wraps another."""

    @abstractmethod
    def state(self, target: int, image: ArrayLike, objective: Objective = LOGIT) -> State:
        """Create a state; see `state_of`."""


def state_of(
    model: Classifier, target: int, image: ArrayLike, objective: Objective = LOGIT
) -> State:
    """Create the fastest state for a model.

    That is a `NativeState` for an MLP with one or two hidden layers and for a CNN if the kernel is
    installed, else a `DenseState`; ``IDEA_BACKEND=native`` or ``dense`` in the environment forces
    one. A `SelfDriven` model creates its own.
    """
    if isinstance(model, SelfDriven):
        return model.state(target, image, objective)
    if not is_native(model):
        return DenseState(model, target, image, objective)
    assert isinstance(model, MLP | CNN)  # noqa: S101  # by is_native
    from idea.core.state.native import NativeState

    return NativeState(model, target, image, objective)


def is_native(model: Classifier) -> bool:
    """Return whether `state_of` uses the compiled kernel for a model."""
    forced = os.environ.get("IDEA_BACKEND", "")
    if forced not in ("", "native", "dense"):
        raise OptionError(f"IDEA_BACKEND must be native or dense, not {short_repr(forced)}")
    if forced == "dense":
        return False
    suitable = isinstance(model, CNN) or (isinstance(model, MLP) and len(model.layers) in (2, 3))
    if forced == "native":
        _require(suitable, model)
        return True
    if not suitable:
        return False
    if kernel_error():
        _warn()
    return not kernel_error()


def searches_itself(state: State, method: str) -> TypeGuard[NativeState]:
    """Return whether a state has a method of its own, which takes the path of Python's."""
    if kernel_error():
        return False
    from idea.core.state.native import NativeState

    return isinstance(state, NativeState) and method in NativeState.methods


def threads_for(model: Classifier, jobs: int | None) -> int:
    """Return the number of threads for a search; `jobs` is the wanted one, None one a core.

    It is 1 for a model that may not be thread-safe, such as a function of the caller's.
    """
    if not (is_native(model) or getattr(model, "threadsafe", False)):
        return 1
    return min(jobs or cores(), max(cores(), _MAX_THREADS))


@functools.cache
def _warn() -> None:
    """Log once why searches are slow, and how to install the kernel."""
    import logging  # here alone: it takes longer to load than this module

    logging.getLogger("idea").warning(_NOTICE, kernel_error(), Path(__file__).parents[2])


def _require(suitable: bool, model: Classifier) -> None:
    if not suitable:
        raise OptionError(
            "IDEA_BACKEND=native: expected an MLP with one or two hidden layers or a CNN, "
            f"found {short_repr(model)}"
        )
    if kernel_error():
        raise OptionError(f"IDEA_BACKEND=native: the compiled kernel is missing ({kernel_error()})")
