"""Strokes of what is no digit, and drawing them as on the page's canvas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Rng = np.random.Generator
Strokes = list[list[tuple[float, float]]]
CANVAS = 448
"""The side of the page's canvas, in its units."""


def arc(x: float, y: float, radius: float, start: float, end: float) -> list[tuple[float, float]]:
    """Return points of a circle, between two angles in degrees, clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 20)).tolist()
    return [(x + radius * np.cos(angle), y + radius * np.sin(angle)) for angle in angles]


# In 0…1; those left out look like digits: B, D, G, I, L, O, Q, S, Z.
LETTERS: dict[str, Strokes] = {
    "A": [[(0.05, 1), (0.5, 0), (0.95, 1)], [(0.25, 0.62), (0.75, 0.62)]],
    "C": [arc(0.55, 0.5, 0.45, -50, -310)],
    "E": [[(0.9, 0), (0.15, 0), (0.15, 1), (0.9, 1)], [(0.15, 0.5), (0.75, 0.5)]],
    "F": [[(0.9, 0), (0.15, 0), (0.15, 1)], [(0.15, 0.48), (0.75, 0.48)]],
    "H": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.9, 1)], [(0.1, 0.5), (0.9, 0.5)]],
    "J": [[(0.75, 0), (0.75, 0.75), (0.55, 0.98), (0.25, 0.95), (0.12, 0.75)]],
    "K": [[(0.15, 0), (0.15, 1)], [(0.9, 0), (0.18, 0.5), (0.9, 1)]],
    "M": [[(0.05, 1), (0.12, 0), (0.5, 0.7), (0.88, 0), (0.95, 1)]],
    "N": [[(0.1, 1), (0.1, 0), (0.9, 1), (0.9, 0)]],
    "P": [[(0.15, 1), (0.15, 0), (0.6, 0), (0.88, 0.15), (0.88, 0.38), (0.6, 0.52), (0.15, 0.52)]],
    "R": [
        [(0.15, 1), (0.15, 0), (0.6, 0), (0.88, 0.15), (0.88, 0.36), (0.6, 0.5), (0.15, 0.5)],
        [(0.5, 0.5), (0.92, 1)],
    ],
    "T": [[(0.05, 0), (0.95, 0)], [(0.5, 0), (0.5, 1)]],
    "U": [[(0.1, 0), (0.1, 0.7), (0.3, 0.97), (0.7, 0.97), (0.9, 0.7), (0.9, 0)]],
    "V": [[(0.05, 0), (0.5, 1), (0.95, 0)]],
    "W": [[(0, 0), (0.22, 1), (0.5, 0.3), (0.78, 1), (1, 0)]],
    "X": [[(0.08, 0), (0.92, 1)], [(0.92, 0), (0.08, 1)]],
    "Y": [[(0.08, 0), (0.5, 0.48), (0.92, 0)], [(0.5, 0.48), (0.5, 1)]],
}
SMILEY: Strokes = [
    arc(0.5, 0.5, 0.5, 0, 360),
    arc(0.32, 0.35, 0.02, 0, 360),
    arc(0.68, 0.35, 0.02, 0, 360),
    arc(0.5, 0.5, 0.28, 20, 160),
]
DOODLES: dict[str, Strokes] = {
    "star": [[(0.5 + 0.5 * np.sin(a), 0.5 - 0.5 * np.cos(a)) for a in np.arange(6) * 0.8 * np.pi]],
    "house": [
        [(0.1, 0.45), (0.1, 1), (0.9, 1), (0.9, 0.45)],
        [(0, 0.5), (0.5, 0), (1, 0.5)],
        [(0.4, 1), (0.4, 0.7), (0.6, 0.7), (0.6, 1)],
    ],
    "heart": [
        [*arc(0.27, 0.27, 0.25, 150, 360), *arc(0.73, 0.27, 0.25, 180, 390), (0.5, 1)],
        [(0.5, 1), (0.05, 0.4)],
    ],
    "square": [[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]],
    "triangle": [[(0.5, 0), (1, 1), (0, 1), (0.5, 0)]],
    "fish": [
        arc(0.4, 0.5, 0.35, 30, 330),
        [(0.7, 0.32), (1, 0.7)],
        [(0.7, 0.68), (1, 0.3)],
        arc(0.25, 0.42, 0.02, 0, 360),
    ],
    "man": [
        arc(0.5, 0.15, 0.13, 0, 360),
        [(0.5, 0.28), (0.5, 0.65)],
        [(0.2, 0.4), (0.8, 0.4)],
        [(0.25, 1), (0.5, 0.65), (0.75, 1)],
    ],
    "spiral": [[(0.5 + r * np.cos(16 * r), 0.5 + r * np.sin(16 * r)) for r in np.arange(50) / 99]],
}


def side_by_side(left: Strokes, right: Strokes) -> Strokes:
    """Return the strokes of two digits, one beside the other."""
    halves = ((left, 0.0), (right, 0.56))
    return [[(start + 0.44 * x, y) for x, y in s] for each, start in halves for s in each]


def drawn(
    rng: Rng, strokes: Strokes, proportion: float, pens: tuple[float, float]
) -> NDArray[np.float32]:
    """Draw strokes on the canvas, a little slanted, turned and shaky; 1 is ink.

    `proportion` is the width of the drawing as a share of its height.
    """
    canvas = Image.new("L", (CANVAS, CANVAS))
    pen, width, size = ImageDraw.Draw(canvas), rng.uniform(*pens), rng.uniform(180, 350)
    slant, angle = rng.uniform(-0.1, 0.25), rng.uniform(-0.12, 0.12)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shear = np.array([[proportion * rng.uniform(0.9, 1.2), 0], [-slant, 1]])
    for stroke in strokes:
        points = (np.array(stroke) - 0.5) @ shear @ turn
        points = (points + rng.normal(0, 0.012, points.shape)) * size + CANVAS / 2
        pen.line([tuple(point) for point in points.tolist()], 255, round(width), joint="curve")
        for x, y in points[[0, -1]]:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), 255)
    return np.asarray(canvas, np.float32) / np.float32(255)


def sources(rng: Rng, digits: dict[int, Strokes]) -> list[tuple[str, Callable[[], Strokes], float]]:
    """Return the kinds of drawings: their names, what draws one's strokes, their proportions."""

    def one_of(kinds: dict[str, Strokes]) -> Strokes:
        return list(kinds.values())[rng.integers(len(kinds))]

    def digit() -> Strokes:
        return digits[int(rng.integers(10))]

    return [
        ("digits", digit, 0.62),
        ("letters", lambda: one_of(LETTERS), 0.75),
        ("smileys", lambda: SMILEY, 1),
        ("other doodles", lambda: one_of(DOODLES), 1),
        ("two digits", lambda: side_by_side(digit(), digit()), 1.1),
    ]
