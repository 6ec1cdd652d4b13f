"""Write a study as one page to look at: `python -m idea.compare --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import sys
from pathlib import Path

from idea.cli.animations import (
    add_files,
    add_no_captions,
    check_animations,
    check_no_captions,
    named_files,
)
from idea.cli.common import Parser, named_path, run
from idea.cli.progress import Bar
from idea.cli.streams import show
from idea.errors import OptionError
from idea.figures.choose import target_of
from idea.files.write import check_folder, require_no_folders, write_files
from idea.image import DIGITS
from idea.optional import load_package
from idea.studies.study import Study
from idea.targets import parse_target

_USUAL = DIGITS.index("5")  # what is shown of digits, if the study has it

_EXAMPLES = """\
The page is one file with everything in it: figures, all ideals, and a table to sort. It needs
no server, so it can be sent by mail and archived.

examples:
  python -m idea.study --units 16,100 --batch-size 100,1000 --epochs 1,5 --seeds 0-2
  python -m idea.compare study                 then open study/report.html
  python -m idea.compare study --digit 3 --out three.html --title 'What a 3 is'
  python -m idea.compare clothes --target coat --out coat.html
  python -m idea.compare study --gif five.gif  also animate a 5 over the epochs
  python -m idea.compare study --animate five.mp4    the same as a video"""


def main() -> int:
    """Parse the command line, make the page, write and print; give the exit status."""
    args = parser().parse_args()
    study = Study(args.study)
    target = _target(args, study)
    out = args.out or args.study / "report.html"
    _check(out)
    animations = named_files(args)
    check_animations(animations)
    if not animations:
        check_no_captions(args)
    files = _made(study, target, args.title, out, animations, captions=not args.no_captions)
    write_files(files, new_folders=True)
    for path, data in files.items():
        show(f"{path}: {len(data) / 1e6:,.2f} MB")
    return 0


def _target(args: argparse.Namespace, study: Study) -> int:
    """Return the class that is shown for all networks."""
    is_digits = study.task.classes == DIGITS.classes
    if args.target is not None and args.digit is not None:
        raise OptionError("--digit and --target name the same: leave out one")
    if args.digit is not None and not is_digits:
        raise OptionError(f"--digit is for studies of digits, found {study.task}: use --target")
    text = args.target or args.digit
    if text is not None:
        return target_of(study, parse_target(text, study.task))
    return _USUAL if is_digits and _USUAL in study.targets else study.targets[0]


def _check(out: Path) -> None:
    """Refuse, before long work, a page that can't be written or is of another kind."""
    if out.suffix.lower() != ".html":
        raise OptionError(f"--out takes a name that ends in .html, not {out}")
    require_no_folders([out])
    check_folder(out.parent)


def _made(
    study: Study,
    target: int,
    title: str,
    out: Path,
    animations: list[Path],
    *,
    captions: bool,
) -> dict[Path, bytes]:
    """Make the files, with a progress bar."""
    for package in ("jinja2", "matplotlib"):
        load_package(package, "idea.compare", "'idea[study]'")
    from idea.reports.figures import forming_of
    from idea.reports.write import report_bytes

    files = {path: forming_of(study, target, path, captions=captions) for path in animations}
    with Bar("part") as bar:
        page = report_bytes(study, target, title, bar.go_to)
    return {out: page} | files


def parser() -> argparse.ArgumentParser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.compare",
        description="Write an HTML report of a study: the ideals of its networks, what they have "
        "in common, how well they transfer, and what makes them legible.",
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "study", type=named_path, metavar="STUDY", help="a folder written by python -m idea.study"
    )
    parser.add_argument(
        "--out",
        type=named_path,
        metavar="FILE.html",
        help="output file (default: report.html in the study's folder)",
    )
    parser.add_argument(
        "--target",
        metavar="LABEL",
        help="the class that is shown for all networks, by label or index "
        "(default: 5 of digits, else the first that the study has)",
    )
    parser.add_argument("--digit", metavar="D", help="the same, of digits")
    parser.add_argument(
        "--title",
        default="",
        metavar="TEXT",
        help="title of the report (default: derived from the number of networks)",
    )
    add_files(
        parser,
        "also write an animation: the class's ideal after each epoch of the longest training, "
        "found from the same start",
    )
    add_no_captions(parser)
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
