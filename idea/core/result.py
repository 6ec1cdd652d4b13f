"""What a search gives back: the ideal, and the frames of the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from idea.core.frames import Frame, Keepsake
from idea.core.objective import Objective, margin
from idea.networks.softmax import softmax

if TYPE_CHECKING:
    from idea.core.transfer import Judge, Legibility
    from idea.data.nearest import NearestDigit

__all__ = ["Frame", "Ideal", "Interrupted"]


@dataclass(frozen=True, eq=False)
class Ideal(Keepsake):
    """What a network has in mind: the best image that a search found for a digit.

    It shows itself in a notebook; `save` and `animate` write it to files.
    """

    image: NDArray[np.float32] = field(repr=False)
    """(28, 28), 0 or 1; an interrupted search and `mc` can leave greys between."""
    energy: float
    """What was maximised, by default the logit of `digit`, from a full forward pass over the final
    image."""
    logits: NDArray[np.float64] = field(repr=False)
    """(10,) the network's raw outputs."""
    digit: int
    """The digit that was searched for."""
    objective: Objective
    """What was maximised."""
    method: str
    """The method's name."""
    seed: int
    """Where the randomness came from."""
    locally_optimal: bool
    """Whether the image is binary and no single flip improves it; every flip was tried, but for
    pixels that are held black."""
    best_gain_left: float
    """The largest gain of a single flip, above 0 where the image is no local optimum; NaN where an
    interruption left no time to try them."""
    evaluations: int
    """How many images the search evaluated, those that it judged ahead in vain included."""
    seconds: float
    """How long it took."""
    restarts: int
    """How many runs there were."""
    agreeing: int
    """How many of them came to this energy."""
    trace: tuple[Frame, ...] = field(repr=False)
    """The frames of the run that found it, the start first; the image itself comes after them."""

    @property
    def logit(self) -> float:
        """The logit of the digit; the energy, unless the objective is another."""
        return float(self.logits[self.digit])

    @property
    def probability(self) -> float:
        """The softmax probability of the digit, in 0…1."""
        return float(softmax(self.logits)[self.digit])

    @property
    def runner_up(self) -> int:
        """The digit with the largest logit among the others."""
        order = np.argsort(-self.logits, kind="stable")
        return int(order[order != self.digit][0])

    @property
    def margin(self) -> float:
        """The digit's logit minus the runner-up's."""
        return float(margin(self.logits, self.digit))

    def judged_by(self, models: Iterable[Judge]) -> Legibility:
        """Ask other networks whether they read the digit, too.

        Parameters
        ----------
        models
            As in `idea.core.transfer.legibility`: models, names, files.

        Returns
        -------
        Legibility
            The share that agrees, the mean probability, and what each one reads.

        Raises
        ------
        IdeaError
            If one can't be opened or gives no logits.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5).judged_by(["mlp"]).agree
        1.0
        """
        from idea.core.transfer import legibility

        return legibility(self.image, self.digit, models)

    def nearest_digit(self) -> NearestDigit:
        """Find the training digit of MNIST, made binary, that is the fewest flips away.

        Returns
        -------
        NearestDigit
            How many flips, its place, label and image; greys of 0.5 and more count as ink.

        Raises
        ------
        DataError, OutputError
            If MNIST is neither in the user's cache nor can be fetched into it.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5).nearest_digit().flips > 100  # doctest: +SKIP
        True
        """
        from idea.data.nearest import binary_digits

        return binary_digits().nearest(self.image)


class Interrupted(KeyboardInterrupt):
    """A search was stopped from outside.

    Attributes
    ----------
    ideals : list of Ideal
        The best images that it had found by then, for each digit that was under way.
    """

    def __init__(self, ideals: list[Ideal]) -> None:
        digits = ", ".join(str(ideal.digit) for ideal in ideals)
        super().__init__(f"the search for {digits} was interrupted")
        self.ideals = ideals

    @property
    def ideal(self) -> Ideal:
        """The first of them; the only one where one digit was searched for."""
        return self.ideals[0]
