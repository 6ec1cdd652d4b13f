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
# The faults of each panel, by its tab's text.
FAULTS_OF_PANELS = f"""async () => {{
  const find = {FAULTS.strip()};
  const faults = {{}};
  for (const tab of document.querySelectorAll("[role=tab]")) {{
    if (!tab.checkVisibility({{ visibilityProperty: true }})) continue;
    tab.click();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const found = find();
    if (found.length) faults[tab.innerText] = found;
  }}
  return faults;
}}"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TABS_TOP = "document.querySelector('.tabs').getBoundingClientRect().top + scrollY"
TABS_BOTTOM = "document.querySelector('.tabs').getBoundingClientRect().bottom"


# Japanese breaks anywhere: what fits the narrowest and the widest screen fits those between them.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "sizes"),
    [
        ("en", [SIZES[0], SIZES[-1]]),
        ("ja", [SIZES[0], SIZES[-1]]),
        pytest.param("en", SIZES[1:-1], marks=pytest.mark.nightly),
    ],
    ids=["en", "ja", "between"],
)
def test_nothing_overlaps_or_is_cut_off_on_any_screen(visit, language, sizes):
    visitor = visit(locale=language)
    page = visitor.page
    visitor.draw()
    visitor.answer(7)
    faults = {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(PAINTED)  # by then the tabs are those of the size
        if found := page.evaluate(FAULTS_OF_PANELS):
            faults[width, height] = found
    assert faults == {}


def test_on_projectors_phones_and_large_screens_what_matters_is_in_sight(visit):
    visitor = visit(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    page = visitor.page
    canvas = page.locator("#canvas")
    assert page.get_by_role("tab").last.bounding_box()["y"] < 400
    assert page.get_by_role("tab", name=visitor.text("tabs.see")).is_visible()
    visitor.panel("tabs.watch")
    page.evaluate("scrollTo(0, 200)")
    assert canvas.bounding_box()["y"] >= 0  # it stays while the panel scrolls
    rows = page.locator("[role=tab]").evaluate_all("(tabs) => tabs.map((tab) => tab.offsetTop)")
    counts = [rows.count(row) for row in sorted(set(rows))]
    assert len(counts) == 2
    assert counts[0] - counts[1] in (0, 1)  # none wraps alone
    page.set_viewport_size({"width": 390, "height": 844})
    for top in (0, 600):
        page.evaluate(f"scrollTo(0, {top})")
        assert page.evaluate(TABS_BOTTOM) == pytest.approx(844, abs=2)
    visitor.panel("tabs.train")  # a swipe away
    assert 0 <= page.locator("#panel-train").bounding_box()["y"] < 400
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate(TABS_TOP) < 780
    page.get_by_role("tab", name=visitor.text("tabs.ideas"), exact=True).click()
    assert 0 <= page.locator("#panel-ideas").bounding_box()["y"] < 400  # it began below the screen
    page.get_by_role("tab", name=visitor.text("tabs.see")).wait_for(state="hidden")
    assert page.get_by_role("region", name=visitor.text("see")).is_visible()
    panes = page.locator("#see .pane")
    for width in (600, 1000, 1280):  # the two views of a drawing don't overlap
        page.set_viewport_size({"width": width, "height": 1000})
        if width == 600:
            page.get_by_role("tab", name=visitor.text("tabs.see")).click()
        first, second = (panes.nth(number).bounding_box() for number in range(2))
        beside = first["x"] + first["width"] <= second["x"]
        assert beside or first["y"] + first["height"] <= second["y"], width
        assert second["x"] + second["width"] <= width
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert page.locator("main").bounding_box()["width"] > 0.85 * 1920
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"  # large type


@pytest.mark.nightly
def test_the_tabs_stay_where_they_are(visit):
    visitor = visit(opened="", viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    page = visitor.page
    for width, top_of in ((390, TABS_BOTTOM), (1280, TABS_TOP)):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(PAINTED)
        tops = {round(page.evaluate(top_of))}
        visitor.draw()
        visitor.answer(7)
        for tab in page.get_by_role("tab").all():
            tab.scroll_into_view_if_needed()
            page.evaluate("scrollTo(0, document.querySelector('.tabs').offsetTop)")
            before = tab.bounding_box()["y"]
            tab.click()
            page.wait_for_timeout(50)
            assert tab.bounding_box()["y"] == pytest.approx(
                before, abs=1
            )  # no shorter page scrolls
            tops.add(round(page.evaluate(top_of)))
        visitor.button("draw.clear").click()
        page.get_by_text(visitor.text("answer.none")).wait_for()
        tops.add(round(page.evaluate(top_of)))
        assert len(tops) == 1, width


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


SHOW_ERROR = """async (text) => {
  const { showError } = await import(new URL("shell/toast.js", location.href).href);
  showError(new Error(text));
}"""


def test_messages_cover_neither_canvas_nor_tabs_and_buttons_stay_in_reach(visit):
    visitor = visit()
    page = visitor.page
    for width, height in ((390, 844), (512, 384), (1024, 768), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        visitor.button("link.copy").click(trial=True)
        visitor.button("present").click(trial=True)
        for words in (8, 60):
            page.evaluate(SHOW_ERROR, "something " * words)
            page.evaluate(PAINTED)
            page.evaluate(PAINTED)
            message = page.locator("#toasts .toast").bounding_box()
            for part in (".stage", ".tab-bar"):
                box = page.locator(part).bounding_box()
                below = message["y"] >= box["y"] + box["height"]
                above = message["y"] + message["height"] <= box["y"]
                beside = message["x"] >= box["x"] + box["width"]
                assert below or above or beside, (words, part, width)
        page.keyboard.press("Escape")
        page.locator("#toasts .toast").wait_for(state="detached")
    page.evaluate(SHOW_ERROR, "of the panel")
    visitor.panel("tabs.distort")
    page.locator("#toasts .toast").wait_for(state="detached")  # with what it speaks of
