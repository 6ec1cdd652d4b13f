"""Grids: hyperparameters with several values each, and the cells that all combinations make."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from idea.errors import OptionError
from idea.files.architectures import ARCHITECTURES
from idea.studies.cell import Cell
from idea.training.recipe import recipe_for

__all__ = ["Grid", "values_of"]

_RANGE = re.compile(r"(\d+)-(\d+)")
_LONGEST = 1_000_000  # values of a range


def values_of(name: str, said: object, kind: type[Any]) -> tuple[Any, ...]:
    """Read the values of a hyperparameter.

    Parameters
    ----------
    name
        Its name, for the error.
    said
        A value, a list of them, or a text such as ``"16,100"``, for whole numbers also ``"0-4,9"``.
    kind
        `int`, `float` or `str`.

    Returns
    -------
    tuple
        Each value once, in order.

    Raises
    ------
    OptionError
        If one is something else.

    Examples
    --------
    >>> values_of("seeds", "0-3,7", int)
    (0, 1, 2, 3, 7)
    >>> values_of("units", [16, "wide"], int)
    Traceback (most recent call last):
    idea.errors.OptionError: --units takes whole numbers, such as 3 or 0-4,9, not 'wide'
    """
    items = said if isinstance(said, list | tuple | range) else [said]
    parts = itertools.chain.from_iterable(
        item.replace(" ", "").split(",") if isinstance(item, str) else [item] for item in items
    )
    values = tuple(
        dict.fromkeys(itertools.chain.from_iterable(_read(name, p, kind) for p in parts))
    )
    if not values:
        raise OptionError(f"{_option(name)} has no value")
    return values


def _read(name: str, part: object, kind: type[Any]) -> list[Any] | range:
    """Read one value, or a range of whole numbers."""
    told = {int: "whole numbers, such as 3 or 0-4,9", float: "numbers", str: "names"}[kind]
    ends = _RANGE.fullmatch(part) if kind is int and isinstance(part, str) else None
    if ends:
        first, last = int(ends[1]), int(ends[2])
        if not first <= last < first + _LONGEST:
            raise OptionError(
                f"{_option(name)}: {part} is no range: the smaller number comes first"
            )
        return range(first, last + 1)
    try:
        if isinstance(part, bool) or (kind is int and isinstance(part, float)):
            raise ValueError
        if kind is str and not (isinstance(part, str) and part):
            raise ValueError
        return [kind(part)]
    except (TypeError, ValueError):
        raise OptionError(f"{_option(name)} takes {told}, not {part!r}") from None


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


@dataclass(frozen=True)
class Grid:
    """What the networks of a study differ in; where nothing is said, an architecture's defaults."""

    arch: tuple[str, ...] = ("mlp",)
    """Of `ARCHITECTURES`."""
    units: tuple[int, ...] = ()
    """Widths of an MLP; a CNN has the widths that it has."""
    batch_size: tuple[int, ...] = ()
    epochs: tuple[int, ...] = ()
    learning_rate: tuple[float, ...] = ()
    weight_decay: tuple[float, ...] = ()
    held_out: tuple[int, ...] = ()
    seeds: tuple[int, ...] = (0,)
    framework: tuple[str, ...] = ("torch",)

    @classmethod
    def parse(cls, said: Mapping[str, object]) -> Grid:
        """Read a grid.

        Parameters
        ----------
        said
            Values by hyperparameter, as `values_of` reads them.

        Returns
        -------
        Grid
            Checked: all its cells can be made.

        Raises
        ------
        OptionError
            If a name or a value makes no sense.

        Examples
        --------
        >>> [cell.name for cell in Grid.parse({"units": "16,100", "seeds": "0-1"}).cells()]
        ['mlp-u16-b1000-e20-s0', 'mlp-u16-b1000-e20-s1', 'mlp-u100-b1000-e20-s0', \
'mlp-u100-b1000-e20-s1']
        """
        unknown = ", ".join(said.keys() - KINDS.keys())
        if unknown:
            raise OptionError(f"a grid has {', '.join(KINDS)}; found {unknown}")
        grid = cls(**{name: values_of(name, value, KINDS[name]) for name, value in said.items()})
        for arch in grid.arch:
            if arch not in ARCHITECTURES:
                raise OptionError(f"--arch must be one of {', '.join(ARCHITECTURES)}, not {arch}")
        if grid.units and "mlp" not in grid.arch:
            raise OptionError("--units is for an mlp, which --arch doesn't name")
        grid.cells()
        return grid

    def cells(self) -> list[Cell]:
        """Give the cells, each once, in the order of the values."""
        named = {name: getattr(self, name) or (None,) for name in KINDS}
        cells = (
            _cell(dict(zip(named, values, strict=True)))
            for values in itertools.product(*named.values())
        )
        return list(dict.fromkeys(cells))


KINDS: dict[str, type[Any]] = {
    field.name: float
    if field.name in ("learning_rate", "weight_decay")
    else str
    if field.name in ("arch", "framework")
    else int
    for field in fields(Grid)
}
"""Of which kind each hyperparameter's values are."""


def _cell(values: dict[str, Any]) -> Cell:
    """Make a cell of one value each; None is the architecture's default."""
    if values["arch"] != "mlp":
        del values["units"]
    arch, framework, seed = values.pop("arch"), values.pop("framework"), values.pop("seeds")
    return Cell(recipe_for(arch, seed=seed, **values), framework)
