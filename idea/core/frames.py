"""Frames of a search, and what writes images and frames to files."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from idea.errors import OutputError
from idea.files.vf import dump_bytes
from idea.files.write import write_files
from idea.validation import as_path

if TYPE_CHECKING:
    from idea.files.picture import Drawable

__all__ = ["Frame", "picture", "save_files", "save_frames"]


@dataclass(frozen=True, eq=False)
class Frame:
    """An image on the path of a search.

    Examples
    --------
    >>> import idea
    >>> first, *_ = idea.find(idea.load_model(), 5, sweeps=1).trace
    >>> first.step, first.steps, first.image.shape
    (0, 784, (28, 28))
    """

    target: int | str
    """What is searched for: the index of a class, or the text of another target."""
    restart: int
    """The number of the run, from 0."""
    step: int
    """Steps done in the run."""
    steps: int
    """Steps of the run in total, unless it ends early."""
    energy: float
    """The image's energy."""
    image: NDArray[np.float32] = field(repr=False)
    """(height, width) in 0…1."""


def save_files(files: dict[Path, bytes]) -> list[Path]:
    """Write files, contents by path; missing folders are created."""
    write_files(files, new_folders=True)
    return list(files)


def save_frames(
    folder: str | os.PathLike[str], images: Iterable[NDArray[np.float32]]
) -> list[Path]:
    """Write images as numbered dumps, x0000.vf and on.

    Dumps that continue the numbering, from an earlier search with more frames, are removed.
    """
    place = as_path(folder, OutputError)
    names = (place / f"x{number:04d}.vf" for number in itertools.count())
    files = {path: dump_bytes(image) for image, path in zip(images, names, strict=False)}
    write_files(files, new_folders=True)
    for stale in itertools.takewhile(Path.is_file, names):
        stale.unlink()
    return list(files)


def picture(image: Drawable, scale: int | None = None) -> bytes:
    """Return an image as a PNG."""
    from idea.files.picture import png_bytes

    return png_bytes(image, scale)
