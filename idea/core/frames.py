"""What a search leaves: the frames of its way, as files and as an animation."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idea.errors import OutputError
from idea.files.vf import dump_bytes
from idea.files.write import write_bytes, write_files
from idea.validation import as_path

__all__ = ["Frame", "Keepsake"]


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a search."""

    digit: int
    """The digit that is searched for."""
    restart: int
    """Which run, from 0."""
    step: int
    """Steps done in it."""
    steps: int
    """Steps it has, unless it ends early."""
    energy: float
    """The image's energy."""
    image: NDArray[np.float32] = field(repr=False)
    """(28, 28) in 0…1."""


class Keepsake:
    """An image that a search found for a digit, and how to keep it."""

    image: NDArray[np.float32]
    digit: int
    trace: tuple[Frame, ...]

    def _repr_png_(self) -> bytes:
        from idea.files.picture import png_bytes

        return png_bytes(self.image)

    def save(self, folder: str | os.PathLike[str] = "ideas", scale: int = 10) -> list[Path]:
        """Write the dump `idea_5.vf` and the picture `idea_5.png` (for the digit 5).

        Parameters
        ----------
        folder
            Where to; made if it is missing.
        scale
            The width of a pixel in the picture.

        Returns
        -------
        list of Path
            The dump and the picture.

        Raises
        ------
        OutputError
            If they can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> [path.name for path in ideal.save(tempfile.mkdtemp())]
        ['idea_5.vf', 'idea_5.png']
        """
        files = self.files(as_path(folder, OutputError), scale)
        write_files(files, new_folders=True)
        return list(files)

    def files(self, folder: Path, scale: int = 10) -> dict[Path, bytes]:
        """Give what `save` writes.

        Parameters
        ----------
        folder, scale
            As there.

        Returns
        -------
        dict
            The contents of the dump and of the picture, by path.

        Raises
        ------
        OptionError
            If the scale is out of range.

        Examples
        --------
        >>> import pathlib, idea
        >>> files = idea.find(idea.load_model(), 5, sweeps=1).files(pathlib.Path("here"))
        >>> [(path.name, len(data)) for path, data in files.items()][0]
        ('idea_5.vf', 3136)
        """
        from idea.files.picture import png_bytes

        return {
            folder / f"idea_{self.digit}.vf": dump_bytes(self.image),
            folder / f"idea_{self.digit}.png": png_bytes(self.image, scale),
        }

    def save_frames(self, folder: str | os.PathLike[str] = "ideas") -> list[Path]:
        """Write the trace as numbered dumps, x0000.vf and on.

        Parameters
        ----------
        folder
            Where to; made if it is missing. If an earlier search left more frames there than this
            one has, those that go on from the new ones are removed, for they would mix.

        Returns
        -------
        list of Path
            The dumps, the start's first.

        Raises
        ------
        OutputError
            If they can't be written.

        Examples
        --------
        >>> import tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> [path.name for path in ideal.save_frames(tempfile.mkdtemp())]
        ['x0000.vf', 'x0001.vf', 'x0002.vf', 'x0003.vf']
        """
        place = as_path(folder, OutputError)
        names = (place / f"x{number:04d}.vf" for number in itertools.count())
        files = {
            path: dump_bytes(frame.image) for frame, path in zip(self.trace, names, strict=False)
        }
        write_files(files, new_folders=True)
        for stale in itertools.takewhile(Path.is_file, names):
            stale.unlink()
        return list(files)

    def gif_bytes(self, fps: float | None = None, scale: int = 10) -> bytes:
        """Give the search as an animated GIF: its trace, then the image, held for two seconds.

        Parameters
        ----------
        fps
            Frames a second. Default: 5 to 25, such that the search takes about four seconds.
        scale
            The width of a pixel, 1…100.

        Returns
        -------
        bytes
            The GIF.

        Raises
        ------
        OptionError
            If `fps` or `scale` is out of range.

        Examples
        --------
        >>> import idea
        >>> idea.find(idea.load_model(), 5, sweeps=1).gif_bytes()[:6]
        b'GIF89a'
        """
        from idea.files.animation import gif_bytes

        if fps is None:
            fps = min(max(len(self.trace) / 4, 5), 25)
        return gif_bytes([*(frame.image for frame in self.trace), self.image], fps, scale)

    def animate(
        self, path: str | os.PathLike[str], fps: float | None = None, scale: int = 10
    ) -> Path:
        """Write the search as an animated GIF.

        Parameters
        ----------
        path
            The file.
        fps, scale
            As in `gif_bytes`.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        OptionError
            If `fps` or `scale` is out of range.
        OutputError
            If it can't be written.

        Examples
        --------
        >>> import pathlib, tempfile, idea
        >>> ideal = idea.find(idea.load_model(), 5, sweeps=1)
        >>> ideal.animate(pathlib.Path(tempfile.mkdtemp()) / "five.gif").name
        'five.gif'
        """
        return write_bytes(path, self.gif_bytes(fps, scale))
