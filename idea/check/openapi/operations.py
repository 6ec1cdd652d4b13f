"""The operations of the API: the types of what each takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idea.check.openapi import requests, results
from idea.check.openapi.values import (
    Aim,
    Binary,
    DataName,
    EventStream,
    ExampleCount,
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

__all__ = ["OPERATIONS", "Operation"]

_JSON = "application/json"
_FORM_DATA = "multipart/form-data"


@dataclass(frozen=True)
class Operation:
    """A method of a path."""

    method: str
    path: str
    summary: str
    result: Any
    """The type of a successful response."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """The types of bodies by their media types."""
    query: Mapping[str, Any] = field(default_factory=dict)
    """The types of parameters in the address, all of which are optional."""
    media: str = _JSON
    """The media type of a successful response."""
    status: int = 200
    """The status of a successful response."""

    @property
    def name(self) -> str:
        """Its identifier for programs."""
        return self.path.rpartition("/")[2].partition(".")[0]


def _post(path: str, summary: str, body: Any, result: Any, media: str = _JSON) -> Operation:
    return Operation("post", path, summary, result, {_JSON: body}, media=media)


OPERATIONS = (
    Operation("get", "/site.json", "Describe the server", results.Site),
    Operation("get", "/openapi.json", "Return this document", dict[str, Any]),
    Operation(
        "post",
        "/send",
        "Classify a picture or an image",
        results.SentPrediction,
        {
            _FORM_DATA: requests.SendForm,
            _JSON: requests.SendFields | ImageValue,
            "application/x-www-form-urlencoded": requests.SendFields,
            "image/*": Picture,
            "application/octet-stream": Picture,
            "text/plain": str,
        },
        {"model": ModelId},
    ),
    _post("/api/classify", "Classify images", requests.Classify, results.Classification),
    Operation(
        "post",
        "/api/models",
        "Open a model",
        results.ModelEntry,
        {_FORM_DATA: requests.OpenModel},
        status=201,
    ),
    Operation(
        "get",
        "/api/weights",
        "Return the weights of an MLP or a CNN",
        Binary,
        query={"model": ModelId},
        media="application/octet-stream",
    ),
    Operation(
        "get",
        "/api/examples",
        "Return some test images of a data set",
        Binary,
        query={"data": DataName, "count": ExampleCount},
        media="application/octet-stream",
    ),
    Operation(
        "get",
        "/api/prior",
        "Return the parameters of a prior",
        Binary,
        query={"name": PriorName},
        media="application/octet-stream",
    ),
    Operation(
        "get",
        "/api/ideal",
        "Return the ideal of a class",
        results.Ideal,
        query={
            "target": Target,
            "digit": Target,
            "model": ModelId,
            "objective": Aim,
            "ink": Ink,
            "smooth": Smooth,
            "freeze": Unused,
            "prior": PriorName,
            "prior_weight": PriorWeight,
        },
    ),
    _post(
        "/api/search",
        "Search, and return the images on the way",
        requests.Search,
        EventStream,
        "text/event-stream",
    ),
    _post("/api/gains", "Return the gain of each flip", requests.Gains, results.FlipGains),
    _post(
        "/api/nearest",
        "Find the nearest training image",
        requests.FindNearest,
        results.NearestImage,
    ),
    _post("/api/fool", "Find few flips that change a prediction", requests.Fool, results.Attack),
    _post("/api/gif", "Make an animation", requests.Animate, Binary, "image/gif"),
)
"""All that programs can request; the page's own files aren't among them."""
