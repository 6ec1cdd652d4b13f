"""Grids: several values per hyperparameter, and the cells of all combinations."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args

import numpy as np

from idea.errors import OptionError
from idea.files.schema import checked, one_of, require_known
from idea.studies.cell import Cell
from idea.text import short_repr
from idea.training.augment import in_order
from idea.training.recipe import FRAMEWORKS, SCHEMAS, recipe_for

__all__ = ["MAX_NETWORKS", "VALUE_SCHEMAS", "Grid", "labelled_items", "parse_values"]

MAX_NETWORKS = 100_000
"""The default limit on the networks of a grid."""

_RANGE = re.compile(r"([0-9]{1,20}) *- *([0-9]{1,20})")


def parse_values(
    given: object, schema: Any, label: str, most: int = MAX_NETWORKS
) -> tuple[Any, ...]:
    """Read the values of a hyperparameter.

    Parameters
    ----------
    given
        A value, several, or a text such as ``"16,100"``, for whole numbers also ``"0-4,9"``.
    schema
        That of a value, of `VALUE_SCHEMAS`.
    label
        Their label in an error.
    most
        How many there may be.

    Returns
    -------
    tuple
        Each value once, in order.

    Raises
    ------
    OptionError
        If one is invalid, or there are too many.

    Examples
    --------
    >>> parse_values("0-3,7", VALUE_SCHEMAS["seeds"], "seeds")
    (0, 1, 2, 3, 7)
    >>> parse_values([16, "wide"], VALUE_SCHEMAS["units"], "grid.toml: units")
    Traceback (most recent call last):
    idea.errors.OptionError: grid.toml: units[1]: expected a whole number in 1…1000000, found 'wide'
    """
    parts: list[range | list[Any]] = []
    count = 0
    for named, item in labelled_items(given, label):
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


def labelled_items(given: object, label: str) -> Iterator[tuple[str, object]]:
    """Return a value, or each of several, with its label for errors.

    Examples
    --------
    >>> list(labelled_items([3, "5-8"], "digits"))
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
    """Read a value, or a text of values and ranges; a range, which may be huge, isn't expanded."""
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
    """Return a text as a number, or unchanged if it is none, for the error that follows."""
    if kind is str or not text.isascii() or "_" in text:  # int takes ٣ and 1_0, too
        return text
    try:
        return kind(text)
    except ValueError:
        return text


@dataclass(frozen=True)
class Grid:
    """Values of each hyperparameter; none means the architecture's default."""

    arch: tuple[str, ...] = ("mlp",)
    """Of `ARCHITECTURES`."""
    units: tuple[int, ...] = ()
    """Widths of an MLP; those of a CNN are fixed."""
    batch_size: tuple[int, ...] = ()
    epochs: tuple[int, ...] = ()
    learning_rate: tuple[float, ...] = ()
    weight_decay: tuple[float, ...] = ()
    held_out: tuple[int, ...] = ()
    adversarial: tuple[float, ...] = ()
    adversarial_flips: tuple[int, ...] = ()
    adversarial_steps: tuple[int, ...] = ()
    """Only networks that are trained adversarially differ in these."""
    pixel_noise: tuple[float, ...] = ()
    augment: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0,)
    framework: tuple[str, ...] = ("torch",)
    images: int = field(default=60_000, kw_only=True)
    """The number of training images, on which defaults depend."""

    @classmethod
    def parse(
        cls,
        given: Mapping[str, object],
        labels: Mapping[str, str] | None = None,
        most: int = MAX_NETWORKS,
    ) -> Grid:
        """Read a grid.

        Parameters
        ----------
        given
            Values by hyperparameter, as `parse_values` reads them.
        labels
            Labels of hyperparameters in errors. Default: their names.
        most
            How many networks there may be.

        Returns
        -------
        Grid
            Validated: all its cells can be made.

        Raises
        ------
        OptionError
            If a name or a value is invalid, or there are too many networks.

        Examples
        --------
        >>> [cell.name for cell in Grid.parse({"units": "16,100", "seeds": "0-1"}).cells()]
        ['mlp-u16-b1000-e20-s0', 'mlp-u16-b1000-e20-s1', 'mlp-u100-b1000-e20-s0', \
'mlp-u100-b1000-e20-s1']
        """
        labels = labels or {}
        require_known(given, VALUE_SCHEMAS, "a grid", labels)
        values: dict[str, Any] = {
            name: parse_values(value, VALUE_SCHEMAS[name], labels.get(name, name), most)
            for name, value in given.items()
        }
        if "augment" in values:  # several ways to write the same
            values["augment"] = tuple(dict.fromkeys(map(in_order, values["augment"])))
        grid = cls(**values)
        if grid.units and "mlp" not in grid.arch:
            label = labels.get("units", "units")
            raise OptionError(f"{label}: applies to mlp, which is not in arch")
        if grid.adversarial_steps and not any(grid.adversarial + grid.adversarial_flips):
            label = labels.get("adversarial_steps", "adversarial_steps")
            raise OptionError(
                f"{label}: applies to adversarial or adversarial_flips, found neither"
            )
        if grid.count > most:
            raise OptionError(
                f"expected {most:,} networks at most, found {grid.count:,}: "
                f"{grid._factors()}; --max-networks allows more"
            )
        grid.cells()
        return grid

    @property
    def count(self) -> int:
        """The number of cells, computed without making them."""
        others = math.prod(len(getattr(self, name) or (None,)) for name in _OTHER_PARAMETERS)
        shapes = sum(max(len(self.units), 1) if a == "mlp" else 1 for a in self.arch)
        attacks = [self.adversarial or (0,), self.adversarial_flips or (0,)]
        plain = int(all(0 in attack for attack in attacks))
        steps = max(len(self.adversarial_steps), 1)
        return others * shapes * (plain + steps * (math.prod(map(len, attacks)) - plain))

    def _factors(self) -> str:
        """Return the number of values of each hyperparameter that has several."""
        counts = {name: len(getattr(self, name)) for name in VALUE_SCHEMAS}
        return ", ".join(f"{count:,} of {name}" for name, count in counts.items() if count > 1)

    def cells(self) -> list[Cell]:
        """Return the cells, each once, in the order of the values."""
        named = {name: getattr(self, name) or (None,) for name in VALUE_SCHEMAS}
        cells = (
            _cell(dict(zip(named, values, strict=True)), self.images)
            for values in itertools.product(*named.values())
        )
        return list(dict.fromkeys(cells))


VALUE_SCHEMAS: dict[str, Any] = {
    "seeds" if name == "seed" else name: schema for name, schema in SCHEMAS.items()
} | {"framework": Annotated[str, one_of(sorted({f for able in FRAMEWORKS.values() for f in able}))]}
"""The schema of each hyperparameter's values."""

_DEPENDENT = ("arch", "units", "adversarial", "adversarial_flips", "adversarial_steps")
_OTHER_PARAMETERS = [name for name in VALUE_SCHEMAS if name not in _DEPENDENT]


def _cell(values: dict[str, Any], images: int) -> Cell:
    """Make a cell of one value each; None is the architecture's default."""
    if values["arch"] != "mlp":
        del values["units"]
    if not (values["adversarial"] or values["adversarial_flips"]):
        del values["adversarial_steps"]
    arch, framework, seed = values.pop("arch"), values.pop("framework"), values.pop("seeds")
    return Cell(recipe_for(arch, images, seed=seed, **values), framework)
