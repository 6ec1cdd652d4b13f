"""The progress bar, files and lines of `idea.search`."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

from idea.cli.animations import Animations, check_animations
from idea.cli.common import is_terminal, writes_utf8
from idea.cli.progress import Bar
from idea.cli.streams import output, show
from idea.core.animation import animation_of
from idea.core.frames import Frame
from idea.core.record import Record, record
from idea.core.result import Ideal
from idea.core.spec import PreparedSearch, Search
from idea.core.target import Target
from idea.data.datasets import noun_of
from idea.errors import OptionError
from idea.files.picture import as_text, sheet_bytes
from idea.files.write import check_folder, require_no_folders, write_bytes, write_files
from idea.image import DIGITS, as_task
from idea.networks.softmax import softmax
from idea.text import percentage

_KINDS = ("png", "vf", "json")  # of the files that are always written


class SearchBar(Bar):
    """A progress bar of a search, updated with each frame."""

    def __init__(self, targets: list[Target], restarts: int) -> None:
        self._names = {target.key: _name(target) for target in targets}
        self._places = {target.key: place for place, target in enumerate(targets)}
        super().__init__("step", _name(targets[0]))
        self._restarts = restarts

    def show(self, frame: Frame) -> None:
        """Show a frame's progress and energy."""
        runs = self._places[frame.target] * self._restarts + frame.restart
        self.go_to(
            runs * frame.steps + frame.step,
            frame.steps * self._restarts * len(self._places),
            self._names[frame.target],
            f"energy {frame.energy:.2f}",
        )


class Report:
    """Writes the files of a search, and prints a line or a record for each target.

    `animations` and `frames` are added to the dump, picture and record; the frames of several
    targets get a folder each. With `json`, records alone are printed.
    """

    def __init__(
        self,
        folder: Path,
        targets: list[Target],
        animations: Animations,
        *,
        frames: bool,
        json: bool,
    ) -> None:
        self.folder = folder
        self.targets = {target.key: target for target in targets}
        self.animations = animations
        self.frames = frames
        self.json = json

    def path(self, target: int | str, kind: str) -> Path:
        """Return the path of a target's png, vf or json, or of an animation beside these."""
        return self.folder / f"idea_{self.targets[target].file_name}.{kind}"

    def check(self, search: Search) -> None:
        """Check, before the search, that the files can be written and don't overwrite the start."""
        files = [self.path(target, kind) for target in self.targets for kind in _KINDS]
        if len(self.targets) > 1:
            files.append(self.folder / "ideas.png")
        animations = [path for target in self.targets for path in self._animations(target)]
        if search.start is not None:
            self._check_start(Path(search.start), [*files, *animations])
        require_no_folders(files)
        read = filter(None, (search.model, search.freeze, search.prior))
        check_animations(animations, [*files, *read])
        for folder in (self.folder, *self._frames_folders()):
            check_folder(folder)

    def write(self, ideal: Ideal, opened: PreparedSearch, *, interrupted: bool = False) -> None:
        """Write all files of an ideal."""
        target = self.targets[ideal.target]
        fields = record(ideal, opened, target, interrupted=interrupted)
        files = ideal.files(self.folder)
        files[self.path(ideal.target, "json")] = f"{json.dumps(fields, indent=2)}\n".encode()
        for path in self._animations(ideal.target):
            files[path] = animation_of(ideal, path, captions=self.animations.captions)
        if self.frames:
            ideal.save_frames(self._frames_folder(ideal.target))
        write_files(files, new_folders=True)
        self._print(ideal, fields)

    def close(self, found: list[Ideal], replayed: Record | None) -> None:
        """Draw several ideals on a sheet, and print the files."""
        lines = [" ".join(map(str, self._paths(ideal.target))) for ideal in found]
        if len(found) > 1:
            labels = [f"{ideal.label}: {ideal.energy:.1f}" for ideal in found]
            sheet = sheet_bytes([ideal.image for ideal in found], labels)
            lines.insert(0, str(write_bytes(self.folder / "ideas.png", sheet)))
        if replayed:
            lines.insert(0, f"the dump is identical to that of {replayed.path}")
        if not self.json:
            show(*lines, sep="\n")

    def _paths(self, target: int | str) -> list[Path]:
        return [*(self.path(target, kind) for kind in _KINDS), *self._animations(target)]

    def _animations(self, target: int | str) -> list[Path]:
        """Return the files of a target's animations."""
        chosen = self.animations
        if len(self.targets) > 1:
            chosen = chosen.part(self.targets[target].file_name)
        return chosen.paths(lambda kind: self.path(target, kind))

    def _frames_folder(self, target: int | str) -> Path:
        if len(self.targets) == 1:
            return self.folder
        return self.folder / f"frames_{self.targets[target].file_name}"

    def _frames_folders(self) -> list[Path]:
        return [self._frames_folder(target) for target in self.targets] if self.frames else []

    def _check_start(self, start: Path, files: list[Path]) -> None:
        """Refuse to overwrite the start: the record could not be replayed."""
        frame = re.fullmatch(r"x\d{4,}\.vf", start.name)
        folders = map(os.path.realpath, self._frames_folders())
        if os.path.realpath(start) in map(os.path.realpath, files) or (
            frame and os.path.realpath(start.parent) in folders
        ):
            raise OptionError(
                f"the start {start} would be overwritten by the result: name another --out"
            )

    def _print(self, ideal: Ideal, fields: dict[str, Any]) -> None:
        if self.json:
            show(json.dumps(fields))
            return
        if is_terminal(output()) and writes_utf8(output()):
            show(as_text(ideal.image))
        show(_line(ideal, fields["real_digits"]))


