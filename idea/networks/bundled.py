"""The networks that come with the package."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["DEFAULT", "SHIPPED", "find_file", "told"]

_FOLDER = Path(__file__).parents[1] / "pretrained"

SHIPPED = {
    "mlp": _FOLDER / "mlp.dat",
    "lenet": _FOLDER / "lenet.onnx",
    "convnet": _FOLDER / "convnet.onnx",
}
"""Their files by name; a text beside each tells its origin."""

DEFAULT = "mlp"


def find_file(model: str | os.PathLike[str] | None) -> Path:
    """Give the file of a network.

    Parameters
    ----------
    model
        The name of one that comes with the package, or a path; a file of such a name in the present
        folder is ``./mlp``. None is the MLP.

    Returns
    -------
    Path
        The file; a path is given back as it is.

    Examples
    --------
    >>> find_file("lenet").name, find_file("my.dat").name, find_file(None).name
    ('lenet.onnx', 'my.dat', 'mlp.dat')
    """
    name = DEFAULT if model is None else os.fspath(model)
    return SHIPPED.get(name, Path(name))


def told(name: str, key: str) -> str:
    """Give a line of the text that tells where a shipped network comes from.

    Parameters
    ----------
    name
        One of `SHIPPED`.
    key
        What the line begins with.

    Returns
    -------
    str
        What follows.

    Examples
    --------
    >>> told("mlp", "test accuracy")
    '98.32 % of the 10,000 test digits'
    """
    text = SHIPPED[name].with_suffix(".txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line.startswith(f"{key} "))
    return next(lines).removeprefix(key).strip()
