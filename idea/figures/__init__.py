"""Figures of ideals and of studies, for notebooks and reports; drawn with matplotlib.

Each function returns a `matplotlib.figure.Figure`, which a notebook displays as the result of a
cell, and which its `savefig` writes. With `ax` they draw into these axes, and return their figure.

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
    """Load matplotlib with the first figure; if it is missing, raise an error with a remedy."""
    if name in __all__:
        load_package("matplotlib", "idea.figures", "'idea[study]'")
    return _load(name)