def _name(target: Target) -> str:
    """Name a target on the progress bar."""
    of_digits = as_task(target.model).classes == DIGITS.classes and isinstance(target.key, int)
    return f"digit {target.label}" if of_digits and target.is_plain else target.label


def _line(ideal: Ideal, known: dict[str, float] | None) -> str:
    """Describe an ideal; `known` has the values that real images reach."""
    agreeing = f", {ideal.agreeing} of {ideal.restarts} starts agree" * (ideal.restarts > 1)
    energy = f"{ideal.energy:.4f}" if ideal.objective.aim != "logp" else f"{ideal.energy:.4g}"
    is_class = isinstance(ideal.target, int)
    if not ideal.objective.plain:
        energy += f" ({_objective(ideal)}), {'logit' if is_class else 'value'} {ideal.value:.4f}"
    elif ideal.minimised:
        energy += f", {_objective(ideal)}"
    real = known and (
        f" ({_plural(ideal)} reach {known['strongest']:.1f}, their median {known['median']:.1f})"
    )
    return (
        f"{ideal.label}: energy {energy}{real or ''}, "
        f"{_of_prior(ideal)}{_of_class(ideal) if is_class else _of_prediction(ideal)}"
        f"{_optimum(ideal)}{agreeing}, "
        f"{ideal.evaluations:,} flips evaluated in {ideal.seconds:.2f} s"
    )


def _optimum(ideal: Ideal) -> str:
    """Describe what single flips of the ideal do."""
    if ideal.flat:
        return "flat: no flip changes the energy"
    if ideal.locally_optimal:
        return "local optimum"
    if math.isnan(ideal.best_gain_left):
        return "not all flips tried"
    return f"no local optimum (best gain left {ideal.best_gain_left:.2g})"


def _of_class(ideal: Ideal) -> str:
    """Describe how the network classifies the ideal of a class."""
    return (
        f"probability {ideal.probability:.4f}, "
        f"runner-up {ideal.task.label(ideal.runner_up)}, margin {ideal.margin:.2f}, "
    )


def _of_prediction(ideal: Ideal) -> str:
    """Describe how the network classifies another ideal."""
    probability = softmax(ideal.logits)[ideal.prediction]
    label = ideal.task.label(ideal.prediction)
    return f"classified as {label} with probability {probability:.4f}, "


def _objective(ideal: Ideal) -> str:
    """Describe the objective briefly."""
    objective = ideal.objective
    aim = objective.aim if isinstance(ideal.target, int) else "value"
    aim = f"minus the {aim}" if ideal.minimised else aim
    prices = [
        f"{getattr(objective, name):g} for {what}"
        for name, what in (("ink", "each white pixel"), ("smooth", "each differing pair"))
        if getattr(objective, name)
    ]
    masked = "" if objective.frozen is None else f", {objective.frozen.sum()} pixels masked"
    less = f", minus {' and '.join(prices)}" if prices else ""
    prior = "" if objective.prior is None else f", plus {objective.prior_weight:g} log p"
    return f"{aim}{less}{prior}{masked}"


def _of_prior(ideal: Ideal) -> str:
    """Describe how probable an image is under the prior, if there is one."""
    if ideal.log_prior is None:
        return ""
    if ideal.naturalness is None:
        return f"log p {ideal.log_prior:.1f}, "
    share = percentage(ideal.naturalness)
    return f"log p {ideal.log_prior:.1f}, more probable than {share} of {_plural(ideal)}, "


def _plural(ideal: Ideal) -> str:
    """Name the real images of an ideal's class, or of all of them."""
    if not isinstance(ideal.target, int) or ideal.minimised:
        return f"real {noun_of(ideal.task)}s"
    if ideal.task.is_numbered:
        return f"real {ideal.label}s"
    return f"real images of class {ideal.label}"
