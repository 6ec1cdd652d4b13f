"""Cells: the networks of a study, by their parameters, and the names that follow from these."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import msgspec

from idea.errors import IdeaError, OptionError
from idea.files.schema import Natural, all_required, checked
from idea.image import DIGITS, Task
from idea.networks.weights import convolved
from idea.training.recipe import ADDED, FRAMEWORKS, SCHEMAS, Recipe

__all__ = ["HYPERPARAMETERS", "Cell"]

HYPERPARAMETERS = ("framework", *(field.name for field in fields(Recipe)))
"""The hyperparameters in which networks of a study may differ."""

_PARAMETERS = all_required({"framework": str, **SCHEMAS, "units": Natural}, "_PARAMETERS", ADDED)

# Seconds on one core, measured with bench/scaling.py: of an image and each multiplication of a
# dense layer, of a batch and each weight, of a batch and of an epoch alone; a convolution's
# multiplications take four times as long.
_MULTIPLICATION, _UPDATE, _BATCH, _EPOCH, _CONVOLVED = 5.6e-11, 3e-9, 3.7e-4, 0.06, 4


@dataclass(frozen=True)
class Cell:
    """A network of a study: its recipe and its framework."""

    recipe: Recipe
    framework: str = "torch"

    def __post_init__(self) -> None:
        if self.framework not in FRAMEWORKS[self.recipe.arch]:
            able = " or ".join(FRAMEWORKS[self.recipe.arch])
            raise OptionError(
                f"--framework {self.framework} does not support {self.recipe.arch}; use {able}"
            )

    @property
    def name(self) -> str:
        """The name of its folder: another one for any other parameters.

        Examples
        --------
        >>> Cell(Recipe(units=16, batch_size=100, epochs=5, weight_decay=1e-4)).name
        'mlp-u16-b100-e5-d0.0001-s0'
        """
        recipe = self.recipe
        parts = [recipe.arch]
        parts += [f"u{recipe.units}"] * (recipe.arch == "mlp")
        parts += [f"b{recipe.batch_size}", f"e{recipe.epochs}"]
        parts += [f"r{recipe.learning_rate}"] * (recipe.learning_rate != Recipe.learning_rate)
        parts += [f"d{recipe.weight_decay}"] * (recipe.weight_decay != 0)
        parts += [f"h{recipe.held_out}"] * (recipe.held_out != 0)
        parts += [f"adv{recipe.adversarial}"] * (recipe.adversarial != 0)
        parts += [f"flips{recipe.adversarial_flips}"] * (recipe.adversarial_flips != 0)
        parts += [f"steps{recipe.adversarial_steps}"] * (recipe.adversarial_steps != 1)
        parts += [f"noise{recipe.pixel_noise}"] * (recipe.pixel_noise != 0)
        parts += [recipe.augment] * (recipe.augment != Recipe.augment)
        parts += [self.framework] * (self.framework != "torch")
        return "-".join([*parts, f"s{recipe.seed}"])

    def model_file(self, task: Task) -> str:
        """Return the name of its weights' file: raw floats, where that format can hold them."""
        is_plain = self.recipe.arch == "mlp" and task == DIGITS
        return "model.dat" if is_plain else "model.safetensors"

    @property
    def training(self) -> tuple[Any, ...]:
        """Its hyperparameters but the epochs: equal for the stages of one training."""
        fields = asdict(self.recipe) | {"epochs": None, "framework": self.framework}
        return tuple(fields.values())

    def starts_independently_of(self, other: Cell) -> bool:
        """Return whether two networks started from independent initial weights.

        Equal seeds draw equal numbers for networks of one architecture, whatever its width.
        """
        a, b = self.recipe, other.recipe
        return (a.arch, a.seed) != (b.arch, b.seed)

    def describe(self) -> dict[str, Any]:
        """Return all its parameters; a CNN's units are 0."""
        fields = {"framework": self.framework, **asdict(self.recipe)}
        return fields if self.recipe.arch == "mlp" else fields | {"units": 0}

    def seconds(self, task: Task = DIGITS, images: int = 60_000) -> float:
        """Return an estimate of the training time on one core, for scheduling."""
        recipe = self.recipe
        shapes = recipe.architecture.shapes(task)
        batches = math.ceil(images / recipe.batch_size)
        weights = sum(math.prod(shape) for shape in shapes)
        dense = sum(math.prod(shape) for shape in shapes if len(shape) == 2)
        convolutions = 0
        height, width = task.shape
        for (_, pool), shape in zip(recipe.architecture.convolutions, shapes, strict=False):
            rows, columns = convolved(height, width, 3, pool=False)
            convolutions += math.prod(shape) * rows * columns
            height, width = convolved(height, width, 3, pool=pool)
        passes = images * (dense + _CONVOLVED * convolutions) * _MULTIPLICATION
        # A step is a pass forwards and one backwards, that to the images alone.
        passes *= 1 + 2 / 3 * recipe.adversarial_steps * recipe.is_adversarial
        return recipe.epochs * (_EPOCH + passes + batches * (weights * _UPDATE + _BATCH))

    @classmethod
    def parse(cls, parameters: dict[str, Any], name: str = "parameters", at: str = "") -> Cell:
        """Make a cell from what `describe` returns.

        Parameters
        ----------
        parameters
            All parameters.
        name, at
            The file that they are from, and their position in it, for the error.

        Returns
        -------
        Cell
            With these.

        Raises
        ------
        IdeaError
            If one is missing, unknown or invalid.

        Examples
        --------
        >>> cell = Cell(Recipe("lenet", batch_size=64, seed=3))
        >>> Cell.parse(cell.describe()) == cell
        True
        """
        fields = msgspec.structs.asdict(checked(parameters, _PARAMETERS, name, at=at))
        framework = fields.pop("framework")
        if fields["arch"] != "mlp":
            del fields["units"]
        try:
            return cls(Recipe(**fields), framework)
        except OptionError as error:  # each is valid, but not their combination
            raise IdeaError(f"{name}: {at + ': ' if at else ''}{error}") from error
