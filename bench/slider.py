"""What the page's slider of noise leads to: `python bench/slider.py`.

Prints the table of docs/how-to/page.md: for each bundled network of digits and each position, the
objective, and how strong and how legible the ten ideals are. `--figure FILE` draws them. The
searches are those of the page, as the library does them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import numpy as np

import idea
from idea.check.export import PAGE
from idea.data.reference_logits import context
from idea.files.picture import sheet_bytes
from idea.networks.bundled import known_weight

from measure import title

NETWORKS = ("mlp", "lenet", "convnet", "robust")
FIELDS = ("smooth", "prior weight", "logit / strongest real", "read by the others")


def main() -> int:
    """Search, print the table and draw; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--figure", type=Path, help="a PNG of the ideals of mlp and lenet")
    args = parser.parse_args()
    models = {name: idea.load_model(name) for name in NETWORKS}
    tiles: list[tuple[np.ndarray, str]] = []
    title("Ideals at the positions of the page's slider")
    print(f"| network | position | {' | '.join(FIELDS)} |")
    print("| --- | --- |" + " --- |" * len(FIELDS))
    for name in NETWORKS:
        for position, (of_prior, of_smooth) in enumerate(factors()):
            weight = known_weight(name) or 0
            smooth, prior_weight = (float(f"{n * weight:.2g}") for n in (of_smooth, of_prior))
            ideals = searched(models[name], smooth, prior_weight)
            others = [model for other, model in models.items() if other != name]
            cells = (f"{smooth:g}", f"{prior_weight:g}", *measured(name, ideals, others))
            print(f"| {name} | {position} | {' | '.join(cells)} |", flush=True)
            if name in NETWORKS[:2]:
                tiles += [(ideal.image, f"{name} {position}") for ideal in ideals]
    if args.figure:
        images, labels = zip(*tiles, strict=True)
        args.figure.write_bytes(sheet_bytes(images, labels, scale=3, columns=10))
    return 0


def factors() -> list[list[float]]:
    """Return what a network's weight is multiplied by at each position: from the page itself."""
    source = (PAGE / "numbers" / "positions.js").read_text("utf-8")
    (found,) = re.findall(r"WITH_PRIOR = (.*);", source)
    return json.loads(found)  # type: ignore[no-any-return]


def searched(model: idea.Model, smooth: float, prior_weight: float) -> list[idea.Ideal]:
    """Return the ten ideals, found as by the page."""
    if not prior_weight:
        return list(idea.find_all(model))
    objective = idea.Objective(smooth=smooth, prior="digits", prior_weight=prior_weight)
    return list(idea.find_all(model, objective=objective, steps=30_000))


def measured(name: str, ideals: list[idea.Ideal], others: list[idea.Model]) -> tuple[str, str]:
    """Return how strong the ideals are compared with real digits, and how many are legible."""
    strongest = [known.strongest for i in ideals if (known := context(name, i.digit))]
    strength = np.mean([i.logit / real for i, real in zip(ideals, strongest, strict=True)])
    images = np.stack([ideal.image.ravel() for ideal in ideals])
    meant = [ideal.digit for ideal in ideals]
    read = sum(int((model.logits(images).argmax(axis=1) == meant).sum()) for model in others)
    return f"{strength:.2f}", f"{read} of {len(others) * len(ideals)}"


if __name__ == "__main__":
    sys.exit(main())
