"""Objectives: what a search maximises, the energy, as options; see `idea.core.energy`.

Physics minimises energies; here they are maximised.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idea.errors import OptionError
from idea.image import MAX_PIXELS, MIN_PIXELS, Task
from idea.networks.prior import Prior
from idea.text import short_repr
from idea.validation import as_choice, as_number

__all__ = ["AIMS", "DEAREST", "LOGIT", "Objective"]

AIMS = {
    "logit": "the target's logit",
    "margin": "the target's logit minus the largest other one",
    "logp": "the logarithm of the target's softmax probability",
}
"""The functions of the logits, by the names that `--objective` and `idea.find` accept."""

DEAREST = 1_000_000
"""The highest price, in logits: far above any network's logits, far below what would overflow."""


@dataclass(frozen=True, eq=False)
class Objective:
    """An energy, which is maximised: a function of the logits, minus the penalties of the image.

    The smoothness penalty is the interaction term of an Ising model: where it is high, images
    consist of a few smooth patches.

    Raises
    ------
    OptionError
        If the objective is unknown, a penalty is out of range, or `frozen` isn't an array of
        booleans.

    Examples
    --------
    >>> import idea
    >>> cheap = idea.Objective(ink=0.5)
    >>> five = idea.find(idea.load_model(), 5, objective=cheap)
    >>> bool(abs(five.energy - (five.logit - 0.5 * five.image.sum())) < 1e-6)
    True
    """

    aim: str = "logit"
    """One of `AIMS`."""
    ink: float = 0.0
    """The penalty for a white pixel, in units of the logit; for a grey one in proportion.
    A negative penalty rewards white pixels."""
    smooth: float = 0.0
    """The penalty for each pair of horizontal or vertical neighbours that differ; for greys in
    proportion."""
    frozen: NDArray[np.bool_] | None = field(default=None, repr=False)
    """(pixels,) the pixels that are held black; given so, or as rows of the image."""
    prior: Prior | None = None
    """A model of probable images, the logarithm of whose probability is added; a name or a file is
    opened by `idea.load_prior`."""
    prior_weight: float | None = None
    """What it is multiplied by, in units of the logit. By default `find` chooses it: see
    `idea.core.prior_weight`."""
    _rows: tuple[int, ...] | None = field(default=None, init=False, repr=False)
    """The shape of `frozen` as it was given in rows."""

    def __post_init__(self) -> None:
        """Check the fields."""
        as_choice("objective", self.aim, AIMS)
        for name in ("ink", "smooth"):
            price = as_number(name, getattr(self, name), -DEAREST, DEAREST)
            object.__setattr__(self, name, price)
        if self.prior_weight is not None:
            weight = as_number("prior_weight", self.prior_weight, 0, DEAREST)
            object.__setattr__(self, "prior_weight", weight)
        given: object = self.prior
        if isinstance(given, str | os.PathLike):
            from idea.files.prior import load_prior  # with its readers, for names alone

            object.__setattr__(self, "prior", load_prior(given))
        if not isinstance(self.prior, Prior | None):
            raise OptionError(
                "prior must be the name of a prior, its file, or what idea.load_prior returns, not "
                f"{short_repr(self.prior)}"
            )
        if self.prior_weight is not None and self.prior is None:
            raise OptionError("prior_weight is for a prior, and there is none")
        if self.frozen is not None:
            mask = _as_mask(self.frozen)
            object.__setattr__(self, "frozen", mask.ravel())
            object.__setattr__(self, "_rows", mask.shape if mask.ndim == 2 else None)

    @property
    def plain(self) -> bool:
        """Whether it is a logit alone."""
        return self.aim == "logit" and self.depends_on_logits_alone and self.frozen is None

    @property
    def depends_on_logits_alone(self) -> bool:
        """Whether no pixel has a price, and there is no prior."""
        return not self.ink and not self.smooth and self.prior is None

    @property
    def weight(self) -> float:
        """The prior's weight; 0 without a prior. Raises an `OptionError` if it isn't chosen yet."""
        if self.prior is None:
            return 0.0
        if self.prior_weight is None:
            raise OptionError("the prior needs a weight here: prior_weight")
        return self.prior_weight

    def check_task(self, task: Task) -> None:
        """Raise an `OptionError` if the frozen pixels or the prior are for other images."""
        if self.prior is not None:
            self.prior.check_task(task)
        if self.frozen is None:
            return
        if self.frozen.size != task.pixels or self._rows not in (None, task.shape):
            found = " rows of ".join(map(str, self._rows or self.frozen.shape))
            raise OptionError(
                f"frozen must be {task.pixels} truth values, in one row or as {task.height} rows "
                f"of {task.width}, not {found}"
            )

    def masked(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a copy of an image (pixels,) with the frozen pixels black."""
        image = image.copy()
        if self.frozen is not None:
            image[self.frozen] = 0
        return image

    def allows(self, pixels: ArrayLike, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which changes don't whiten a frozen pixel, (n,)."""
        black = np.asarray(values) <= 0
        if self.frozen is None:
            return np.ones_like(black)
        return np.asarray(black | ~self.frozen[np.asarray(pixels)])


LOGIT = Objective()
"""The logit alone."""


def _as_mask(frozen: object) -> NDArray[np.bool_]:
    """Return booleans for each pixel as an array (pixels,) or (height, width)."""
    try:
        array = np.array(frozen)
    except Exception:  # ragged rows, or an object of the caller's
        array = np.empty(0)
    if (
        array.dtype != np.bool_
        or array.ndim not in (1, 2)
        or not MIN_PIXELS <= array.size <= MAX_PIXELS
    ):
        raise OptionError(
            f"frozen must be a truth value for each pixel, in one row or as rows of the image, "
            f"not {short_repr(frozen)}"
        )
    return array
