"""Scrolling to what a reader is to see."""

from __future__ import annotations

pytest_plugins = ["computing"]

FRAMES = 30  # by the end of these a smooth scrolling has begun


def test_of_two_scrollings_the_later_one_counts(compute, page):
    """Also where its element is still in view, while the earlier one is about to lead away."""
    page.set_content(
        '<div style="height: 300px"></div><div id="first">first</div>'
        '<div style="height: 3000px"></div><div id="last">last</div>'
    )
    scrolled = compute(
        """
        const { bringIntoView } = await load("base/motion.js");
        const pass = async (frames) => {
          for (; frames > 0; frames--) await new Promise(requestAnimationFrame);
        };
        const scrolledBy = async (...names) => {
          scrollTo({ top: 0, behavior: "instant" });
          await pass(2);
          for (const name of names) bringIntoView(document.getElementById(name));
          await pass(frames);
          return scrollY;
        };
        return { alone: await scrolledBy("last"), both: await scrolledBy("last", "first") };
        """,
        frames=FRAMES,
    )
    assert scrolled["alone"] > 0
    assert scrolled["both"] == 0
