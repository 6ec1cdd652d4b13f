"""The first look: what plays before one draws, the button after it, and drawings of no digit."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.image import DIGITS

# What is in the canvas's place.
SHOWN = """() => document.querySelector(".intro-image").toDataURL()"""


def nearest_is(image):
    """Return a route that answers with a nearest training image."""
    found = {"flips": 0, "place": 0, "label": 7, "image": image.ravel().tolist()}
    return {"**/api/nearest": lambda route: route.fulfill(json=found)}


@pytest.mark.slow
def test_until_somebody_draws_it_shows_how_a_readable_five_is_found(visit_static):
    visitor = visit_static(intro=True, reduced_motion="reduce")
    visitor.page.locator(".intro.over").wait_for()
    visitor.answer(5)
    five = (visitor.greys("see.prepared.image") / 255).astype(np.float32)
    assert idea.legibility(five, 5, ["mlp", "lenet", "convnet"]).agree == 1
    visitor.page.get_by_text(visitor.text("intro.turn")).wait_for()
    visitor.draw()
    visitor.answer(7)
    assert visitor.page.locator(".intro").count() == 0
    visitor.button("draw.undo").click()
    visitor.page.get_by_text(visitor.text("answer.none")).wait_for()  # no stroke of the drawing


@pytest.mark.slow
def test_it_plays_until_a_key_is_pressed(visit_static):
    visitor = visit_static(intro=True)
    visitor.page.locator(".intro").wait_for()
    early = visitor.page.evaluate(SHOWN)
    visitor.page.wait_for_function(f"(early) => ({SHOWN})() !== early", arg=early)
    visitor.page.locator("#canvas").press("ArrowLeft")
    assert visitor.page.locator(".intro").count() == 0
    visitor.page.get_by_text(visitor.text("answer.none")).wait_for()


@pytest.mark.slow
def test_a_button_turns_the_drawing_into_what_comes_second(visit_static, shipped):
    screen = {"width": 1280, "height": 800}
    visitor = visit_static(viewport=screen, reduced_motion="reduce")
    turn = visitor.page.locator(".turn")
    assert not turn.is_visible()
    visitor.draw()
    visitor.answer(7)
    visitor.settle()
    prepared = (visitor.greys("see.prepared.image") / 255).astype(np.float32)
    second = int(np.argsort(shipped.logits(prepared.reshape(1, -1))[0])[-2])
    assert turn.inner_text() == visitor.text("turn", label=7, target=second)
    turn.click()
    panel = visitor.page.get_by_role("tabpanel", name=visitor.text("tabs.fool"), exact=True)
    headline = visitor.pattern("fool.drawing.many", label=7, target=second)
    panel.get_by_role("heading", name=headline).wait_for()
    # The images, the bars, the curve and what plays it are on one screen.
    for part in (".fool-headline", ".fool-pair", ".transport"):
        box = panel.locator(part).bounding_box()
        assert box["y"] >= 0, part
        assert box["y"] + box["height"] <= screen["height"], part


@pytest.mark.slow
def test_what_is_far_from_every_training_image_is_not_clearly_a_digit(visit):
    visitor = visit(routes=nearest_is(np.zeros(DIGITS.shape)))
    visitor.draw()
    visitor.page.get_by_text(visitor.text("answer.unlike"), exact=True).wait_for()
    assert not visitor.page.locator(".turn").is_visible()
    assert visitor.page.get_by_text("Clearly").count() == 0
    prepared = (visitor.greys("see.prepared.image") >= 128).astype(np.float32)
    visitor.button("draw.clear").click()
    visitor.page.get_by_text(visitor.text("answer.none")).wait_for()
    for pattern, handler in nearest_is(prepared).items():
        visitor.context.route(pattern, handler)  # before the one above
    with visitor.page.expect_response("**/api/nearest"):
        visitor.draw()
    visitor.settle()
    visitor.page.get_by_text(visitor.text("answer.sure", label=7), exact=True).wait_for()
