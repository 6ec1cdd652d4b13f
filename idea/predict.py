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
from idea.files.load import load_model
from idea.files.picture import as_text, png_bytes
from idea.files.preprocess import Prepared, read_picture
from idea.files.read import read_stream
from idea.files.vf import dump_bytes
from idea.files.write import check_folder, require_no_folders, write_files
from idea.networks.bundled import DEFAULT
from idea.networks.softmax import softmax

_STDIN, _STDIN_NAME = "-", "standard input"
_BAR = 20  # characters of a probability of 1


def main() -> int:
    """Parse the command line, judge each picture, print; give the exit status."""
    args = _parser().parse_args()
    model = load_model(args.model)
    files = _files(args.pictures, args.out) if args.out else {}
    written: list[Path] = []
    status = 0
    for name in args.pictures:
        try:
            prepared = _read(name, invert=args.invert, raw=args.raw)
        except IdeaError as error:  # one bad picture must not lose the rest
            complain(str(error))
            status = WRONG_INPUT
            continue
        if args.out:
            dump, png = files[name]
            pair = {dump: dump_bytes(prepared.image), png: png_bytes(prepared.image)}
            write_files(pair, new_folders=True)
            written += pair
        logits = model.logits(prepared.image.reshape(1, -1))[0]
        if args.json:
            show(json.dumps(_record(name, args.model, prepared, logits)))
        else:
            _say(name, prepared, softmax(logits))
    if written and not args.json:
        show(*dict.fromkeys(written))
    return status


def _read(name: str, *, invert: bool | None, raw: bool) -> Prepared:
    if name != _STDIN:
        return read_picture(name, invert=invert, raw=raw, drawn=True)
    data = b""
    try:
        if sys.stdin:  # None where it was closed
            data = read_stream(sys.stdin.buffer, _STDIN_NAME, PictureError)
    except OSError as error:
        raise PictureError(f"{_STDIN_NAME}: can't be read: {error.strerror}") from error
    return read_picture(data, invert=invert, raw=raw, drawn=True, name=_STDIN_NAME)


def _files(names: list[str], folder: Path) -> dict[str, tuple[Path, Path]]:
    """Name each picture's dump and PNG; none may be another's, or replace a picture."""
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
    name: str, model: str | None, prepared: Prepared, logits: NDArray[np.float64]
) -> dict[str, Any]:
    """Give everything that is known of a picture."""
    probabilities = softmax(logits)
    digit = int(logits.argmax())
    return {
        "picture": name,
        "digit": digit,
        "probability": float(probabilities[digit]),
        "probabilities": probabilities.tolist(),
        "logits": logits.tolist(),
        "model": model or DEFAULT,
        "inverted": prepared.inverted,
        "box": list(prepared.box),
        "raw": prepared.raw,
        "image": [[round(pixel, 4) for pixel in row] for row in prepared.image.tolist()],
    }


def _say(name: str, prepared: Prepared, probabilities: NDArray[np.float64]) -> None:
    """Print the digit and how probable each of the ten is; at a terminal draw the image, too."""
    if is_terminal(output()) and writes_utf8(output()):
        show(as_text(prepared.image))
    shown = _STDIN_NAME if name == _STDIN else printable(name)  # in one line
    show(f"{probabilities.argmax()}: {shown}, {_found(prepared)}")
    for digit, share in enumerate(probabilities):
        bar = ("█" if writes_utf8(output()) else "#") * round(_BAR * share)
        show(f"  {digit} {100 * share:6.2f} % {bar}".rstrip())


def _found(prepared: Prepared) -> str:
    """Say what was found in a picture."""
    if prepared.raw:
        return "taken whole, inverted" if prepared.inverted else "taken as it is"
    left, top, right, bottom = prepared.box
    polarity = "dark on light" if prepared.inverted else "light on dark"
    return f"{polarity}, in columns {left}…{right - 1}, rows {top}…{bottom - 1}"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m idea.predict",
        description="Classify pictures of handwritten digits. Each should show one digit and "
        "around it nothing but what it is written on: a photo, a scan, a drawing. It is prepared "
        "as MNIST's digits were: cut out, scaled to 20×20 pixels, centred in 28×28.",
        epilog="examples:\n"
        "  python -m idea.predict five.jpg\n"
        "  python -m idea.predict *.png --json         one JSON object a line, with everything\n"
        "  python -m idea.predict ideas/idea_5.vf      a dump is taken as it is\n"
        "  python -m idea.predict five.jpg --out mine  the image, to start a search from:\n"
        "  python -m idea.search --digit 3 --start mine/five.vf\n\n"
        "exit status: 0 done, 2 wrong input (the other pictures are classified all the same)",
    )
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="PICTURE",
        help="PNG, JPEG or whatever else Pillow reads, or a dump (.vf); - for standard input",
    )
    parser.add_argument(
        "--model",
        metavar="NAME|FILE",
        help=MODEL_HELP,
    )
    parser.add_argument(
        "--invert",
        action=argparse.BooleanOptionalAction,
        help="the picture is dark on light, or it isn't (default: this is found out; of a --raw "
        "picture it isn't); a dump is never inverted",
    )
    parser.add_argument("--raw", action="store_true", help="only resize the whole picture to 28×28")
    parser.add_argument(
        "--out",
        type=named_path,
        metavar="DIR",
        help="write the images as NAME.vf and NAME.png (those of - as stdin.vf, stdin.png)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
