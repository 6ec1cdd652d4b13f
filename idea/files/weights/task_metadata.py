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

__all__ = ["KEY", "parse_task", "task_text"]

KEY = "idea.task"
"""The metadata's key."""

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
