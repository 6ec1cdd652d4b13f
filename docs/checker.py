"""Take the picture of the page: `python docs/checker.py`.

It needs Playwright with a Chromium, and a font that has Japanese signs.
"""

from __future__ import annotations

import math
import shutil
import threading
from pathlib import Path

from idea.check import create_app
from idea.check.serving import listen, make_server

_PICTURE = Path(__file__).parent / "pictures" / "checker.png"
_WIDTH, _HEIGHT, _SCALE = 1280, 1560, 0.8
# The strokes of a 5, as shares of the canvas.
_BOW = [
    (0.5 + 0.16 * math.cos(angle), 0.58 + 0.16 * math.sin(angle))
    for angle in (math.pi * (0.05 * step - 0.8) for step in range(29))
]
_STROKES = [[(0.66, 0.2), (0.42, 0.2), (0.39, 0.45), *_BOW]]


def main() -> None:
    """Serve the page, draw a 5 on it, wait for the ideals, and write the picture."""
    from playwright.sync_api import sync_playwright

    server = make_server(create_app(), listen("127.0.0.1", [0]))
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        viewport = {"width": _WIDTH, "height": _HEIGHT}
        page = browser.new_page(viewport=viewport, device_scale_factor=_SCALE, locale="en")
        page.goto(f"http://127.0.0.1:{server.effective_port}/")
        page.locator("select option").first.wait_for(state="attached")
        box = page.locator("#canvas").bounding_box()
        if box is None:
            raise RuntimeError("the page shows no canvas")
        for stroke in _STROKES:
            for number, (x, y) in enumerate(stroke):
                page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
                if number == 0:
                    page.mouse.down()
            page.mouse.up()
        page.mouse.move(0, 0)
        page.locator("#answer-digit").get_by_text("5", exact=True).wait_for()
        page.locator(".thin-progress.done").wait_for(state="attached", timeout=120_000)
        page.wait_for_timeout(500)
        page.screenshot(path=_PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
