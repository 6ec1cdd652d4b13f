"""Labels of classes: how they are checked, and their form in names of files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from idea.errors import OptionError
from idea.text import short_repr
from idea.validation import as_list

__all__ = [
    "MAX_CLASSES",
    "as_labels",
    "file_names",
    "numbered_labels",
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
