"""Turn dumps into pictures: `python -m idea.vf2png --help`."""

from __future__ import annotations

import argparse
import glob
import re
import sys
from pathlib import Path

from tqdm import tqdm

from idea.command import run
from idea.errors import DumpError
from idea.files.output import make_folder
from idea.files.picture import write_gif, write_png, write_sheet
from idea.files.vf import read_vf

FRAME = r"x\d+"
IDEAL = r"idea_\d"


def main() -> int:
    """Parse the command line, draw, and print; give the exit status."""
    args = _parser().parse_args()
    if args.gif:
        images = [read_vf(path) for path in dumps(args.dumps, FRAME)]
        make_folder(args.gif.parent)
        print(write_gif(args.gif, images, args.fps, args.scale))
    if args.sheet:
        paths = dumps(args.dumps, IDEAL)
        images = [read_vf(path) for path in paths]
        make_folder(args.sheet.parent)
        labels = [path.stem.removeprefix("idea_") for path in paths]
        print(write_sheet(args.sheet, images, labels, args.scale))
    if not args.gif and not args.sheet:
        _write_pictures(dumps(args.dumps), args.out, args.scale)
    return 0


def dumps(names: list[str], preferred: str | None = None) -> list[Path]:
    """Find the dumps that names stand for, in the order of their numbers.

    Parameters
    ----------
    names
        Files, in the order given; folders and globs, each replaced by its dumps, x2.vf before
        x10.vf.
    preferred
        A pattern: of a folder that holds dumps whose stems match it, take only those.

    Returns
    -------
    list of Path
        One or more.

    Raises
    ------
    DumpError
        If a name stands for no dump.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name in ("x10.vf", "x2.vf", "idea_5.vf"): (folder / name).touch()
    >>> [path.name for path in dumps([str(folder)], FRAME)]
    ['x2.vf', 'x10.vf']
    """
    return [path for name in names for path in _dumps_of(name, preferred)]


def _dumps_of(name: str, preferred: str | None) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        found = sorted(path.glob("*.vf"), key=_by_number)
        if preferred:
            found = [p for p in found if re.fullmatch(preferred, p.stem)] or found
    elif path.exists():
        found = [path]
    else:
        found = sorted(map(Path, glob.glob(name)), key=_by_number)  # noqa: PTH207  # any folder
    if not found:
        raise DumpError(f"{name}: no dump found: expected a .vf file, a folder or a glob of them")
    return found


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Order digits in a name as numbers."""
    parts = re.split(r"(\d+)", str(path))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _write_pictures(paths: list[Path], out: Path | None, scale: int) -> None:
    # All are read before the first is written: a bad one leaves everything as it was.
    images = [read_vf(path) for path in paths]
    folders = [out or path.parent for path in paths]
    for folder in set(folders):
        make_folder(folder)
    pairs = zip(paths, folders, images, strict=True)
    for path, folder, image in tqdm(
        pairs, total=len(paths), unit="dump", leave=False, disable=None
    ):
        write_png(folder / f"{path.stem}.png", image, scale)
    where = ", ".join(sorted({str(folder) for folder in folders}))
    print(f"{len(paths)} PNG written to {where}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m idea.vf2png",
        description="Turn dumps (.vf: one image as 784 little-endian float32, row by row) into "
        "pictures. Any program's dumps will do.",
        epilog="examples:\n"
        "  python -m idea.vf2png ideas                           a PNG beside each dump\n"
        "  python -m idea.vf2png ideas --sheet ideas.png         all ideals in one picture\n"
        "  python -m idea.vf2png 'ideas/x*.vf' --gif search.gif  an animation\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "dumps",
        nargs="+",
        help="files, folders and globs; of a folder, --gif takes the numbered frames x0000.vf … "
        "and --sheet the ideals idea_0.vf …, if it has such",
    )
    parser.add_argument(
        "--scale", type=int, default=10, metavar="N", help="width of a pixel (default: 10)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="for the PNGs (default: beside)")
    parser.add_argument(
        "--gif", type=Path, metavar="FILE", help="an animation instead, its last image held"
    )
    parser.add_argument("--fps", type=float, default=12, help="of the animation (default: 12)")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="one labelled picture instead")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
