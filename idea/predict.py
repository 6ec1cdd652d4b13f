"""Classify pictures: `python -m idea.predict --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from idea.cli.common import (
    EXIT_STATUS,
    WRONG_INPUT,
    Parser,
    add_model,
    complain,
    named_path,
    run,
)
from idea.cli.opened import opened
from idea.cli.predict_output import (
    STDIN,
    STDIN_NAME,
    Outputs,
    Reading,
    as_record,
    note_skipped,
    print_readings,
)
from idea.cli.streams import show
from idea.errors import IdeaError, PictureError
from idea.files.photos.sources import Picture, load_pictures, pictures_in
from idea.files.preprocess import prepare_picture
from idea.files.read import read_stream
from idea.image import Task
from idea.opening.load import OpenedModel

_EPILOG = f"""\
examples:
  Classify a photo, or read a number, digit by digit:
    python -m idea.predict five.jpg
  Print everything about many pictures, one JSON object per line:
    python -m idea.predict *.png --json
  Classify all pictures of a folder, and all images of an IDX file:
    python -m idea.predict scans t10k-images-idx3-ubyte.gz
  Classify what a canvas drew, a data URI:
    python -m idea.predict - < canvas.txt
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
    status = 0
    names: list[str] = []
    for name in args.pictures:
        try:
            names += _files(name, model.network.task)
        except PictureError as error:
            _report(name, error, args)
            status = WRONG_INPUT
    outputs = Outputs(args.out, names) if args.out else None
    for name in names:
        try:
            for picture in _pictures(name, model.network.task):
                _classify(picture, name, model, args, outputs)
        except IdeaError as error:  # go on with the other pictures
            _report(name, error, args)
            status = WRONG_INPUT
    if outputs and outputs.written and not args.json:
        show(*outputs.written)
    return status


def _files(name: str, task: Task) -> list[str]:
    """Return the pictures of a folder, or the file that is named."""
    if not Path(name).is_dir():
        return [name]
    pictures, others = pictures_in(name, task)
    note_skipped(name, others)
    return pictures


def _report(name: str, error: IdeaError, args: argparse.Namespace) -> None:
    """Report a picture that can't be classified, with `--json` on standard output, too."""
    complain(str(error))
    if args.json:
        show(json.dumps({"picture": name, "error": str(error)}))


def _pictures(name: str, task: Task) -> Iterator[Picture]:
    """Yield the pictures of a file, or of standard input."""
    if name != STDIN:
        return load_pictures(name, task=task)
    data = b""
    try:
        if sys.stdin:  # None if it was closed
            data = read_stream(sys.stdin.buffer, STDIN_NAME, PictureError)
    except OSError as error:
        raise PictureError(f"{STDIN_NAME}: can't be read: {error.strerror}") from error
    return load_pictures(data, task=task, name=STDIN_NAME)


def _classify(
    picture: Picture,
    file: str,
    model: OpenedModel,
    args: argparse.Namespace,
    outputs: Outputs | None,
) -> None:
    """Classify what a picture shows, write and print it."""
    task = model.network.task
    readings = []
    for prepared in prepare_picture(
        picture, invert=args.invert, raw=args.raw, drawn=True, task=task, one=args.one
    ):
        logits = model.network.logits(prepared.image.reshape(1, -1))[0]
        readings.append(Reading(prepared, logits, task))
    name = picture.name
    if file == STDIN:
        name = name.replace(STDIN_NAME, STDIN)
    if outputs:
        outputs.write(file, name, readings)
    if args.json:
        show(json.dumps(as_record(name, model, readings)))
    else:
        print_readings(name, readings)


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.predict",
        usage="%(prog)s [options] PICTURE [PICTURE ...]",
        description="Classify pictures: photos, scans or drawings of digits, or of one of whatever "
        "else the network classifies, on a plain background. Digits that lie apart are read from "
        "left to right; each is prepared as MNIST's were: cropped, scaled to fit 20×20 pixels, and "
        "centred by centre of mass in a 28×28 image. Frames and the lines of the paper are left "
        "out. Everything else is cropped and scaled to fit the image.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "pictures",
        nargs="+",
        metavar="PICTURE",
        help="PNG, JPEG or any other format that Pillow reads, HEIC with pillow-heif; a dump "
        "(.vf); an array of one image or many: .npy, IDX, or numbers as text (.csv); a folder of "
        "such files, in which others are skipped; or - for standard input, which may also be a "
        "data URI",
    )
    add_model(parser)
    parser.add_argument(
        "--invert",
        action=argparse.BooleanOptionalAction,
        help="treat the pictures as dark on light, or as light on dark (default: detect, or with "
        "--raw, and for arrays of an image's size, light on dark); dumps are never inverted",
    )
    parser.add_argument(
        "--one", action="store_true", help="take all that a picture shows as one digit"
    )
    parser.add_argument(
        "--raw", action="store_true", help="only resize the whole picture to an image's size"
    )
    parser.add_argument(
        "--out",
        type=named_path,
        metavar="DIR",
        help="also write the prepared images, as NAME.vf and NAME.png (for standard input "
        "stdin.vf and stdin.png); several digits of a picture, and the images of an array, are "
        "numbered: NAME_1.vf, …",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object per picture and nothing else; of one that can't be classified "
        "it has the key error",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
