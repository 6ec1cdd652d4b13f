"""Grids: hyperparameters with several values each, and the cells that all combinations make."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

import numpy as np

from idea.errors import OptionError
from idea.files.schema import checked, one_of, require_known
from idea.studies.cell import Cell
from idea.text import short_repr
from idea.training.recipe import FRAMEWORKS, SCHEMAS, recipe_for

__all__ = ["KINDS", "MOST", "Grid", "items_of", "values_of"]

MOST = 100_000
"""How many networks a grid makes at most, unless more are asked for."""

_RANGE = re.compile(r"([0-9]{1,20}) *- *([0-9]{1,20})")


def values_of(given: object, schema: Any, label: str, most: int = MOST) -> tuple[Any, ...]:
    """Read the values of a hyperparameter.

    Parameters
    ----------
    given
        A value, several, or a text such as ``"16,100"``, for whole numbers also ``"0-4,9"``.
    schema
        That of a value, of `KINDS`.
    label
        What names them in an error.
    most
        How many there may be.

    Returns
    -------
    tuple
        Each value once, in order.

    Raises
    ------
    OptionError
        If one is something else, or there are too many.

    Examples
    --------
    >>> values_of("0-3,7", KINDS["seeds"], "seeds")
    (0, 1, 2, 3, 7)
    >>> values_of([16, "wide"], KINDS["units"], "grid.toml: units")
    Traceback (most recent call last):
    idea.errors.OptionError: grid.toml: units[1]: expected a whole number in 1…1000000, found 'wide'
    """
    parts: list[range | list[Any]] = []
    count = 0
    for named, item in items_of(given, label):
        for part in _read(item, schema, named):
            count += part.stop - part.start if isinstance(part, range) else 1
            if count > most:
                raise OptionError(
                    f"{label}: expected {most:,} values at most, found {count:,} or more; "
                    "--max-networks allows more"
                )
            parts.append(part)
    if not parts:
        raise OptionError(f"{label}: expected at least one value, found none")
    return tuple(dict.fromkeys(itertools.chain.from_iterable(parts)))


def items_of(given: object, label: str) -> Iterator[tuple[str, object]]:
    """Return a value, or each of several, with what names it in an error.

    Examples
    --------
    >>> list(items_of([3, "5-8"], "digits"))
    [('digits[0]', 3), ('digits[1]', '5-8')]
    """
    if isinstance(given, np.ndarray) and given.ndim:
        given = given.tolist()
    if not isinstance(given, list | tuple | range):
        yield label, given
        return
    for place, item in enumerate(given):
        yield f"{label}[{place}]", item


def _read(item: object, schema: Any, label: str) -> list[range | list[Any]]:
    """Read a value, or a text of values and ranges; a range, which may be huge, stays one."""
    base = get_args(schema)[0]
    if not isinstance(item, str):
        return [[checked(item, schema, label, OptionError)]]
    parts: list[range | list[Any]] = []
    for text in map(str.strip, item.split(",")):
        ends = _RANGE.fullmatch(text) if base is int else None
        first, *last = (
            checked(_number(end, base), schema, label, OptionError)
            for end in (ends.groups() if ends else [text])
        )
        if last and last[0] < first:
            raise OptionError(
                f"{label}: expected a range from the smaller to the larger number, "
                f"found {short_repr(text)}"
            )
        parts.append(range(first, last[0] + 1) if last else [first])
    return parts


def _number(text: str, kind: type[Any]) -> object:
    """Read a number; any other text is given back, to be refused as what it is."""
    if kind is str or not text.isascii() or "_" in text:  # int takes ٣ and 1_0, too
        return text
    try:
        return kind(text)
    except ValueError:
        return text


@dataclass(frozen=True)
class Grid:
    """What the networks of a study differ in; by default, what an architecture has."""

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
    def parse(
        cls, given: Mapping[str, object], labels: Mapping[str, str] | None = None, most: int = MOST
    ) -> Grid:
        """Read a grid.

        Parameters
        ----------
        given
            Values by hyperparameter, as `values_of` reads them.
        labels
            What names hyperparameters in an error. Default: their names.
        most
            How many networks there may be.

        Returns
        -------
        Grid
            Checked: all its cells can be made.

        Raises
        ------
        OptionError
            If a name or a value makes no sense, or there are too many networks.

        Examples
        --------
        >>> [cell.name for cell in Grid.parse({"units": "16,100", "seeds": "0-1"}).cells()]
        ['mlp-u16-b1000-e20-s0', 'mlp-u16-b1000-e20-s1', 'mlp-u100-b1000-e20-s0', \
'mlp-u100-b1000-e20-s1']
        """
        labels = labels or {}
        require_known(given, KINDS, "a grid", labels)
        grid = cls(
            **{
                name: values_of(value, KINDS[name], labels.get(name, name), most)
                for name, value in given.items()
            }
        )
        if grid.units and "mlp" not in grid.arch:
            label = labels.get("units", "units")
            raise OptionError(f"{label}: is for an mlp, which arch doesn't name")
        if grid.count > most:
            raise OptionError(
                f"expected {most:,} networks at most, found {grid.count:,}: "
                f"{grid._factors()}; --max-networks allows more"
            )
        grid.cells()
        return grid

    @property
    def count(self) -> int:
        """The number of cells, which is known before they are made."""
        others = math.prod(len(getattr(self, name) or (None,)) for name in _FREE)
        return others * sum(max(len(self.units), 1) if a == "mlp" else 1 for a in self.arch)

    def _factors(self) -> str:
        """Return the axes that multiply to the number of cells."""
        counts = {name: len(getattr(self, name)) for name in KINDS}
        return ", ".join(f"{count:,} of {name}" for name, count in counts.items() if count > 1)

    def cells(self) -> list[Cell]:
        """Return the cells, each once, in the order of the values."""
        named = {name: getattr(self, name) or (None,) for name in KINDS}
        cells = (
            _cell(dict(zip(named, values, strict=True)))
            for values in itertools.product(*named.values())
        )
        return list(dict.fromkeys(cells))


KINDS: dict[str, Any] = {
    "seeds" if name == "seed" else name: schema for name, schema in SCHEMAS.items()
} | {"framework": Annotated[str, one_of(sorted({f for able in FRAMEWORKS.values() for f in able}))]}
"""The schema of each hyperparameter's values."""

_FREE = [name for name in KINDS if name not in ("arch", "units")]


def _cell(values: dict[str, Any]) -> Cell:
    """Make a cell of one value each; None is the architecture's default."""
    if values["arch"] != "mlp":
        del values["units"]
    arch, framework, seed = values.pop("arch"), values.pop("framework"), values.pop("seeds")
    return Cell(recipe_for(arch, seed=seed, **values), framework)
