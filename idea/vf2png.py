"""Draw dumps as pictures: `python -m idea.vf2png --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import glob
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from idea.cli.animations import add_files, check_animations, named_files
from idea.cli.common import (
    EXIT_STATUS,
    Parser,
    image_shape,
    named_path,
    real_number,
    run,
    whole_number,
)
from idea.cli.streams import show
from idea.errors import DumpError, OptionError
from idea.files.animation import animation_bytes
from idea.files.picture import default_scale, png_bytes, sheet_bytes
from idea.files.vf import read_vf
from idea.files.write import write_files
from idea.image import Task

FRAME = r"x\d+"
IDEAL = r"idea_.+"

_EPILOG = f"""\
examples:
  Draw a PNG beside each dump:
    python -m idea.vf2png ideas
  Draw all ideals on one sheet:
    python -m idea.vf2png ideas --sheet ideas.png
  Draw the ideals of two folders, a row each:
    python -m idea.vf2png a b --sheet ab.png --columns 10
  Animate the frames of a search, and end with its ideal:
    python -m idea.vf2png 'ideas/x*.vf' ideas/idea_5.vf --gif search.gif
  The same as a video:
    python -m idea.vf2png 'ideas/x*.vf' ideas/idea_5.vf --animate search.mp4

{EXIT_STATUS}"""


def main() -> int:
    """Parse the command line, draw and print; return the exit status."""
    args = parser().parse_args()
    animations = named_files(args)
    _check(args, animations)
    size = Task(*args.shape) if args.shape else None
    pictures: dict[Path, bytes] = {}
    if animations:
        images = [read_vf(path, size) for path in dumps(args.dumps, FRAME)]
        fps = 12 if args.fps is None else args.fps
        for path in animations:
            pictures[path] = animation_bytes(images, path, fps, args.scale)
    if args.sheet:
        paths = dumps(args.dumps, IDEAL)
        images = [read_vf(path, size) for path in paths]
        scale = default_scale(images) if args.scale is None else args.scale
        pictures[args.sheet] = sheet_bytes(images, _labels(paths), scale, args.columns)
    if pictures:
        _write(pictures, dumps(args.dumps))
        show(*pictures, sep="\n")
    else:
        _draw_each(dumps(args.dumps), args.out, args.scale, size)
    return 0


def _check(args: argparse.Namespace, animations: list[Path]) -> None:
    """Check the combination of options, and the names of the files."""
    if args.sheet is not None and args.sheet.suffix != ".png":
        raise OptionError(f"expected a name that ends in .png, found {str(args.sheet)!r}")
    if args.out is not None and (animations or args.sheet):
        raise OptionError("--out is for PNGs: leave it out, or animations and --sheet")
    if args.fps is not None and not animations:
        raise OptionError("--fps is for animations: add --animate, --gif or --mp4")
    check_animations(animations, [args.sheet] if args.sheet else [])
    if args.columns is not None and not args.sheet:
        raise OptionError("--columns is for --sheet")


def _labels(paths: list[Path]) -> list[str]:
    """Return the labels of a sheet: classes, with the folders' names if there are several."""
    several = len({path.parent for path in paths}) > 1
    return [
        f"{path.parent.name} {path.stem.removeprefix('idea_')}"
        if several
        else path.stem.removeprefix("idea_")
        for path in paths
    ]


def _write(pictures: Mapping[Path, bytes], paths: list[Path]) -> None:
    """Write pictures, but replace none of the dumps."""
    originals = {os.path.realpath(path) for path in paths}
    for picture in pictures:
        if os.path.realpath(picture) in originals:
            raise OptionError(f"{picture} is one of the dumps; the picture needs another name")
    write_files(pictures, new_folders=True)


def dumps(names: list[str], preferred: str | None = None) -> list[Path]:
    """Return the files that names stand for: files, folders or globs, sorted by their numbers.

    From a folder, dumps whose stem matches `preferred` are taken alone if there are any.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name in ("x10.vf", "x2.vf", "idea_5.vf"): (folder / name).touch()
    >>> [path.name for path in dumps([str(folder)], FRAME)]
    ['x2.vf', 'x10.vf']
    """
    return [path for name in names for path in _dumps_of(name, preferred)]


def _dumps_of(name: str, preferred: str | None) -> list[Path]:
    # os.path, because Path raises an error if a name is too long or a folder isn't readable.
    if os.path.isdir(name):  # noqa: PTH112
        found = sorted(filter(Path.is_file, Path(name).glob("*.vf")), key=_by_number)
        if preferred:
            found = [p for p in found if re.fullmatch(preferred, p.stem)] or found
    elif os.path.exists(name):  # noqa: PTH110
        found = [Path(name)]
    else:
        found = sorted(map(Path, glob.glob(name)), key=_by_number)  # noqa: PTH207  # any folder
    if not found:
        raise DumpError(f"{name!r}: no dump found: expected a .vf file, a folder or a glob of them")
    return found


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts digits in a name as numbers."""
    parts = re.split(r"(\d+)", str(path))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _draw_each(paths: list[Path], out: Path | None, scale: int | None, size: Task | None) -> None:
    pictures: dict[Path, Path] = {}
    for path in dict.fromkeys(paths):
        picture = (path.parent if out is None else out) / f"{path.stem}.png"
        if picture in pictures:
            raise OptionError(f"{pictures[picture]} and {path} would both be drawn to {picture}")
        pictures[picture] = path
    # All are drawn before the first is written, so that a damaged dump changes nothing.
    bar = tqdm(pictures.items(), unit="dump", leave=False, disable=None)
    files = {picture: png_bytes(read_vf(path, size), scale) for picture, path in bar}
    _write(files, paths)
    where = ", ".join(sorted({str(picture.parent) for picture in files}))
    show(f"{len(files)} PNG written to {where}")


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.vf2png",
        usage="%(prog)s [options] DUMP [DUMP ...]",
        description="Draw dumps (.vf: one image as little-endian float32, row by row, from any "
        "program; 784 for 28×28 pixels) as PNGs, as an animation, or on a sheet.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "dumps",
        nargs="+",
        metavar="DUMP",
        help="file, folder or glob; from a folder, animations take the numbered frames x0000.vf, … "
        "and --sheet the ideals idea_0.vf, …, if there are any",
    )
    parser.add_argument(
        "--shape",
        type=image_shape,
        metavar="HxW",
        help="height and width of the images (default: a square of the file's size)",
    )
    parser.add_argument(
        "--scale",
        type=whole_number,
        metavar="N",
        help="width of an image's pixel in the picture (default: 10 for 28×28 pixels, more for "
        "fewer)",
    )
    parser.add_argument(
        "--out",
        type=named_path,
        metavar="DIR",
        help="folder for the PNGs (default: that of the dump)",
    )
    add_files(parser, "write an animation instead of PNGs")
    parser.add_argument(
        "--fps",
        type=real_number,
        metavar="F",
        help="frames per second of the animation (default: 12)",
    )
    parser.add_argument(
        "--sheet",
        type=named_path,
        metavar="FILE",
        help="write one PNG with all images and their labels instead of one each",
    )
    parser.add_argument(
        "--columns",
        type=whole_number,
        metavar="N",
        help="number of images in a row of the sheet (default: 5, or as many rows as columns)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
