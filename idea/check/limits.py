"""Resource limits of the server."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MEMORY_SHARE", "WALK_CHUNK", "Limits"]

WALK_CHUNK = 256
"""Proposals that the kernel tries between two checks of a request's deadline."""

MEMORY_SHARE = 8
"""Opened weights, or a batch, may take one eighth of a process's memory."""

_MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Limits that keep one client from using up the server's resources."""

    file: int = 100 * _MB
    """Bytes of a model file."""
    models: int = 4
    """Opened models kept in memory; the least recently used is replaced first."""
    picture: int = 20 * _MB
    """Bytes of a picture."""
    pixels: int = 16_000_000
    """Pixels of a picture."""
    pictures: int = 2
    """Pictures decoded concurrently; a large one takes some hundred MB meanwhile."""
    body: int = 8 * _MB
    """Bytes of any other request, such as one with 64 images of 4,096 pixels."""
    images: int = 64
    """Images per classification request."""
    frames: int = 300
    """Images per animation."""
    seconds: float = 60
    """Time limit of a request. An unfinished search then returns the best image so far."""
    finish_seconds: float = 15
    """Additional time to complete the result of an unfinished search."""
    max_every: int = 10_000
    """Steps between two frames of a search, at which the time limit is checked."""
    search_frames: int = 2000
    """Frames per search."""
    concurrent_opens: int = 2
    """Models opened concurrently."""
    open_cpu_seconds: float = 30
    """CPU time for opening a model; the limit by the clock is twice as long."""
    process_memory: int = 2 << 30
    """Bytes of address space of a process that opens a model or evaluates an opened graph."""
    graphs: int = 8
    """Concurrent requests that evaluate opened graphs, besides searches: half the threads."""
    searches: int = 4
    """Concurrent searches."""
    uploads: int = 256 * _MB
    """Total bytes of the large requests in progress; see `small_body`."""
    small_body: int = 64_000
    """Bytes up to which a request's body counts as small, and isn't part of `uploads`."""
