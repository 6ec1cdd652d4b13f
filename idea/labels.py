"""Labels of classes: how they are checked and parsed, and their form in names of files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from idea.errors import OptionError
from idea.text import short_repr
from idea.validation import as_list

if TYPE_CHECKING:
    from idea.image import Task

__all__ = [
    "MAX_CLASSES",
    "as_labels",
    "file_names",
    "numbered_labels",
    "parse_target",
    "parse_targets",
]

MAX_CLASSES = 1000
_LONGEST = 60


def numbered_labels(count: int) -> tuple[str, ...]:
    """Return the labels ``"0"``, ``"1"``, … of so many classes."""
    return tuple(map(str, range(count)))


def as_labels(classes: object) -> tuple[str, ...]:
    """Return the labels of classes, checked; raise an `OptionError` if they aren't some."""
    labels = as_list("classes", classes, "labels")
    for label in labels:
        if not isinstance(label, str) or not label.strip() or not label.isprintable():
            raise OptionError(f"a label must be a printable text, not {short_repr(label)}")
        if len(label) > _LONGEST:
            raise OptionError(
                f"a label must have {_LONGEST} characters or fewer, not {short_repr(label)}"
            )
    if not 2 <= len(labels) <= MAX_CLASSES:
        raise OptionError(f"expected 2…{MAX_CLASSES:,} classes, found {len(labels):,}")
    texts = tuple(map(str, labels))
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            raise OptionError(f"labels must differ, found {text} twice")
        seen.add(text)
    return texts


def file_names(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in a form that is safe and unique in names of files, in order.

    >>> file_names(["T-shirt", "../t-Shirt", "a/b", "…"])
    ('T-shirt', '_t-Shirt', 'a_b', '_')
    """
    names: dict[str, str] = {}  # by what a file system that ignores case sees
    for label in labels:
        name = base = re.sub(r"[^\w.-]", "_", label).strip(".") or "_"
        number = 2
        while name.casefold() in names:
            name, number = f"{base}_{number}", number + 1
        names[name.casefold()] = name
    return tuple(names.values())


def parse_targets(texts: list[str], task: Task) -> list[int]:
    """Parse the classes of a command line, in order, each once.

    >>> from idea.image import DIGITS
    >>> parse_targets(["3,8", "3"], DIGITS), len(parse_targets(["all"], DIGITS))
    ([3, 8], 10)
    """
    if texts == ["all"] and "all" not in task.classes:
        return list(range(len(task.classes)))
    names: list[str] = []
    for text in texts:
        names += [text] if text in task.classes else text.split(",")
    return list(dict.fromkeys(parse_target(name, task, ", or all alone") for name in names))


def parse_target(text: str, task: Task, also: str = "") -> int:
    """Parse a class of a command line, a label or an index; `also` is for the error."""
    numbers = numbered_labels(len(task.classes))
    is_index = text in numbers and text not in task.classes
    return task.index(numbers.index(text) if is_index else text, also)
