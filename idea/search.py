"""Search for a network's ideas: `python -m idea.search --help`."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Any

from idea.cli.common import (
    INTERRUPTED,
    MODEL_HELP,
    Parser,
    named_path,
    real_number,
    run,
    whole_number,
)
from idea.cli.search_output import Report, SearchBar
from idea.core.objective import AIMS
from idea.core.options import method_of
from idea.core.record import Record, read_record
from idea.core.result import Ideal, Interrupted
from idea.core.spec import COMMON, PreparedSearch, Search
from idea.core.strategies import METHODS
from idea.errors import OptionError
from idea.validation import parse_digits

# The methods' own options, and what they count.
_OWN = sorted({name for method in METHODS.values() for name in method.options})
_COUNTED = {
    "flips": "how many to make at most",
    "patience": "kicks without success before it turns to another image",
    "rounds": "how often to rank at most",
    "seconds": "for each digit and restart; 0: until nothing has improved for long",
    "starts": "how many images to climb from",
    "steps": "how many changes to draw",
    "sweeps": "how often to pass over the pixels",
}

_EXAMPLES = """\
examples:
  python -m idea.search --digit 5 --gif      watch noise turn into a 5
  python -m idea.search --digit all          the ten ideas, and a sheet of them
  python -m idea.search --digit 3 --restarts 20
                                             the best of 20 random starts
  python -m idea.search --digit all --method best --seconds 2
                                             as good as it gets in 2 seconds a digit
  python -m idea.search --smooth 0.3 --freeze unused
                                             an idea without the noise around it
  python -m idea.search --model convnet      the idea of another network that comes along
  python -m idea.search --model test.model   that of a network of yours

exit status: 0 done, 2 wrong input, 130 interrupted (the best so far is written)"""


def main() -> int:
    """Parse the command line, search, write and print; give the exit status."""
    args = _parser().parse_args()
    replayed = _replayed(args)
    search = replayed.search if replayed else _search(args)
    digits = [replayed.digit] if replayed else parse_digits(args.digit or ["5"])
    opened = search.prepare()
    if replayed:
        replayed.check_files(opened)
    home = replayed.path.parent if replayed else Path("ideas")
    report = Report(args.out or home, digits, gif=args.gif, frames=args.frames, json=args.json)
    report.prepare(search.start)
    found = []
    try:
        with SearchBar(digits, search.restarts) as bar:
            for ideal in opened.find(digits, bar.show, args.jobs):
                if replayed:
                    replayed.check_dump(ideal)
                bar.clear()
                report.write(ideal, opened)
                found.append(ideal)
    except Interrupted as interruption:
        return _give_up(interruption.ideals, opened, report, replayed)
    report.close(found, replayed)
    return 0


def _give_up(
    ideals: list[Ideal], opened: PreparedSearch, report: Report, replayed: Record | None
) -> int:
    """Keep the best so far; but of a replay nothing, lest it spoil what it was to repeat."""
    if replayed:
        print("interrupted: the replay was not finished; nothing written", file=sys.stderr)
        return INTERRUPTED
    for ideal in ideals:
        report.write(ideal, opened, interrupted=True)
    paths = " ".join(str(report.path(ideal.digit, "vf")) for ideal in ideals)
    print(f"interrupted: the best so far is in {paths}", file=sys.stderr)
    return INTERRUPTED


def _search(args: argparse.Namespace) -> Search:
    """Name the search that was asked for; what was not said has its default."""
    common, own = (
        {name: getattr(args, name) for name in names if getattr(args, name) is not None}
        for names in (COMMON, _OWN)
    )
    if "every" not in common and "method" in common:
        method_of(common["method"], own)
        common["every"] = METHODS[common["method"]].every
    return Search(**common, own=own)


def _replayed(args: argparse.Namespace) -> Record | None:
    """Read the record to replay, if any; it can't be mixed with other options of a search."""
    if args.replay is None:
        return None
    for name in ("digit", *COMMON, *_OWN):
        if name not in ("model", "start", "freeze") and getattr(args, name) is not None:
            raise OptionError(f"--replay takes its options from the record: leave out --{name}")
    return read_record(args.replay, model=args.model, start=args.start, freeze=args.freeze)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m idea.search",
        description="Search the binary 28×28 images for the one that a trained network scores "
        "highest as a digit: its idea of that digit.",
        epilog=_epilog(),
    )
    _add_search(parser)
    _add_output(parser)
    return parser


