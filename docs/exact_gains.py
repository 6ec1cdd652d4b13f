"""Draw how far one pixel can move a layer's units: `python docs/exact_gains.py`."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

import idea

ORANGE, LIGHT, DARK, BLACK = "#ef8a00", "#c4c4c4", "#7d7d7d", "#222222"


def main() -> None:
    """Compute the first layer's inputs for an ideal, and draw them."""
    model = idea.load_model()
    image = idea.find(model, 5).image.ravel()
    W, b = model.layers[0]
    inputs = W @ image + b
    steps = W * (1 - 2 * image)  # (units, pixels): what each flip adds
    reach = np.where(inputs > 0, -steps.min(axis=1), steps.max(axis=1))  # towards 0
    near = np.abs(inputs) <= reach
    switched = ((inputs[:, np.newaxis] + steps > 0) != (inputs[:, np.newaxis] > 0)).sum(axis=0)

    figure = Figure(figsize=(8, 4), layout="constrained")
    ax = figure.subplots()
    bins = np.arange(-16, 12.1, 0.25)
    groups = [near, ~near & (inputs <= 0), ~near & (inputs > 0)]
    colors = [ORANGE, LIGHT, DARK]
    ax.hist([inputs[group] for group in groups], bins, stacked=True, color=colors)
    ax.axvline(0, color=BLACK, linewidth=1)
    ax.set_xlim(*np.percentile(inputs, [0.2, 99.8]))
    ax.set_xlabel("input of a unit of the first layer, for the ideal of a 5")
    ax.set_ylabel("units")
    ax.spines[["top", "right"]].set_visible(False)
    near_text = (
        f"{near.sum()} of {len(near)} units: some pixel can switch\nthem; examined one by one"
    )
    notes = [
        (0.98, 0.95, "right", ORANGE, near_text),
        (0.98, 0.80, "right", BLACK, f"a flip switches {switched.mean():.1f} of them on average"),
        (0.02, 0.95, "left", BLACK, f"{groups[1].sum()} units stay off: 0"),
        (0.98, 0.45, "right", BLACK, f"{groups[2].sum()} units stay on: one linear map"),
    ]
    for x, y, side, color, text in notes:
        ax.text(x, y, text, color=color, ha=side, va="top", transform=ax.transAxes)
    matplotlib.rcParams["svg.hashsalt"] = "idea"  # the same file each time
    path = Path(__file__).parent / "pictures" / "exact_gains.svg"
    figure.savefig(path, metadata={"Date": None}, facecolor="white")


if __name__ == "__main__":
    main()
