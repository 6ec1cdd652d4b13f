"""The table, records and files that `idea.prove` writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idea.cli.progress import Bar
from idea.core.target import Target
from idea.files.picture import png_bytes
from idea.files.vf import dump_bytes
from idea.files.write import write_files
from idea.image import DIGITS, Task
from idea.verification.branch_and_bound import Tree
from idea.verification.prove import Proof, verdict

__all__ = ["ProofBar", "TargetBounds", "header", "improved_files", "label_width"]


def header(task: Task, width: int) -> str:
    """Return the first line of the table, whose labels have a width.

    >>> header(DIGITS, 5)
    'digit  best known   intervals  linear bounds  verdict'
    """
    name = "digit" if task.classes == DIGITS.classes else "class"
    return f"{name:>{width}}  best known   intervals  linear bounds  verdict"


@dataclass
class TargetBounds:
    """The best known image of a class or a unit, and the bounds on all others."""

    task: Task
    target: Target
    width: int
    """Of the column of labels."""
    initial: float
    """The value of the image that the proof began with."""
    interval: float
    linear: float
    proof: Proof | None = None
    files: tuple[Path, ...] = ()
    """Of a better image, if the proof found one."""

    @property
    def value(self) -> float:
        """The value of the best image known."""
        return self.initial if self.proof is None else self.proof.value

    @property
    def bound(self) -> float:
        """The smallest upper bound."""
        return self.linear if self.proof is None else min(self.linear, self.proof.bound)

    def save_improvement(self, folder: Path) -> None:
        """Write the proof's image if it is better than the initial one."""
        if self.proof is None or self.proof.value <= self.initial:
            return
        self.files = improved_files(folder, self.target)
        dump, picture = self.files
        image = self.proof.image
        write_files({dump: dump_bytes(image), picture: png_bytes(image)}, new_folders=True)

    def line(self) -> str:
        """Return the line of the table, and a second one for a better image."""
        line = (
            f"{self.target.label:>{self.width}}  {self.value:10.4f}  {self.interval:10.4f}  "
            f"{self.linear:13.4f}  {verdict(self.value, self.bound)}"
        )
        if self.proof is not None:
            line += f"; {self.proof.parts:,} subproblems in {self.proof.seconds:.1f} s"
        if self.files:
            files = " ".join(map(str, self.files))
            found = f"better image found during the proof (initial logit {self.initial:.4f})"
            line += f"\n       {found}: {files}"
        return line

    def record(self, model: str) -> dict[str, Any]:
        """Return the same for JSON."""
        proof, key = self.proof, self.target.key
        is_digit = self.task == DIGITS and isinstance(key, int)
        return {
            "digit" if is_digit else "target": key if is_digit else self.target.label,
            "model": model,
            "value": self.value,
            "bound": self.bound,
            "verdict": verdict(self.value, self.bound),
            "interval": self.interval,
            "linear": self.linear,
            "exact": None if proof is None else proof.bound,
            "parts": None if proof is None else proof.parts,
            "seconds": None if proof is None else round(proof.seconds, 3),
            "interrupted": proof is not None and proof.interrupted,
            "began_at": self.initial,
            "files": [str(path) for path in self.files],
        }


class ProofBar(Bar):
    """A progress bar of a proof, updated after each part."""

    def __init__(self, label: str) -> None:
        super().__init__("part", label)

    def show(self, tree: Tree) -> None:
        """Show the state of the tree."""
        bounds = f"best {tree.best[1]:.4f}, at most {tree.bound:.4f}"
        self.go_to(tree.parts, None, postfix=bounds)


def label_width(task: Task, targets: Iterable[Target]) -> int:
    """Return the width of the column of labels."""
    return max(5, *map(len, task.classes), *(len(target.label) for target in targets))


def improved_files(folder: Path, target: Target) -> tuple[Path, Path]:
    """Return the paths of a better image's dump and picture."""
    name = f"idea_{target.file_name}"
    return folder / f"{name}.vf", folder / f"{name}.png"
