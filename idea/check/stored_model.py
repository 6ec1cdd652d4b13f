"""A model of the server, with what `site.json` has of it."""

from __future__ import annotations

import functools
import threading
from typing import Any

from idea.check.found_ideals import FoundIdeals
from idea.check.nearest import data_of
from idea.check.page_weights import shapes_json
from idea.data.reference_logits import few_contexts, known_contexts
from idea.networks.base import Model
from idea.networks.bundled import BUNDLED, known_weight
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.opening.trial import BetterScale

__all__ = ["StoredModel"]


class StoredModel:
    """A model with a name and the ideals that have been found.

    Parameters
    ----------
    id
        Identifier in requests.
    name
        Display name.
    model
        The model.
    better
        The scale of inputs that it seems to expect.
    accuracy
        On test images, in words, where it is known.
    """

    def __init__(
        self,
        id: str,  # noqa: A002  # as in the API
        name: str,
        model: Model,
        better: BetterScale | None = None,
        accuracy: str | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.model = model
        self._better = better
        self._accuracy = accuracy
        self.ideals = FoundIdeals()
        self.lock = threading.Lock()
        """Held while an ideal is searched, so that it is searched once."""

    def metadata(self) -> dict[str, Any]:
        """Return its entry in `site.json`."""
        task = self.model.task
        return {
            "id": self.id,
            "name": self.name,
            "network": _describe(self.model),
            "task": {"height": task.height, "width": task.width, "classes": task.classes},
            "data": data_of(task),
            "accuracy": self._accuracy,
            "notes": list(self.model.notes),
            "better_input": self._better and _metadata_of(self._better),
            "prior_weight": known_weight(self.id) if self.id in BUNDLED else None,
            "real": self._real,
            **self._shapes,
        }

    @functools.cached_property
    def _real(self) -> dict[str, list[float]] | None:
        """What real images of each class reach, where that is known or soon computed."""
        is_small = isinstance(self.model, MLP | CNN)
        contexts = known_contexts(self.id) or (few_contexts(self.model) if is_small else None)
        if contexts is None:
            return None
        strongest, median = zip(*contexts, strict=True)
        return {"strongest": list(strongest), "median": list(median)}

    @functools.cached_property
    def _shapes(self) -> dict[str, Any]:
        return shapes_json(self.model) if isinstance(self.model, MLP | CNN) else {}


def _metadata_of(better: BetterScale) -> dict[str, Any]:
    return {
        "input": str(better.scale),
        "accuracy": better.accuracy,
        "accuracy_now": better.as_it_is,
        "loss": better.loss,
        "loss_now": better.loss_as_it_is,
        "examples": better.examples,
    }


def _describe(model: Model) -> str:
    """Return a model's layers, or "ONNX"."""
    if isinstance(model, MLP | CNN):
        return repr(model).partition("(")[2].removesuffix(")")
    return "ONNX"
