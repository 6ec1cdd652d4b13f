"""Figures of ideals and of studies, for notebooks and reports; drawn with matplotlib.

Each function gives a `matplotlib.figure.Figure`, which shows itself as the last line of a cell in a
notebook, and which its `savefig` writes. With `ax` they draw into these axes instead, and give the
figure of those.

>>> import idea, idea.figures
>>> ideals = list(idea.find_all(idea.load_model(), range(10), sweeps=1))
>>> idea.figures.ten_ideals(ideals).savefig("ideals.png")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from idea.optional import load_package

if TYPE_CHECKING:
    from idea.figures.against import legibility_against, seed_interval
    from idea.figures.curves import energy_curves
    from idea.figures.epochs import forming, forming_gif
    from idea.figures.grids import digit_grid, network_ideals, ten_ideals
    from idea.figures.means import mean_ideal
    from idea.figures.transfer import transfer_matrix

__all__ = [
    "digit_grid",
    "energy_curves",
    "forming",
    "forming_gif",
    "legibility_against",
    "mean_ideal",
    "network_ideals",
    "seed_interval",
    "ten_ideals",
    "transfer_matrix",
]

_HOMES = {
    "digit_grid": "grids",
    "energy_curves": "curves",
    "forming": "epochs",
    "forming_gif": "epochs",
    "legibility_against": "against",
    "mean_ideal": "means",
    "network_ideals": "grids",
    "seed_interval": "against",
    "ten_ideals": "grids",
    "transfer_matrix": "transfer",
}


def __getattr__(name: str) -> Any:
    """Load matplotlib when the first figure is asked for; if it is missing, say what to install."""
    if name not in _HOMES:
        raise AttributeError(f"module 'idea.figures' has no attribute {name!r}")
    load_package("matplotlib", "idea.figures", "'idea[study]'")
    value = getattr(importlib.import_module(f"idea.figures.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
