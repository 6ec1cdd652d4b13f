"""Write a study as one page to look at: `python -m idea.compare --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from idea.cli.common import Parser, named_path, run, whole_number
from idea.cli.progress import Bar
from idea.cli.streams import show
from idea.errors import OptionError
from idea.figures.choose import require_digit
from idea.files.write import check_folder, require_no_folders, write_files
from idea.optional import load_package
from idea.studies.study import Study

_USUAL = 5  # the digit that is shown, if the study has it

_EXAMPLES = """\
The page is one file with everything in it: figures, all ideals, and a table to sort. It needs
no server, so it can be sent by mail and archived.

examples:
  python -m idea.study --units 16,100 --batch-size 100,1000 --epochs 1,5 --seeds 0-2
  python -m idea.compare study                 then open study/report.html
  python -m idea.compare study --digit 3 --out three.html --title 'What a 3 is'
  python -m idea.compare study --gif five.gif  also animate a 5 over the epochs"""


def main() -> int:
    """Parse the command line, make the page, write and print; give the exit status."""
    args = parser().parse_args()
    study = Study(args.study)
    digit = args.digit
    if digit is None:
        digit = _USUAL if _USUAL in study.digits else study.digits[0]
    require_digit(study, digit)
    out = args.out or args.study / "report.html"
    for name, path, ending in (("--out", out, ".html"), ("--gif", args.gif, ".gif")):
        _check(name, path, ending)
    files = _made(study, digit, args.title, out, args.gif)
    write_files(files, new_folders=True)
    for path, data in files.items():
        show(f"{path}: {len(data) / 1e6:,.2f} MB")
    return 0


def _check(name: str, path: Path | None, ending: str) -> None:
    """Refuse, before long work, a file that can't be written or is of another kind."""
    if path is None:
        return
    if path.suffix.lower() != ending:
        raise OptionError(f"{name} takes a name that ends in {ending}, not {path}")
    require_no_folders([path])
    check_folder(path.parent)


def _made(study: Study, digit: int, title: str, out: Path, gif: Path | None) -> dict[Path, bytes]:
    """Make the files, with a progress bar."""
    for package in ("jinja2", "matplotlib"):
        load_package(package, "idea.compare", "'idea[study]'")
    from idea.reports.figures import forming_of
    from idea.reports.write import report_bytes

    files = {gif: forming_of(study, digit)} if gif else {}
    with Bar("part") as bar:
        page = report_bytes(study, digit, title, bar.go_to)
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
        "--digit",
        type=whole_number,
        metavar="D",
        help="the digit that is shown for all networks "
        "(default: 5, or the first that the study has)",
    )
    parser.add_argument(
        "--title",
        default="",
        metavar="TEXT",
        help="title of the report (default: derived from the number of networks)",
    )
    parser.add_argument(
        "--gif",
        type=named_path,
        metavar="FILE.gif",
        help="also write an animation: the digit's ideal after each epoch of the longest training, "
        "found from the same start",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
