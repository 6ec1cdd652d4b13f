"""What is raised where a search is interrupted: it holds the best images so far."""

from __future__ import annotations

from idea.core.result import Ideal

__all__ = ["Interrupted"]


class Interrupted(KeyboardInterrupt):
    """A search was interrupted.

    Attributes
    ----------
    ideals : list of Ideal
        The best images found by then, one for each class that was being searched for.
    """

    def __init__(self, ideals: list[Ideal]) -> None:
        labels = ", ".join(ideal.label for ideal in ideals)
        super().__init__(f"the search for {labels} was interrupted")
        self.ideals = ideals

    @property
    def ideal(self) -> Ideal:
        """The first of them; the only one where one class was searched for."""
        return self.ideals[0]
