"""Ctrl-C while a command still imports what it needs: one line and a status, no traceback.

It imports next to nothing, since Ctrl-C during its own imports isn't handled.
"""

from __future__ import annotations

import contextlib
import os
import signal
from types import FrameType

__all__ = ["INTERRUPTED", "end_on_interrupt", "raise_on_interrupt"]

INTERRUPTED = 130  # 128 + SIGINT, as shells report a command that Ctrl-C ended


def end_on_interrupt() -> None:
    """End the process at Ctrl-C from now on, unless the signal is ignored or handled already."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_on_interrupt() -> None:
    """Undo `end_on_interrupt`: Ctrl-C raises a KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(_signal: int, _frame: FrameType | None) -> None:
    with contextlib.suppress(OSError):  # standard error may be closed
        os.write(2, b"interrupted\n")
    # Not sys.exit: an import in progress may catch the exception.
    os._exit(INTERRUPTED)
