"""The bundled networks: their files and their provenance."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["BUNDLED", "DEFAULT", "find_file", "known_weight", "provenance"]

_FOLDER = Path(__file__).parents[1] / "pretrained"

BUNDLED = {
    "mlp": _FOLDER / "mlp.dat",
    "lenet": _FOLDER / "lenet.onnx",
    "convnet": _FOLDER / "convnet.onnx",
    "robust": _FOLDER / "robust.safetensors",
    "fashion": _FOLDER / "fashion.safetensors",
    "digits8": _FOLDER / "digits8.safetensors",
}
"""Files by name, of networks for three data sets; each has a text beside it with its provenance."""

DEFAULT = "mlp"


def find_file(model: str | os.PathLike[str] | None) -> Path:
    """Return the file of a bundled network, of the MLP for None, or any other path as it is.

    A file in the working directory with the name of a bundled network is ``./mlp``.
    """
    name = DEFAULT if model is None else os.fspath(model)
    return BUNDLED.get(name, Path(name))


def provenance(name: str, key: str) -> str:
    """Return an entry of the text beside a bundled network, such as its "test accuracy"."""
    text = BUNDLED[name].with_suffix(".txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line.startswith(f"{key} "))
    return next(lines).removeprefix(key).strip()


def known_weight(name: str) -> float | None:
    """Return the weight of its task's prior that is chosen for a bundled network, if any is.

    >>> known_weight("lenet"), known_weight("fashion")
    (0.25, None)
    """
    try:
        return float(provenance(name, "prior weight").split()[0])
    except StopIteration:
        return None
