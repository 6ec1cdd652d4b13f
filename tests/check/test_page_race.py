"""The answer changes as one watches: bars under the image, and marks on the curve."""

from __future__ import annotations

import re

import numpy as np
import pytest

from idea.core.live import Watch


def answers_of(model):
    """How the model classifies each frame of the page's first search whose energy is another."""
    frames = list(Watch(model, 5, "greedy", seed=0, every=8))
    kept = [
        frame
        for frame, before in zip(frames[1:], frames, strict=False)
        if frame.energy != before.energy
    ]
    return model.logits(np.array([frame.image.ravel() for frame in (frames[0], *kept)])).argmax(
        axis=1
    )


@pytest.mark.slow
def test_in_a_search_the_bars_are_those_of_the_frame_and_marks_show_each_switch(visit, shipped):
    visitor = visit(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    panel = visitor.panel("tabs.watch")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_text(visitor.pattern("watch.optimum", label=5)).wait_for()
    rows = panel.get_by_role("row")
    rows.filter(has_text=re.compile("^5")).get_by_text("> 99.9").wait_for()
    # What one watches is on one screen.
    for part in (panel.locator(".watch-stage"), panel.locator(".watch-result")):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
    answers = answers_of(shipped)
    switches = int(np.count_nonzero(np.diff(answers)))
    assert switches > 0
    assert panel.locator(".curve-mark").count() == switches
    panel.get_by_label(visitor.text("transport.place")).fill("0")
    first = panel.locator(".race tr.first").get_by_role("rowheader")
    assert first.inner_text() == str(answers[0])


def test_while_it_is_fooled_the_bars_are_those_of_the_flips(visit_by_server):
    visitor = visit_by_server(reduced_motion="reduce")
    visitor.draw()
    visitor.answer(7)
    panel = visitor.panel("tabs.fool")
    start = panel.get_by_role("button", name=visitor.text("fool.start"), exact=True)
    with visitor.page.expect_response("**/api/fool") as response:
        start.click()
    found = response.value.json()
    after = panel.get_by_role("row").filter(has_text=re.compile(f"^{found['after']['digit']}"))
    after.get_by_text(f"{100 * found['after']['probability']:.1f}").wait_for()
    digits = [found["before"]["digit"], *found["digits"]]
    switches = sum(a != b for a, b in zip(digits, digits[1:], strict=False))
    assert panel.locator(".curve-mark").count() == switches
