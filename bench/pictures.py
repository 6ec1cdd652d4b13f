"""Measure how `idea.predict` reads drawings on paper of all kinds.

`python bench/pictures.py --help`. Pictures are drawn by code: digits of fonts, of strokes and of
MNIST's test set, on plain, ruled and squared paper, in frames, as pixels, in colours, several in a
row. The idea whose command runs is that of the Python that runs this script.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from picture_kinds import KINDS

from idea.data.mnist import load_mnist

from measure import require, title


def main() -> int:
    """Draw pictures of each kind, have them read, and print how many are right."""
    args = _parser().parse_args()
    require(args.pictures >= 1, "--pictures must be 1 or more")
    rng = np.random.default_rng(args.seed)
    mnist = load_mnist()
    digits = [mnist.test_images[mnist.test_labels == digit][:200] for digit in range(10)]
    title(f"{args.pictures} pictures of a kind; right, refused or noted, wrong without a word")
    with tempfile.TemporaryDirectory() as folder:
        for kind, draw in KINDS.items():
            if args.kinds and kind not in args.kinds:
                continue
            names, truths = [], []
            for number in range(args.pictures):
                picture, truth = draw(rng, digits)
                names.append(f"{kind}-{number}-{truth or 'none'}.png")
                picture.save(Path(args.keep or folder) / names[-1])
                truths.append(truth)
            found = read(names, Path(args.keep or folder), args.model)
            counts = np.bincount(
                [
                    outcome(found.get(name), truth)
                    for name, truth in zip(names, truths, strict=True)
                ],
                minlength=3,
            )
            print(f"{kind:28}{counts[0]:6}{counts[1]:6}{counts[2]:6}", flush=True)
    return 0


def read(names: list[str], folder: Path, model: str) -> dict[str, dict[str, object]]:
    """Return the record of each picture that is read."""
    done = subprocess.run(
        [sys.executable, "-m", "idea.predict", "--json", "--model", model, *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    require(bool(records) or done.returncode == 2, done.stderr)
    return {record["picture"]: record for record in records if "error" not in record}


def outcome(record: dict[str, object] | None, truth: str) -> int:
    """Return 0 for the right number (of a blank picture none), 1 for a doubt, 2 if wrong."""
    if record is None:
        return 0 if not truth else 1
    number = record.get("number", str(record.get("digit")))
    return 0 if number == truth else 1 if record.get("notes") else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="convnet", metavar="FILE", help="(default: convnet)")
    parser.add_argument("--pictures", type=int, default=40, metavar="N", help="(default: 40)")
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument("--kinds", nargs="*", metavar="KIND", help="(default: all)")
    parser.add_argument("--keep", metavar="DIR", help="a folder in which the pictures are left")
    return parser


if __name__ == "__main__":
    sys.exit(main())
