"""The standard streams of a command: its own lines alone on standard output, all text escaped.

`redirect_streams` prevents three faults. A library that prints, even from C, would mix its text
with ours and break JSON. A file's name printed raw could control the terminal (title, colours, new
lines). And where a standard stream is closed, the next file opened would get its number and receive
whatever is printed.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

__all__ = ["OutputLostError", "output", "prepare_streams", "printable", "redirect_streams", "show"]

_IN, _OUT, _ERR = 0, 1, 2

_output: TextIO | None = None  # the stream of `show` once a command has begun


class OutputLostError(OSError):
    """Standard output can't be written: its disk is full, its terminal or its reader is gone."""


def printable(text: str, allowed: str = "") -> str:
    r"""Escape control, direction and other invisible characters as `repr` does, unless allowed.

    >>> printable("a\x1b]0;b\x07 \udcff")
    'a\\x1b]0;b\\x07 \\xff'
    """
    if text.isprintable():
        return text
    return "".join(c if c in allowed or c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of a file's name that isn't UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()


def show(*values: object, sep: str = " ") -> None:
    """Print a line on standard output and flush it."""
    print(*values, sep=sep, file=output(), flush=True)


def output() -> TextIO:
    """Return the stream of `show`: standard output, or its replacement outside of a command."""
    return sys.stdout if _output is None else _output


def prepare_streams() -> None:
    """Redirect the standard streams for a command, unless a program has replaced them."""
    if sys.stdout is sys.__stdout__:  # else it is replaced already, for example by a notebook
        redirect_streams()
    if sys.stderr is None:  # `print` would take standard output in its place
        sys.stderr = io.StringIO()


def redirect_streams() -> None:
    """Replace the standard streams until the process ends.

    `show` keeps standard output. Anything else written there, through `sys.stdout` or through the
    file descriptor, goes to standard error. Both streams escape control characters, a closed one
    discards its text, and a failure of standard error doesn't end the command.
    """
    global _output
    if _output is not None:
        return
    _open_closed_descriptors()
    out, err = sys.stdout, sys.stderr
    descriptor = os.dup(_OUT)
    os.dup2(_ERR, _OUT)
    _output = _OutputStream(descriptor, out)
    sys.stderr = _ErrorStream(_ERR, err)
    sys.stdout = sys.stderr


def _open_closed_descriptors() -> None:
    """Open the null device where a standard stream is closed."""
    for number in (_IN, _OUT, _ERR):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)


class _Stream(io.TextIOWrapper):
    """A standard stream that escapes control characters."""

    allowed = "\n\t"

    def __init__(self, number: int, like: TextIO | None) -> None:
        encoding = getattr(like, "encoding", None) or "utf-8"
        # On a terminal that has only ASCII, other characters become question marks.
        raw = open(number, "wb", closefd=False)  # noqa: SIM115  # open until the process ends
        super().__init__(raw, encoding, "replace", line_buffering=True)

    def write(self, text: str) -> int:
        with self._failures():
            super().write(printable(text, self.allowed))
        return len(text)

    def flush(self) -> None:
        with self._failures():
            super().flush()

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        """Pass a failure to `on_failure`."""
        try:
            yield
        except OSError as error:
            self._discard_rest()
            self.on_failure(error)

    def _discard_rest(self) -> None:
        """Write the buffered rest to the null device, or Python would complain when it exits."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self.fileno())
        os.close(null)

    def on_failure(self, error: OSError) -> None:
        """Handle a failed write; by default ignore it."""


class _OutputStream(_Stream):
    def on_failure(self, error: OSError) -> None:
        raise OutputLostError(error.errno, error.strerror) from error


class _ErrorStream(_Stream):
    allowed = "\n\t\r"  # a progress bar returns to the beginning of its line
