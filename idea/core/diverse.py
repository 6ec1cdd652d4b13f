"""Several ideals of one class, which differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from idea.core.find import find
from idea.core.interrupted import Interrupted
from idea.core.options import as_objective
from idea.core.result import Ideal
from idea.core.target import TargetLike
from idea.image import as_task
from idea.networks.base import Classifier
from idea.opening.live import opened
from idea.validation import as_whole_number

__all__ = ["MOST", "PERSISTENCE", "default_distance", "find_diverse"]

MOST = 1000
"""How many ideals can be searched for."""
PERSISTENCE = 5
"""How many searches are made for each ideal, at most."""


def default_distance(pixels: int, *, prior: bool = False) -> int:
    """Return the least number of flips between two ideals, for images of so many pixels.

    Images that a prior finds probable differ in fewer: examples of a class resemble each other.
    """
    return max(1, pixels // (32 if prior else 16))


def find_diverse(
    model: Classifier,
    target: TargetLike,
    count: int,
    *,
    distance: int | None = None,
    seed: int = 0,
    **options: Any,
) -> list[Ideal]:
    """Search for several ideals of a class, each pair of which differs in many pixels.

    A search is made for each seed, from the given one on, until there are enough results that
    differ: the best one, and each next one that differs enough from all better ones.

    Parameters
    ----------
    model, target
        As for `idea.find`.
    count
        The number of ideals, 1…1000.
    distance
        The least number of pixels in which two of them differ. Default: one sixteenth of the
        pixels, or with a prior one thirty-second.
    seed
        The first seed. Each ideal has its own: `Ideal.seed`.
    **options
        As for `idea.find`. The weight of a prior is chosen once. `restarts` is 1 by default, with
        a prior too: the best of several runs is less often another one.

    Returns
    -------
    list of Ideal
        The best first. They are fewer than `count` if five times as many searches don't find more.

    Raises
    ------
    OptionError
        If an argument is invalid.
    Interrupted
        On Ctrl-C; it holds the ideals so far.

    Examples
    --------
    >>> import idea
    >>> fives = idea.find_diverse(idea.load_model("digits8"), 5, 3, distance=4)
    >>> len(fives), bool((fives[0].image != fives[1].image).sum() >= 4)
    (3, True)
    """
    model = opened(model)
    count = as_whole_number("count", count, 1, MOST)
    pixels = as_task(model).pixels
    has_prior = as_objective(options.get("objective", "logit")).prior is not None
    usual = default_distance(pixels, prior=has_prior)
    least = usual if distance is None else distance
    options.setdefault("restarts", 1)
    least = as_whole_number("distance", least, 1, pixels)
    found: list[Ideal] = []
    for number in range(PERSISTENCE * count):
        try:
            found.append(find(model, target, seed=seed + number, **options))
        except KeyboardInterrupt as interruption:
            latest = interruption.ideals if isinstance(interruption, Interrupted) else []
            best = _differing([*found, *latest], least)[:count]
            if not best:
                raise
            raise Interrupted(best) from None
        options["objective"] = found[0].objective  # with the prior's weight, if there is one
        chosen = _differing(found, least)
        if len(chosen) >= count:
            break
    return chosen[:count]


def _differing(ideals: Iterable[Ideal], distance: int) -> list[Ideal]:
    """Return the best, and each next one that differs enough from all better ones."""
    chosen: list[Ideal] = []
    for ideal in sorted(ideals, key=lambda ideal: -ideal.energy):
        if all((ideal.image != other.image).sum() >= distance for other in chosen):
            chosen.append(ideal)
    return chosen
