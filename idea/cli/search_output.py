"""What a search writes and prints, on its way and of its ideals."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from idea.cli.common import is_terminal, writes_utf8
from idea.cli.progress import Bar
from idea.cli.streams import output, show
from idea.core.frames import Frame
from idea.core.record import Record, record
from idea.core.result import Ideal
from idea.core.spec import PreparedSearch
from idea.data.reference_logits import Context, context
from idea.errors import OptionError
from idea.files.picture import as_text, sheet_bytes
from idea.files.write import (
    check_folder,
    make_folder,
    require_no_folders,
    write_bytes,
    write_files,
)


class SearchBar(Bar):
    """A progress bar of a search, shown each of its frames."""

    def __init__(self, digits: list[int], restarts: int) -> None:
        super().__init__("step", f"digit {digits[0]}")
        self._digits = digits
        self._restarts = restarts

    def show(self, frame: Frame) -> None:
        """Go on to a frame."""
        runs = self._digits.index(frame.digit) * self._restarts + frame.restart
        self.go_to(
            runs * frame.steps + frame.step,
            frame.steps * self._restarts * len(self._digits),
            f"digit {frame.digit}",
            f"energy {frame.energy:.2f}",
        )


class Report:
    """The files of a search, and its lines on standard output.

    Parameters
    ----------
    folder
        Where the files go.
    digits
        What is searched for; the frames of more than one digit get a folder each.
    gif, frames
        Whether these are written, besides the dump, the picture and the record.
    json
        Whether to print records, and nothing else.
    """

    def __init__(
        self, folder: Path, digits: list[int], *, gif: bool, frames: bool, json: bool
    ) -> None:
        self.folder = folder
        self.digits = digits
        self.kinds = ["png", "vf", "json"] + ["gif"] * gif
        self.frames = frames
        self.json = json

    def path(self, digit: int, kind: str) -> Path:
        """Name a digit's file of a kind: png, vf, json or gif."""
        return self.folder / f"idea_{digit}.{kind}"

    def prepare(self, start: str | None) -> None:
        """Find out before the search whether something is in the way."""
        files = [self.path(digit, kind) for digit in self.digits for kind in self.kinds]
        if len(self.digits) > 1:
            files.append(self.folder / "ideas.png")
        if start is not None:
            self._spare(Path(start), files)
        require_no_folders(files)
        for folder in (self.folder, *self._frames_folders()):
            check_folder(folder)

    def write(self, ideal: Ideal, opened: PreparedSearch, *, interrupted: bool = False) -> None:
        """Write all files of an ideal."""
        said = record(ideal, opened, interrupted=interrupted)
        files = ideal.files(self.folder)
        files[self.path(ideal.digit, "json")] = f"{json.dumps(said, indent=2)}\n".encode()
        if "gif" in self.kinds:
            files[self.path(ideal.digit, "gif")] = ideal.gif_bytes()
        make_folder(self.folder)
        if self.frames:
            ideal.save_frames(self._frames_folder(ideal.digit))
        write_files(files)
        self._say(ideal, context(opened.search.model, ideal.digit), json.dumps(said))

    def close(self, found: list[Ideal], replayed: Record | None) -> None:
        """Draw all ideals in one picture, and say where everything is."""
        lines = [" ".join(str(self.path(i.digit, kind)) for kind in self.kinds) for i in found]
        if len(found) > 1:
            labels = [f"{ideal.digit}: {ideal.energy:.1f}" for ideal in found]
            sheet = sheet_bytes([ideal.image for ideal in found], labels)
            lines.insert(0, str(write_bytes(self.folder / "ideas.png", sheet)))
        if replayed:
            lines.insert(0, f"the same dump as in {replayed.path}, to the byte")
        if not self.json:
            show(*lines, sep="\n")

    def _frames_folder(self, digit: int) -> Path:
        return self.folder if len(self.digits) == 1 else self.folder / f"frames_{digit}"

    def _frames_folders(self) -> list[Path]:
        return [self._frames_folder(digit) for digit in self.digits] if self.frames else []

    def _spare(self, start: Path, files: list[Path]) -> None:
        """Keep the start from being overwritten: its record could not be replayed."""
        frame = re.fullmatch(r"x\d{4,}\.vf", start.name)
        folders = map(os.path.realpath, self._frames_folders())
        if os.path.realpath(start) in map(os.path.realpath, files) or (
            frame and os.path.realpath(start.parent) in folders
        ):
            raise OptionError(
                f"the start {start} would be overwritten by the result: name another --out"
            )

    def _say(self, ideal: Ideal, known: Context | None, said: str) -> None:
        if self.json:
            show(said)
            return
        if is_terminal(output()) and writes_utf8(output()):
            show(as_text(ideal.image))
        show(_line(ideal, known))


def _line(ideal: Ideal, known: Context | None) -> str:
    optimum = (
        "local optimum"
        if ideal.locally_optimal
        else f"no local optimum (best gain left {ideal.best_gain_left:.2g})"
    )
    agreeing = f", {ideal.agreeing} of {ideal.restarts} starts agree" * (ideal.restarts > 1)
    energy = f"{ideal.energy:.4f}" if ideal.objective.aim != "logp" else f"{ideal.energy:.4g}"
    if not ideal.objective.plain:
        energy += f" ({_objective(ideal)}), logit {ideal.logit:.4f}"
    real = known and (
        f" (real {ideal.digit}s reach {known.strongest:.1f}, their median {known.median:.1f})"
    )
    return (
        f"{ideal.digit}: energy {energy}{real or ''}, "
        f"probability {ideal.probability:.4f}, "
        f"runner-up {ideal.runner_up} at a margin of {ideal.margin:.2f}, {optimum}{agreeing}, "
        f"{ideal.evaluations:,} flips evaluated in {ideal.seconds:.2f} s"
    )


def _objective(ideal: Ideal) -> str:
    """Tell in a few words what was maximised."""
    objective = ideal.objective
    prices = [
        f"{getattr(objective, name):g} for {what}"
        for name, what in (("ink", "each white pixel"), ("smooth", "each rough pair"))
        if getattr(objective, name)
    ]
    held = "" if objective.frozen is None else f", {objective.frozen.sum()} pixels held black"
    less = f", less {' and '.join(prices)}" if prices else ""
    return f"{objective.aim}{less}{held}"
