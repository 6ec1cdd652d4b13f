"""How much a checker may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]

_MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Bounds that keep one visitor, or a hostile one, from taking the server from the others."""

    file: int = 100 * _MB
    """Bytes of an opened model's file."""
    models: int = 4
    """Opened models kept at a time; the one longest unused makes room for the next."""
    picture: int = 20 * _MB
    """Bytes of a picture."""
    pixels: int = 16_000_000
    """Pixels of a picture."""
    pictures: int = 2
    """Pictures decoded at a time; a large one takes some hundred MB meanwhile."""
    body: int = 4 * _MB
    """Bytes of any other request."""
    images: int = 64
    """Images judged at once."""
    frames: int = 300
    """Images of an animation."""
    seconds: float = 60
    """How long a search, or a try to fool, may take."""
    every: int = 10_000
    """Steps between two frames of a search, which look at the time."""
    search_frames: int = 2000
    """Frames of a search."""
    trials: int = 2
    """Models opened at a time."""
    searches: int = 4
    """Searches at a time."""
