"""How much a checker may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SHARE", "STRETCH", "Limits"]

STRETCH = 256
"""Proposals that the kernel tries in one go, between two looks at a request's bound."""

SHARE = 8
"""The part of a process's memory that opened weights may take, or a batch: one eighth."""

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
    """How long a request may work. A search that isn't done by then gives the best it has."""
    grace: float = 15
    """How much longer it may take to finish what a search has by then."""
    every: int = 10_000
    """Steps between two frames of a search, which look at the time."""
    search_frames: int = 2000
    """Frames of a search."""
    trials: int = 2
    """Models opened at a time."""
    opening: float = 30
    """Seconds of the processor that opening a model may take; twice as many may pass meanwhile."""
    memory: int = 2 << 30
    """Bytes of address space of a process that opens a model, or evaluates an opened graph."""
    graphs: int = 8
    """Requests at a time that evaluate opened graphs, besides searches: half the threads."""
    searches: int = 4
    """Searches at a time."""
    uploads: int = 256 * _MB
    """Bytes of all large requests that are being received or answered; see `small`."""
    small: int = 64_000
    """Bytes up to which a request's body isn't large: as many are received as there are clients."""
