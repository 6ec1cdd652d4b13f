"""What all commands share: errors become sentences, and exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable

from idea.errors import IdeaError

WRONG_INPUT = 2
INTERRUPTED = 130  # as a shell counts a command that Ctrl-C ended


def run(main: Callable[[], int]) -> int:
    """Run a command's `main`, and give its exit status.

    An `IdeaError` is printed as one line ``error: …`` on standard error and gives 2, Ctrl-C 130.

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
    try:
        return main()
    except IdeaError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_INPUT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
