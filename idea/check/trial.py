"""A stranger's model is tried in a process of its own first: `python -m idea.check.trial NAME`.

A file can be made to fill the memory, to compute for ever or to break its reader. Then that
process ends, and the server goes on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from idea.command import run
from idea.core.load import parse_model
from idea.errors import WeightsError
from idea.files.onnx_graph import parse_graph
from idea.files.onnx_rules import check_harmless
from idea.files.vf import PIXELS

__all__ = ["SUFFIXES", "require_harmless"]

SUFFIXES = (".dat", ".npz", ".model", ".safetensors", ".onnx")
"""The forms that strangers' models may have: those that hold nothing but arrays, or a graph."""

_SECONDS = 30
_MEMORY = 4 << 30  # bytes of address space, of which ONNX Runtime takes a part for itself


def require_harmless(data: bytes, name: str) -> None:
    """Try a model out, at a safe distance.

    Parameters
    ----------
    data
        A file's contents.
    name
        Its name; it is never written under it.

    Raises
    ------
    WeightsError
        If it is no model, or one that takes too long, too much memory, or its reader down.
    """
    if Path(name).suffix not in SUFFIXES:
        *most, last = SUFFIXES
        raise WeightsError(f"{name}: expected a name that ends in {', '.join(most)} or {last}")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "idea.check.trial", name],
            input=data,
            capture_output=True,
            timeout=2 * _SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WeightsError(f"{name}: takes more than {2 * _SECONDS} s to open") from None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 2 and said and said[-1].startswith("error: "):
        raise WeightsError(said[-1].removeprefix("error: "))
    if done.returncode:
        raise WeightsError(f"{name}: can't be opened within {_MEMORY >> 30} GiB and {_SECONDS} s")


def main() -> int:
    """Open the model on standard input and judge an image; give the exit status."""
    _limit()
    (name,) = sys.argv[1:]
    data = sys.stdin.buffer.read()
    path = Path(name)
    if path.suffix == ".onnx":
        _check_graph(data, path)
    logits = parse_model(data, path).logits(np.full((1, PIXELS), 0.5, np.float32))
    if not np.isfinite(logits).all():
        raise WeightsError(f"{path}: its logits aren't finite")
    return 0


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _check_graph(data: bytes, path: Path) -> None:
    """Refuse a graph that reads this machine's files, or that one image may keep busy for ever."""
    check_harmless(parse_graph(data, path), path)


if __name__ == "__main__":
    sys.exit(run(main))
