"""Compare methods of search at equal time: `python bench/quality.py --help`.

It needs the extra `bench` and Linux.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from idea.cli.common import Parser, is_terminal, named_path, run
from idea.cli.streams import show
from idea.core.strategies import METHODS
from idea.errors import OptionError
from idea.files.write import make_folder
from idea.networks.mlp import MLP
from idea.opening.load import load_model

from best_known import Best, BestKnown, unpacked
from contest import Cell, Result, append_result, on_cores, read_results, run_search, try_to_prove
from measure import ONE_THREAD, cpu_name
from quality_networks import GROUPS, Network, networks_of
from quality_table import tables, write_into
from timed_evaluator import EXTERNAL

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "quality.md"
CONTENDERS = (*METHODS, *EXTERNAL)

_EPILOG = """\
networks: 16, 32, 100, 784 (MLPs with that many units, three of each), lenet, convnet, or files
methods: {methods}

examples:
  python bench/quality.py --cores 0 1          all of it, and the table in docs/quality.md
  python bench/quality.py --networks lenet --digits 3 8 --methods greedy torch
                                               a part of it, printed only
  python bench/quality.py --networks 16 --prove 120
                                               prove the optima of small networks
  python bench/quality.py --methods mc --again again, because mc has changed
  python bench/quality.py --methods best --seconds 60 --seed 1
                                               find better images to compare with
  python bench/quality.py --networks my.dat --best my.json
                                               your own network, with its own file"""


def main() -> int:
    """Parse the command line, compare and print; return the exit status."""
    args = _parser().parse_args()
    os.environ.update(ONE_THREAD)  # for the processes that train and search
    _check(args)
    folder = make_folder(args.folder)
    make_folder(args.best.parent)
    groups = {name: networks_of(name, folder) for name in args.networks}
    networks = {network.checksum: network for group in groups.values() for network in group}
    best_known = BestKnown(args.best)
    for network in networks.values():
        best_known.check(network.checksum, load_model(network.source))
    results = measure(args, networks, best_known)
    if args.prove:
        prove(args, networks, best_known)
    text = tables(groups, results, best_known)
    show(text)
    chosen = {*args.networks, *args.methods, *args.digits}
    if chosen >= {*GROUPS, *CONTENDERS, *range(10)}:
        write_into(DOCUMENT, f"{_conditions(args)}\n\n{text}")
        show(f"\nin {DOCUMENT}")
    return 0


def measure(
    args: argparse.Namespace, networks: dict[str, Network], best_known: BestKnown
) -> dict[Cell, Result]:
    """Return the results of the chosen searches; run those that are missing."""
    log = args.folder / "results.jsonl"
    cells = [
        Cell(checksum, digit, method, args.seconds, args.seed)
        for checksum in networks
        for digit in args.digits
        for method in args.methods
    ]
    known = {} if args.again else read_results(log)
    results = {cell: known[cell] for cell in cells if cell in known}
    missing = [cell for cell in cells if cell not in results]
    tasks = [(cell, networks[cell.checksum].source) for cell in missing]
    with _bar(len(tasks), "search") as bar:
        for (cell, _), result in on_cores(run_search, tasks, args.cores):
            results[cell] = result
            append_result(log, cell, result)
            found = Best(result.energy, unpacked(result.image))
            best_known.update(cell.checksum, networks[cell.checksum].name, cell.digit, found)
            bar.update()
    return {cell: results[cell] for cell in cells}


def prove(args: argparse.Namespace, networks: dict[str, Network], best_known: BestKnown) -> None:
    """Try to prove the best known images of MLPs that aren't proved yet."""
    tasks = [
        (network.source, digit, best.image, args.prove)
        for network in networks.values()
        for digit in args.digits
        if isinstance(load_model(network.source), MLP)
        and (best := best_known.of(network.checksum, digit))
        and not best.proved
    ]
    checksums = {network.source: network.checksum for network in networks.values()}
    with _bar(len(tasks), "proof") as bar:
        for (source, digit, _, _), best in on_cores(try_to_prove, tasks, args.cores):
            network = networks[checksums[source]]
            best_known.update(network.checksum, network.name, digit, best)
            bar.update()


def _bar(total: int, unit: str) -> tqdm[NoReturn]:
    return tqdm(total=total, unit=unit, leave=False, disable=not is_terminal(sys.stderr))


def _check(args: argparse.Namespace) -> None:
    for name, seconds in (("seconds", args.seconds), ("prove", args.prove)):
        if seconds is not None and seconds <= 0:
            raise OptionError(f"--{name} must be more than 0, not {seconds:g}")
    there = os.sched_getaffinity(0)
    if wrong := {*args.cores} - there:
        raise OptionError(f"--cores must be of {sorted(there)}, not {sorted(wrong)}")


def _conditions(args: argparse.Namespace) -> str:
    """Return the conditions of the measurement."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("idea", "numpy", "torch", "pymoo"))
    return (
        f"{args.seconds:g} seconds a search on one core of an {cpu_name()}; seed {args.seed}; "
        f"Python {platform.python_version()}, {packages}."
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        description="Compare methods of search. Each looks for each digit's ideal for the same "
        "time on one core, restarts from other random starts if it ends early, and is compared "
        "with the best known image. Two optimisers from other libraries are included. "
        "Results are stored: an interrupted comparison resumes.",
        epilog=_EPILOG.format(methods=", ".join(CONTENDERS)),
    )
    add = parser.add_argument
    add("--networks", nargs="+", default=GROUPS, metavar="N", help="see below (default: all)")
    add(
        "--digits",
        nargs="+",
        type=int,
        choices=range(10),
        default=range(10),
        metavar="D",
        help="(default: all)",
    )
    add(
        "--methods",
        nargs="+",
        choices=CONTENDERS,
        default=CONTENDERS,
        metavar="M",
        help="see below (default: all)",
    )
    add("--seconds", type=float, default=2.0, help="for each search (default: 2)")
    add("--seed", type=int, default=0, help="of all that is random (default: 0)")
    add("--cores", nargs="+", type=int, default=[0], help="a search at a time on each (default: 0)")
    add(
        "--prove",
        type=float,
        metavar="SECONDS",
        help="then try to prove each best known image of an MLP (32 units take minutes)",
    )
    add("--again", action="store_true", help="repeat stored measurements")
    add(
        "--folder",
        type=named_path,
        default=ROOT / "build" / "quality",
        metavar="DIR",
        help="for trained networks and results (default: build/quality)",
    )
    add(
        "--best",
        type=named_path,
        default=Path(__file__).with_name("quality_best.json"),
        metavar="FILE.json",
        help="the best known images (default: bench/quality_best.json)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
