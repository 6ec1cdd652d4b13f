"""The networks of `bench/quality.py`: MLPs that are trained here, and the bundled CNNs."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from idea.opening.load import read_model

from measure import require

UNITS, SEEDS = (16, 32, 100, 784), (0, 1, 2)
"""Of the MLPs. No method was tuned on networks of these seeds."""
GROUPS = (*map(str, UNITS), "lenet", "convnet")


class Network(NamedTuple):
    """A network, identified by its checksum."""

    source: str
    """Its file, or the name of a bundled one."""
    checksum: str
    """Its SHA-256."""

    @property
    def name(self) -> str:
        """Its file's name without its folder."""
        return Path(self.source).stem


def networks_of(group: str, folder: Path) -> list[Network]:
    """Return the networks of a group, trained if they are missing, or that of a file.

    Parameters
    ----------
    group
        One of `GROUPS`, or a file.
    folder
        Where the trained ones are kept.
    """
    if group not in map(str, UNITS):
        return [_network(group)]
    sources = []
    for seed in SEEDS:
        path = folder / f"mlp-{group}-seed{seed}.dat"
        if not path.exists():
            train(group, seed, path)
        sources.append(str(path))
    return list(map(_network, sources))


def _network(source: str) -> Network:
    return Network(source, hashlib.sha256(read_model(source)[0]).hexdigest())


def train(units: str, seed: int, path: Path) -> None:
    """Train an MLP with the defaults of `train.py`."""
    print(f"training {path}", file=sys.stderr)
    command = [sys.executable, str(Path(__file__).parents[1] / "train.py"), "--arch", "mlp"]
    command += ["--framework", "torch", "--units", units, "--seed", str(seed)]
    command += ["--out", str(path), "--result", str(path.with_suffix(""))]
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    require(status == 0, f"the training of {path} failed")
