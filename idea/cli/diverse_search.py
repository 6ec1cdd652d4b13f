"""The searches of `idea.search --diverse`: several ideals of each target."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from idea.cli.animations import Animations
from idea.cli.common import INTERRUPTED
from idea.cli.search_output import Report, SearchBar
from idea.cli.streams import show
from idea.core.diverse import MOST, PERSISTENCE
from idea.core.interrupted import Interrupted
from idea.core.result import Ideal
from idea.core.spec import PreparedSearch
from idea.core.target import Target
from idea.files.picture import sheet_bytes
from idea.files.write import require_no_folders, write_bytes
from idea.validation import as_whole_number

_WIDEST = 10  # ideals of one class in a row


def search_diverse(opened: PreparedSearch, targets: list[Target], args: argparse.Namespace) -> int:
    """Search, write the ideals of each rank to a folder, draw all, and return the exit status."""
    count = as_whole_number("--diverse", args.diverse, 1, MOST)
    folder = args.out or Path("ideas")
    sheet = folder / "ideas.png"
    animations = Animations.chosen(args)
    reports = [
        Report(
            folder / str(rank),
            targets,
            animations.part(str(rank)),
            frames=args.frames,
            json=args.json,
        )
        for rank in range(1, count + 1)
    ]
    for report in reports:
        report.check(opened.search)
    require_no_folders([sheet])
    found: list[Ideal] = []
    with SearchBar(targets, opened.search.restarts) as bar:
        for target in targets:
            try:
                ideals = opened.find_diverse(target, count, args.distance, bar.show, args.jobs)
            except Interrupted as interruption:
                _write(reports, interruption.ideals, opened, interrupted=True)
                print(f"interrupted: the best so far are in {folder}", file=sys.stderr)
                return INTERRUPTED
            bar.clear()
            _write(reports, ideals, opened)
            found.extend(ideals)
            if len(ideals) < count:
                print(_too_few(target, len(ideals), count), file=sys.stderr)
    labels = [f"{ideal.label}: {ideal.energy:.1f}" for ideal in found]
    columns = count if len(targets) > 1 or count <= _WIDEST else None
    images = [ideal.image for ideal in found]
    write_bytes(sheet, sheet_bytes(images, labels, columns=columns))
    if not args.json:
        show(str(sheet))
    return 0


def _write(
    reports: list[Report], ideals: list[Ideal], opened: PreparedSearch, *, interrupted: bool = False
) -> None:
    """Write ideals, the best first, each to the folder of its rank."""
    for report, ideal in zip(reports, ideals, strict=False):  # there may be fewer ideals
        report.write(ideal, opened.of_seed(ideal.seed), interrupted=interrupted)


def _too_few(target: Target, found: int, count: int) -> str:
    return (
        f"{target.label}: of {PERSISTENCE * count} searches only {found} led to ideals that differ "
        "enough: lower --distance, or use --method mc, whose ideals differ more and score less"
    )
