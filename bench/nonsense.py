"""Measure how far drawings lie from the nearest training image: digits, and what is none.

`python bench/nonsense.py --help`. The page says of a drawing that it looks like no digit where it
lies farther than a threshold: FARTHEST in idea/check/page/numbers/likeness.js, the 95th percentile
of test images or, where that is larger, of drawn digits. Drawings are made by code, as on the
page's canvas. The distance is the number of pixels that differ from the nearest training image, of
which those that no neighbour matches count twice.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from nonsense_shapes import drawn, sources
from numpy.typing import NDArray
from picture_kinds import STROKES

from idea.data.datasets import load_dataset
from idea.data.nearest import BinaryImages
from idea.files.preprocess import prepare

from measure import require, title

BRIGHT = 128  # the smallest grey that is ink


def main() -> int:
    """Draw, find the nearest digits, and print the distances and how many lie too far."""
    args = _parser().parse_args()
    require(args.drawings >= 1, "--drawings must be 1 or more")
    rng = np.random.default_rng(args.seed)
    data = load_dataset(args.data)
    nearest = BinaryImages(data)
    tests = data.test_images[rng.permutation(len(data.test_images))[: args.images]]
    found = distances(nearest, [image >= BRIGHT for image in tests])
    farthest = args.farthest or int(np.percentile(found, 95))
    title(
        f"{data.name}: distances from the nearest training image; more than {farthest} is too far"
    )
    print(f"{'':24}{'median':>8}{'95 %':>8}{'too far':>10}")
    show("test images", found, farthest)
    for name, strokes, proportion in sources(rng, STROKES):
        pictures = (drawn(rng, strokes(), proportion, args.pens) for _ in range(args.drawings))
        images = [prepare(picture, invert=False, task=data.task).image for picture in pictures]
        show(name, distances(nearest, [image >= 0.5 for image in images]), farthest)
    return 0


def show(name: str, found: NDArray[np.int_], farthest: int) -> None:
    """Print a line of the table."""
    median, high = np.percentile(found, [50, 95])
    print(f"{name:24}{median:8.0f}{high:8.0f}{100 * (found > farthest).mean():8.1f} %", flush=True)


def distances(images: BinaryImages, drawings: list[NDArray[np.bool_]]) -> NDArray[np.int_]:
    """Return the distance of each drawing (height, width) from the nearest training image."""
    return np.array([distance(ink, images.nearest(ink).image > 0) for ink in drawings])


def distance(ink: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    """Return the distance of two images (height, width)."""
    alone = (ink & ~thickened(other)) | (other & ~thickened(ink))
    return int(np.count_nonzero(ink != other) + np.count_nonzero(alone))


def thickened(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels that are ink or have a neighbour that is, (28, 28)."""
    wide = np.pad(ink, 1)
    return ink | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="mnist", metavar="NAME", help="(default: mnist)")
    parser.add_argument("--images", type=int, default=2000, metavar="N", help="(default: 2000)")
    parser.add_argument("--drawings", type=int, default=100, metavar="N", help="(default: 100)")
    parser.add_argument("--farthest", type=int, metavar="N", help="the threshold")
    parser.add_argument(
        "--pens",
        type=float,
        nargs=2,
        default=(24, 48),
        metavar="N",
        help="the least and the largest width of pens; the page's usual one is 36 (default: 24 48)",
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
