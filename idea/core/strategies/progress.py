"""What a strategy says of itself on its way."""

from __future__ import annotations

from typing import NamedTuple


class Progress(NamedTuple):
    """How far a search has come."""

    step: int
    """Steps done."""
    steps: int
    """Steps there are, unless the search ends early."""
