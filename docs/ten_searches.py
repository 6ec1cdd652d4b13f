"""Draw ten searches as one animation: `python docs/ten_searches.py`."""

from __future__ import annotations

from pathlib import Path

import imageio.v3 as imageio
import numpy as np

import idea

STEPS = 200_000
FRAMES = 40
SCALE = 4
GAP = 2  # between two images, in their own pixels


def main() -> None:
    """Search for all digits with penalties on roughness and ink, and draw the searches."""
    objective = idea.Objective("logit", smooth=0.05, ink=0.05, frozen=idea.unused_pixels())
    searches = idea.find_all(
        idea.load_model("convnet"),
        method="anneal",
        objective=objective,
        steps=STEPS,
        restarts=4,
        every=STEPS // 1000,
    )
    paths = [[*(frame.image for frame in ideal.trace), ideal.image] for ideal in searches]
    # Most changes happen early.
    places = [
        np.rint(np.linspace(0, 1, FRAMES) ** 2 * (len(path) - 1)).astype(int) for path in paths
    ]
    sheets = [
        sheet([path[at[k]] for path, at in zip(paths, places, strict=True)]) for k in range(FRAMES)
    ]
    imageio.imwrite(
        Path(__file__).parent / "pictures" / "ten_searches.gif",
        np.stack(sheets),
        plugin="pillow",
        duration=[100] * (FRAMES - 1) + [4000],
        loop=0,
    )


def sheet(images: list[np.ndarray]) -> np.ndarray:
    """Place ten images in two rows, in sixteen greys."""
    cells = [np.pad(image.reshape(28, 28), GAP, constant_values=0.5) for image in images]
    greys = np.vstack([np.hstack(cells[:5]), np.hstack(cells[5:])])
    sheet = (np.rint(greys * 15) * 17).astype(np.uint8)
    return sheet.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


if __name__ == "__main__":
    main()
