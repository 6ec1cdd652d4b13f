"""Measure the checker's page in a real browser: drawing, ideals, searches, many pages at once.

`python bench/page.py --help`.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import statistics
import sys
import time

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from measure import processor_seconds, require, row, serving_process, title

STROKES = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]  # a 7, as shares of the canvas
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NETWORKS = ("mlp", "lenet", "convnet")

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
# Draws without a mouse, of which a browser has one for all pages.
DRAW = """(points) => new Promise((done) => {
  const canvas = document.querySelector("#canvas");
  const { x, y, width, height } = canvas.getBoundingClientRect();
  points.forEach(([right, down], at) => setTimeout(() => {
    const type = at === 0 ? "pointerdown" : at < points.length - 1 ? "pointermove" : "pointerup";
    const place = { clientX: x + right * width, clientY: y + down * height };
    const pointer = { pointerId: 1, pointerType: "mouse", buttons: 1, bubbles: true };
    canvas.dispatchEvent(new PointerEvent(type, { ...pointer, ...place }));
    if (type === "pointerup") done();
  }, 16 * at));
})"""
# Presses Start, which hides the result of the search before; gives the milliseconds to the next.
SEARCH = """() => new Promise((done) => {
  const began = performance.now();
  document.querySelector("#panel-watch .button.primary").click();
  const result = document.querySelector(".watch-result");
  const look = () => {
    if (result.hidden) requestAnimationFrame(look);
    else done(performance.now() - began);
  };
  look();
})"""
DIGIT = "document.querySelector('#answer-digit').textContent"


def main() -> int:
    """Measure each in turn; print the medians."""
    args = _parser().parse_args()
    require(bool(args.chromium), "no chromium was found; name one with --chromium")
    with serving_process() as (port, server), sync_playwright() as playwright:
        address = f"http://127.0.0.1:{port}/"
        browser = playwright.chromium.launch(executable_path=args.chromium, args=FLAGS)
        pen_to_answer(browser, address, args.strokes)
        ten_ideals(browser, address, args.runs)
        watched_search(browser, address, args.runs)
        before = processor_seconds(server)
        pages_at_once(browser, address, args.pages)
        row(
            "the server's processor time meanwhile",
            1e3 * (processor_seconds(server) - before),
            "ms",
        )
        browser.close()
    return 0


def pen_to_answer(browser: Browser, address: str, strokes: int) -> None:
    """Draw repeatedly, with each of the networks."""
    page = opened(browser, address)
    for network in NETWORKS:
        page.locator("select").first.select_option(network)
        page.wait_for_timeout(1000)
        delays = [drawn(page) for _ in range(strokes)]
        title(f"{network}: from the last move of the pen to its answer, {strokes} strokes")
        row("median", statistics.median(delays), "ms")
        row("99th percentile", float(np.percentile(delays, 99)), "ms")
        row("longest", max(delays), "ms")
    page.close()


def drawn(page: Page) -> float:
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
    delay = response_time(page)
    page.keyboard.press("Delete")
    page.wait_for_timeout(100)
    return delay


def response_time(page: Page) -> float:
    """Return the milliseconds between the pen's last move and the answer, which is checked."""
    answer = page.evaluate(DIGIT)
    require(answer == "7", f"a 7 was drawn, and classified as {answer!r}")
    delay = float(page.evaluate("window.shown - window.moved"))
    require(delay > 0, "the last answer came before the last move")
    return delay


def ten_ideals(browser: Browser, address: str, runs: int) -> None:
    """Open the ideas of each network; the weights are loaded meanwhile."""
    title(f"from opening the page to its ten ideals, {runs} runs")
    for network in NETWORKS:
        seconds = []
        for _ in range(runs):
            began = time.perf_counter()
            page = opened(browser, f"{address}#ideas?network={network}")
            page.locator("#panel-ideas [aria-busy='false']").wait_for()
            seconds.append(time.perf_counter() - began)
            page.close()
        row(f"{network}: median", 1e3 * statistics.median(seconds), "ms")


def watched_search(browser: Browser, address: str, runs: int) -> None:
    """Search where motion is reduced, for otherwise the frames are played at their own speed."""
    title(f"Watch: from Start to the result, {runs} runs")
    for network in NETWORKS:
        for method in ("greedy", "anneal"):
            fragment = f"#watch?network={network}&class=5&method={method}"
            page = opened(browser, address + fragment, reduced_motion="reduce")
            page.wait_for_timeout(1000)
            delays = [float(page.evaluate(SEARCH)) for _ in range(runs)]
            page.close()
            row(f"{network}, {method}: median", statistics.median(delays), "ms")


def pages_at_once(browser: Browser, address: str, count: int) -> None:
    """Open many pages at once, each with an empty cache; draw on all of them at the same time."""
    contexts = [browser.new_context() for _ in range(count)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.add_init_script(RECORD)
        page.goto(address, wait_until="commit")
    for page in pages:
        page.locator("select option").first.wait_for(state="attached")
    draw_on_all(pages)
    first = [float(page.evaluate("window.shown")) for page in pages]
    title(f"{count} pages at once, each with an empty cache")
    row("from the navigation to the answer: median", statistics.median(first), "ms")
    row("from the navigation to the answer: longest", max(first), "ms")
    for page in pages:
        page.locator("#canvas").press("Delete")
    draw_on_all(pages)
    delays = [response_time(page) for page in pages]
    row("all draw: from the pen to the answer: median", statistics.median(delays), "ms")
    row("all draw: from the pen to the answer: longest", max(delays), "ms")
    for context in contexts:
        context.close()


def draw_on_all(pages: list[Page]) -> None:
    """Draw on all pages at the same time; wait for their answers."""
    points = [list(point) for point in path(12)]
    for page in pages:
        page.evaluate(f"(points) => {{ window.done = ({DRAW})(points); }}", points)
    for page in pages:
        page.evaluate("window.done")
        page.wait_for_function(f"() => {DIGIT} === '7' && shown > moved", timeout=120_000)
    pages[-1].wait_for_timeout(500)  # answers to what was drawn before the last move


def path(steps: int) -> list[tuple[float, float]]:
    """Return the points of the strokes, with steps between two corners."""
    points = [STROKES[0]]
    for (x, y), (u, v) in itertools.pairwise(STROKES):
        shares = [step / steps for step in range(1, steps + 1)]
        points += [(x + (u - x) * share, y + (v - y) * share) for share in shares]
    return [*points, points[-1]]


def opened(browser: Browser, address: str, **settings: str) -> Page:
    """Open a page, with a cache of its own."""
    page = browser.new_page(**settings)
    page.add_init_script(RECORD)
    page.goto(address)
    page.locator("select option").first.wait_for(state="attached")
    return page


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python bench/page.py",
        description="Start the checker and open its page in Chromium: draw a digit repeatedly, and "
        "check that it is classified correctly; find the ten ideals; watch searches; and use many "
        "pages at once. Print how long each takes.",
    )
    parser.add_argument("--strokes", type=int, default=40, help="(default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="(default: %(default)s)")
    parser.add_argument("--pages", type=int, default=30, help="(default: %(default)s)")
    parser.add_argument(
        "--chromium",
        default=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
        metavar="FILE",
        help="the browser (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
