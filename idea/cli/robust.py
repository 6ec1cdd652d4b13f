"""The options of robust training, of `train.py` and of `idea.study`."""

from __future__ import annotations

import argparse

from idea.cli.common import real_number, whole_number

__all__ = ["add_robust"]


def add_robust(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Add a group of the options; with `several`, each takes values separated by commas."""
    group = parser.add_argument_group(
        "robust training",
        "Each batch is changed before the network is trained with it: augmented, then noisy, then "
        "adversarial. The ideals of networks trained so can be read more easily.",
    )
    for name, kind, metavar, about in _OPTIONS:
        group.add_argument(
            name,
            type=str if several else kind,
            metavar=f"{metavar},…" if several else metavar,
            help=about,
        )
    group.add_argument(
        "--augment",
        metavar="A,…" if several else "shift,rotate,scale",
        help=f"{_AUGMENT}; {_SEVERAL if several else _SOME}",
    )


_OPTIONS = [
    (
        "--adversarial",
        real_number,
        "EPS",
        "train with adversarial images: each pixel is changed by up to EPS, 0…1, in the direction "
        "that raises the loss (the sign of the gradient, from a random start); try 0.3 "
        "with --batch-size 250",
    ),
    (
        "--adversarial-flips",
        whole_number,
        "K",
        "train with adversarial binary images: of the images in black and white the K pixels are "
        "flipped that raise the loss most by its gradient; try 30. Not together with --adversarial",
    ),
    (
        "--adversarial-steps",
        whole_number,
        "N",
        "compute either of the two in N steps, with a gradient each, which is stronger (projected "
        "gradient descent) and takes N times as long (default: 1)",
    ),
    (
        "--pixel-noise",
        real_number,
        "P",
        "invert each pixel of the training images with probability P, 0…0.5",
    ),
]
_AUGMENT = (
    "shift the training images by up to 2 of 28 pixels, rotate them by up to 15°, or scale them by "
    "up to 15 %%"
)
_SOME = "one or more of these"
_SEVERAL = "values such as none,shift,shift+rotate+scale"
