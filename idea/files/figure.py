"""Figures of matplotlib as PNG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure_bytes"]


def figure_bytes(figure: Figure, dpi: float) -> bytes:
    """Return a figure as PNG, without matplotlib's metadata: the same for equal figures."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
    return stream.getvalue()