def _add_search(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to search for")
    what.add_argument(
        "--digit",
        nargs="+",
        metavar="D",
        help="digits, such as 5 or 0 3 5 or 0,3,5, or all (default: 5)",
    )
    what.add_argument(
        "--model",
        metavar="NAME|FILE",
        help=MODEL_HELP,
    )
    _add_objective(what)
    how = parser.add_argument_group("how")
    how.add_argument("--method", metavar="|".join(METHODS), help="see below (default: greedy)")
    how.add_argument(
        "--start", metavar="FILE.vf", help="a dump to start from (default: random greys)"
    )
    how.add_argument("--seed", type=whole_number, help="of all that is random (default: 0)")
    how.add_argument(
        "--restarts", type=whole_number, metavar="N", help="keep the best of N runs (default: 1)"
    )
    how.add_argument(
        "--jobs",
        type=whole_number,
        metavar="N",
        help="threads to share digits and restarts; the result is the same (default: all cores)",
    )
    for name in _OWN:
        how.add_argument(f"--{name}", metavar="N", **_own_option(name))
    how.add_argument(
        "--every",
        type=whole_number,
        metavar="N",
        help="a frame each so many steps; for greedy, pixels (default: "
        + ", ".join(f"{name} {method.every}" for name, method in METHODS.items())
        + ")",
    )


def _add_objective(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--objective",
        metavar="|".join(AIMS),
        help="; ".join(f"{name}: {about}" for name, about in AIMS.items()) + " (default: logit)",
    )
    group.add_argument(
        "--ink",
        type=real_number,
        metavar="PRICE",
        help="of each white pixel, in logits; a reward is --ink=-0.1 (default: 0)",
    )
    group.add_argument(
        "--smooth",
        type=real_number,
        metavar="PRICE",
        help="of each two neighbours, right and below, that differ (default: 0)",
    )
    group.add_argument(
        "--freeze",
        metavar="FILE|unused",
        help="hold pixels black: those that a dump or a 28×28 picture marks white, or the 67 that "
        "no training digit uses, whose weights are noise",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("what to write")
    output.add_argument("--gif", action="store_true", help="the search as idea_5.gif")
    output.add_argument(
        "--frames",
        action="store_true",
        help="the frames as x0000.vf …, in place of those of an earlier search; "
        "for more than one digit in folders frames_5 …",
    )
    output.add_argument(
        "--out",
        type=named_path,
        metavar="DIR",
        help="(default: ideas; of a replay, the record's own folder)",
    )
    output.add_argument(
        "--json", action="store_true", help="print one JSON object a digit and nothing else"
    )
    output.add_argument(
        "--replay",
        metavar="FILE.json",
        help="make the ideal of this record again, and check that it is the same to the byte; "
        "with --model, --start and --freeze where these files have moved",
    )


def _epilog() -> str:
    """Tell what each method does, and how to begin."""
    methods = [
        textwrap.fill(f"  {name}: {method.about}.", 90, subsequent_indent="    ")
        for name, method in METHODS.items()
    ]
    return "\n".join(["methods:", *methods, "", _EXAMPLES])


def _own_option(name: str) -> dict[str, Any]:
    """Give an option's type and help from the table of methods."""
    defaults = {m: method.options[name] for m, method in METHODS.items() if name in method.options}
    about = ", ".join(f"of {method} (default: {value})" for method, value in defaults.items())
    counted = f"{_COUNTED[name]}; " if name in _COUNTED else ""
    kind = whole_number if isinstance(next(iter(defaults.values())), int) else real_number
    return {"type": kind, "help": f"{counted}{about}"}


if __name__ == "__main__":
    sys.exit(run(main))
