"""Search for the ideals of a network: `python -m idea.search --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idea.cli.animations import Animations
from idea.cli.common import INTERRUPTED, chosen_targets, run
from idea.cli.diverse_search import search_diverse
from idea.cli.opened import show_notes
from idea.cli.progress import waiting
from idea.cli.search_options import OWN, parser
from idea.cli.search_output import Report, SearchBar
from idea.core.interrupted import Interrupted
from idea.core.options import default_search, method_of
from idea.core.record import Record, read_record
from idea.core.result import Ideal
from idea.core.spec import COMMON, PreparedSearch, Search
from idea.core.strategies import METHODS
from idea.core.target import as_targets
from idea.errors import OptionError


def main() -> int:
    """Parse the command line, search, write and print; return the exit status."""
    args = parser().parse_args()
    replayed = _record_to_replay(args)
    search = replayed.search if replayed else _search(args)
    with waiting("opening the network"):
        opened = search.prepare()
    show_notes(opened.model)
    task = opened.model.task
    if replayed:
        targets = as_targets(opened.model, [replayed.target], minimise=replayed.minimise)
        replayed.check_files(opened, targets[0])
    else:
        named = chosen_targets(args, task)
        targets = as_targets(opened.model, named, minimise=args.minimise)
    for target in targets:
        target.check(opened.objective)
    if args.diverse is not None:
        return search_diverse(opened, targets, args)
    home = replayed.path.parent if replayed else Path("ideas")
    animations = Animations.chosen(args)
    report = Report(args.out or home, targets, animations, frames=args.frames, json=args.json)
    report.check(search)
    found = []
    try:
        with SearchBar(targets, search.restarts) as bar:
            for ideal in opened.find(targets, bar.show, args.jobs):
                if replayed:
                    replayed.check_dump(ideal)
                bar.clear()
                report.write(ideal, opened)
                found.append(ideal)
    except Interrupted as interruption:
        return _write_interrupted(interruption.ideals, opened, report, replayed)
    report.close(found, replayed)
    return 0


def _write_interrupted(
    ideals: list[Ideal], opened: PreparedSearch, report: Report, replayed: Record | None
) -> int:
    """Write the best images so far; of a replay nothing, which would replace its own record."""
    if replayed:
        print("interrupted: the replay was not finished; nothing written", file=sys.stderr)
        return INTERRUPTED
    for ideal in ideals:
        report.write(ideal, opened, interrupted=True)
    paths = " ".join(str(report.path(ideal.target, "vf")) for ideal in ideals)
    print(f"interrupted: the best so far is in {paths}", file=sys.stderr)
    return INTERRUPTED


def _search(args: argparse.Namespace) -> Search:
    """Make the search; options that aren't given have their defaults."""
    if args.distance is not None and args.diverse is None:
        raise OptionError("--distance is for --diverse")
    common, own = _given(args, COMMON), _given(args, OWN)
    if "prior" in common:
        usual = default_search(prior=True)._asdict()
        if args.diverse is not None:
            del usual["restarts"]
        common = usual | common
    if "every" not in common and "method" in common:
        method_of(common["method"], own)
        common["every"] = METHODS[common["method"]].every
    return Search(**common, own=own)


def _given(args: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Return the options that are given, of these names."""
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


def _record_to_replay(args: argparse.Namespace) -> Record | None:
    """Read the record to replay, if any; it excludes other options of a search."""
    if args.replay is None:
        return None
    for name in ("digit", "target", "minimise", "diverse", "distance", *COMMON, *OWN):
        value = getattr(args, name)
        given = value is not None and value is not False
        if given and name not in ("model", "start", "freeze", "prior"):
            raise OptionError(f"--replay takes its options from the record: leave out --{name}")
    files = {name: getattr(args, name) for name in ("model", "start", "freeze", "prior")}
    return read_record(args.replay, **files)


if __name__ == "__main__":
    sys.exit(run(main))
