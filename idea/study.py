"""Train networks over a grid, and search for the ideals of each: `python -m idea.study --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from idea.cli.common import (
    INTERRUPTED,
    Parser,
    complain,
    named_path,
    real_number,
    run,
    whole_number,
)
from idea.cli.data import add_data
from idea.cli.progress import Bar
from idea.cli.robust import add_robust
from idea.cli.streams import show
from idea.core.objective import AIMS
from idea.core.spec import OWN
from idea.core.strategies import METHODS
from idea.errors import OptionError
from idea.files.schema import key_text
from idea.studies.collect import MAX_EVALUATORS, collect
from idea.studies.grid import MAX_NETWORKS, VALUE_SCHEMAS
from idea.studies.make_network import NetworkOutcome, Training
from idea.studies.plan import DATA, SEARCH, Plan, read_toml
from idea.studies.preparation import prepare
from idea.studies.runner import check_counts
from idea.studies.runner import run as run_trainings
from idea.studies.stored import class_noun
from idea.studies.study import Study
from idea.text import percentage, pluralize

_FAILED = 1

_EPILOG = """\
Separate several values by commas; 0-4 is a range of integers. A network is trained for every
combination. Options of the first four groups can also be read from a TOML file, with underscores
in place of hyphens; the command line takes precedence:

  data = "fashion"
  arch = ["mlp", "lenet"]
  units = [16, 784]
  seeds = "0-4"
  method = "anneal"

Each network gets a folder named from its parameters, with its weights, metrics.csv, its ideals and
run.json. A study is resumable: the same command completes what is missing; with more values it
extends the study. results.parquet (results.csv without pyarrow) has a row for each network and
class.

examples:
  python -m idea.study --units 16,100,784 --epochs 1,5 --seeds 0-4
  python -m idea.study --arch mlp,lenet,convnet --seeds 0-2 --method best --seconds 2 --out shapes
  python -m idea.study --units 784 --epochs 1-20 --out growing    the idea after each epoch
  python -m idea.study --data fashion --units 16,100 --seeds 0-2 --out clothes
  python -m idea.study --data digits8 --units 32 --seeds 0-9 --out small    8×8 pixels
  python -m idea.study --adversarial 0,0.1,0.3 --batch-size 250 --epochs 6 --out robust
  python -m idea.study grid.toml --out again --smooth 0.3 --reuse study
                                                      the same networks, smoother ideals
  python -m idea.compare study                        write its report

