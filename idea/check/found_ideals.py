"""Ideals that a server has found, kept for those who request the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from idea.core.result import Ideal

__all__ = ["FoundIdeals"]

_MOST = 64


class FoundIdeals:
    """Ideals by their targets and objectives, and whether their searches have finished.

    Those of the logit alone are kept; of others, which requests can make up, the latest.
    """

    def __init__(self) -> None:
        self._plain: dict[int, tuple[Ideal, bool]] = {}
        self._others: OrderedDict[Hashable, tuple[Ideal, bool]] = OrderedDict()

    def get(self, target: int, key: Hashable) -> tuple[Ideal, bool] | None:
        """Return what was put for a class and the key of an objective, None for the logit."""
        return self._plain.get(target) if key is None else self._others.get((target, key))

    def put(self, target: int, key: Hashable, found: tuple[Ideal, bool]) -> None:
        """Keep an ideal."""
        if key is None:
            self._plain[target] = found
            return
        self._others[target, key] = found
        while len(self._others) > _MOST:
            self._others.popitem(last=False)
