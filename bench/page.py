"""Measure the response time of the checker's page after a stroke, in a real browser.

`python bench/page.py --help`.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys

import numpy as np
from playwright.sync_api import Page, sync_playwright

from measure import require, row, serving, title

STROKES = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]  # a 7, as shares of the canvas
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# Records when the pen was last moved or lifted, and when the page last showed an answer.
RECORD = """
  for (const type of ["pointermove", "pointerup"]) {
    addEventListener(type, () => { window.moved = performance.now(); }, true);
  }
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => { window.shown = performance.now(); })
      .observe(document.documentElement, { attributeFilter: ["data-answered"] });
  });
"""


def main() -> int:
    """Draw repeatedly, with each of the networks; print the response times."""
    args = _parser().parse_args()
    require(bool(args.chromium), "no chromium was found; name one with --chromium")
    with serving() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.chromium, args=FLAGS)
        page = browser.new_page()
        page.add_init_script(RECORD)
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("select option").first.wait_for(state="attached")
        for model in ("mlp", "lenet", "convnet"):
            page.locator("select").first.select_option(model)
            page.wait_for_timeout(1000)
            delays = [draw(page) for _ in range(args.strokes)]
            title(f"{model}: from the last move of the pen to its answer, {args.strokes} strokes")
            row("median", statistics.median(delays), "ms")
            row("99th percentile", float(np.percentile(delays, 99)), "ms")
            row("longest", max(delays), "ms")
        browser.close()
    return 0


def draw(page: Page) -> float:
    """Draw a digit on an empty canvas; return the response time in milliseconds."""
    box = page.locator("#canvas").bounding_box()
    require(box is not None, "the page has no canvas")
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in STROKES]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=15)
    page.mouse.up()
    page.wait_for_timeout(500)
    answer = page.locator("#answer-digit").inner_text()
    require(answer == "7", f"a 7 was drawn, and classified as {answer!r}")
    delay = float(page.evaluate("window.shown - window.moved"))
    require(delay > 0, "the last answer came before the last move")
    page.keyboard.press("Delete")
    page.wait_for_timeout(100)
    return delay


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python bench/page.py",
        description="Start the checker, draw a digit in Chromium repeatedly, check that it is "
        "classified correctly, and print the time from the last move of the pen to its answer.",
    )
    parser.add_argument("--strokes", type=int, default=40, help="(default: %(default)s)")
    parser.add_argument(
        "--chromium",
        default=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
        metavar="FILE",
        help="the browser (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
