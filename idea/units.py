"""Show the units of a hidden layer: `python -m idea.units --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import functools
import json
import sys
from pathlib import Path
from typing import Any

from idea.cli.common import (
    EXIT_STATUS,
    INTERRUPTED,
    JOBS_HELP,
    Parser,
    add_model,
    named_path,
    real_number,
    run,
    whole_number,
)
from idea.cli.data import add_data, chosen_data
from idea.cli.opened import opened
from idea.cli.progress import Bar
from idea.cli.streams import show
from idea.core.objective import Objective
from idea.core.units import Unit, as_layer, influential_units
from idea.errors import OptionError
from idea.files.figure import figure_bytes
from idea.files.prior import load_prior, usual_prior
from idea.files.write import check_folder, require_no_folders, write_files
from idea.image import Task
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.networks.prior import Prior
from idea.optional import load_package
from idea.text import pluralize, short_number
from idea.validation import as_count

_COUNT = 10
_NO_PRIOR = "none"

_EPILOG = f"""\
A unit's value is its pre-activation, that of a convolution's map its mean after ReLU. Its influence
is the standard deviation of what it passes on, over test images, times the norm of the weights that
follow it. What it adds to a logit is the mean, over test images, of the difference that it makes to
set what it passes on to 0.

examples:
  Show the ten most influential units of the bundled MLP's last hidden layer:
    python -m idea.units
  Show the maps of a network's first convolution:
    python -m idea.units --model lenet --layer conv1
  Search for the ideal of one of them alone:
    python -m idea.search --model lenet --target conv1:3

{EXIT_STATUS}, 130 interrupted (the record has the units that are finished)"""


def main() -> int:
    """Parse the command line, search, draw and print; return the exit status."""
    args = parser().parse_args()
    as_count("--count", args.count)
    model = opened(args.model, args)
    network, layer = model.network, as_layer(model.network, args.layer)
    assert isinstance(network, MLP | CNN)  # noqa: S101  # by as_layer
    prior = _prior(args, network.task)
    Objective(prior=prior, prior_weight=args.prior_weight).check_task(network.task)
    paths = [args.out / f"units_{layer}.{kind}" for kind in ("png", "json")]
    require_no_folders(paths)
    check_folder(args.out)
    load_package("matplotlib", "idea.units", "'idea[study]'")
    dataset = chosen_data(args, network.task).load(functools.partial(print, file=sys.stderr))
    found: list[Unit] = []
    with Bar("unit", layer) as bar:
        try:
            for unit in influential_units(
                network,
                layer,
                dataset,
                args.count,
                prior=prior,
                prior_weight=args.prior_weight,
                seed=args.seed,
                jobs=args.jobs,
                on_unit=bar.go_to,
            ):
                bar.clear()
                task = network.task
                show(json.dumps(_record(unit, task)) if args.json else _line(unit, task))
                found.append(unit)
        except KeyboardInterrupt:
            if not found:
                raise
            write_files({paths[1]: _json_bytes(found, network.task)}, new_folders=True)
            units = pluralize(len(found), "unit")
            print(f"interrupted: {paths[1]} has {units}; nothing drawn", file=sys.stderr)
            return INTERRUPTED
    from idea.figures.unit_sheet import draw_units

    figure = draw_units(found, network.task)
    contents = figure_bytes(figure, figure.dpi), _json_bytes(found, network.task)
    write_files(dict(zip(paths, contents, strict=True)), new_folders=True)
    if not args.json:
        show(*paths)
    return 0


def _json_bytes(units: list[Unit], task: Task) -> bytes:
    lines = ",\n".join(json.dumps(_record(unit, task)) for unit in units)
    return f"[\n{lines}\n]\n".encode()


def _prior(args: argparse.Namespace, task: Task) -> Prior | None:
    """Load the prior; without an option the bundled one, if it is of the network's task."""
    if args.prior is None:
        prior = usual_prior(task)
    else:
        prior = None if args.prior == _NO_PRIOR else load_prior(args.prior)
    if prior is None and args.prior_weight is not None:
        raise OptionError("--prior-weight is for a prior, and there is none: name one with --prior")
    return prior


def _record(unit: Unit, task: Task) -> dict[str, Any]:
    """Return what is known of a unit, ready for JSON."""
    ideals = {"ideal": unit.ideal, "with_prior": unit.with_prior}
    return {
        "unit": unit.name,
        "influence": unit.influence,
        "examples": [
            {"label": task.key(int(label)), "value": float(value)}
            for label, value in zip(unit.labels, unit.values, strict=True)
        ],
        "adds": unit.effects.tolist(),
        **{
            name: {
                "value": ideal.value,
                "prediction": task.key(ideal.prediction),
                "prior_weight": ideal.objective.prior_weight,
                "image": ideal.image.astype(int).ravel().tolist(),
            }
            for name, ideal in ideals.items()
            if ideal is not None
        },
    }


def _line(unit: Unit, task: Task) -> str:
    """Describe a unit in a line."""
    labels = ", ".join(dict.fromkeys(task.label(int(label)) for label in unit.labels))
    parts = [
        f"influence {short_number(unit.influence)}",
        f"activated most by {labels} ({short_number(unit.values[0])})",
        f"ideal {short_number(unit.ideal.value)}",
    ]
    if unit.with_prior is not None:
        parts.append(f"with the prior {short_number(unit.with_prior.value)}")
    for text, index in (
        ("adds most to", unit.effects.argmax()),
        ("least to", unit.effects.argmin()),
    ):
        parts.append(f"{text} {task.label(int(index))} ({short_number(unit.effects[index])})")
    return f"{unit.name}: {', '.join(parts)}"


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.units",
        usage="%(prog)s [options]",
        description="Draw a sheet of the units of a network's hidden layer that matter most for "
        "real images: for each the test images that activate it most, its ideal, the same with a "
        "prior, and what it adds to the logit of each class.",
        epilog=_EPILOG,
    )
    _add_network(parser.add_argument_group("network and data set"))
    _add_search(parser.add_argument_group("search"))
    _add_output(parser.add_argument_group("output"))
    return parser


def _add_network(group: argparse._ArgumentGroup) -> None:
    add_model(group)
    group.add_argument(
        "--layer",
        metavar="NAME",
        help="layer1, layer2, …, or conv1, … of a CNN (default: the last before the logits)",
    )
    group.add_argument(
        "--count",
        type=whole_number,
        default=_COUNT,
        metavar="N",
        help="number of units, the most influential first (default: %(default)s)",
    )
    add_data(group, labels=False, default="the one with the network's task")


def _add_search(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--prior",
        metavar="digits|FILE|none",
        help="model of probable images of the second ideal: digits (bundled), or a file that "
        "python train.py --prior wrote (default: digits for networks of digits of 28×28 pixels, "
        "else none)",
    )
    group.add_argument(
        "--prior-weight",
        type=real_number,
        metavar="W",
        help="what its logarithm of the probability is multiplied by (default: chosen for each "
        "unit)",
    )
    group.add_argument(
        "--seed",
        type=whole_number,
        default=0,
        metavar="N",
        help="seed of the random number generator (default: %(default)s)",
    )
    group.add_argument("--jobs", type=whole_number, metavar="N", help=JOBS_HELP)


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--out",
        type=named_path,
        default=Path("units"),
        metavar="DIR",
        help="folder for the sheet, units_layer2.png, and the values, units_layer2.json (default: "
        "%(default)s)",
    )
    group.add_argument(
        "--json", action="store_true", help="print one JSON object per unit and nothing else"
    )


if __name__ == "__main__":
    sys.exit(run(main))
