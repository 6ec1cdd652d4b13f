"""The animations that commands write: their options, and checks before long work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Self

from idea.cli.common import named_path
from idea.errors import OptionError
from idea.files.encode import check_format
from idea.files.write import check_folder, require_no_folders

__all__ = [
    "Animations",
    "add_animate",
    "add_files",
    "add_no_captions",
    "check_animations",
    "check_no_captions",
    "named_files",
]

_ANIMATE = "FILE.{gif,mp4,webp,png}"


class Animations(NamedTuple):
    """The animations of an ideal or an attack."""

    kinds: tuple[str, ...]
    """Suffixes of those that are written beside its other files."""
    file: Path | None
    """The file of another one."""
    captions: bool

    @classmethod
    def chosen(cls, args: argparse.Namespace, *kinds: str) -> Self:
        """Return those that the options name, and some that are always written."""
        chosen = [kind for kind in ("gif", "mp4") if kind in kinds or getattr(args, kind, False)]
        if not chosen and args.animate is None:
            check_no_captions(args)
        return cls(tuple(chosen), args.animate, not args.no_captions)

    def paths(self, beside: Callable[[str], Path]) -> list[Path]:
        """Return all files, each once; `beside` returns that of a kind."""
        paths = [beside(kind) for kind in self.kinds]
        return paths if self.file is None else list(dict.fromkeys([*paths, self.file]))

    def part(self, name: str) -> Self:
        """Return those of one of several: its name is added to that of the file."""
        file = self.file
        return self._replace(file=file and file.with_stem(f"{file.stem}_{name}"))


def add_animate(group: argparse._ArgumentGroup, subject: str, several: str = "") -> None:
    """Add the options of one animation in any format."""
    group.add_argument(
        "--animate",
        type=named_path,
        metavar=_ANIMATE,
        help=f"also write an animation of {subject} to a file, in the format of its suffix; .png "
        f"is an animated PNG, .mp4 needs the extra 'video'{several}",
    )
    add_no_captions(group)


def add_no_captions(group: argparse._ActionsContainer) -> None:
    """Add the option for bare images."""
    group.add_argument(
        "--no-captions",
        action="store_true",
        help="leave out what stands below the images of animations",
    )


def check_no_captions(args: argparse.Namespace) -> None:
    """Refuse the option where there is no animation."""
    if args.no_captions:
        raise OptionError("--no-captions is for animations: add --animate, --gif or --mp4")


def add_files(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the options that name files of animations: in any format, and two short forms."""
    parser.add_argument(
        "--animate",
        type=named_path,
        metavar=_ANIMATE,
        help=f"{what}, in the format of the file's suffix; .png is an animated PNG, .mp4 needs the "
        "extra 'video'",
    )
    for kind, name in (("gif", "a GIF"), ("mp4", "an MP4")):
        parser.add_argument(
            f"--{kind}",
            type=named_path,
            metavar=f"FILE.{kind}",
            help=f"the same as {name}; can be combined with --animate",
        )


def named_files(args: argparse.Namespace) -> list[Path]:
    """Return the files that the options of `add_files` name, each once."""
    for kind in ("gif", "mp4"):
        file = getattr(args, kind)
        if file is not None and file.suffix.lower() != f".{kind}":
            raise OptionError(f"expected a name that ends in .{kind}, found {str(file)!r}")
    files = [file for file in (args.animate, args.gif, args.mp4) if file is not None]
    return list(dict.fromkeys(files))


def check_animations(paths: Iterable[Path], others: Iterable[object] = ()) -> None:
    """Check, before long work, that animations can be written.

    `others` are the names of files that they must not replace: what is read, and what else is
    written.
    """
    taken = {os.path.realpath(str(name)) for name in others}
    for path in paths:
        check_format(path)
        if os.path.realpath(path) in taken:
            raise OptionError(f"{path} is a file of this command: the animation needs another name")
        require_no_folders([path])
        check_folder(path.parent)
