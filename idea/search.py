"""Search for a network's ideas: `python -m idea.search --help`."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from idea.command import INTERRUPTED, run
from idea.core.ideal import Frame, Ideal, Interrupted
from idea.core.record import Record, Search, read_record, record
from idea.core.strategies import METHODS
from idea.errors import OptionError
from idea.files.output import make_folder, write_bytes
from idea.files.picture import as_text, write_sheet


def main() -> int:
    """Parse the command line, search, write and print; give the exit status."""
    args = _parser().parse_args()
    replayed = _replayed(args)
    search = replayed.search if replayed else _search(args)
    digits = [replayed.digit] if replayed else _digits(args.digit)
    find = search.open()
    if replayed:
        replayed.check_files()
    folder = make_folder(args.out)
    found = []
    for digit in digits:
        home = folder if len(digits) == 1 else folder / f"frames_{digit}"
        try:
            with _Bar(digit, search.restarts) as bar:
                ideal = find(digit, bar)
        except Interrupted as interruption:
            _report(interruption.ideal, search, args, home, interrupted=True)
            return INTERRUPTED
        if replayed:
            replayed.check_dump(ideal)
        _report(ideal, search, args, home)
        found.append(ideal)
    if not args.json:
        _say_where(found, args, replayed)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m idea.search",
        description="Search the binary 28×28 images for the one that a trained network scores "
        "highest as a digit: its idea of that digit.",
        epilog="methods:\n"
        + "".join(_wrapped(f"  {name}: {method.about}.") for name, method in METHODS.items())
        + "\nexamples:\n"
        "  python -m idea.search --digit 5 --gif      watch noise turn into a 5\n"
        "  python -m idea.search --digit all          the ten ideas, and a sheet of them\n"
        "  python -m idea.search --digit 3 --restarts 20\n"
        "                                             the best of 20 random starts\n"
        "  python -m idea.search --model test.model   the ideas of a network of yours\n"
        "\nexit status: 0 done, 2 wrong input, 130 interrupted (the best so far is written)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_argument_group("what to search for")
    what.add_argument(
        "--digit",
        nargs="+",
        default=["5"],
        metavar="D",
        help="digits, such as 5 or 0 3 5 or 0,3,5, or all (default: 5)",
    )
    what.add_argument(
        "--model",
        metavar="FILE",
        help="weights: .dat, or Chainer's .npz or .model (default: the network that comes along)",
    )
    how = parser.add_argument_group("how")
    how.add_argument(
        "--method", default="greedy", metavar="|".join(METHODS), help="see below (default: greedy)"
    )
    how.add_argument(
        "--start", metavar="FILE.vf", help="a dump to start from (default: random greys)"
    )
    how.add_argument("--seed", type=int, default=0, help="of all that is random (default: 0)")
    how.add_argument(
        "--restarts", type=int, default=1, metavar="N", help="keep the best of N runs (default: 1)"
    )
    how.add_argument("--sweeps", type=int, metavar="N", help="of greedy (default: 5)")
    how.add_argument("--steps", type=int, metavar="N", help="of mc (default: 10000)")
    how.add_argument(
        "--every",
        type=int,
        default=200,
        metavar="N",
        help="a frame each so many steps; for greedy, pixels (default: 200)",
    )
    output = parser.add_argument_group("what to write")
    output.add_argument("--gif", action="store_true", help="the search as idea_5.gif")
    output.add_argument(
        "--frames",
        action="store_true",
        help="the frames as x0000.vf …, in place of those of an earlier search; "
        "for more than one digit in folders frames_5 …",
    )
    output.add_argument("--out", default="ideas", metavar="DIR", help="(default: ideas)")
    output.add_argument(
        "--json", action="store_true", help="print one JSON object a digit and nothing else"
    )
    output.add_argument(
        "--replay",
        metavar="FILE.json",
        help="make the ideal of this record again, and check that it is the same to the byte; "
        "with --model where the model has moved",
    )
    return parser


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 90, subsequent_indent="    ", initial_indent="") + "\n"


def _search(args: argparse.Namespace) -> Search:
    own = {name: getattr(args, name) for name in ("sweeps", "steps")}
    return Search(
        method=args.method,
        model=args.model,
        start=args.start,
        seed=args.seed,
        restarts=args.restarts,
        every=args.every,
        own={name: value for name, value in own.items() if value is not None},
    )


def _replayed(args: argparse.Namespace) -> Record | None:
    """Read the record to replay, if any; it can't be mixed with other options of a search."""
    if args.replay is None:
        return None
    blank = _parser().parse_args([])
    for name in ("digit", "method", "start", "seed", "restarts", "sweeps", "steps", "every"):
        if getattr(args, name) != getattr(blank, name):
            raise OptionError(f"--replay takes its options from the record: leave out --{name}")
    return read_record(args.replay, args.model)


