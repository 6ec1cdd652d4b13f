"""The standard streams of a command: our lines alone on standard output, nothing raw on either.

Three things go wrong with the streams as Python leaves them. What a library prints, be it from C,
lies among our lines, and what was JSON is none. A name out of a file, printed raw, drives the
terminal: a title, a colour, another line. And where a stream is closed, the next file that is
opened gets its number and with it whatever is printed. `take_over` sees to all of them.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

__all__ = ["OutputLostError", "output", "printable", "show", "take_over"]

_IN, _OUT, _ERR = 0, 1, 2
_KEPT_OUT, _KEPT_ERR = "\n\t", "\n\t\r"  # a bar goes back to its beginning

_output: TextIO | None = None  # where our lines go, once a command has begun


class OutputLostError(OSError):
    """Standard output takes no more: its disk is full, its terminal gone, or its reader."""


def printable(text: str, kept: str = "") -> str:
    r"""Escape what a terminal obeys and what can't be seen, as Python's `repr` does.

    Parameters
    ----------
    text
        Any text, such as a name out of a file.
    kept
        Characters to leave as they are.

    Returns
    -------
    str
        The same, in one line, with controls, marks of direction, lone surrogates and the like as
        ``\x1b``, ``\u202e`` and so on.

    Examples
    --------
    >>> printable("a\x1b]0;b\x07 \udcff")
    'a\\x1b]0;b\\x07 \\xff'
    """
    if text.isprintable():
        return text
    return "".join(c if c in kept or c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of a file's name that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()


def show(*values: object, sep: str = " ") -> None:
    """Print a line of ours on standard output, at once.

    Parameters
    ----------
    *values
        What to print.
    sep
        What stands between.

    Examples
    --------
    >>> show("digit", 5)
    digit 5
    """
    print(*values, sep=sep, file=output(), flush=True)


def output() -> TextIO:
    """Give the stream that our lines go to.

    Returns
    -------
    TextIO
        Standard output, or outside of a command whatever stands for it.

    Examples
    --------
    >>> output() is sys.stdout
    True
    """
    return sys.stdout if _output is None else _output


def take_over() -> None:
    """Make the standard streams a command's, to the end of the process.

    Our lines keep standard output. Whatever else writes there, through `sys.stdout` or by its
    number, as C does, writes to standard error. Neither stream passes a control character on, a
    closed one swallows what is written, and the loss of standard error doesn't end the work.
    """
    global _output
    if _output is not None:
        return
    _fill_gaps()
    out, err = sys.stdout, sys.stderr
    kept = os.dup(_OUT)
    os.dup2(_ERR, _OUT)
    _output = _Lines(kept, out)
    sys.stderr = _Notes(_ERR, err)
    sys.stdout = sys.stderr


def _fill_gaps() -> None:
    """Open what swallows everything where a standard stream is closed."""
    for number in (_IN, _OUT, _ERR):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)


class _Stream(io.TextIOWrapper):
    """A standard stream that escapes what a terminal obeys."""

    kept = _KEPT_OUT

    def __init__(self, number: int, like: TextIO | None) -> None:
        encoding = getattr(like, "encoding", None) or "utf-8"
        # Where a terminal has only ASCII, a question mark stands for the rest.
        raw = open(number, "wb", closefd=False)  # noqa: SIM115  # to the end of the process
        super().__init__(raw, encoding, "replace", line_buffering=True)

    def write(self, text: str) -> int:
        with self._losses():
            super().write(printable(text, self.kept))
        return len(text)

    def flush(self) -> None:
        with self._losses():
            super().flush()

    @contextlib.contextmanager
    def _losses(self) -> Iterator[None]:
        """Take note of a stream that fails."""
        try:
            yield
        except OSError as error:
            self._swallow()
            self.lost(error)

    def _swallow(self) -> None:
        """Drop what is still to be written, of which Python would complain when it exits."""
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self.fileno())
        os.close(nothing)

    def lost(self, error: OSError) -> None:
        """Do what is to be done about a loss."""


class _Lines(_Stream):
    def lost(self, error: OSError) -> None:
        raise OutputLostError(error.errno, error.strerror) from error


class _Notes(_Stream):
    kept = _KEPT_ERR