exit status: 0 success, 1 some networks failed, 2 invalid input, 130 interrupted"""


def main() -> int:
    """Parse the command line, run what is missing, write and print; give the exit status."""
    args = parser().parse_args()
    check_counts(args.jobs, args.judges, args.max_networks)
    plan = _plan(args)
    trainings = prepare(plan, args.out, reuse=args.reuse, scheduler=args.scheduler)
    count = len(plan.grid.cells())
    missing = sum(len(training.cells) for training in trainings)
    if missing < count:
        show(f"{count - missing:,} of {count:,} networks are in {args.out} already")
    if args.reuse and missing:
        taken = sum((args.reuse / cell.name).is_dir() for one in trainings for cell in one.cells)
        show(f"{taken:,} of {missing:,} networks are taken from {args.reuse}")
    try:
        failures = _run(trainings, args)
    except KeyboardInterrupt:
        print("interrupted: the same command completes what is missing", file=sys.stderr)
        return INTERRUPTED
    with Bar("network", "evaluating ideals") as bar:
        study = collect(args.out, args.judges, bar.go_to)
    for line in _summary(study):
        show(line)
    for done in failures:
        complain(f"{done.cell.name}: {done.error}")
    return _FAILED if failures else 0


def _plan(args: argparse.Namespace) -> Plan:
    """Read the plan of a file and of the command line, which overrules it."""
    options = _options_in(args.plan) if args.plan else {}
    labels = {name: f"{args.plan}: {key_text(name)}" for name in options}
    for name in (*DATA, *VALUE_SCHEMAS, "targets", "digits", *SEARCH, *OWN):
        value = getattr(args, name)
        if value is not None and value is not False:
            options[name] = value
            labels[name] = f"--{name.replace('_', '-')}"
    return Plan.parse(options, labels, args.max_networks)


def _options_in(plan: Path) -> dict[str, Any]:
    """Read a plan, unless its name suggests a misplaced ``--units 16,100``."""
    if plan.suffix.lower() != ".toml":
        raise OptionError(
            f"{plan} is no FILE.toml; several values are separated by commas: --units 16,100"
        )
    return read_toml(plan)


def _run(trainings: list[Training], args: argparse.Namespace) -> list[NetworkOutcome]:
    """Make the networks that are missing, with a bar and a line each; give those that failed."""
    failures = []
    left = sum(len(one.cells) for one in trainings)
    seconds = {cell: one.seconds / len(one.cells) for one in trainings for cell in one.cells}
    total, finished = sum(seconds.values()), 0.0
    with Bar("s of work", pluralize(left, "network")) as bar:
        bar.go_to(0, round(total))
        for done in run_trainings(trainings, jobs=args.jobs, scheduler=args.scheduler):
            bar.clear()
            show(_line(done))
            failures += [done] * (done.error is not None)
            left -= 1
            finished += seconds[done.cell]
            bar.go_to(round(finished), round(total), pluralize(left, "network"))
    return failures


def _line(done: NetworkOutcome) -> str:
    if done.error is not None:
        return f"{done.cell.name}: failed"
    return f"{done.cell.name}: test accuracy {percentage(done.accuracy, 2)}, {done.seconds:.1f} s"


def _summary(study: Study) -> list[str]:
    """Return a summary in three lines, and how to write a page that shows the study."""
    legibility = study.table["legibility"]
    (table,) = study.folder.glob("results.*")
    networks = pluralize(len(study.networks), "network")
    ideals = pluralize(len(legibility), "ideal")
    legible = "unknown: needs networks of several --seeds or --arch"
    if not np.isnan(legibility).all():
        share = percentage(float(np.nanmean(legibility)), 1)
        legible = (
            f"on average {share} of the other networks classify an ideal as the intended "
            f"{class_noun(study.task)}"
        )
    return [
        f"{networks} with {ideals}: {table}",
        f"legibility: {legible}",
        f"view them: python -m idea.compare {study.folder}",
    ]


def parser() -> argparse.ArgumentParser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.study",
        description="Train many networks over a grid of hyperparameters, search for the ideals of "
        "each, and evaluate them with the other networks.",
        epilog=_EPILOG,
        allow_abbrev=False,  # --unit would be taken for --units
    )
    parser.add_argument(
        "plan", nargs="?", type=named_path, metavar="FILE.toml", help="options in TOML; see below"
    )
    _add_grid(parser)
    add_robust(parser, several=True)
    _add_search(parser)
    _add_work(parser)
    return parser


def _add_grid(parser: argparse.ArgumentParser) -> None:
    add_data(parser.add_argument_group("the data set"))
    grid = parser.add_argument_group("the networks (defaults are those of train.py)")
    grid.add_argument("--arch", metavar="A,…", help="mlp, lenet, convnet (default: mlp)")
    grid.add_argument("--units", metavar="N,…", help="widths of the hidden layers of an mlp")
    grid.add_argument("--batch-size", metavar="N,…", help="batch size")
    grid.add_argument(
        "--epochs",
        metavar="N,…",
        help="number of passes over the training set; networks that differ only in epochs share "
        "one "
        "training",
    )
    grid.add_argument("--learning-rate", metavar="R,…", help="learning rate of Adam")
    grid.add_argument("--weight-decay", metavar="L,…", help="L2 penalty")
    grid.add_argument("--held-out", metavar="N,…", help="training images held out for validation")
    grid.add_argument("--seeds", metavar="N,…", help="such as 0-4 (default: 0)")
    grid.add_argument(
        "--framework", metavar="F,…", help="torch, or for an mlp chainer (default: torch)"
    )


def _add_search(parser: argparse.ArgumentParser) -> None:
    search = parser.add_argument_group("the ideals (see python -m idea.search --help)")
    search.add_argument(
        "--targets", metavar="LABEL,…", help="classes by label or index (default: all)"
    )
    search.add_argument("--digits", metavar="D,…", help="the same, of digits")
    search.add_argument(
        "--method", metavar="|".join(METHODS), help="(default: greedy, with a prior anneal)"
    )
    search.add_argument("--objective", metavar="|".join(AIMS), help="(default: logit)")
    search.add_argument(
        "--ink", type=real_number, metavar="WEIGHT", help="penalty for each white pixel"
    )
    search.add_argument(
        "--smooth",
        type=real_number,
        metavar="WEIGHT",
        help="penalty for each pair of differing neighbours",
    )
    search.add_argument("--freeze", metavar="FILE|unused", help="pixels that are held black")
    search.add_argument(
        "--prior",
        metavar="digits|FILE",
        help="model of probable images; needs --prior-weight, one for all networks",
    )
    search.add_argument(
        "--prior-weight", type=real_number, metavar="W", help="what its log p is multiplied by"
    )
    search.add_argument(
        "--start",
        metavar="FILE.vf",
        help="dump (.vf image file) to start from (default: the same "
        "random grey image for all networks)",
    )
    search.add_argument(
        "--restarts", type=whole_number, metavar="N", help="keep the best of N runs"
    )
    search.add_argument("--search-seed", type=whole_number, metavar="N", help="(default: 0)")
    for name in sorted(OWN):
        methods = [m for m in METHODS if name in METHODS[m].options]
        kind = whole_number if isinstance(METHODS[methods[0]].options[name], int) else real_number
        about = f"see idea.search; for {', '.join(methods)}"
        search.add_argument(f"--{name}", type=kind, metavar="N", help=about)


def _add_work(parser: argparse.ArgumentParser) -> None:
    work = parser.add_argument_group("execution")
    work.add_argument(
        "--out", type=named_path, default=Path("study"), metavar="DIR", help="(default: study)"
    )
    work.add_argument(
        "--reuse", type=named_path, metavar="DIR", help="a study whose networks are reused"
    )
    work.add_argument(
        "--judges",
        type=whole_number,
        default=MAX_EVALUATORS,
        metavar="N",
        help="maximum number of networks that evaluate the ideals of the others; if there are "
        "more, an evenly spaced subset is used "
        f"(default: {MAX_EVALUATORS})",
    )
    work.add_argument(
        "--max-networks",
        type=whole_number,
        default=MAX_NETWORKS,
        metavar="N",
        help=f"maximum size of the grid (default: {MAX_NETWORKS:,})",
    )
    work.add_argument(
        "--jobs",
        type=whole_number,
        metavar="N",
        help="processes, of one thread each; the results are the same (default: all cores)",
    )
    work.add_argument(
        "--scheduler",
        metavar="tcp://…",
        help="a Dask scheduler whose workers train the networks instead of this machine; see "
        "docs/scaling.md",
    )


if __name__ == "__main__":
    sys.exit(run(main))
