"""A file of the best known images, with proved bounds."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from idea.files.write import write_bytes
from idea.image import DIGITS
from idea.networks.base import Model
from idea.verification.branch_and_bound import CLOSE

from measure import require

# Relative difference between energies of one image from batches of different sizes.
ROUNDING = 1e-9


class Best(NamedTuple):
    """The best known image of a network and a digit."""

    energy: float
    image: np.ndarray
    """(784,) float32, 0 or 1."""
    bound: float = math.inf
    """A proved upper bound on the energy of any binary image."""

    @property
    def proved(self) -> bool:
        """Whether it is proved optimal to a millionth."""
        return self.bound - self.energy <= CLOSE * abs(self.energy)


class BestKnown:
    """A JSON file: energy, image and bound by a network's SHA-256 and a digit.

    An image is base64 of 784 bits, row by row, the first bit the highest of the first byte.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._networks: dict[str, Any] = (
            json.loads(path.read_text("utf-8")) if path.exists() else {}
        )

    def of(self, checksum: str, digit: int) -> Best | None:
        """Return the best known image, or None."""
        stored = self._networks.get(checksum, {}).get("digits", {}).get(str(digit))
        if stored is None:
            return None
        return Best(stored["energy"], unpacked(stored["image"]), stored.get("bound", math.inf))

    def check(self, checksum: str, model: Model) -> None:
        """Exit with an error unless each image of a network has its recorded energy."""
        for digit in range(10):
            if best := self.of(checksum, digit):
                energy = float(model.logits(best.image[np.newaxis])[0, digit])
                require(
                    abs(energy - best.energy) <= ROUNDING * abs(energy),
                    f"{self._path}: the image of {digit} of {checksum:.12} scores {energy}, not "
                    f"{best.energy}",
                )

    def update(self, checksum: str, name: str, digit: int, best: Best) -> None:
        """Record an image if it is better than the known one, and a bound if it is lower.

        Exit with an error if the image exceeds the bound.
        """
        known = self.of(checksum, digit) or Best(-math.inf, best.image)
        higher = best if best.energy > known.energy + ROUNDING * abs(best.energy) else known
        merged = higher._replace(bound=min(best.bound, known.bound))
        require(
            merged.energy <= merged.bound,
            f"{name}, {digit}: found {merged.energy}, above the bound of {merged.bound}",
        )
        if higher is best or merged.bound < known.bound:
            self._write(checksum, name, digit, merged)

    def _write(self, checksum: str, name: str, digit: int, best: Best) -> None:
        entry = {"energy": best.energy, "image": packed(best.image)}
        if best.bound < math.inf:
            entry["bound"] = best.bound
        network = self._networks.setdefault(checksum, {"name": name, "digits": {}})
        network["digits"] = dict(sorted({**network["digits"], str(digit): entry}.items()))
        self._networks = dict(sorted(self._networks.items(), key=lambda item: item[1]["name"]))
        write_bytes(self._path, f"{json.dumps(self._networks, indent=1)}\n".encode())


def packed(image: np.ndarray) -> str:
    """Return a binary image as base64 of its bits."""
    return base64.b64encode(np.packbits(image.astype(bool)).tobytes()).decode()


def unpacked(text: str) -> np.ndarray:
    """Return the image (784,) that `packed` encoded, float32."""
    return np.unpackbits(np.frombuffer(base64.b64decode(text), "u1"))[: DIGITS.pixels].astype(
        np.float32
    )
