"""Recipes: the hyperparameters of a training."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any, get_type_hints

from msgspec import Meta

from idea.errors import OptionError
from idea.files.schema import checked, one_of
from idea.image import MAX_PIXELS
from idea.networks.architectures import ARCHITECTURES, Architecture, mlp
from idea.training.augment import AUGMENTATIONS, NO_AUGMENTATION, in_order

__all__ = ["ADDED", "DEFAULTS", "FRAMEWORKS", "SCHEMAS", "Recipe", "recipe_for"]

FRAMEWORKS = {"mlp": ("chainer", "torch"), "lenet": ("torch",), "convnet": ("torch",)}
"""The frameworks that support each architecture."""

DEFAULTS = {
    "mlp": {"batch_size": 1000, "epochs": 20, "held_out": 0},
    "lenet": {"batch_size": 64, "epochs": 10, "held_out": 10_000},
    "convnet": {"batch_size": 128, "epochs": 10, "held_out": 0},
}
"""Defaults that differ between architectures."""

_NAMED = f"(?:{'|'.join(AUGMENTATIONS)})"
_AUGMENT = Meta(
    pattern=rf"\A(?:{NO_AUGMENTATION}|{_NAMED}(?:[,+]{_NAMED})*)\Z",
    description=f"{NO_AUGMENTATION}, or of {', '.join(AUGMENTATIONS)} one or more joined by commas",
)

_PARTS = {"batch_size": 60, "held_out": 6}
"""The part of the training images that a default is at most, as a divisor."""


@dataclass(frozen=True)
class Recipe:
    """How to train a network, with softmax cross-entropy and Adam."""

    arch: Annotated[str, one_of(ARCHITECTURES)] = "mlp"
    """One of `ARCHITECTURES`."""
    units: Annotated[int, Meta(ge=1, le=1_000_000)] = 784
    """Width of both hidden layers of an MLP."""
    batch_size: Annotated[int, Meta(ge=1, le=60_000)] = 1000
    """Images per update."""
    epochs: Annotated[int, Meta(ge=1, le=1_000_000)] = 20
    """Passes over the training images."""
    learning_rate: Annotated[float, Meta(gt=0, le=1)] = 0.001
    """Adam's."""
    weight_decay: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    """Added to each gradient, times the weight."""
    held_out: Annotated[int, Meta(ge=0, le=59_999)] = 0
    """How many of the training images, the last, to use for validation instead; 0 validates with
    the test images."""
    adversarial: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """How much each pixel of a training image is changed at most, so as to raise the loss."""
    adversarial_flips: Annotated[int, Meta(ge=0, le=MAX_PIXELS)] = 0
    """How many pixels of each binarised training image are flipped, so as to raise the loss."""
    adversarial_steps: Annotated[int, Meta(ge=1, le=1000)] = 1
    """In how many steps, with a gradient each, either of the two is done."""
    pixel_noise: Annotated[float, Meta(ge=0, le=0.5)] = 0.0
    """The probability with which each pixel of a training image is inverted."""
    augment: Annotated[str, _AUGMENT] = NO_AUGMENTATION
    """How training images are shifted, rotated or scaled, such as ``"shift+rotate"``."""
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    """Equal recipes give equal weights on the same machine."""

    def __post_init__(self) -> None:
        for name, schema in SCHEMAS.items():
            option = f"--{name.replace('_', '-')}"
            value = checked(getattr(self, name), schema, option, OptionError)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "augment", in_order(self.augment))
        if self.adversarial and self.adversarial_flips:
            raise OptionError(
                f"--adversarial {self.adversarial:g} and --adversarial-flips "
                f"{self.adversarial_flips}: expected one of them; train two networks"
            )
        if self.adversarial_steps > 1 and not self.is_adversarial:
            raise OptionError(
                f"--adversarial-steps {self.adversarial_steps}: expected --adversarial or "
                "--adversarial-flips with it"
            )

    @property
    def is_adversarial(self) -> bool:
        """Whether it is trained on images that are made against it."""
        return bool(self.adversarial or self.adversarial_flips)

    def describe(self) -> dict[str, Any]:
        """Return all parameters that apply to this network."""
        fields = asdict(self)
        if self.arch != "mlp":
            del fields["units"]
        return fields

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""
        return mlp(self.units) if self.arch == "mlp" else ARCHITECTURES[self.arch]


SCHEMAS: dict[str, Any] = get_type_hints(Recipe, include_extras=True)
"""The schema of each hyperparameter."""

ADDED: dict[str, Any] = {
    name: getattr(Recipe, name)
    for name in (
        "adversarial",
        "adversarial_flips",
        "adversarial_steps",
        "pixel_noise",
        "augment",
    )
}
"""Hyperparameters that recipes in older files lack, and the values that these have."""


def recipe_for(arch: str, images: int = 60_000, **changes: Any) -> Recipe:
    """Return an architecture's default recipe.

    The defaults are those for MNIST. Of fewer images, the default batches are a sixtieth, and a
    sixth is held out for validation where the architecture's recipe holds any out.

    Parameters
    ----------
    arch
        One of `ARCHITECTURES`.
    images
        The number of training images.
    **changes
        Other values; None keeps the default.

    Returns
    -------
    Recipe
        With the defaults of that architecture.

    Raises
    ------
    OptionError
        If a value is invalid.

    Examples
    --------
    >>> recipe_for("lenet", epochs=3).batch_size
    64
    >>> recipe_for("lenet", 1437).held_out
    239
    """
    checked(arch, SCHEMAS["arch"], "--arch", OptionError)
    given = {name: value for name, value in changes.items() if value is not None}
    if "units" in given and arch != "mlp":
        raise OptionError(f"--units applies to mlp only; the widths of {arch} are fixed")
    defaults = {
        name: min(value, max(1, images // _PARTS[name])) if value and name in _PARTS else value
        for name, value in DEFAULTS[arch].items()
    }
    return Recipe(arch=arch, **{**defaults, **given})
