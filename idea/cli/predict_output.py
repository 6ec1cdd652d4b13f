"""What `idea.predict` prints and writes."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.cli.common import is_terminal, writes_utf8
from idea.cli.streams import output, printable, show
from idea.errors import OptionError, OutputError
from idea.files.picture import as_text, png_bytes
from idea.files.preprocess import Prepared
from idea.files.vf import dump_bytes
from idea.files.write import check_folder, require_no_folders, write_files
from idea.image import DIGITS, Task
from idea.networks.softmax import softmax
from idea.opening.load import OpenedModel

__all__ = [
    "STDIN",
    "STDIN_NAME",
    "Outputs",
    "Reading",
    "as_record",
    "note_skipped",
    "print_readings",
]

STDIN, STDIN_NAME = "-", "standard input"
_BAR = 20  # characters of a probability of 1
_LINES = 10  # classes that are printed
_NAMED = 5  # files of a folder that are named as skipped
_SEVERAL = "several digits were found, and each was read; --one takes them as one"


@dataclass(frozen=True, eq=False)
class Reading:
    """An image made from a picture, and a network's answer."""

    prepared: Prepared
    logits: NDArray[np.float64]
    """(classes,)"""
    task: Task

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """The softmax of the logits."""
        return softmax(self.logits)

    @property
    def best(self) -> int:
        """The index of the most probable class."""
        return int(self.logits.argmax())

    def as_record(self) -> dict[str, Any]:
        """Return what JSON says of it."""
        best, probabilities = self.best, self.probabilities
        return {
            **({"digit": best} if self.task == DIGITS else {"label": self.task.label(best)}),
            "probability": float(probabilities[best]),
            "probabilities": probabilities.tolist(),
            "logits": self.logits.tolist(),
            "inverted": self.prepared.inverted,
            "box": list(self.prepared.box),
            "raw": self.prepared.raw,
            "image": [[round(pixel, 4) for pixel in row] for row in self.prepared.image.tolist()],
        }


def _number(readings: list[Reading]) -> str:
    return "".join(reading.task.label(reading.best) for reading in readings)


def _notes(readings: list[Reading]) -> list[str]:
    notes = list(dict.fromkeys(note for reading in readings for note in reading.prepared.notes))
    return notes if len(readings) == 1 else [*notes, _SEVERAL]


def as_record(name: str, model: OpenedModel, readings: list[Reading]) -> dict[str, Any]:
    """Return the JSON of a picture: the fields of its only reading, or of each in a list."""
    records = [reading.as_record() for reading in readings]
    number = {"number": _number(readings)} if model.network.task == DIGITS else {}
    return {
        "picture": name,
        **number,
        **(records[0] if len(records) == 1 else {"digits": records}),
        "model": model.name,
        "notes": _notes(readings),
    }


def print_readings(name: str, readings: list[Reading]) -> None:
    """Print the class and the probabilities, or the number and its digits.

    On a terminal the images are drawn, too. Notes go to standard error.
    """
    shown = name.replace(STDIN, STDIN_NAME, 1) if name.startswith(STDIN) else printable(name)
    if is_terminal(output()) and writes_utf8(output()):
        for reading in readings:
            show(as_text(reading.prepared.image))
    notes = _notes(readings)
    if len(readings) == 1:
        _print_one(shown, readings[0])
    else:
        _print_several(shown, readings)
    for note in notes:
        print(f"note: {shown}: {note}", file=sys.stderr, flush=True)


def note_skipped(folder: str, names: list[str]) -> None:
    """Print what isn't read of a folder, in one line on standard error."""
    if not names:
        return
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    text = f"{folder}: skipped what is no picture: {', '.join(names[:_NAMED])}{more}"
    print("note:", printable(text), file=sys.stderr, flush=True)


def _print_one(shown: str, reading: Reading) -> None:
    """Print all classes; of many only the most probable ones."""
    task, probabilities = reading.task, reading.probabilities
    show(f"{task.label(reading.best)}: {shown}, {_preparation(reading.prepared)}")
    classes = range(len(probabilities))
    if len(classes) > _LINES:
        classes = np.argsort(-probabilities, kind="stable")[:_LINES].tolist()
    width = max(len(task.label(index)) for index in classes)
    for index in classes:
        show(_line(task.label(index).ljust(width), probabilities[index]).rstrip())


def _print_several(shown: str, readings: list[Reading]) -> None:
    polarity = _polarity(readings[0].prepared)
    show(f"{_number(readings)} ({len(readings)} digits): {shown}, {polarity}")
    for reading in readings:
        line = _line(reading.task.label(reading.best), reading.probabilities[reading.best])
        show(f"{line.ljust(len('  7 100.00 % ') + _BAR)} {_place(reading.prepared)}")


def _line(label: str, share: float) -> str:
    bar = ("█" if writes_utf8(output()) else "#") * round(_BAR * share)
    return f"  {label} {100 * share:6.2f} % {bar}"


def _preparation(prepared: Prepared) -> str:
    """Describe how a picture was prepared."""
    if prepared.raw:
        return "whole picture, inverted" if prepared.inverted else "used as it is"
    return f"{_polarity(prepared)}, {_place(prepared)}"


def _polarity(prepared: Prepared) -> str:
    return "dark on light" if prepared.inverted else "light on dark"


def _place(prepared: Prepared) -> str:
    left, top, right, bottom = prepared.box
    return f"in columns {left}…{right - 1}, rows {top}…{bottom - 1}"


@dataclass
class Outputs:
    """The files that are written to a folder, none of which replaces a picture or another."""

    folder: Path
    pictures: list[str]
    """The names of all pictures that are read."""
    written: dict[Path, str] = field(default_factory=dict)
    """The files, in order, and of which picture each is."""

    def __post_init__(self) -> None:
        """Check what can be known before pictures are read."""
        owners: dict[str, str] = {}
        for name in dict.fromkeys(self.pictures):
            other = owners.setdefault(_stem(name), name)
            if other != name:
                raise OptionError(
                    f"{other} and {name} would both be written to {self.folder / _stem(name)}.vf"
                )
        for stem in owners:
            self._files(stem)
        check_folder(self.folder)

    def _files(self, stem: str) -> tuple[Path, Path]:
        files = self.folder / f"{stem}.vf", self.folder / f"{stem}.png"
        pictures = {os.path.realpath(name) for name in self.pictures if name != STDIN}
        for path in files:
            if os.path.realpath(path) in pictures:
                raise OutputError(f"{path} is one of the pictures; name another --out")
        require_no_folders(files)
        return files

    def write(self, file: str, name: str, readings: list[Reading]) -> None:
        """Write the images of a picture, one of those in a file.

        Several digits are numbered; so are the pictures of a file that holds many.
        """
        stem = _stem(file) + re.sub(r"^\[(\d+)\]$", r"_\1", name.removeprefix(file))
        for number, reading in enumerate(readings, 1):
            several = f"_{number}" if len(readings) > 1 else ""
            dump, png = self._files(stem + several)
            if self.written.get(dump, name) != name:
                raise OutputError(f"{dump} was written for {self.written[dump]}; rename {name}")
            image = reading.prepared.image
            write_files({dump: dump_bytes(image), png: png_bytes(image)}, new_folders=True)
            self.written |= {dump: name, png: name}


def _stem(name: str) -> str:
    return "stdin" if name == STDIN else Path(name).stem
