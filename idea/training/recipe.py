"""Recipes: what makes one training differ from another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from idea.errors import OptionError
from idea.files.architectures import ARCHITECTURES, Architecture, mlp

__all__ = ["DEFAULTS", "FRAMEWORKS", "Recipe", "recipe_for"]

FRAMEWORKS = {"mlp": ("chainer", "torch"), "lenet": ("torch",), "convnet": ("torch",)}
"""For each architecture, what it can be trained with."""

DEFAULTS = {
    "mlp": {"batch_size": 1000, "epochs": 20, "held_out": 0},
    "lenet": {"batch_size": 64, "epochs": 10, "held_out": 10_000},
    "convnet": {"batch_size": 128, "epochs": 10, "held_out": 0},
}
"""Where architectures differ in what is usual for them."""


@dataclass(frozen=True)
class Recipe:
    """How to train a network, with softmax cross-entropy and Adam."""

    arch: str = "mlp"
    """One of `ARCHITECTURES`."""
    units: int = 784
    """Width of both hidden layers of an MLP."""
    batch_size: int = 1000
    """Digits an update."""
    epochs: int = 20
    """Passes over the training digits."""
    learning_rate: float = 0.001
    """Adam's."""
    weight_decay: float = 0.0
    """Added to each gradient, times the weight."""
    held_out: int = 0
    """How many of the 60,000, the last, to validate with and not to train with; 0 validates with
    the test digits."""
    seed: int = 0
    """Equal recipes give equal weights on the same machine."""

    def __post_init__(self) -> None:
        if self.arch not in ARCHITECTURES:
            raise OptionError(f"arch must be one of {', '.join(ARCHITECTURES)}, not {self.arch}")
        for name in ("units", "epochs"):
            _require(getattr(self, name) >= 1, name, "1 or more", getattr(self, name))
        _require(1 <= self.batch_size <= 60_000, "batch_size", "in 1…60000", self.batch_size)
        _require(0 <= self.seed < 2**32, "seed", f"in 0…{2**32 - 1}", self.seed)
        decay = self.weight_decay
        _require(0 <= decay < 1, "weight_decay", "at least 0 and less than 1", f"{decay:g}")
        rate = self.learning_rate
        _require(0 < rate <= 1, "learning_rate", "more than 0 and at most 1", f"{rate:g}")
        _require(0 <= self.held_out < 60_000, "held_out", "in 0…59999", self.held_out)

    def told(self) -> dict[str, Any]:
        """Give all that says something of this network."""
        said = asdict(self)
        if self.arch != "mlp":
            del said["units"]
        return said

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""
        return mlp(self.units) if self.arch == "mlp" else ARCHITECTURES[self.arch]


def recipe_for(arch: str, **changes: Any) -> Recipe:
    """Give an architecture's usual recipe.

    Parameters
    ----------
    arch
        One of `ARCHITECTURES`.
    **changes
        What is to be different; None leaves what is usual.

    Returns
    -------
    Recipe
        With the defaults of that architecture.

    Raises
    ------
    OptionError
        If a value makes no sense.

    Examples
    --------
    >>> recipe_for("lenet", epochs=3).batch_size
    64
    """
    given = {name: value for name, value in changes.items() if value is not None}
    if "units" in given and arch != "mlp":
        raise OptionError(f"--units is for an mlp; a {arch} has the widths that it has")
    return Recipe(arch=arch, **{**DEFAULTS.get(arch, {}), **given})


def _require(holds: bool, name: str, expected: str, found: object) -> None:
    if not holds:
        raise OptionError(f"--{name.replace('_', '-')} must be {expected}, not {found}")