def _digits(texts: list[str]) -> list[int]:
    """Read a list such as ``["0,3", "5"]`` or ``["all"]``, each digit once, in order."""
    names = [name for text in texts for name in text.split(",") if name]
    if names == ["all"]:
        return list(range(10))
    for name in names:
        if name not in set("0123456789"):
            raise OptionError(f"digit must be one of 0…9, or all, not {name}")
    return list(dict.fromkeys(map(int, names)))


class _Bar:
    """A progress bar on the terminal: called with each frame of a search."""

    def __init__(self, digit: int, restarts: int) -> None:
        self._bar = tqdm(desc=f"digit {digit}", unit="step", leave=False, disable=None, total=0)
        self._restarts = restarts

    def __enter__(self) -> Callable[[Frame], None]:
        return self._show

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def _show(self, frame: Frame) -> None:
        self._bar.total = frame.steps * self._restarts
        self._bar.set_postfix_str(f"energy {frame.energy:.2f}", refresh=False)
        self._bar.update(frame.restart * frame.steps + frame.step - self._bar.n)


def _report(
    ideal: Ideal, search: Search, args: argparse.Namespace, home: Path, *, interrupted: bool = False
) -> None:
    """Write what was found, then print it."""
    folder = Path(args.out)
    ideal.save(folder)
    if args.gif:
        ideal.animate(folder / f"idea_{ideal.digit}.gif")
    if args.frames:
        ideal.save_frames(home)
    said = record(ideal, search, interrupted=interrupted)
    write_bytes(
        folder / f"idea_{ideal.digit}.json", (json.dumps(said, indent=2) + "\n").encode("utf-8")
    )
    if args.json:
        print(json.dumps(said), flush=True)
        return
    if sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf"):
        print(as_text(ideal.image))
    print(_line(ideal), flush=True)
    if interrupted:
        print(f"interrupted: the best so far is in {folder}/idea_{ideal.digit}.vf", file=sys.stderr)


def _line(ideal: Ideal) -> str:
    optimum = (
        "local optimum"
        if ideal.locally_optimal
        else f"no local optimum (best gain left {ideal.best_gain_left:.2g})"
    )
    agreeing = f", {ideal.agreeing} of {ideal.restarts} starts agree" * (ideal.restarts > 1)
    return (
        f"{ideal.digit}: energy {ideal.energy:.4f}, probability {ideal.probability:.4f}, "
        f"runner-up {ideal.runner_up} at a margin of {ideal.margin:.2f}, {optimum}{agreeing}, "
        f"{ideal.evaluations:,} flips evaluated in {ideal.seconds:.2f} s"
    )


def _say_where(found: list[Ideal], args: argparse.Namespace, replayed: Record | None) -> None:
    folder = Path(args.out)
    kinds = ["png", "vf", "json"] + ["gif"] * args.gif
    if replayed:
        print(f"the same dump as in {replayed.path}, to the byte")
    if len(found) > 1:
        labels = [f"{ideal.digit}: {ideal.energy:.1f}" for ideal in found]
        print(write_sheet(folder / "ideas.png", [ideal.image for ideal in found], labels))
    for ideal in found:
        print(*(folder / f"idea_{ideal.digit}.{kind}" for kind in kinds))


if __name__ == "__main__":
    sys.exit(run(main))
