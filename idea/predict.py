"""Classify pictures of digits: `python -m idea.predict --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idea.cli.common import (
    EXIT_STATUS,
    MODEL_HELP,
    WRONG_INPUT,
    Parser,
    complain,
    is_terminal,
    named_path,
    run,
    writes_utf8,
)
from idea.cli.streams import output, printable, show
from idea.errors import IdeaError, OptionError, OutputError, PictureError
from idea.files.load import open_model
from idea.files.picture import as_text, png_bytes
from idea.files.preprocess import Prepared, read_picture
from idea.files.read import read_stream
from idea.files.vf import dump_bytes
from idea.files.write import check_folder, require_no_folders, write_files
from idea.networks.softmax import softmax

_STDIN, _STDIN_NAME = "-", "standard input"
_BAR = 20  # characters of a probability of 1

_EPILOG = f"""\
examples:
  Classify a photo:
    python -m idea.predict five.jpg
  Print everything about many pictures, one JSON object per line:
    python -m idea.predict *.png --json
  Classify an ideal; a dump is used as it is:
    python -m idea.predict ideas/idea_5.vf
  Save the prepared image, and start a search from it:
    python -m idea.predict five.jpg --out mine
    python -m idea.search --digit 3 --start mine/five.vf

{EXIT_STATUS} (unreadable pictures are reported, and the others are classified)"""


def main() -> int:
    """Parse the command line, classify each picture and print; return the exit status."""
    args = parser().parse_args()
    model = open_model(args.model)
    files = _files(args.pictures, args.out) if args.out else {}
    written: list[Path] = []
    status = 0
    for name in args.pictures:
        try:
            prepared = _read(name, invert=args.invert, raw=args.raw)
        except IdeaError as error:  # go on with the other pictures
            complain(str(error))
            status = WRONG_INPUT
            continue
        if args.out:
            dump, png = files[name]
            pair = {dump: dump_bytes(prepared.image), png: png_bytes(prepared.image)}
            write_files(pair, new_folders=True)
            written += pair
        logits = model.network.logits(prepared.image.reshape(1, -1))[0]
        if args.json:
            show(json.dumps(_record(name, model.name, prepared, logits)))
        else:
            _print(name, prepared, softmax(logits))
    if written and not args.json:
        show(*dict.fromkeys(written))
    return status


def _read(name: str, *, invert: bool | None, raw: bool) -> Prepared:
    if name != _STDIN:
        return read_picture(name, invert=invert, raw=raw, drawn=True)
    data = b""
    try:
        if sys.stdin:  # None if it was closed
            data = read_stream(sys.stdin.buffer, _STDIN_NAME, PictureError)
    except OSError as error:
        raise PictureError(f"{_STDIN_NAME}: can't be read: {error.strerror}") from error
    return read_picture(data, invert=invert, raw=raw, drawn=True, name=_STDIN_NAME)


def _files(names: list[str], folder: Path) -> dict[str, tuple[Path, Path]]:
    """Return each picture's dump and PNG; none may coincide with another or replace a picture."""
    files = {}
    owners: dict[str, str] = {}
    for name in dict.fromkeys(names):
        stem = "stdin" if name == _STDIN else Path(name).stem
        other = owners.setdefault(stem, name)
        if other != name:
            raise OptionError(f"{other} and {name} would both be written to {folder / stem}.vf")
        files[name] = (folder / f"{stem}.vf", folder / f"{stem}.png")
    pictures = {os.path.realpath(name) for name in names if name != _STDIN}
    made = [path for pair in files.values() for path in pair]
    for path in made:
        if os.path.realpath(path) in pictures:
            raise OutputError(f"{path} is one of the pictures; name another --out")
    require_no_folders(made)
    check_folder(folder)
    return files


def _record(
    name: str, model: str, prepared: Prepared, logits: NDArray[np.float64]
) -> dict[str, Any]:
    probabilities = softmax(logits)
    digit = int(logits.argmax())
    return {
        "picture": name,
        "digit": digit,
        "probability": float(probabilities[digit]),
        "probabilities": probabilities.tolist(),
        "logits": logits.tolist(),
        "model": model,
        "inverted": prepared.inverted,
        "box": list(prepared.box),
        "raw": prepared.raw,
        "image": [[round(pixel, 4) for pixel in row] for row in prepared.image.tolist()],
    }


def _print(name: str, prepared: Prepared, probabilities: NDArray[np.float64]) -> None:
    """Print the digit and the ten probabilities; on a terminal also draw the image."""
    if is_terminal(output()) and writes_utf8(output()):
        show(as_text(prepared.image))
    shown = _STDIN_NAME if name == _STDIN else printable(name)  # on one line
    show(f"{probabilities.argmax()}: {shown}, {_preparation(prepared)}")
    for digit, share in enumerate(probabilities):
        bar = ("█" if writes_utf8(output()) else "#") * round(_BAR * share)
        show(f"  {digit} {100 * share:6.2f} % {bar}".rstrip())


def _preparation(prepared: Prepared) -> str:
    """Describe how a picture was prepared."""
    if prepared.raw:
        return "whole picture, inverted" if prepared.inverted else "used as it is"
    left, top, right, bottom = prepared.box
    polarity = "dark on light" if prepared.inverted else "light on dark"
    return f"{polarity}, in columns {left}…{right - 1}, rows {top}…{bottom - 1}"


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.predict",
        usage="%(prog)s [options] PICTURE [PICTURE ...]",
        description="Classify pictures of handwritten digits: photos, scans or drawings of one "
        "digit each on a plain background. They are prepared as MNIST's digits were: cropped, "
        "scaled to fit 20×20 pixels, and centred by centre of mass in a 28×28 image.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="PICTURE",
        help="PNG, JPEG or any other format that Pillow reads; a dump (.vf); or - for standard "
        "input",
    )
    parser.add_argument("--model", metavar="NAME|FILE", help=MODEL_HELP)
    parser.add_argument(
        "--invert",
        action=argparse.BooleanOptionalAction,
        help="treat the pictures as dark on light, or as light on dark (default: detect, or with "
        "--raw light on dark); dumps are never inverted",
    )
    parser.add_argument("--raw", action="store_true", help="only resize the whole picture to 28×28")
    parser.add_argument(
        "--out",
        type=named_path,
        metavar="DIR",
        help="also write the prepared images, as NAME.vf and NAME.png (for standard input "
        "stdin.vf and stdin.png)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object per picture and nothing else"
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
