"""Searches as data: their options and the names of their files, as in records and commands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeAlias, get_type_hints

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from idea.core.diverse import find_diverse
from idea.core.find import find_all
from idea.core.frames import Frame
from idea.core.objective import AIMS, DEAREST, Objective
from idea.core.options import check_options
from idea.core.result import Ideal
from idea.core.strategies import METHODS
from idea.core.target import TargetLike
from idea.data.masks import UNUSED, parse_mask, unused_pixels
from idea.errors import DumpError, PictureError
from idea.files.read import read_bytes
from idea.files.schema import Amount, Count, FileName, Natural, one_of
from idea.files.vf import parse_vf
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED
from idea.opening.load import parse_model, read_model
from idea.task_options import TaskOptions

__all__ = ["COMMON", "OWN", "PreparedSearch", "Search"]

_Price: TypeAlias = Annotated[float, Meta(ge=-DEAREST, le=DEAREST)]


@dataclass(frozen=True)
class Search:
    """The options of a search, with the names of its files."""

    method: Annotated[str, one_of(METHODS)] = "greedy"
    model: FileName | None = None
    """The name of a bundled network, or a file; None is the bundled MLP."""
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
    """A dump or picture of the pixels that are held black, or `UNUSED`."""
    prior: FileName | None = None
    """The name of a bundled prior, or a file."""
    prior_weight: Amount | None = None
    """None: `find` chooses it."""
    shape: tuple[Count, Count] | None = None
    """The height and width of the images, if the file doesn't name them."""
    classes: tuple[str, ...] | None = None
    """The labels of the classes, if the file doesn't name them."""
    input: str | None = None
    """The scale of the network's inputs: see `idea.inputs.InputScale.parse`."""
    activation: str | None = None
    """The activation between the layers, if the file doesn't name it."""
    own: dict[str, Any] = field(default_factory=dict)
    """The method's own options."""

    def prepare(self, model: Model | None = None) -> PreparedSearch:
        """Read the files, and check all options; `model` is searched in place of the file's."""
        files = {}
        if model is None:
            files["model"], path = read_model(self.model)
            given = TaskOptions.of(self.shape, self.classes, self.input, self.activation)
            trial = path not in BUNDLED.values()
            model = parse_model(files["model"], path, given, trial=trial)
        start = None
        if self.start is not None:
            files["start"] = read_bytes(self.start, DumpError)
            start = parse_vf(files["start"], self.start, model.task)
        frozen = None
        if self.freeze == UNUSED:
            frozen = unused_pixels(model.task)
        elif self.freeze is not None:
            files["freeze"] = read_bytes(self.freeze, PictureError)
            frozen = parse_mask(files["freeze"], self.freeze, model.task)
        prior = None
        if self.prior is not None:
            from idea.files.prior import parse_prior, read_prior

            files["prior"], file = read_prior(self.prior)
            prior = parse_prior(files["prior"], file)
        objective = Objective(
            self.objective, self.ink, self.smooth, frozen, prior, self.prior_weight
        )
        objective.check_task(model.task)
        if prior is not None:
            model.add_note(prior.note_on(model.task))
        check_options(self.method, **self.arguments(start))
        # Of the bytes that were read: the results of the search may replace a file.
        sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        return PreparedSearch(self, model, start, objective, sums)

    def arguments(self, start: NDArray[np.float32] | None) -> dict[str, Any]:
        """Return the arguments of `find` that depend on neither a target nor a file of pixels."""
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
"""The schemas of the options that every search has."""

OWN: dict[str, Any] = {
    name: Amount if isinstance(method.options[name], float) else Count
    for method in METHODS.values()
    for name in method.options
}
"""The schemas of the options that only some methods have."""


@dataclass(frozen=True)
class PreparedSearch:
    """A search whose files have been read and whose options are valid."""

    search: Search
    model: Model
    start: NDArray[np.float32] | None
    objective: Objective
    sums: dict[str, str]
    """SHA-256 of the files by option: model and, if given, start, freeze and prior."""

    def find(
        self,
        targets: Iterable[TargetLike],
        on_frame: Callable[[Frame], object] | None = None,
        jobs: int | None = None,
    ) -> Iterator[Ideal]:
        """Search; see `idea.find_all`."""
        arguments = self.search.arguments(self.start)
        return find_all(
            self.model,
            targets,
            self.search.method,
            on_frame=on_frame,
            jobs=jobs,
            objective=self.objective,
            **arguments,
        )

    def find_diverse(
        self,
        target: TargetLike,
        count: int,
        distance: int | None = None,
        on_frame: Callable[[Frame], object] | None = None,
        jobs: int | None = None,
    ) -> list[Ideal]:
        """Search for several ideals; see `idea.find_diverse`."""
        return find_diverse(
            self.model,
            target,
            count,
            distance=distance,
            method=self.search.method,
            on_frame=on_frame,
            jobs=jobs,
            objective=self.objective,
            **self.search.arguments(self.start),
        )

    def of_seed(self, seed: int) -> PreparedSearch:
        """Return the same search with another seed."""
        return replace(self, search=replace(self.search, seed=seed))
