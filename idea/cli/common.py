"""What all commands share: errors become sentences, and exit statuses."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

from idea.cli.streams import OutputLostError, printable, show, take_over
from idea.errors import IdeaError, OptionError
from idea.validation import as_path, parse_number, parse_whole_number

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

Value = TypeVar("Value")

WRONG_INPUT = 2
INTERRUPTED = 130  # as a shell counts a command that Ctrl-C ended
READER_LEFT = 141  # or that wrote to a pipe without a reader

_UNKNOWN_SIZE = "what was asked for is too large for this machine"

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


class Parser(argparse.ArgumentParser):
    """A command's options; its help is printed by `show`, and its errors are errors like others."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(formatter_class=HelpFormatter, **keywords)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help."""
        if file is None:
            show(self.format_help().rstrip("\n"))
        else:
            super().print_help(file)

    def error(self, message: str) -> NoReturn:
        """Refuse a command line as all wrong input is refused: in one line."""
        raise OptionError(message)


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
    return _typed(as_path, text)


def whole_number(text: str) -> int:
    """Take a whole number from a command line: the type of every option that is one.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    int
        The number.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is something else than ASCII digits, with a sign or without.

    Examples
    --------
    >>> whole_number("12")
    12
    """
    return _typed(parse_whole_number, text)


def real_number(text: str) -> float:
    """Take a number from a command line: the type of every option that may have a fraction.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    float
        The number.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is something else, NaN, or infinite.

    Examples
    --------
    >>> real_number("0.5")
    0.5
    """
    return _typed(parse_number, text)


def _typed(read: Callable[[str], Value], text: str) -> Value:
    """Read what was typed; argparse says of which option an error is."""
    try:
        return read(text)
    except OptionError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(main: Callable[[], int]) -> int:
    """Run a command's `main`, and give its exit status.

    Only what `show` prints reaches standard output: see `idea.cli.streams`. An `IdeaError` is
    printed as ``error: …`` on standard error and gives 2, Ctrl-C gives 130, and a reader that
    leaves a pipe 141.

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
    if sys.stdout is sys.__stdout__:  # else somebody else, such as a notebook, has taken it over
        take_over()
    try:
        return main()
    except IdeaError as error:
        return _refuse(str(error))
    except MemoryError as error:
        return _refuse(f"not enough memory: {str(error) or _UNKNOWN_SIZE}")
    except OutputLostError as error:
        if isinstance(error.__cause__, BrokenPipeError):  # who read it has left, as `head` does
            return READER_LEFT
        return _refuse(f"standard output: {error.strerror}")
    except OSError as error:  # those of files that a user names are IdeaErrors
        return _refuse(str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def _refuse(text: str) -> int:
    """Print an error; its further lines are indented, so that none passes for another error."""
    print("error:", printable(text, kept="\n").replace("\n", "\n  "), file=sys.stderr)
    return WRONG_INPUT
