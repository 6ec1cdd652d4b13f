"""A progress bar on a terminal."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn, Self

from idea.cli.common import is_terminal
from idea.cli.streams import printable

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Bar", "waiting"]

_PATIENCE = 1.0  # seconds before `waiting` shows anything


@contextlib.contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show a text on a terminal while something takes long that has no steps to count."""
    if not is_terminal(sys.stderr):
        yield
        return
    from tqdm import tqdm

    shown: list[tqdm[NoReturn]] = []
    timer = threading.Timer(
        _PATIENCE,
        lambda: shown.append(tqdm(desc=f"{printable(text)} …", bar_format="{desc}", leave=False)),
    )
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for line in shown:
            line.close()


class Bar:
    """A progress bar on standard error if that is a terminal; elsewhere it prints nothing."""

    def __init__(self, unit: str, desc: str = "") -> None:
        self._bar: tqdm[NoReturn] | None = None
        if is_terminal(sys.stderr):
            from tqdm import tqdm

            self._bar = tqdm(desc=desc or None, unit=f" {unit}", leave=False, total=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def clear(self) -> None:
        """Clear the bar before a line is printed; the next update draws it again."""
        if self._bar is not None:
            self._bar.clear()

    def go_to(self, done: int, total: int | None, desc: str = "", postfix: str = "") -> None:
        """Show how much is done, and of how much; None where that isn't known."""
        if self._bar is None:
            return
        if done < self._bar.n:
            self._bar.reset()
        self._bar.total = total
        if desc:
            self._bar.set_description_str(printable(desc), refresh=False)  # tqdm adds the colon
        if postfix:
            self._bar.set_postfix_str(postfix, refresh=False)
        self._bar.update(done - self._bar.n)
