"""What a prior adds to ideals, and what it doesn't: `python bench/priors.py`.

Prints the tables of docs/explanation/priors.md: ideals of the bundled digit networks, plain, smooth
and with the prior; and four controls. How natural images are is measured by an autoregressive model
(`made.py`) that is independent of the prior. Needs PyTorch; takes some ten minutes the first time,
when this model and a prior without three digits are trained.
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import idea
from idea.core.find import find_all
from idea.files.prior import load_prior

from measure import require, restart_with_one_thread, title

if TYPE_CHECKING:
    from made import Made

NETWORKS = {"mlp": 0.3, "lenet": 0.05, "convnet": 0.05}
"""The bundled digit networks, and for each a good penalty on roughness."""
OMITTED = [2, 5, 7]
UNTRAINED = 8  # networks
SAMPLES = 1000  # test digits
PIXELS = idea.Task().pixels

Images = np.ndarray


@dataclasses.dataclass(frozen=True)
class Reference:
    """What images are compared with."""

    dataset: idea.Dataset
    model: Made
    networks: dict[str, idea.Classifier]

    @property
    def test(self) -> Images:
        """Binary test digits, (n, pixels)."""
        images = self.dataset.test_images[:SAMPLES].reshape(SAMPLES, PIXELS)
        return (images >= 128).astype(np.float32)


def main() -> int:
    """Parse the command line, search and print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("build/priors"), help="for what is trained"
    )
    parser.add_argument("--figure", type=Path, metavar="FILE", help="draw the trade-off alone")
    args = parser.parse_args()
    if (status := restart_with_one_thread()) is not None:
        return status
    if args.figure:
        figure = idea.figures.tradeoff(list(NETWORKS), 5)
        figure.savefig(args.figure, metadata={"Software": None})
        return 0
    from made import made  # needs PyTorch, which --help does without

    args.folder.mkdir(parents=True, exist_ok=True)
    dataset = idea.load_dataset("mnist")
    digits = dataset.train_images.reshape(-1, PIXELS) >= 128
    networks = {name: idea.load_model(name) for name in NETWORKS}
    reference = Reference(dataset, made(args.folder / "made.npz", digits), networks)
    title("Ideals of the bundled networks")
    print_ideals(reference)
    title("A prior that was trained without " + ", ".join(map(str, OMITTED)))
    print_ideals_without(reference, args.folder / "without.npz")
    title("Networks before training")
    print_untrained(reference)
    title("The prior alone")
    print_alone(reference)
    return 0


def print_ideals(reference: Reference) -> None:
    """Print a row for each network and kind of ideal, and one of test digits."""
    print_row(
        "network",
        "ideals",
        "logit / strongest real",
        "read by the two others",
        "log p (independent)",
        "flips to the nearest digit",
    )
    print_row(*["---"] * 6)
    unused = idea.unused_pixels()
    for name, smooth in NETWORKS.items():
        kinds = {
            "plain": idea.Objective(),
            f"--smooth {smooth} --freeze unused": idea.Objective(smooth=smooth, frozen=unused),
            "--prior digits": idea.Objective(prior=load_prior()),
        }
        for kind, objective in kinds.items():
            usual = {} if objective.prior else {"method": "anneal", "restarts": 4}
            ideals = list(find_all(reference.networks[name], objective=objective, **usual))
            print_row(name, kind, *described(reference, name, ideals))
    real = reference.model.log_probability(reference.test)
    flips = np.percentile([flips_to_nearest(image) for image in reference.test], [5, 50, 95])
    low, median, high = np.rint(flips).astype(int)
    print_row("", "test digits", "", "", f"{real.mean():.0f}", f"{median} ({low} to {high})")


