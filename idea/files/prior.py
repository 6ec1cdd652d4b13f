"""Files of priors: `.npz` archives of a restricted Boltzmann machine."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.errors import OptionError, PriorError, WeightsError
from idea.files.archive import Archive
from idea.files.read import read_bytes
from idea.files.weights.npz import archived_task
from idea.files.weights.task_metadata import KEY, task_text
from idea.image import DIGITS, Task
from idea.networks.prior import Prior
from idea.text import short_repr
from idea.validation import as_path

__all__ = ["PRIORS", "load_prior", "parse_prior", "prior_bytes", "read_prior", "usual_prior"]

_FOLDER = Path(__file__).parents[1] / "pretrained"

PRIORS = {name: _FOLDER / f"prior_{name}.npz" for name in ("digits", "digits8")}
"""The bundled priors by name; each has a text beside it with its provenance."""

_ARRAYS = ("weights", "visible", "hidden", "examples")


def load_prior(source: str | os.PathLike[str] = "digits") -> Prior:
    """Load a prior, for `Objective`.

    Parameters
    ----------
    source
        ``"digits"``, of MNIST's training digits, ``"digits8"``, of those of 8×8 pixels, or a file
        that ``python train.py --prior`` wrote.

    Returns
    -------
    Prior
        The logarithm of how probable images are.

    Raises
    ------
    PriorError
        If the file can't be read or holds no prior.

    Examples
    --------
    >>> import idea
    >>> prior = idea.load_prior("digits")
    >>> objective = idea.Objective(prior=prior, prior_weight=0.3)
    >>> five = idea.find(idea.load_model(), 5, "anneal", objective=objective)
    """
    if not isinstance(source, str | os.PathLike):
        raise PriorError(f"expected the name of a prior or a file, found {short_repr(source)}")
    data, path = read_prior(source)
    return parse_prior(data, path)


def usual_prior(task: Task) -> Prior | None:
    """Return the bundled prior of a task, or None."""
    return load_prior() if task == DIGITS else None


def read_prior(source: str | os.PathLike[str]) -> tuple[bytes, Path]:
    """Read a prior's file and return its contents and path."""
    path = PRIORS.get(os.fspath(source), as_path(source, PriorError))
    try:
        return read_bytes(path, PriorError), path
    except PriorError as error:
        if path.suffix or path.exists():
            raise
        raise PriorError(f"{error}; {', '.join(PRIORS)} are bundled") from error


def parse_prior(data: bytes, path: Path) -> Prior:
    """Make a prior from a file's contents; `path` names it in errors."""
    archive = Archive(data, path, PriorError)
    missing = [name for name in _ARRAYS if f"{name}.npy" not in archive.names]
    if missing:
        raise PriorError(
            f"{path}: expected a prior, as train.py --prior makes one, with the array "
            f"{missing[0]}, found none of that name; a network is no prior"
        )
    arrays: dict[str, Any] = {name: archive.array(name) for name in _ARRAYS}
    names = {file: name for name, file in PRIORS.items()}
    try:
        task = archived_task(archive, path) or DIGITS
        return Prior(**arrays, task=task, name=names.get(path, str(path)))
    except (OptionError, WeightsError) as error:
        raise PriorError(f"{path}: {error}") from error


def prior_bytes(prior: Prior) -> bytes:
    """Return the contents of a prior's file."""
    halves: dict[str, NDArray[Any]] = {
        name: getattr(prior, name).astype(np.float16) for name in ("weights", "visible", "hidden")
    }
    text = task_text(prior.task)
    if text is not None:
        halves[KEY] = np.array(text)
    stream = io.BytesIO()
    np.savez_compressed(stream, **halves, examples=prior.examples)  # type: ignore[arg-type]
    return stream.getvalue()
