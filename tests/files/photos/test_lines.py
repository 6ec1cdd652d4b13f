"""Frames, axes, and the lines of ruled and squared paper."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from idea.files.preprocess import prepare

BOX = (150, 84, 260, 221)
"""Where the 7 is."""


def seven(pen):
    pen.line((150, 90, 254, 90), "black", 12)
    pen.line((254, 90, 190, 218), "black", 12)


def lines(pen, *, down, colour, width):
    for y in range(10, 300, 30):
        pen.line((0, y, 400, y), colour, width)
    for x in range(20, 400, 30) if down else ():
        pen.line((x, 0, x, 300), colour, width)


PAPERS = {
    "plain": lambda pen: None,
    "ruled": lambda pen: lines(pen, down=False, colour=(150, 180, 220), width=2),
    "squared": lambda pen: lines(pen, down=True, colour=(150, 180, 220), width=2),
    "dark": lambda pen: lines(pen, down=True, colour="black", width=2),
    "frame": lambda pen: pen.rectangle((60, 30, 350, 270), outline="black", width=3),
    "edge": lambda pen: pen.rectangle((0, 0, 399, 299), outline="black", width=2),
    "table": lambda pen: [
        pen.rectangle((0, 0, 399, 299), "black"),
        pen.rectangle((30, 20, 370, 280), "white"),
    ],
    "axes": lambda pen: [
        pen.line((60, 20, 60, 270, 360, 270), "black", 2),
        pen.text((40, 100), "5", "black"),
    ],
}
NOTES = {"plain": "", "table": "what surrounds it was", "axes": "axes were cut", "frame": "frame"}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("inverted", [True, False])
def test_what_is_on_the_paper_is_no_ink(paper, inverted):
    picture = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(picture)
    PAPERS[paper](pen)
    seven(pen)
    greys = np.asarray(picture.convert("L")) / 255
    found = prepare(greys if inverted else 1 - greys)
    assert found.inverted == inverted
    assert np.abs(np.subtract(found.box, BOX)).max() <= 4
    assert len(found.notes) == (paper != "plain")
    assert all(NOTES.get(paper, "") in note for note in found.notes)


@pytest.mark.parametrize(
    "points",
    [
        [(0, 4), (199, 4), (60, 299)],  # a 7 cut close
        [(100, 0), (100, 299)],
        [(4, 4), (195, 4), (195, 295), (4, 295), (4, 4)],
        [(4, 4), (195, 4), (195, 150), (4, 150), (4, 295), (195, 295)],
        [(4, 0), (4, 180), (199, 180)],
    ],
    ids=str.split("7 1 0 2 half-a-4"),
)
@pytest.mark.parametrize("margin", [0, 40])
def test_strokes_are_no_lines(points, margin):
    picture = Image.new("L", (200 + 2 * margin, 300 + 2 * margin), "white")
    ImageDraw.Draw(picture).line([(x + margin, y + margin) for x, y in points], "black", 6)
    found = prepare(np.asarray(picture) / 255)
    assert found.notes == ()
    ys, xs = np.nonzero(np.asarray(picture) < 128)
    assert (
        np.abs(np.subtract(found.box, (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))).max() < 3
    )
