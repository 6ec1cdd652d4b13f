"""Values that requests and responses of the API share."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

from idea.core.objective import DEAREST
from idea.files.schema import Natural, Share
from idea.image import MAX_PIXELS, MIN_PIXELS

__all__ = [
    "Aim",
    "Base64",
    "Binary",
    "ClassIndex",
    "DataName",
    "EventStream",
    "ExampleCount",
    "Image",
    "ImageValue",
    "Ink",
    "ModelId",
    "Picture",
    "Pixels",
    "PriorName",
    "PriorWeight",
    "Smooth",
    "Target",
    "TaskEntry",
    "Unused",
]

Image: TypeAlias = Annotated[
    list[Share],
    Meta(
        min_length=MIN_PIXELS,
        max_length=MAX_PIXELS,
        description="A number for each pixel, row by row, ink 1; 784 for MNIST's networks.",
    ),
]
Base64: TypeAlias = Annotated[
    str,
    Meta(
        description="The base64 of a byte in 0…255 for each pixel of an image, row by row.",
        extra_json_schema={"contentEncoding": "base64"},
    ),
]
Binary: TypeAlias = Annotated[
    str, Meta(extra_json_schema={"contentMediaType": "application/octet-stream"})
]
EventStream: TypeAlias = Annotated[
    str,
    Meta(
        description="Events `frame`, whose data are a Frame each, then one event `ideal`, whose "
        "data are an Ideal, or `error`, whose data are an Error."
    ),
]
Picture: TypeAlias = Annotated[Binary, Meta(description="PNG, JPEG, WebP, GIF, BMP, or a dump.")]
ImageValue: TypeAlias = Annotated[
    str | list[float | list[Any]],
    Meta(
        description="A data URI or the base64 of a picture, or numbers for the pixels of an image, "
        "flat or in rows, also as a batch of one or with one channel: ink large, in 0…1, or in "
        "0…255 if any is above 1."
    ),
]
DataName: TypeAlias = Annotated[
    str, Meta(description="A data set, as `site.json` names it: `data` of a network.")
]
ExampleCount: TypeAlias = Annotated[
    int, Meta(description="How many images, at most 1,000; without it 250.")
]
ModelId: TypeAlias = Annotated[
    str,
    Meta(description="An id of `site.json`, or of an opened model."),
]
Target: TypeAlias = Annotated[
    int | str, Meta(description="A class of the model: its index, from 0, or its label.")
]
ClassIndex: TypeAlias = Annotated[
    int, Meta(ge=0, le=9, description="The class, for networks of the ten digits.")
]
Pixels: TypeAlias = Annotated[list[Natural], Meta(description="Indices of pixels, in order.")]


_Price = Annotated[float, Meta(ge=-DEAREST, le=DEAREST)]
Aim: TypeAlias = Annotated[
    str, Meta(description="What is maximised of the logits: logit, margin or logp.")
]
Ink: TypeAlias = Annotated[_Price, Meta(description="The penalty for each white pixel.")]
Smooth: TypeAlias = Annotated[
    _Price, Meta(description="The penalty for each pair of neighbours that differ.")
]
PriorName: TypeAlias = Annotated[
    str, Meta(description="The name of a prior, whose log p is added: one of `site.json`.")
]
PriorWeight: TypeAlias = Annotated[
    float,
    Meta(ge=0, le=DEAREST, description="What log p is multiplied by; else chosen for the model."),
]
Unused: TypeAlias = Annotated[
    str, Meta(description="`unused`: pixels that are black in all training images stay black.")
]


class TaskEntry(Struct, forbid_unknown_fields=True):
    """The size of a model's images, and the labels of its classes."""

    height: int
    width: int
    classes: list[str]
