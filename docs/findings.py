"""Print the tables of findings.md and draw its pictures: `python docs/findings.py STUDY`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import idea
from idea.cli.common import Parser, run
from idea.cli.streams import show
from idea.figures import (
    digit_grid,
    legibility_against,
    mean_ideal,
    seed_interval,
    transfer_matrix,
)

RECIPES = [(batch_size, epochs) for batch_size in (100, 1000) for epochs in (1, 5, 20)]
"""Batch sizes and epochs."""

WIDTHS = (16, 32, 100, 784)
SHAPE = ["arch", "units"]
GOOD = 0.97  # the least accuracy of a network that counts as accurate


def main() -> int:
    """Read the study, print and draw; return the exit status."""
    parser = Parser(description="Print the tables of docs/findings.md.")
    parser.add_argument("study", type=Path)
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw them, too")
    args = parser.parse_args()
    study = idea.Study(args.study)
    networks = pd.DataFrame(study.table).drop_duplicates("network").set_index("network")
    of_mlps = networks.arch[list(study.readings.judges)] == "mlp"
    good = networks.accuracy[list(study.readings.judges)] >= GOOD
    to_all = legible_to(study, networks, of_mlps | ~of_mlps)
    show("\nLegibility")
    print_table(to_all)
    show("\nAccuracy")
    print_table(to_all, "accuracy")
    to_good = legible_to(study, networks, good)
    for name, chosen in (("all", to_all), (f"{good.sum()} accurate ones", to_good)):
        mlps = chosen[chosen.arch == "mlp"].pivot(
            index="seed", columns=["units", "batch_size", "epochs"], values="legibility"
        )
        show(f"\nNarrow, not 784 units: evaluated by {name}")
        print_header(f"{batch_size}, {epochs}" for batch_size, epochs in RECIPES)
        for units in WIDTHS[:-1]:
            row = (interval(mlps[units, *recipe] - mlps[784, *recipe]) for recipe in RECIPES)
            print_row([f"{units} units", *row])
        show(f"\nBatch size 100, not 1000, and 20 epochs, not 5: evaluated by {name}")
        print_header(["1 epoch", "5 epochs", "20 epochs", "batch size 100", "batch size 1000"])
        for units in WIDTHS:
            smaller = (interval(mlps[units, 100, e] - mlps[units, 1000, e]) for e in (1, 5, 20))
            longer = (interval(mlps[units, b, 20] - mlps[units, b, 5]) for b in (100, 1000))
            print_row([f"{units} units", *smaller, *longer])
    for name, evaluators in (("MLPs", of_mlps), ("CNNs", ~of_mlps)):
        show(f"\nLegibility to {name}, of which there are {evaluators.sum()}")
        print_table(legible_to(study, networks, evaluators))
    if args.pictures:
        draw(study, args.pictures)
    return 0


def legible_to(study: idea.Study, networks: pd.DataFrame, evaluators: pd.Series) -> pd.DataFrame:
    """Add the share of each network's ideals that independent evaluators classify correctly."""
    readings = study.readings
    correct = (readings.answers == np.array(readings.targets)).mean(axis=2)
    counted = readings.apart & evaluators.to_numpy()[:, np.newaxis]
    share = (correct * counted).sum(axis=0) / counted.sum(axis=0)
    return networks.assign(legibility=pd.Series(share, list(readings.networks)))


def print_table(networks: pd.DataFrame, column: str = "legibility") -> None:
    """Print a row for each shape of network, and a column for each recipe."""
    print_header(f"{batch_size}, {epochs}" for batch_size, epochs in RECIPES)
    for (arch, units), own in networks.groupby(SHAPE):
        groups = own.set_index("seed").groupby(["batch_size", "epochs"])[column]
        name = f"{arch}, {units} units" if units else arch
        print_row([name, *(interval(groups.get_group(recipe)) for recipe in RECIPES)])


def interval(values: pd.Series) -> str:
    """Format the mean over seeds in points, and half its 95 % interval."""
    mean, half = seed_interval(values.to_numpy(), values.index.to_numpy())
    return f"{100 * mean:.1f} ± {100 * half:.1f}"


def print_header(texts: Iterable[str]) -> None:
    """Print the head of a table in Markdown, its first column without a name."""
    columns = ["", *texts]
    print_row(columns)
    print_row(["---"] * len(columns))


def print_row(texts: list[str]) -> None:
    """Print a row in Markdown."""
    show(f"| {' | '.join(texts)} |")


def draw(study: idea.Study, folder: Path) -> None:
    """Draw the pictures."""
    against = Figure(figsize=(13, 4), layout="constrained")
    for ax, column in zip(against.subplots(1, 3), ("units", "batch_size", "epochs"), strict=True):
        legibility_against(study, column, ax)
    pictures = {
        "against": against,
        "accuracy": legibility_against(study, "accuracy"),
        "fives": digit_grid(study, 5, "units", "epochs", arch="mlp", batch_size=100),
        "transfer": transfer_matrix(study),
        "means": mean_ideal(study, arch="mlp", units=784),
    }
    for name, figure in pictures.items():
        figure.savefig(folder / f"findings_{name}.png", metadata={"Software": None})


if __name__ == "__main__":
    sys.exit(run(main))
