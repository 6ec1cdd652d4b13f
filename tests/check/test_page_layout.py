"""How the page is laid out: on screens of all sizes, enlarged, and in forced colours."""

from __future__ import annotations

from pathlib import Path

import pytest

SIZES = [
    (320, 640),
    (390, 844),
    (512, 384),  # 1024 x 768 at 200 %
    (640, 400),  # 1280 x 800 at 200 %
    (768, 1024),
    (900, 780),
    (960, 540),  # 1920 x 1080 at 200 %
    (1024, 768),
    (1199, 780),
    (1280, 800),
    (1920, 1080),
]

FAULTS = Path(__file__).with_name("layout_faults.js").read_text(encoding="utf-8")
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TABS_TOP = "document.querySelector('.tabs').getBoundingClientRect().top + scrollY"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_overlaps_or_is_cut_off_on_any_screen(visit, language):
    visitor = visit(locale=language)
    page = visitor.page
    visitor.draw()
    visitor.answer(7)
    faults = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(PAINTED)  # by then the tabs are those of the size
        for tab in page.get_by_role("tab").all():
            tab.click()
            if found := page.evaluate(FAULTS):
                faults[width, height, tab.inner_text()] = found
    assert faults == {}


def test_the_tabs_are_in_sight_on_a_projector_and_near_the_answer_on_a_phone(visit):
    visitor = visit(viewport={"width": 1024, "height": 768})
    page = visitor.page
    canvas = page.locator("#canvas")
    assert page.get_by_role("tab").last.bounding_box()["y"] < 400
    assert page.get_by_role("tab", name=visitor.text("tabs.see")).is_visible()
    visitor.panel("tabs.watch")
    page.evaluate("scrollTo(0, 200)")
    assert canvas.bounding_box()["y"] >= 0  # it stays while the panel scrolls
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(TABS_TOP) < 844
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate(TABS_TOP) < 780
    page.get_by_role("tab", name=visitor.text("tabs.see")).wait_for(state="hidden")
    assert page.get_by_role("region", name=visitor.text("see")).is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_the_tabs_stay_where_they_are(visit, width):
    visitor = visit(viewport={"width": width, "height": 800})
    page = visitor.page
    tops = {round(page.evaluate(TABS_TOP))}
    visitor.draw()
    visitor.answer(7)
    for tab in page.get_by_role("tab").all():
        tab.scroll_into_view_if_needed()
        page.evaluate("scrollTo(0, document.querySelector('.tabs').offsetTop)")
        before = tab.bounding_box()["y"]
        tab.click()
        page.wait_for_timeout(50)
        assert tab.bounding_box()["y"] == pytest.approx(before, abs=1)  # no shorter page scrolls
        tops.add(round(page.evaluate(TABS_TOP)))
    visitor.button("draw.clear").click()
    page.get_by_text(visitor.text("answer.none")).wait_for()
    tops.add(round(page.evaluate(TABS_TOP)))
    assert len(tops) == 1


def test_large_screens_have_large_type(visit):
    visitor = visit(viewport={"width": 1920, "height": 1080})
    main = visitor.page.locator("main").bounding_box()
    assert main["width"] > 0.85 * 1920
    assert visitor.page.evaluate("getComputedStyle(document.body).fontSize") == "20px"


def test_in_forced_colours_bars_and_selections_are_seen(visit):
    visitor = visit(forced_colors="active", color_scheme="dark")
    page = visitor.page
    visitor.draw()
    visitor.answer(7)

    def colour(selector, part="backgroundColor", pseudo="null"):
        return page.locator(selector).first.evaluate(
            f"(it) => getComputedStyle(it, {pseudo}).{part}"
        )

    paper = colour("body")
    canvas = colour("html")
    assert paper in (canvas, "rgba(0, 0, 0, 0)")
    assert colour("#see tr.first .bar") not in (canvas, paper)
    assert colour(".segmented input:checked + span") not in (canvas, paper)
    selected = colour(".tabs [aria-selected=true]", "borderBottomColor")
    assert selected != colour(".tabs [aria-selected=false]", "borderBottomColor")
    visitor.panel("tabs.pixels")
    marks = [colour(f".mark.{name}") for name in ("gain", "loss")]
    assert len({*marks, canvas}) == 3
