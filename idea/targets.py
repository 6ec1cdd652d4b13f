"""Targets: classes as texts, as in command lines, plans and requests."""

from __future__ import annotations

from idea.image import Task
from idea.labels import numbered_labels

__all__ = ["parse_target", "parse_targets"]


def parse_targets(texts: list[str], task: Task) -> list[int]:
    """Parse the classes of a command line, in order, each once.

    ``all`` is each of them, unless a class is labelled so, which it then names. No target at all
    means all classes as well, so that these can always be named.

    >>> from idea.image import DIGITS
    >>> parse_targets(["3,8", "3"], DIGITS), len(parse_targets(["all"], DIGITS))
    ([3, 8], 10)
    """
    has_keyword = "all" not in task.classes
    if texts == ["all"] and has_keyword:
        return list(range(len(task.classes)))
    names: list[str] = []
    for text in texts:
        names += [text] if text in task.classes else text.split(",")
    also = ", or all alone" if has_keyword else ""
    return list(dict.fromkeys(parse_target(name, task, also) for name in names))


def parse_target(text: str, task: Task, also: str = "") -> int:
    """Parse a class of a command line, a label or an index; `also` is for the error."""
    numbers = numbered_labels(len(task.classes))
    is_index = text in numbers and text not in task.classes
    return task.index(numbers.index(text) if is_index else text, also)
