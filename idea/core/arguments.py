"""The arguments of a search, checked before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from idea.core.objective import Objective
from idea.core.strategies import METHODS, Method
from idea.errors import OptionError

__all__ = ["check", "check_digit", "check_model", "method_of", "objective_of"]


def check_model(model: object) -> None:
    """Check that something can be asked.

    Parameters
    ----------
    model
        The judge.

    Raises
    ------
    OptionError
        If it has no method ``logits``.

    Examples
    --------
    >>> check_model(5)
    Traceback (most recent call last):
    idea.errors.OptionError: expected a model, something with a method logits, found 5; \
idea.load_model opens one, idea.Model.from_function makes one of a function
    """
    if not callable(getattr(model, "logits", None)):
        raise OptionError(
            f"expected a model, something with a method logits, found {model!r:.60}; "
            "idea.load_model opens one, idea.Model.from_function makes one of a function"
        )


def check_digit(digit: int) -> int:
    """Check that a number is a digit.

    Parameters
    ----------
    digit
        Any whole number.

    Returns
    -------
    int
        The same.

    Raises
    ------
    OptionError
        If it isn't one of 0…9.

    Examples
    --------
    >>> check_digit(10)
    Traceback (most recent call last):
    idea.errors.OptionError: digit must be one of 0…9, not 10
    """
    if not isinstance(digit, (int, np.integer)) or digit not in range(10):
        raise OptionError(f"digit must be one of 0…9, not {digit!r}")
    return int(digit)


def check(
    method: str,
    *,
    seed: int = 0,
    restarts: int = 1,
    start: ArrayLike | None = None,
    every: int = 200,
    jobs: int | None = None,
    **options: Any,
) -> Method:
    """Check the arguments of `find` that don't depend on a digit, and give the method.

    Parameters
    ----------
    method, seed, restarts, start, every, jobs, **options
        As those of `find`.

    Returns
    -------
    Method
        What the method's name stands for.

    Raises
    ------
    OptionError
        If one makes no sense.

    Examples
    --------
    >>> check("greedy", steps=100)
    Traceback (most recent call last):
    idea.errors.OptionError: greedy has no option steps; it has sweeps
    """
    chosen = method_of(method, options)
    counts = {name: options[name] for name in options if isinstance(chosen.options[name], int)}
    for name in options.keys() - counts.keys():
        _check_seconds(name, options[name])
    common = {
        "seed": seed,
        "restarts": restarts,
        "every": every,
        "jobs": 1 if jobs is None else jobs,
    }
    for name, value in (common | counts).items():
        least = 0 if name == "seed" else 1
        if not isinstance(value, (int, np.integer)) or value < least:
            raise OptionError(f"{name} must be a whole number, {least} or more, not {value!r}")
    if start is not None and restarts > 1 and not chosen.random:
        raise OptionError(
            f"{method} takes the same path from the same start: restarts would all be one; "
            "leave out either the start or the restarts"
        )
    return chosen


def method_of(name: str, options: Iterable[str]) -> Method:
    """Give a method, and check the names of the options that are meant for it.

    Parameters
    ----------
    name
        One of `METHODS`.
    options
        Names of its own options.

    Returns
    -------
    Method
        The method.

    Raises
    ------
    OptionError
        If there is no such method, or it has no such option.

    Examples
    --------
    >>> method_of("mc", ["steps"]).random
    True
    """
    if name not in METHODS:
        raise OptionError(f"method must be one of {', '.join(METHODS)}, not {name}")
    unknown = sorted(set(options) - set(METHODS[name].options))
    if unknown:
        named = ", ".join(text if text.isidentifier() else repr(text) for text in unknown)
        raise OptionError(
            f"{name} has no option {named:.200}; it has {', '.join(METHODS[name].options)}"
        )
    return METHODS[name]


def objective_of(objective: str | Objective) -> Objective:
    """Give an objective by its name.

    Parameters
    ----------
    objective
        One of `idea.core.objective.AIMS`, or an objective.

    Returns
    -------
    Objective
        The objective, plain where only a name is given.

    Raises
    ------
    OptionError
        If there is none of that name.

    Examples
    --------
    >>> objective_of("margin")
    Objective(aim='margin', ink=0.0, smooth=0.0)
    """
    return objective if isinstance(objective, Objective) else Objective(objective)


def _check_seconds(name: str, value: object) -> None:
    if not isinstance(value, (int, float, np.number)) or not 0 <= value < np.inf:
        raise OptionError(f"{name} must be a number, 0 or more, not {value!r}")
