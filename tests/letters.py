"""A data set of letters that a font draws, in files like EMNIST's."""

from __future__ import annotations

import gzip
import string
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from idea.data.idx import idx_bytes

LETTERS = tuple(string.ascii_lowercase)


def drawn(letter: str, size: int, shift: tuple[int, int]) -> np.ndarray:
    """A letter of a size, near the middle of 28×28 pixels."""
    picture = Image.new("L", (28, 28))
    place = (14 + shift[0], 14 + shift[1])
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).text(place, letter, 255, font, anchor="mm")
    return np.asarray(picture)


def write_letters(folder: Path, train: int = 24, test: int = 8) -> Path:
    """Write so many of each letter, transposed, gzipped and numbered from 1, as EMNIST has them."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    for part, count in (("train", train), ("test", test)):
        labels = rng.permutation(np.repeat(np.arange(len(LETTERS)), count))
        images = np.array(
            [drawn(LETTERS[n], rng.integers(20, 24), rng.integers(-1, 2, 2)) for n in labels]
        )
        for kind, array in (
            ("images-idx3", images.transpose(0, 2, 1)),
            ("labels-idx1", labels + 1),
        ):
            path = folder / f"emnist-letters-{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(idx_bytes(array), 1))
    return folder
