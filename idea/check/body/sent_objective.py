"""The objective that a request gives, in the words of `idea.search`."""

from __future__ import annotations

from typing import Any

import numpy as np
from flask import request
from numpy.typing import NDArray

from idea.check.body.json_body import JsonBody
from idea.check.priors import bundled_prior
from idea.core.objective import Objective
from idea.data.masks import UNUSED, unused_pixels
from idea.errors import OptionError
from idea.image import Task
from idea.text import short_repr

__all__ = ["body_objective", "query_objective"]

_NUMBERS = ("ink", "smooth", "prior_weight")
_NAMES = ("objective", "freeze", "prior", *_NUMBERS)


def body_objective(body: JsonBody, task: Task) -> Objective:
    """Return the objective of a JSON body: its fields have the names of the command's options."""
    given: dict[str, Any] = {name: body.get(name) for name in _NAMES}
    numbers = {name: body.number(name, 0) for name in _NUMBERS if given[name] is not None}
    frozen = None
    if given["freeze"] is not None:
        frozen = (
            unused_pixels(task) if given["freeze"] == UNUSED else body.binary(task, "freeze") == 1
        )
    return _objective(given, numbers, frozen, task)


def query_objective(task: Task) -> tuple[Objective, tuple[str | None, ...]]:
    """Return the objective of an address, and a key that equal ones share."""
    given: dict[str, Any] = {name: request.args.get(name) for name in _NAMES}
    numbers = {name: _float(given[name], name) for name in _NUMBERS if given[name] is not None}
    frozen = None
    if given["freeze"] is not None:
        if given["freeze"] != UNUSED:
            raise OptionError(f"freeze must be {UNUSED} here, not {short_repr(given['freeze'])}")
        frozen = unused_pixels(task)
    key = {**given, **{name: repr(number) for name, number in numbers.items()}}
    return _objective(given, numbers, frozen, task), tuple(key.values())


def _objective(
    given: dict[str, Any],
    numbers: dict[str, float],
    frozen: NDArray[np.bool_] | None,
    task: Task,
) -> Objective:
    aim, prior = given["objective"], given["prior"]
    objective = Objective(
        "logit" if aim is None else aim,
        frozen=frozen,
        prior=None if prior is None else bundled_prior(prior),
        **numbers,
    )
    objective.check_task(task)
    return objective


def _float(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(f"{name} must be a number, not {short_repr(text)}") from error
