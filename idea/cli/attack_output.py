"""What an attack writes and prints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from idea.attacks.result import Attack
from idea.cli.attack_input import OpenModel, Subject
from idea.cli.common import is_terminal, writes_utf8
from idea.cli.progress import Bar
from idea.cli.streams import output, show
from idea.core.record import versions
from idea.errors import OptionError
from idea.files.picture import Difference, Drawable, as_text, sheet_bytes
from idea.files.write import check_folder, make_folder, require_no_folders, write_files

__all__ = ["AttackBar", "Attacked", "Options", "Written", "asked"]

_FILES = ("before.png", "after.png", "difference.png", "attack.gif", "after.vf", "attack.json")
_SHEET_FILES = ("sheet.png", "sheet.json")


class Attacked(NamedTuple):
    """An image, and an attack on it."""

    subject: Subject
    attack: Attack


class Options(NamedTuple):
    """How to search; see `idea.attacks.fewest.fewest_flips`."""

    beam: int
    prove: int
    jobs: int | None


def asked(model: OpenModel, options: Options) -> dict[str, Any]:
    """Say who was asked, and how: what every record ends with."""
    return {
        "model": model.name,
        "sha256": {"model": model.sha256},
        "options": {"beam": options.beam, "prove": options.prove},
        "versions": versions(),
    }


class AttackBar(Bar):
    """A progress bar of attacks."""

    about = ""
    """What its text begins with."""

    def show(self, what: str, done: int, total: int) -> None:
        """Go on; see `idea.attacks.search.Notify`."""
        self.go_to(done, total or None, f"{self.about}{what}")


class Written:
    """The files of attacks, and their lines on standard output.

    Parameters
    ----------
    folder
        Where the files go.
    model, options
        Who was asked, and how.
    sheet
        Whether to draw all in one sheet, and not each by itself.
    json
        Whether to print records, and nothing else.
    """

    def __init__(
        self, folder: Path, model: OpenModel, options: Options, *, sheet: bool, json: bool
    ) -> None:
        self._folder = folder
        self._asked = asked(model, options)
        self._sheet = sheet
        self._json = json

    def prepare(self, subjects: Sequence[Subject]) -> None:
        """Find out before the search whether something is in the way."""
        names = _SHEET_FILES if self._sheet else _FILES
        files = [self._folder / name for name in names]
        taken = set(map(os.path.realpath, files))
        for subject in subjects:
            if subject.place is None and os.path.realpath(subject.name) in taken:
                raise OptionError(
                    f"{subject.name} would be overwritten by the result: name another --out"
                )
        require_no_folders(files)
        check_folder(self._folder)

    def write(self, found: Sequence[Attacked], *, interrupted: bool = False) -> None:
        """Write all files, and print a line for each attack."""
        records = [self._record(one, interrupted) for one in found]
        make_folder(self._folder)
        if self._sheet:
            files = self._sheet_files(found, records)
        else:
            ((_, attack),) = found
            files = attack.files(self._folder)
            files[self._folder / "attack.json"] = _json_bytes(records[0])
        write_files(files)
        if self._json:
            show(*map(json.dumps, records), sep="\n")
        else:
            self._say(found)
            show(*files)
        if interrupted:
            print(f"interrupted: what was found by then is in {self._folder}", file=sys.stderr)

    def _sheet_files(
        self, found: Sequence[Attacked], records: list[dict[str, Any]]
    ) -> dict[Path, bytes]:
        several = len({id(subject) for subject, _ in found}) > 1
        picture = _sheet_of_digits(found) if several else _sheet_of_targets(found)
        return {
            self._folder / "sheet.png": picture,
            self._folder / "sheet.json": _json_bytes(records),
        }

    def _record(self, one: Attacked, interrupted: bool) -> dict[str, Any]:
        subject, attack = one
        return {
            "image": subject.name,
            "grey_label": subject.grey_label,
            **attack.record(),
            "interrupted": interrupted,
            **self._asked,
        }

    def _say(self, found: Sequence[Attacked]) -> None:
        for subject in dict.fromkeys(subject for subject, _ in found):
            if subject.grey_label != subject.label:
                show(
                    f"{subject.name}: read as a {subject.grey_label} with its greys, "
                    f"as a {subject.label} in black and white"
                )
        if not self._sheet and is_terminal(output()) and writes_utf8(output()):
            ((_, attack),) = found
            sides = (as_text(image).split("\n") for image in (attack.before, attack.after))
            show(*(f"{left} │ {right}" for left, right in zip(*sides, strict=True)), sep="\n")
        several = len({id(subject) for subject, _ in found}) > 1
        for subject, attack in found:
            show(f"{subject.name}: {attack}" if several else attack)


def _sheet_of_digits(found: Sequence[Attacked]) -> bytes:
    """Draw several images, each before, after, and what was flipped."""
    attacks = [attack for _, attack in found]
    tiles: list[Drawable] = [attack.before for attack in attacks]
    tiles += [attack.after for attack in attacks]
    tiles += [attack.difference for attack in attacks]
    labels = [subject.name for subject, _ in found]
    labels += [f"read as {attack.answer}" for attack in attacks]
    labels += [attack.summary for attack in attacks]
    return sheet_bytes(tiles, labels, columns=len(found))


def _sheet_of_targets(found: Sequence[Attacked]) -> bytes:
    """Draw one image, and what it became for each target; itself stands in its own column."""
    attacks = {attack.answer: attack for _, attack in found}
    first = found[0].attack
    tiles: dict[int, tuple[Drawable, Drawable]] = {
        digit: (attack.after, attack.difference) for digit, attack in attacks.items()
    }
    tiles[first.label] = (first.before, Difference(first.before, first.before))
    labels = {digit: (f"read as {digit}", attack.summary) for digit, attack in attacks.items()}
    labels[first.label] = (f"read as {first.label}", "the image itself")
    digits = sorted(tiles)
    return sheet_bytes(
        [tiles[digit][row] for row in (0, 1) for digit in digits],
        [labels[digit][row] for row in (0, 1) for digit in digits],
        columns=len(digits),
    )


def _json_bytes(said: Any) -> bytes:
    return f"{json.dumps(said, indent=2)}\n".encode()
