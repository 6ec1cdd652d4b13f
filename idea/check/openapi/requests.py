"""Types of the bodies of requests. Keys besides these are ignored."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from idea.check.limits import Limits
from idea.check.openapi.values import (
    Aim,
    Base64,
    Binary,
    ClassIndex,
    Image,
    ImageValue,
    Ink,
    ModelId,
    Picture,
    PriorName,
    PriorWeight,
    Smooth,
    Target,
    Unused,
)
from idea.image import MAX_PIXELS

__all__ = [
    "Animate",
    "Classify",
    "FindNearest",
    "Fool",
    "Gains",
    "OpenModel",
    "Search",
    "SendFields",
    "SendForm",
]


class SendFields(Struct, kw_only=True):
    """An image in one of the keys `image`, `data`, `img`, or in the only one besides `model`."""

    image: ImageValue | UnsetType = UNSET
    data: ImageValue | UnsetType = UNSET
    img: ImageValue | UnsetType = UNSET
    model: ModelId | UnsetType = UNSET


class SendForm(Struct, kw_only=True):
    """A picture as a file of any name, or an image in a text field."""

    file: Picture | UnsetType = UNSET
    image: Annotated[str, Meta(description="A data URI, base64, or JSON.")] | UnsetType = UNSET
    model: ModelId | UnsetType = UNSET


class Classify(Struct, kw_only=True):
    """Images to classify."""

    images: Annotated[list[Image], Meta(min_length=1, max_length=Limits.images)]
    model: ModelId | UnsetType = UNSET


class OpenModel(Struct, kw_only=True):
    """A model's file, and what it doesn't hold of its task."""

    file: Binary
    shape: Annotated[str, Meta(description="Such as 28x28.")] | UnsetType = UNSET
    classes: Annotated[str, Meta(description="Labels, by commas or line ends.")] | UnsetType = UNSET
    input: (
        Annotated[str, Meta(description="Scale of the inputs, such as -1..1 or 0.1307,0.3081.")]
        | UnsetType
    ) = UNSET


class _Targeted(Struct, kw_only=True):
    """A class of a model: `target`, or `digit`."""

    target: Target | UnsetType = UNSET
    digit: ClassIndex | UnsetType = UNSET
    model: ModelId | UnsetType = UNSET


class Search(_Targeted, kw_only=True):
    """A search for an ideal."""

    method: Annotated[str, Meta(description="One of the `methods` of `site.json`.")] = "greedy"
    seed: int = 0
    start: Annotated[Image | None, Meta(description="The first image; null is noise.")] = None
    every: Annotated[
        int, Meta(ge=1, le=Limits.max_every, description="Steps between two frames.")
    ] = 20
    options: Annotated[
        dict[str, int | float] | None, Meta(description="Options of the method.")
    ] = None
    objective: Aim | None = None
    ink: Ink | None = None
    smooth: Smooth | None = None
    freeze: (
        Annotated[Image | Unused, Meta(description="The pixels that stay black are 1.")] | None
    ) = None
    prior: PriorName | None = None
    prior_weight: PriorWeight | None = None


class Gains(_Targeted, kw_only=True):
    """A binary image whose flips are evaluated."""

    image: Image


class Fool(_Targeted, kw_only=True):
    """A binary image that is to be classified as the target."""

    image: Image


class FindNearest(Struct, kw_only=True):
    """A binary image."""

    image: Image
    model: ModelId | UnsetType = UNSET


Side: TypeAlias = Annotated[
    int, Meta(ge=1, le=MAX_PIXELS, description="Of the images, in place of a model.")
]


class Animate(Struct, kw_only=True):
    """Images of an animation."""

    images: Annotated[list[Base64], Meta(min_length=1, max_length=Limits.frames)]
    fps: Annotated[float, Meta(ge=0.1, le=100, description="Images per second.")] = 12
    model: ModelId | UnsetType = UNSET
    height: Side | UnsetType = UNSET
    width: Side | UnsetType = UNSET
