"""Which state drives a model: the compiled kernel's where it can, else the one for any model."""

from __future__ import annotations

import functools
import logging
import os
from abc import abstractmethod
from pathlib import Path

from numpy.typing import ArrayLike

from idea.core.objective import LOGIT, Objective
from idea.core.parallel import cores
from idea.core.state.base import State
from idea.core.state.dense import DenseState
from idea.errors import OptionError
from idea.networks.base import Classifier, Model
from idea.networks.cnn import CNN
from idea.networks.compiled import missing
from idea.networks.mlp import MLP
from idea.text import short_repr

__all__ = ["SelfDriven", "is_native", "state_of", "threads_for"]

_MOST_THREADS = 64  # but where there are as many cores; more would only wait for each other

_NOTICE = (
    "idea: the compiled kernel is missing (%s) in %s, so searches take the slower NumPy path; "
    "with a C++ compiler there, `pip install --editable .` in idea's source folder builds it"
)


class SelfDriven(Model):
    """A model that makes its own states, such as one that wraps another."""

    @abstractmethod
    def state(self, digit: int, image: ArrayLike, objective: Objective = LOGIT) -> State:
        """Make a state; see `state_of`."""


def state_of(
    model: Classifier, digit: int, image: ArrayLike, objective: Objective = LOGIT
) -> State:
    """Make the fastest state that there is for a model.

    ``IDEA_BACKEND=native`` or ``dense`` in the environment forces one.

    Parameters
    ----------
    model
        The judge.
    digit
        The digit that is searched for, 0…9.
    image
        784 numbers in 0…1.
    objective
        What the energy is. Default: the digit's logit.

    Returns
    -------
    State
        A `NativeState` for an MLP with one or two hidden layers and for a CNN where the kernel is
        installed, of a `SelfDriven` model its own, else a `DenseState`.

    Raises
    ------
    OptionError
        If ``IDEA_BACKEND`` asks for what isn't there.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> state_of(idea.load_model(), 5, np.zeros(784)).image.shape
    (784,)
    """
    if isinstance(model, SelfDriven):
        return model.state(digit, image, objective)
    if not is_native(model):
        return DenseState(model, digit, image, objective)
    assert isinstance(model, MLP | CNN)  # noqa: S101  # which is_native told
    from idea.core.state.native import NativeState

    return NativeState(model, digit, image, objective)


def is_native(model: Classifier) -> bool:
    """Tell whether the compiled kernel drives a model.

    Parameters
    ----------
    model
        The judge.

    Returns
    -------
    bool
        Whether `state_of` makes a `NativeState`.

    Raises
    ------
    OptionError
        If ``IDEA_BACKEND`` asks for what isn't there.
    """
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
    if missing():
        _notify()
    return not missing()


def threads_for(model: Classifier, jobs: int | None) -> int:
    """Tell how many threads may share a search.

    Parameters
    ----------
    model
        The judge.
    jobs
        How many are wanted; None is one for each core.

    Returns
    -------
    int
        As many, but one for a model that may not bear more, such as a function of anybody's.

    Examples
    --------
    >>> import idea
    >>> threads_for(idea.Model.from_function(abs), 4)
    1
    """
    if not (is_native(model) or getattr(model, "threadsafe", False)):
        return 1
    return min(jobs or cores(), max(cores(), _MOST_THREADS))


@functools.cache
def _notify() -> None:
    """Say once what is slow, and how to mend it."""
    logging.getLogger("idea").warning(_NOTICE, missing(), Path(__file__).parents[1])


def _require(suitable: bool, model: Classifier) -> None:
    if not suitable:
        raise OptionError(
            "IDEA_BACKEND=native: expected an MLP with one or two hidden layers or a CNN, "
            f"found {short_repr(model)}"
        )
    if missing():
        raise OptionError(f"IDEA_BACKEND=native: the compiled kernel is missing ({missing()})")
