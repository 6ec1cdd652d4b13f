"""The files and lines that `idea.attack` writes."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from idea.attacks.animation import animation_of
from idea.attacks.result import Attack
from idea.cli.animations import Animations, check_animations
from idea.cli.attack_input import AttackInput
from idea.cli.common import is_terminal, writes_utf8
from idea.cli.progress import Bar
from idea.cli.streams import output, show
from idea.core.record import versions
from idea.errors import OptionError
from idea.files.picture import Difference, Drawable, as_text, sheet_bytes
from idea.files.write import check_folder, require_no_folders, write_files
from idea.opening.load import OpenedModel

__all__ = ["AttackBar", "AttackOptions", "AttackOutcome", "AttackWriter", "json_bytes", "metadata"]

_FILES = ("before.png", "after.png", "difference.png", "after.vf", "attack.json")
_SHEET_FILES = ("sheet.png", "sheet.json")
_MOST_COLUMNS = 13  # of a block of a sheet
_BETWEEN = " │ "  # two images on a terminal


class AttackOutcome(NamedTuple):
    """An image, and an attack on it."""

    input: AttackInput
    attack: Attack


class AttackOptions(NamedTuple):
    """Options of the search; see `idea.attacks.fewest.fewest_flips`."""

    method: str
    beam: int
    prove: int
    jobs: int | None


def metadata(model: OpenedModel, options: AttackOptions) -> dict[str, Any]:
    """Return what every record ends with: the network, the options and the versions."""
    return {
        "model": model.name,
        "sha256": {"model": model.sha256},
        "options": {name: value for name, value in options._asdict().items() if name != "jobs"},
        "versions": versions(),
    }


class AttackBar(Bar):
    """A progress bar of attacks."""

    prefix = ""
    """The beginning of its text."""

    def show(self, stage: str, done: int, total: int) -> None:
        """Update the bar; see `idea.attacks.search.Notify`."""
        self.go_to(done, total or None, f"{self.prefix}{stage}")


class AttackWriter:
    """Writes the files of attacks, and prints a line or a record of each.

    With `sheet`, all attacks go into one picture and one record; with `json`, records alone are
    printed.
    """

    def __init__(
        self,
        folder: Path,
        model: OpenedModel,
        options: AttackOptions,
        animations: Animations,
        *,
        sheet: bool,
        json: bool,
    ) -> None:
        self._folder = folder
        self._kinds = animations.kinds
        self._captions = animations.captions
        self._animations = animations.paths(lambda kind: folder / f"attack.{kind}")
        self._metadata = metadata(model, options)
        self._sheet = sheet
        self._json = json

    def check(self, inputs: Sequence[AttackInput]) -> None:
        """Check, before the search, that the files can be written and overwrite no input."""
        names = _SHEET_FILES if self._sheet else _FILES
        files = [self._folder / name for name in names]
        animations = [] if self._sheet else self._animations
        written = set(map(os.path.realpath, [*files, *animations[: len(self._kinds)]]))
        for one in inputs:
            if one.index is None and os.path.realpath(one.name) in written:
                raise OptionError(
                    f"{one.name} would be overwritten by the result: name another --out"
                )
        require_no_folders(files)
        read = [one.name for one in inputs if one.index is None]
        check_animations(animations, [*files, *read, self._metadata["model"]])
        check_folder(self._folder)

    def write(self, outcomes: Sequence[AttackOutcome], *, interrupted: bool = False) -> None:
        """Write all files and print a line for each attack."""
        records = [self._record(outcome, interrupted) for outcome in outcomes]
        if self._sheet:
            draw = _sheet_of_inputs if _inputs(outcomes) > 1 else _sheet_of_targets
            files = {
                self._folder / "sheet.png": draw(outcomes),
                self._folder / "sheet.json": json_bytes(records),
            }
        else:
            ((_, attack),) = outcomes
            files = attack.files(self._folder, captions=self._captions)
            files[self._folder / "attack.json"] = json_bytes(records[0])
            for path in self._animations:
                if path not in files:  # attack.gif is one of them
                    files[path] = animation_of(attack, path, captions=self._captions)
        write_files(files, new_folders=True)
        if self._json:
            show(*map(json.dumps, records), sep="\n")
        else:
            self._print(outcomes)
            show(*files)
        if interrupted:
            print(f"interrupted: partial results are in {self._folder}", file=sys.stderr)

    def _record(self, outcome: AttackOutcome, interrupted: bool) -> dict[str, Any]:
        attacked, attack = outcome
        return {
            "image": attacked.name,
            "grey_label": attack.task.key(attacked.grey_label),
            **attack.record(),
            "interrupted": interrupted,
            **self._metadata,
        }

    def _print(self, outcomes: Sequence[AttackOutcome]) -> None:
        label = outcomes[0].attack.task.label
        for attacked in dict.fromkeys(attacked for attacked, _ in outcomes):
            if attacked.grey_label != attacked.label:
                show(
                    f"{attacked.name}: classified as {label(attacked.grey_label)} in greys, "
                    f"as {label(attacked.label)} once binarised"
                )
        if not self._sheet and is_terminal(output()) and writes_utf8(output()):
            ((_, attack),) = outcomes
            show(_before_and_after(attack, shutil.get_terminal_size().columns))
        several = _inputs(outcomes) > 1
        for attacked, attack in outcomes:
            show(f"{attacked.name}: {attack}" if several else attack)


def json_bytes(value: Any) -> bytes:
    """Return a value as an indented JSON file."""
    return f"{json.dumps(value, indent=2)}\n".encode()


def _before_and_after(attack: Attack, columns: int) -> str:
    """Draw both images, side by side if a terminal is wide enough."""
    before, after = as_text(attack.before), as_text(attack.after)
    if 2 * attack.task.width + len(_BETWEEN) > columns:
        return f"{before}\n\n{after}"
    sides = zip(before.split("\n"), after.split("\n"), strict=True)
    return "\n".join(map(_BETWEEN.join, sides))


def _inputs(outcomes: Sequence[AttackOutcome]) -> int:
    """Count the images."""
    return len({id(attacked) for attacked, _ in outcomes})


def _sheet_of_inputs(outcomes: Sequence[AttackOutcome]) -> bytes:
    """Draw several images: a column each with before, after and difference."""
    return _sheet(
        [
            [
                (attack.before, attacked.name),
                (attack.after, f"predicted {attack.task.label(attack.prediction)}"),
                (attack.difference, attack.summary),
            ]
            for attacked, attack in outcomes
        ]
    )


def _sheet_of_targets(outcomes: Sequence[AttackOutcome]) -> bytes:
    """Draw one image: a column for each target, the unchanged image in that of its own class."""
    first = outcomes[0].attack
    tiles: dict[int, tuple[Drawable, Drawable, str]] = {
        attack.prediction: (attack.after, attack.difference, attack.summary)
        for _, attack in outcomes
    }
    tiles[first.label] = (first.before, Difference(first.before, first.before), "unchanged")
    return _sheet(
        [
            [(after, f"predicted {first.task.label(index)}"), (difference, summary)]
            for index, (after, difference, summary) in sorted(
                tiles.items(), key=lambda item: item[0]
            )
        ]
    )


def _sheet(columns: Sequence[Sequence[tuple[Drawable, str]]]) -> bytes:
    """Draw columns of images with their labels, in blocks of at most `_MOST_COLUMNS`."""
    blocks = math.ceil(len(columns) / _MOST_COLUMNS)
    width = math.ceil(len(columns) / blocks)
    cells: list[tuple[Drawable | None, str]] = []
    for start in range(0, len(columns), width):
        block = columns[start : start + width]
        for row in zip(*block, strict=True):
            cells += [*row, *[(None, "")] * (width - len(block))]
    images, labels = zip(*cells, strict=True)
    return sheet_bytes(images, labels, columns=width)
