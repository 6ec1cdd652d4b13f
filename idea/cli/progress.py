"""A progress bar on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn, Self

from idea.cli.common import is_terminal
from idea.cli.streams import printable

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["Bar"]


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
