"""Film how the ideas of two networks form: `python docs/training_film.py`.

The page trains a CNN, ordinarily and adversarially. It needs Playwright with a Chromium, npm for
the first time, and some minutes.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

import numpy as np
from PIL import Image

from idea.check import create_app
from idea.check.serving import listen, make_server

_PICTURE = Path(__file__).parent / "pictures" / "training.gif"
_FRAMES = 20
_MS, _LAST_MS = 250, 2500
_PATIENCE = 600_000  # milliseconds
# A few greys compress far better than those at the edges of letters.
_GREYS = np.array([0, 34, 255])


def main() -> None:
    """Serve the page, train in it, save its animation, and write fewer frames of it."""
    from playwright.sync_api import sync_playwright

    server = make_server(create_app(), listen("127.0.0.1", [0]))
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(locale="en")
        page.goto(f"http://127.0.0.1:{server.effective_port}/#train?noise=0")
        page.get_by_text("Ready.").wait_for(timeout=_PATIENCE)
        panel = page.get_by_role("tabpanel", name="Train")
        panel.locator("label", has_text="Epochs").locator("select").select_option("5")
        panel.get_by_role("button", name="Train both").click()
        panel.get_by_text("flips fool it").nth(1).wait_for(timeout=_PATIENCE)  # of both
        with page.expect_download() as download:
            panel.get_by_role("button", name="Save the film").click()
        download.value.save_as(Path(folder) / "film.png")
        browser.close()
        frames = _thinned(Path(folder) / "film.png")
    times = [_MS] * (len(frames) - 1) + [_LAST_MS]
    frames[0].save(_PICTURE, save_all=True, append_images=frames[1:], duration=times, loop=0)


def _thinned(path: Path) -> list[Image.Image]:
    """Return some frames of a film; most change happens early."""
    frames = []
    with Image.open(path) as film:
        last = getattr(film, "n_frames", 1) - 1
        for share in np.linspace(0, 1, _FRAMES) ** 1.5:
            film.seek(round(share * last))
            greys = np.asarray(film.convert("L"), np.int64)
            nearest = np.abs(greys[..., np.newaxis] - _GREYS).argmin(axis=-1)
            frames.append(Image.fromarray(_GREYS[nearest].astype(np.uint8)))
    return frames


if __name__ == "__main__":
    main()
