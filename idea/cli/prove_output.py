"""What a proof writes and prints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idea.cli.progress import Bar
from idea.files.picture import png_bytes
from idea.files.vf import dump_bytes
from idea.files.write import write_files
from idea.networks.bundled import DEFAULT
from idea.verification.branch_and_bound import Tree
from idea.verification.prove import Proof, verdict

__all__ = ["HEADER", "ProofBar", "Result", "files_of"]

HEADER = "digit  best known   intervals  linear bounds  verdict"


@dataclass
class Result:
    """What is known of a digit."""

    digit: int
    known: float
    """The logit of the image to begin with."""
    interval: float
    linear: float
    proof: Proof | None = None
    files: tuple[Path, ...] = ()
    """Of a better image, which the proof found."""

    @property
    def value(self) -> float:
        """The logit of the best image known."""
        return self.known if self.proof is None else self.proof.value

    @property
    def bound(self) -> float:
        """What no image exceeds."""
        return self.linear if self.proof is None else min(self.linear, self.proof.bound)

    def keep(self, folder: Path) -> None:
        """Write the proof's image, if it is better than the one to begin with."""
        if self.proof is None or self.proof.value <= self.known:
            return
        self.files = files_of(folder, self.digit)
        dump, picture = self.files
        image = self.proof.image
        write_files({dump: dump_bytes(image), picture: png_bytes(image)}, new_folders=True)

    def line(self) -> str:
        """Give the line of the table, and where a better image was found another."""
        line = (
            f"{self.digit:5}  {self.value:10.4f}  {self.interval:10.4f}  {self.linear:13.4f}  "
            f"{verdict(self.value, self.bound)}"
        )
        if self.proof is not None:
            line += f"; {self.proof.parts:,} parts in {self.proof.seconds:.1f} s"
        if self.files:
            files = " ".join(map(str, self.files))
            line += f"\n       found by the proof, which began at {self.known:.4f}: {files}"
        return line

    def record(self, model: str | None) -> dict[str, Any]:
        """Say the same for scripts."""
        proof = self.proof
        return {
            "digit": self.digit,
            "model": model or DEFAULT,
            "value": self.value,
            "bound": self.bound,
            "verdict": verdict(self.value, self.bound),
            "interval": self.interval,
            "linear": self.linear,
            "exact": None if proof is None else proof.bound,
            "parts": None if proof is None else proof.parts,
            "seconds": None if proof is None else round(proof.seconds, 3),
            "interrupted": proof is not None and proof.interrupted,
            "began_at": self.known,
            "files": [str(path) for path in self.files],
        }


class ProofBar(Bar):
    """A progress bar of a proof, shown the tree after each part."""

    def __init__(self, digit: int) -> None:
        super().__init__("part", f"digit {digit}")

    def show(self, tree: Tree) -> None:
        """Go on to what the tree knows."""
        said = f"best {tree.best[1]:.4f}, at most {tree.bound:.4f}"
        self.go_to(tree.parts, None, said=said)


def files_of(folder: Path, digit: int) -> tuple[Path, Path]:
    """Name the dump and the picture of a better image."""
    return folder / f"idea_{digit}.vf", folder / f"idea_{digit}.png"
