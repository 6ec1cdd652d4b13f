"""Figures of ideals and of studies, for notebooks and reports; drawn with matplotlib.

Each function gives a `matplotlib.figure.Figure`, which shows itself as the last line of a cell in a
notebook, and which its `savefig` writes. With `ax` they draw into these axes instead, and give the
figure of those.

>>> import idea, idea.figures
>>> ideals = list(idea.find_all(idea.load_model(), range(10), sweeps=1))
>>> idea.figures.ten_ideals(ideals).savefig("ideals.png")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any

import lazy_loader

from idea.optional import load_package

# The public names are listed in __init__.pyi alone; each is imported on first use.
_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """Load matplotlib when the first figure is asked for; if it is missing, say what to install."""
    if name in __all__:
        load_package("matplotlib", "idea.figures", "'idea[study]'")
    return _load(name)
