"""Drawing on the page, in a real browser: strokes, answers, what the network sees."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest

import idea
from idea.files.preprocess import prepare

from visitor import SEVEN, check

SMALL_SEVEN = [[(0.62, 0.1), (0.85, 0.1), (0.72, 0.35)]]
ONE = [[(0.5, 0.2), (0.5, 0.8)]]
# Keeps what the page reads of its own canvas.
EAVESDROP = """
  const { prototype } = OffscreenCanvasRenderingContext2D;
  const read = prototype.getImageData;
  prototype.getImageData = function (...place) {
    const data = read.apply(this, place);
    if (data.width === 448) window.lastRead = data;
    return data;
  };
"""


def canvas_greys(visitor) -> np.ndarray:
    """The canvas as the page last read it, white on nothing, (448, 448) in 0…255."""
    text = visitor.page.evaluate(
        """() => {
          const greys = window.lastRead.data.filter((_, index) => index % 4 === 3);
          return btoa(Array.from(greys, (grey) => String.fromCharCode(grey)).join(""));
        }"""
    )
    greys = np.frombuffer(base64.b64decode(text), np.uint8)
    return greys.astype(np.float32).reshape(448, 448)


def test_a_drawn_7_is_read_as_7(visit):
    visitor = visit()
    follow_the_pen(visitor)
    visitor.button("draw.clear").click()
    for model in ("mlp", "lenet", "convnet"):
        visitor.choose(model)
        visitor.draw_by_mouse()
        visitor.answer(7)
        assert visitor.page.get_by_text(re.compile(f"^{model}: ")).is_visible()
        visitor.button("draw.clear").click()
        visitor.page.get_by_text(visitor.text("answer.none")).wait_for()


def follow_the_pen(visitor) -> None:
    """Draw a 7, and see it answered while the pen is still down."""
    box = visitor.canvas_in_sight()
    (points,) = SEVEN
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    visitor.page.mouse.move(*corners[0])
    visitor.page.mouse.down()
    for corner in corners[1:]:
        visitor.page.mouse.move(*corner, steps=10)
    visitor.answer(7)
    assert visitor.button("draw.undo").is_disabled()  # there is no whole stroke yet
    visitor.page.mouse.up()


def test_the_views_are_what_python_makes_of_the_same_canvas(visit):
    visitor = visit()
    visitor.page.add_init_script(EAVESDROP)
    visitor.reload()
    for strokes in (SEVEN, SMALL_SEVEN):
        visitor.draw_by_mouse(strokes)
        visitor.answer(7)
        visitor.settle()
        greys = canvas_greys(visitor)
        assert greys.max() == 255
        prepared = 255 * prepare(greys / 255, invert=False).image
        assert np.abs(visitor.greys("see.prepared.image") - prepared).max() <= 1
        shares = (greys >= 128).reshape(28, 16, 28, 16).mean(axis=(1, 3))
        assert np.abs(visitor.greys("see.drawn.image") - 255 * shares).max() <= 0.5
        if strokes == SMALL_SEVEN:  # which is read when prepared alone
            see = visitor.page.get_by_role("region", name=visitor.text("see"))
            assert see.get_by_text(visitor.pattern("see.prediction", label=7)).count() == 1
        visitor.button("draw.clear").click()


def asks_for_two(request) -> bool:
    """Whether a request is for both views: panels ask for single images, before or after it."""
    return request.url.endswith("/api/classify") and len(request.post_data_json["images"]) == 2


def test_the_views_answers_are_the_networks(visit_by_server, shipped):
    visitor = visit_by_server()
    with visitor.page.expect_request(asks_for_two) as asked:
        visitor.draw(ONE)
    visitor.answer(1)
    visitor.settle()
    assert asked.value.method == "POST"
    prepared = visitor.greys("see.prepared.image").ravel() / 255
    logits = shipped.logits(prepared[np.newaxis].astype(np.float32))[0]
    see = visitor.page.get_by_role("region", name=visitor.text("see"))
    table = see.get_by_role("table").first
    said = [
        float(text.replace("−", "-"))
        for text in re.findall(r"−?\d+\.\d$", table.inner_text(), re.M)
    ]
    assert said == pytest.approx(logits, abs=0.4)  # of levels that are rounded to 255ths


def test_an_idea_on_the_canvas_is_read_as_it_is_until_it_is_drawn_on(visit, shipped):
    visitor = visit()
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).click()
    panel.get_by_role("button", name=visitor.text("save.copy")).click()
    visitor.answer(5)
    visitor.settle()
    see = visitor.page.get_by_role("region", name=visitor.text("see"))
    five = idea.find(shipped, 5).image
    assert np.array_equal(visitor.greys("see.prepared.image") / 255, five)
    see.get_by_text(visitor.text("see.placed")).wait_for()
    assert not see.get_by_label(visitor.text("see.guides")).is_visible()
    visitor.draw_by_mouse(ONE)
    see.get_by_text(visitor.text("see.more")).click()
    see.get_by_text(visitor.text("see.why")).wait_for()


def test_undo_redo_clear_the_eraser_and_a_reload(visit):
    visitor = visit()
    page = visitor.page
    assert visitor.button("draw.undo").is_disabled()
    assert visitor.button("draw.redo").is_disabled()
    visitor.draw_by_mouse()
    visitor.answer(7)
    visitor.button("draw.undo").click()
    page.get_by_text(visitor.text("answer.none")).wait_for()
    visitor.button("draw.redo").click()
    visitor.answer(7)
    visitor.button("draw.clear").click()
    page.get_by_text(visitor.text("answer.none")).wait_for()
    assert visitor.greys("see.drawn.image").max() == 0
    visitor.button("draw.undo").click()
    visitor.answer(7)
    visitor.draw_by_mouse(ONE)
    page.keyboard.press("Control+z")
    visitor.answer(7)
    visitor.settle()
    before = visitor.greys("see.drawn.image").sum()
    check(page.get_by_role("radio", name=visitor.text("draw.eraser")))
    visitor.draw_by_mouse([[(0.2, 0.2), (0.8, 0.2)]])
    visitor.settle()
    erased = visitor.greys("see.drawn.image")
    assert erased.sum() < 0.8 * before
    visitor.reload()
    visitor.settle()
    assert np.array_equal(visitor.greys("see.drawn.image"), erased)


@pytest.mark.nightly
def test_the_pens_width_is_that_of_its_strokes(visit):
    visitor = visit()
    heights = []
    for width in ("12", "60"):
        visitor.page.get_by_label(visitor.text("draw.width")).fill(width)
        visitor.draw_by_mouse([[(0.2, 0.5), (0.8, 0.5)]])
        visitor.settle()
        heights.append((visitor.greys("see.drawn.image")[:, 14] / 255).sum() * 16)
        visitor.button("draw.clear").click()
    assert heights == pytest.approx([12, 60], abs=3)
    # A canvas without strokes that stand out isn't an empty one.
    visitor.page.get_by_label(visitor.text("draw.width")).fill("80")
    visitor.draw_by_mouse([[(0.01, y), (0.99, y)] for y in np.linspace(0.02, 0.98, 10)], steps=1)
    visitor.page.get_by_text(visitor.text("answer.no_digit")).wait_for()
    assert visitor.page.get_by_text(visitor.text("answer.none")).count() == 0


def test_a_finger_draws(visit):
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    visitor = visit(**phone, opened="")
    box = visitor.canvas_in_sight()
    session = visitor.context.new_cdp_session(visitor.page)

    def touch(kind, *points):
        where = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    (points,) = SEVEN
    touch("touchStart", points[0])
    for (x, y), (x2, y2) in zip(points, points[1:], strict=False):
        for share in np.linspace(0, 1, 12):
            touch("touchMove", (x + share * (x2 - x), y + share * (y2 - y)))
    touch("touchEnd")
    visitor.answer(7)
    assert visitor.page.evaluate("scrollY") == 0
    # On a phone's side canvas and answer are in sight.
    visitor.page.set_viewport_size({"width": 740, "height": 360})
    canvas = visitor.page.locator("#canvas").bounding_box()
    answer = visitor.page.get_by_role("region", name=visitor.text("answer")).bounding_box()
    assert canvas["x"] + canvas["width"] < answer["x"]
    assert max(box["y"] + box["height"] for box in (canvas, answer)) <= 360


@pytest.mark.nightly
def test_it_is_sharp_on_a_screen_of_high_density(visit_densely):
    visitor = visit_densely(opened="")
    canvas = visitor.page.locator("#canvas")
    width = canvas.bounding_box()["width"]
    visitor.draw_by_mouse()
    visitor.answer(7)
    assert canvas.evaluate("(canvas) => canvas.width") == pytest.approx(2 * width, abs=2)
    assert visitor.greys("see.drawn.image").shape == (28, 28)


def test_without_its_server_every_panel_opens_and_says_what_is_wrong(visit_by_server):
    visitor = visit_by_server()
    keys = ("tabs.watch", "tabs.pixels", "tabs.distort", "tabs.fool")
    for key in (*keys, "tabs.ideas"):
        visitor.panel(key)  # which loads it
    visitor.thumb(9).wait_for()
    visitor.context.route("**/*", lambda route: route.abort())
    visitor.draw_by_mouse()
    assert visitor.text("server.unreachable") in visitor.toast()
    for key in keys:
        assert visitor.panel(key).inner_text()
    assert visitor.page.get_by_text(visitor.pattern("fail.unknown")).count() == 0
    visitor.context.unroute("**/*")
    visitor.draw_by_mouse(ONE)
    visitor.button("toast.close").wait_for(state="detached")
    visitor.expect_errors("ERR_FAILED")
