"""What all commands share: errors become sentences, and exit statuses."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from idea.errors import IdeaError, OptionError

WRONG_INPUT = 2
INTERRUPTED = 130  # as a shell counts a command that Ctrl-C ended
READER_LEFT = 141  # or that wrote to a pipe without a reader

MODEL_HELP = (
    "mlp, lenet or convnet, which come along (see python -m idea.models), or a file: .dat, "
    "Chainer's .npz or .model, PyTorch's .pt or .safetensors, .onnx (default: mlp)"
)


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Wraps a description, but leaves an epilog of several lines as it is written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)


def counted(count: int, thing: str) -> str:
    """Say how many there are of something.

    Parameters
    ----------
    count
        How many.
    thing
        Of what, in the singular.

    Returns
    -------
    str
        Both.

    Examples
    --------
    >>> counted(1, "network"), counted(1_560, "ideal")
    ('1 network', '1,560 ideals')
    """
    return f"{count:,} {thing}{'s' * (count != 1)}"


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether somebody reads along.

    Parameters
    ----------
    stream
        Standard output or error; None where it was closed.

    Returns
    -------
    bool
        Whether it is a terminal.

    Examples
    --------
    >>> is_terminal(None)
    False
    """
    return stream is not None and stream.isatty()


def writes_utf8(stream: TextIO | None) -> bool:
    """Tell whether a stream can show blocks.

    Parameters
    ----------
    stream
        Standard output or error; None where it was closed.

    Returns
    -------
    bool
        Whether its encoding is one of Unicode's.

    Examples
    --------
    >>> writes_utf8(None)
    False
    """
    return stream is not None and (stream.encoding or "").lower().startswith("utf")


def named_path(text: str) -> Path:
    """Take a path from a command line; an empty one would stand for the current folder.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is empty.

    Examples
    --------
    >>> named_path("ideas").name
    'ideas'
    """
    if not text:
        raise argparse.ArgumentTypeError("expected a name, found ''")
    return Path(text)


def digits_of(texts: list[str]) -> list[int]:
    """Read digits from a command line.

    Parameters
    ----------
    texts
        What was typed, such as ``["0,3", "5"]`` or ``["all"]``.

    Returns
    -------
    list of int
        Each digit once, in order.

    Raises
    ------
    OptionError
        If one is no digit.

    Examples
    --------
    >>> digits_of(["3,8", "3"])
    [3, 8]
    """
    names = ",".join(texts).split(",")
    if names == ["all"]:
        return list(range(10))
    for name in names:
        if name not in set("0123456789"):
            raise OptionError(f"digit must be one of 0…9, or all alone, not {name!r}")
    return list(dict.fromkeys(map(int, names)))


def run(main: Callable[[], int]) -> int:
    """Run a command's `main`, and give its exit status.

    An `IdeaError` is printed as one line ``error: …`` on standard error and gives 2, Ctrl-C gives
    130, and a reader that leaves a pipe 141.

    Parameters
    ----------
    main
        Parses ``sys.argv``, works, prints, and gives an exit status.

    Returns
    -------
    int
        The exit status.

    Examples
    --------
    >>> run(lambda: 0)
    0
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # where a terminal has only ASCII
    try:
        status = main()
        if sys.stdout:  # None where it was closed
            sys.stdout.flush()
    except IdeaError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_INPUT
    except MemoryError as error:
        print(f"error: not enough memory: {error}", file=sys.stderr)
        return WRONG_INPUT
    except OSError as error:
        return _give_up_output(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    return status


def _give_up_output(error: OSError) -> int:
    """Drop what is still to be printed, of which Python would complain when it exits.

    Errors of files are IdeaErrors by now: this one is most likely of standard output.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # 1 is standard output
    if isinstance(error, BrokenPipeError):  # whoever read it has left, as `head` does
        return READER_LEFT
    print(f"error: {error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
    return WRONG_INPUT
