"""What follows from an ideal's logits and its image: probability, margin, naturalness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idea.core.energy import margin
from idea.core.objective import Objective
from idea.core.target import label_of
from idea.errors import OptionError
from idea.image import Task
from idea.networks.softmax import softmax

__all__ = ["Scores"]


class Scores:
    """The properties of an `idea.Ideal` that follow from its fields."""

    image: NDArray[np.float32]
    logits: NDArray[np.float64]
    task: Task
    target: int | str
    minimised: bool
    objective: Objective

    @property
    def label(self) -> str:
        """What was searched for: the label of a class, ``"layer2:17"``, or ``"least 5"``."""
        return label_of(self.task, self.target, self.minimised)

    @property
    def index(self) -> int:
        """The index of the class that was searched for; an `OptionError` if it was none.

        `digit`, `logit`, `probability`, `runner_up`, `margin` and `legibility` need one as well.
        """
        if isinstance(self.target, str):
            raise OptionError(
                f"{self.target} is no class, so it has neither a probability nor a margin; value "
                "is its own, logits and prediction are those of the classes"
            )
        return self.target

    @property
    def digit(self) -> int:
        """The same as `index`, the digit itself where the classes are digits."""
        return self.index

    @property
    def logit(self) -> float:
        """The logit of the class; equal to the energy unless another objective was chosen."""
        return float(self.logits[self.index])

    @property
    def probability(self) -> float:
        """The softmax probability of the class, in 0…1."""
        return float(softmax(self.logits)[self.index])

    @property
    def prediction(self) -> int:
        """The index of the class with the largest logit, the first of equal ones."""
        return int(self.logits.argmax())

    @property
    def runner_up(self) -> int:
        """The index of the class with the largest logit among the others."""
        order = np.argsort(-self.logits, kind="stable")
        return int(order[order != self.index][0])

    @property
    def margin(self) -> float:
        """The class's logit minus the runner-up's."""
        return float(margin(self.logits, self.index))

    @property
    def log_prior(self) -> float | None:
        """The prior's log p, but for a constant; None without a prior."""
        prior = self.objective.prior
        if prior is None:
            return None
        return float(prior.log_probability(self.image.reshape(1, -1))[0])

    @property
    def naturalness(self) -> float | None:
        """The share of the class's real examples that are less probable under the prior, in 0…1.

        Of a target that is no class it is the mean of the shares of all classes. None without a
        prior, or with one of other classes.
        """
        prior, log_p = self.objective.prior, self.log_prior
        if prior is None or log_p is None:
            return None
        of_class = isinstance(self.target, int) and not self.minimised
        classes = [self.index] if of_class else range(len(self.task.classes))
        ranks = [prior.rank(self.task, index, log_p) for index in classes]
        known = [rank for rank in ranks if rank is not None]
        return sum(known) / len(known) if known else None
