"""A search by the names of its files: what a command line says, and a record keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias, get_type_hints

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from idea.core.find import find_all
from idea.core.objective import AIMS, DEAREST, Objective
from idea.core.options import check
from idea.core.result import Frame, Ideal
from idea.core.strategies import METHODS
from idea.data.masks import UNUSED, parse_mask, unused_pixels
from idea.errors import DumpError, PictureError
from idea.files.load import parse_model, read_model
from idea.files.read import read_bytes
from idea.files.schema import Amount, Count, FileName, Natural, one_of
from idea.files.vf import parse_vf
from idea.networks.base import Model

__all__ = ["COMMON", "OWN", "OpenSearch", "Search"]

_Price: TypeAlias = Annotated[float, Meta(ge=-DEAREST, le=DEAREST)]


@dataclass(frozen=True)
class Search:
    """A search by the names of its files: what a command line says, and a record keeps."""

    method: Annotated[str, one_of(METHODS)] = "greedy"
    model: FileName | None = None
    """The name of a network that comes with the package, or a file; None is the MLP."""
    start: FileName | None = None
    """A dump; None is random greys."""
    seed: Natural = 0
    restarts: Count = 1
    every: Count = 200
    objective: Annotated[str, one_of(AIMS)] = "logit"
    """One of `idea.core.objective.AIMS`."""
    ink: _Price = 0.0
    smooth: _Price = 0.0
    freeze: FileName | None = None
    """A dump or picture of the pixels to be held black, or `UNUSED`."""
    own: dict[str, Any] = field(default_factory=dict)
    """The method's own options."""

    def open(self) -> OpenSearch:
        """Read the files, and check everything before the search begins.

        Returns
        -------
        OpenSearch
            Ready to search.

        Raises
        ------
        IdeaError
            If a file can't be used or an option makes no sense.
        """
        data, path = read_model(self.model)
        files = {"model": data}
        start = None
        if self.start is not None:
            files["start"] = read_bytes(self.start, DumpError)
            start = parse_vf(files["start"], self.start)
        frozen = None
        if self.freeze == UNUSED:
            frozen = unused_pixels()
        elif self.freeze is not None:
            files["freeze"] = read_bytes(self.freeze, PictureError)
            frozen = parse_mask(files["freeze"], self.freeze)
        objective = Objective(self.objective, self.ink, self.smooth, frozen)
        check(self.method, **self.arguments(start))
        model = parse_model(data, path)
        # Of the bytes that were read: a file may be replaced, by this very search's results.
        sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        return OpenSearch(self, model, start, objective, sums)

    def arguments(self, start: NDArray[np.float32] | None) -> dict[str, Any]:
        """Give those arguments of `find` that depend on neither a digit nor a file of pixels."""
        return {
            "seed": self.seed,
            "restarts": self.restarts,
            "start": start,
            "every": self.every,
            **self.own,
        }


COMMON: dict[str, Any] = {
    name: schema
    for name, schema in get_type_hints(Search, include_extras=True).items()
    if name != "own"
}
"""The options that every search has, and their schemas."""

OWN: dict[str, Any] = {
    name: Amount if isinstance(method.options[name], float) else Count
    for method in METHODS.values()
    for name in method.options
}
"""Those that only some methods have."""


@dataclass(frozen=True)
class OpenSearch:
    """A search whose files have been read."""

    search: Search
    model: Model
    start: NDArray[np.float32] | None
    objective: Objective
    sums: dict[str, str]
    """The SHA-256 of the model's file and, where there are any, of start and frozen pixels."""

    def find(
        self,
        digits: Iterable[int],
        on_frame: Callable[[Frame], object] | None = None,
        jobs: int | None = None,
    ) -> Iterator[Ideal]:
        """Search; see `idea.find_all`."""
        arguments = self.search.arguments(self.start)
        return find_all(
            self.model,
            digits,
            self.search.method,
            on_frame=on_frame,
            jobs=jobs,
            objective=self.objective,
            **arguments,
        )
