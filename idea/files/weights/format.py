"""A file format of weights: what it is called, and the functions that read and write one."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from idea.files.layers.chain import Alternatives, Chain
from idea.networks.weights import Weights

__all__ = ["Format", "Network"]

Network = Weights | Chain | Alternatives
"""What a file's contents give, before the user's declarations."""


class Format(NamedTuple):
    """A format; its functions are named, and imported when they are first called."""

    about: str
    reader: str
    """The function that reads one, `module:function`, imported when it is first called."""
    writer: str | None = None
    """The function that writes one; None for formats that are only read."""
    plain: bool = True
    """Whether a file contains nothing but arrays or a graph, so that it may come from anybody."""
    takes_size: bool = False
    """Whether the reader takes the height and width that a user gives."""

    def import_reader(self) -> None:
        """Import the function that reads one, where nothing can be imported later."""
        _imported(self.reader)

    def parse(self, data: bytes, path: Path, size: tuple[int, int] | None) -> Network:
        """Read a file's contents."""
        read: Callable[..., Network] = _imported(self.reader)
        return read(data, path, size) if self.takes_size else read(data, path)

    def bytes_of(self, weights: Weights, path: Path) -> bytes:
        """Return a file's contents; only of formats with a writer."""
        assert self.writer is not None  # noqa: S101  # as callers check
        write: Callable[[Weights, Path], bytes] = _imported(self.writer)
        return write(weights, path)


def _imported(name: str) -> Any:
    """Import a function of a format: most processes need those of one format alone."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(f"idea.files.{module}"), function)
