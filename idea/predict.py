"""Classify pictures: `python -m idea.predict --help`."""

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
    WRONG_INPUT,
    Parser,
    add_model,
    complain,
    is_terminal,
    named_path,
    run,
    writes_utf8,
)
from idea.cli.opened import opened
from idea.cli.streams import output, printable, show
from idea.errors import IdeaError, OptionError, OutputError, PictureError
from idea.files.picture import as_text, png_bytes
from idea.files.preprocess import Prepared, read_picture
from idea.files.read import read_stream
from idea.files.vf import dump_bytes
from idea.files.write import check_folder, require_no_folders, write_files
from idea.image import DIGITS, Task
from idea.networks.softmax import softmax
from idea.opening.load import OpenedModel

_STDIN, _STDIN_NAME = "-", "standard input"
_BAR = 20  # characters of a probability of 1
_LINES = 10  # classes that are printed

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
    model = opened(args.model, args)
    task = model.network.task
    files = _files(args.pictures, args.out) if args.out else {}
    written: list[Path] = []
    status = 0
    for name in args.pictures:
        try:
            prepared = _read(name, task, invert=args.invert, raw=args.raw)
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
            show(json.dumps(_record(name, model, prepared, logits)))
        else:
            _print(name, task, prepared, softmax(logits))
    if written and not args.json:
        show(*dict.fromkeys(written))
    return status


def _read(name: str, task: Task, *, invert: bool | None, raw: bool) -> Prepared:
    if name != _STDIN:
        return read_picture(name, invert=invert, raw=raw, drawn=True, task=task)
    data = b""
    try:
        if sys.stdin:  # None if it was closed
            data = read_stream(sys.stdin.buffer, _STDIN_NAME, PictureError)
    except OSError as error:
        raise PictureError(f"{_STDIN_NAME}: can't be read: {error.strerror}") from error
    return read_picture(data, invert=invert, raw=raw, drawn=True, task=task, name=_STDIN_NAME)


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
    name: str, model: OpenedModel, prepared: Prepared, logits: NDArray[np.float64]
) -> dict[str, Any]:
    task, probabilities = model.network.task, softmax(logits)
    best = int(logits.argmax())
    prediction = {"digit": best} if task == DIGITS else {"label": task.label(best)}
    return {
        "picture": name,
        **prediction,
        "probability": float(probabilities[best]),
        "probabilities": probabilities.tolist(),
        "logits": logits.tolist(),
        "model": model.name,
        "inverted": prepared.inverted,
        "box": list(prepared.box),
        "raw": prepared.raw,
        "image": [[round(pixel, 4) for pixel in row] for row in prepared.image.tolist()],
    }


def _print(name: str, task: Task, prepared: Prepared, probabilities: NDArray[np.float64]) -> None:
    """Print the class and the probabilities; on a terminal also draw the image.

    Of many classes only the most probable ones are printed.
    """
    if is_terminal(output()) and writes_utf8(output()):
        show(as_text(prepared.image))
    shown = _STDIN_NAME if name == _STDIN else printable(name)  # on one line
    best = int(probabilities.argmax())
    show(f"{task.label(best)}: {shown}, {_preparation(prepared)}")
    classes = range(len(probabilities))
    if len(classes) > _LINES:
        classes = np.argsort(-probabilities, kind="stable")[:_LINES].tolist()
    width = max(len(task.label(index)) for index in classes)
    for index in classes:
        share = probabilities[index]
        bar = ("█" if writes_utf8(output()) else "#") * round(_BAR * share)
        show(f"  {task.label(index):{width}} {100 * share:6.2f} % {bar}".rstrip())


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
        description="Classify pictures: photos, scans or drawings of one digit each, or of one of "
        "whatever else the network classifies, on a plain background. Digits are prepared as "
        "MNIST's were: cropped, scaled to fit 20×20 pixels, and centred by centre of mass in a "
        "28×28 image. Everything else is cropped and scaled to fit the image.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="PICTURE",
        help="PNG, JPEG or any other format that Pillow reads; a dump (.vf); or - for standard "
        "input",
    )
    add_model(parser)
    parser.add_argument(
        "--invert",
        action=argparse.BooleanOptionalAction,
        help="treat the pictures as dark on light, or as light on dark (default: detect, or with "
        "--raw light on dark); dumps are never inverted",
    )
    parser.add_argument(
        "--raw", action="store_true", help="only resize the whole picture to an image's size"
    )
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
