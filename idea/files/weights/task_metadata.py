"""The task in a file's metadata: a text that travels with the weights where a format holds one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from idea.errors import IdeaError, WeightsError
from idea.files.schema import checked
from idea.image import DIGITS, MAX_PIXELS, Task
from idea.labels import MAX_CLASSES
from idea.networks.weights import Weights

__all__ = ["KEY", "metadata_of", "parse_task", "task_text"]

KEY = "idea.task"
"""The metadata's key."""
_FOLDED = "idea.input_folded"
"""The key of the scale of inputs that the first layer has taken over, as information."""

_Size = Annotated[int, Meta(ge=1, le=MAX_PIXELS)]


class _Stored(msgspec.Struct):
    height: _Size
    width: _Size
    classes: Annotated[list[str], Meta(min_length=2, max_length=MAX_CLASSES)]


def task_text(task: Task | None) -> str | None:
    """Return the text of a task, or None for that of MNIST, which files without one have."""
    if task is None or task == DIGITS:
        return None
    fields = {"height": task.height, "width": task.width, "classes": task.classes}
    return json.dumps(fields, ensure_ascii=False)


def metadata_of(weights: Weights) -> dict[str, str]:
    """Return the texts that a file of weights should hold: of their task, and of their origin."""
    texts = {KEY: task_text(weights.task), _FOLDED: weights.folded}
    return {key: text for key, text in texts.items() if text is not None}


def parse_task(text: str | bytes | None, path: Path) -> Task | None:
    """Return the task of a text, or None if there is none."""
    if text is None:
        return None
    name = f"{path}: {KEY}"
    try:
        stored = checked(json.loads(text), _Stored, name, WeightsError)
        return Task(stored.height, stored.width, tuple(stored.classes))
    except WeightsError:
        raise
    except IdeaError as error:
        raise WeightsError(f"{name}: {error}") from error
    except (ValueError, RecursionError) as error:  # no JSON, or no UTF-8
        raise WeightsError(f"{name}: expected JSON, found {text[:40]!r}") from error
