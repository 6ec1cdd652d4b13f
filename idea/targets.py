"""Targets as texts, as in command lines, plans and requests: classes, and what else is searched."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from idea.errors import OptionError
from idea.image import Task
from idea.labels import numbered_labels

__all__ = [
    "BESIDE_CLASSES",
    "is_class",
    "parse_searched",
    "parse_sum",
    "parse_target",
    "parse_targets",
    "sum_text",
]

BESIDE_CLASSES = ", or a sum of logits, or a hidden unit such as layer2:17"
"""What errors add to the classes where other targets can be searched for."""

_PART = re.compile(r"(layer|conv)[0-9]")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"


def parse_targets(texts: list[str], task: Task) -> list[int]:
    """Parse the classes of a command line, in order, each once.

    ``all`` is each of them, unless a class is labelled so, which it then names. No target at all
    means all classes as well, so that these can always be named.

    >>> from idea.image import DIGITS
    >>> parse_targets(["3,8", "3"], DIGITS), len(parse_targets(["all"], DIGITS))
    ([3, 8], 10)
    """
    if texts == ["all"] and _has_keyword(task):
        return list(range(len(task.classes)))
    names = _names(texts, task)
    return list(dict.fromkeys(parse_target(name, task, _also(task)) for name in names))


def parse_target(text: str, task: Task, also: str = "") -> int:
    """Parse a class of a command line, a label or an index; `also` is for the error."""
    numbers = numbered_labels(len(task.classes))
    is_index = text in numbers and text not in task.classes
    if not (is_index or is_class(text, task)) and _is_more(text, task):
        raise OptionError(
            f"expected a class, found {text}: hidden units and sums of logits are targets of "
            "python -m idea.search and idea.prove alone"
        )
    return task.index(numbers.index(text) if is_index else text, also)


def parse_searched(texts: list[str], task: Task, also: str = "") -> list[int | str]:
    """Parse the targets of a search, in order: classes to their indices; others stay texts.

    A label is that class, whatever else it could mean. `also` is for the error.

    >>> from idea.image import DIGITS
    >>> parse_searched(["3,layer2:17", "conv1:3@10,12", "5-3"], DIGITS)
    [3, 'layer2:17', 'conv1:3@10,12', '5-3']
    """
    if texts == ["all"]:
        return [*parse_targets(texts, task)]
    found: list[int | str] = []
    for name in _names(texts, task):
        is_more = not is_class(name, task) and _is_more(name, task)
        found.append(name if is_more else parse_target(name, task, _also(task) + also))
    return list(dict.fromkeys(found))


def _has_keyword(task: Task) -> bool:
    return "all" not in task.classes


def _also(task: Task) -> str:
    return ", or all alone" if _has_keyword(task) else ""


def is_class(text: str, task: Task) -> bool:
    """Return whether a text is a class's label, but for its case."""
    return text.casefold() in (label.casefold() for label in task.classes)


def parse_sum(text: str, task: Task) -> dict[int, float] | None:
    """Parse a sum of two or more logits, such as 5+8-2*3; None if it isn't one.

    >>> from idea.image import DIGITS
    >>> parse_sum("5+8-2*3", DIGITS), parse_sum("53", DIGITS)
    ({5: 1.0, 8: 1.0, 3: -2.0}, None)
    """
    # The longest first, since a label may begin with another, and have a minus in it.
    labels = "|".join(map(re.escape, sorted(task.classes, key=len, reverse=True)))
    term = re.compile(
        rf"\s*([+-]?)\s*(?:({_NUMBER})\s*\*\s*)?({labels})\s*(?=[+-]|\Z)", re.IGNORECASE
    )
    weights: dict[int, float] = {}
    place = count = 0
    while place < len(text):
        found = term.match(text, place)
        if not found or (place and not found[1]):
            return None
        weight = float(found[2] or 1) * (-1 if found[1] == "-" else 1)
        index = task.index(found[3])
        weights[index] = weights.get(index, 0.0) + weight
        place, count = found.end(), count + 1
    return weights if count > 1 else None


def sum_text(weights: Mapping[int, float], task: Task) -> str:
    """Return a sum of logits as a text, which `parse_sum` reads.

    >>> from idea.image import DIGITS
    >>> sum_text({5: 1, 8: 0.5, 3: -2}, DIGITS)
    '5+0.5*8-2*3'
    """
    terms = []
    for index, weight in weights.items():
        factor = np.format_float_positional(abs(weight), trim="-")
        times = "" if factor == "1" else f"{factor}*"
        terms.append(f"{'-' if weight < 0 else '+'}{times}{task.label(index)}")
    return "".join(terms).removeprefix("+")


def _names(texts: list[str], task: Task) -> list[str]:
    """Split texts at commas, except in labels and after the column of a unit."""
    names: list[str] = []
    for text in texts:
        for part in [text] if text in task.classes else text.split(","):
            if names and part.isdecimal() and re.fullmatch(r"conv\d+:\d+@\d+", names[-1]):
                names[-1] += f",{part}"
            else:
                names.append(part)
    return names


def _is_more(text: str, task: Task) -> bool:
    """Return whether a text that is no label is another target."""
    return bool(_PART.match(text)) or parse_sum(text, task) is not None