def described(reference: Reference, name: str, ideals: Sequence[idea.Ideal]) -> list[str]:
    """Return the columns of a network's ideals."""
    images = images_of(ideals)
    ratios = [
        ideal.logit / context.strongest
        for ideal, context in zip(
            ideals, idea.energy_context(reference.networks[name]), strict=True
        )
    ]
    others = [network for other, network in reference.networks.items() if other != name]
    read = sum(read_as_meant(network, ideals) for network in others)
    log_p = reference.model.log_probability(images)
    flips = np.median([flips_to_nearest(image) for image in images])
    count = len(ideals) * len(others)
    return [f"{np.mean(ratios):.2f}", f"{read} of {count}", f"{log_p.mean():.0f}", f"{flips:.0f}"]


def print_ideals_without(reference: Reference, path: Path) -> None:
    """Print how ideals of digits are read that the prior never saw."""
    if not path.exists():
        command = [sys.executable, str(Path(__file__).parents[1] / "train.py"), "--prior", "digits"]
        command += ["--leave-out", *map(str, OMITTED), "--out", str(path)]
        require(subprocess.run(command, stdout=sys.stderr).returncode == 0, "the training failed")
    objective = idea.Objective(prior=load_prior(path))
    print_row("network", "of " + ", ".join(map(str, OMITTED)), "read by the two others")
    print_row(*["---"] * 3)
    for name, network in reference.networks.items():
        ideals = list(find_all(network, OMITTED, objective=objective))
        others = [other for key, other in reference.networks.items() if key != name]
        read = sum(read_as_meant(other, ideals) for other in others)
        own = read_as_meant(network, ideals)
        print_row(name, f"{own} of {len(ideals)}", f"{read} of {len(ideals) * len(others)}")


def print_untrained(reference: Reference) -> None:
    """Print how ideals of networks with random weights are read."""
    objective = idea.Objective(prior=load_prior())
    ideals = [
        ideal
        for seed in range(UNTRAINED)
        for ideal in find_all(untrained(seed), objective=objective)
    ]
    log_p = reference.model.log_probability(images_of(ideals)).mean()
    for name, network in reference.networks.items():
        print(f"  {name} reads {read_as_meant(network, ideals)} of {len(ideals)} as meant")
    print(f"  log p {log_p:.0f}")


def print_alone(reference: Reference) -> None:
    """Print what the prior's own best images show, for two targets and several seeds."""
    objective = idea.Objective(prior=load_prior(), prior_weight=1.0)
    layers = [
        (np.zeros(shape, np.float32), np.zeros(shape[0], np.float32))
        for shape in ((1, PIXELS), (1, 1), (10, 1))
    ]
    blank = idea.MLP(layers)
    images = {
        target: images_of(
            idea.find(blank, target, objective=objective, seed=seed) for seed in range(20)
        )
        for target in (3, 8)
    }
    same = (images[3] == images[8]).all()
    print(f"  the same image for both targets: {same}")
    for name, network in reference.networks.items():
        found = np.bincount(network.logits(images[3]).argmax(axis=1), minlength=10)
        print(f"  {name} reads 20 of them as 0, 1, … 9: {' '.join(map(str, found))}")


def untrained(seed: int) -> idea.MLP:
    """Return an MLP as it is before training."""
    rng = np.random.default_rng(seed)
    sizes = [(200, PIXELS), (200, 200), (10, 200)]
    layers = [
        (rng.normal(0, size[1] ** -0.5, size).astype(np.float32), np.zeros(size[0], np.float32))
        for size in sizes
    ]
    return idea.MLP(layers)


def images_of(ideals) -> Images:
    """Return the images of ideals, (n, pixels)."""
    return np.array([ideal.image.ravel() for ideal in ideals])


def read_as_meant(network: idea.Classifier, ideals: Sequence[idea.Ideal]) -> int:
    """Return how many ideals a network classifies as what they were found for."""
    found = network.logits(images_of(ideals)).argmax(axis=1)
    return int((found == [ideal.target for ideal in ideals]).sum())


def flips_to_nearest(image: Images) -> int:
    """Return the distance to the nearest training digit."""
    return idea.binary_images().nearest(image).flips


def print_row(*texts: str) -> None:
    """Print a row in Markdown."""
    print(f"| {' | '.join(texts)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
