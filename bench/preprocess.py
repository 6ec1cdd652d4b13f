"""Measure the accuracy on digits at random positions in a picture.

`python bench/preprocess.py --help`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

import idea
from idea.data.mnist import load_mnist
from idea.files.preprocess import Prepared, prepare, squeeze

from measure import require, row, title

CANVAS = (200, 260)
SIDES = (28, 150)


def main() -> int:
    """Paste test digits at random positions, sizes and polarities, and print the accuracies."""
    args = _parser().parse_args()
    mnist = load_mnist()
    require(1 <= args.digits <= 10_000, "--digits must be in 1…10000")
    rng = np.random.default_rng(args.seed)
    chosen = rng.choice(10_000, args.digits, replace=False)
    labels = mnist.test_labels[chosen]
    originals = list(mnist.test_images[chosen] / np.float32(255))
    pictures = [paste(digit, rng) for digit in originals]
    model = idea.load_model(args.model)
    title(f"{args.digits} test digits, classified by {args.model or 'the bundled MLP'}")
    original = accuracy(model, originals, labels)
    row("the originals, as they are", original, "%")
    height, width = CANVAS
    for name, take, given in (
        ("the originals, prepared", prepare, originals),
        (f"pasted on {width} × {height}, prepared", prepare, pictures),
        ("the same, only resized", upright, pictures),
    ):
        images, seconds = timed_prepare(take, given)
        change = accuracy(model, images, labels) - original
        row(name, original + change, f"% ({change:+.2f}), {seconds * 1e3:.2f} ms a picture")
    return 0


def paste(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paste a digit at a random position, smoothly enlarged, light on dark or dark on light."""
    side = int(rng.integers(*SIDES))
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    top, left = rng.integers([size - side + 1 for size in CANVAS])
    canvas = np.zeros(CANVAS, np.float32)
    canvas[top : top + side, left : left + side] = np.asarray(large).clip(0, 1)
    return canvas if rng.random() < 0.5 else 1 - canvas


def upright(greys: np.ndarray) -> Prepared:
    """Resize only, with the correct polarity, taken from the corner."""
    return squeeze(greys, invert=bool(greys[0, 0] > 0.5))


def timed_prepare(
    take: Callable[[np.ndarray], Prepared], pictures: list[np.ndarray]
) -> tuple[list[np.ndarray], float]:
    """Prepare all pictures; return the images and the median time of one in seconds."""
    images, seconds = [], []
    for picture in pictures:
        began = time.perf_counter()
        images.append(take(picture).image)
        seconds.append(time.perf_counter() - began)
    return images, statistics.median(seconds)


def accuracy(model: idea.Model, images: list[np.ndarray], labels: np.ndarray) -> float:
    """Return the accuracy in per cent."""
    logits = model.logits(np.stack(images).reshape(-1, 784))
    return float(100 * (logits.argmax(axis=1) == labels).mean())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", metavar="FILE", help="(default: the bundled MLP)")
    parser.add_argument("--digits", type=int, default=2000, metavar="N", help="(default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
