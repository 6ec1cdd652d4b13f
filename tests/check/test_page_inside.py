"""The panel Inside, in a real browser: lights that follow the drawing, units, reasons."""

from __future__ import annotations

import re

import numpy as np
import pytest
from test_page_waiting import held

import idea
from idea.files.vf import parse_vf
from idea.networks.hidden import unit_values

from visitor import binary, check

HOLD_SEARCHES = """() => {
  const { postMessage } = Worker.prototype;
  const jobs = window.heldJobs = new Map();
  Worker.prototype.postMessage = function (message, ...others) {
    const post = () => postMessage.call(this, message, ...others);
    if (["search", "strongest"].includes(message.job)) jobs.set(message.job, post);
    else post();
  };
  window.release = () => {
    Worker.prototype.postMessage = postMessage;
    for (const post of jobs.values()) post();
  };
}"""


def figures(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def value_now(visitor, model, layer: str, unit: int) -> str:
    """What the card says of a unit for the drawing."""
    visitor.settle()
    image = (visitor.greys("inside.input").reshape(1, -1) / 255).astype(np.float32)
    value = unit_values(model, layer, image)[0, unit]
    return visitor.text("inside.now" if value > 0 else "inside.now.off", value=figures(value))


def draw_on_the_pad(panel) -> None:
    """Add a stroke to the drawing, on the panel's own canvas."""
    pad = panel.locator(".pad-canvas").first
    pad.scroll_into_view_if_needed()
    box, mouse = pad.bounding_box(), panel.page.mouse
    mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"], steps=3)
    mouse.up()


def lights(visitor, key: str, n: int):
    return visitor.page.get_by_role("application", name=visitor.pattern(f"{key}.lights", n=n))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "key", "layer"),
    [
        ("lenet", "inside.convolution", "conv1"),
        pytest.param("mlp", "inside.layer", "layer1", marks=pytest.mark.nightly),
    ],
    ids=["lenet", "mlp"],
)
def test_lights_follow_the_drawing_and_a_unit_shows_what_it_looks_for(
    visit, mnist, violations, name, key, layer
):
    visitor = visit()
    panel = visitor.panel("tabs.inside")
    panel.get_by_text(visitor.text("inside.draw")).wait_for()
    model = idea.load_model(name)
    visitor.choose(name)
    visitor.draw()
    visitor.answer(7)
    lights(visitor, key, 1).focus()
    visitor.press("ArrowRight Enter")
    panel.get_by_text(re.compile(rf"^{visitor.text(key, n=1)}, (unit|map) 1 of")).wait_for()
    panel.get_by_text(value_now(visitor, model, layer, 1)).wait_for()
    draw_on_the_pad(panel)
    panel.get_by_text(value_now(visitor, model, layer, 1)).wait_for()
    expected = idea.find(model, f"{layer}:1")
    said = visitor.text("inside.ideal", value=figures(expected.value), times=", ")
    panel.get_by_text(re.compile(f"^{re.escape(said)}")).wait_for()
    tested = mnist.test_images[:1000].reshape(-1, 784).astype(np.float32) / 255
    values = unit_values(model, layer, tested)[:, 1]
    label, most = int(mnist.test_labels[values.argmax()]), figures(values.max())
    real = visitor.pattern("inside.real", count="1,000", label=label, value=most)
    panel.get_by_text(real).wait_for()
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved").ravel(), expected.image.ravel())
    visitor.page.wait_for_url(re.compile(f"unit={layer}(:|%3A)1"))
    panel.get_by_role("button", name=visitor.text("inside.again")).click()
    panel.get_by_text(re.compile("^Search 2")).wait_for()
    readable = panel.get_by_role("button", name=visitor.text("inside.readable"))
    readable.click()
    panel.get_by_text(visitor.pattern("inside.ideal.readable")).wait_for()
    found = violations(visitor.page, "#more")
    assert [(each["id"], each["nodes"]) for each in found] == []
    readable.click()
    panel.get_by_role("button", name=visitor.text("inside.close")).click()
    visitor.page.evaluate("() => { location.hash = 'inside?network=convnet&unit=layer9:0'; }")
    visitor.page.wait_for_url(re.compile(r"network=convnet(?!.*unit)"))  # which it lacks


@pytest.mark.nightly
def test_a_network_that_comes_late_does_not_replace_the_one_chosen_after_it(visit_static):
    visitor = visit_static(opened="inside")
    page = visitor.page
    ready = page.get_by_text(visitor.text("inside.draw"))
    ready.wait_for()
    heads = page.locator("#panel-inside .layer-head")
    layers = heads.all_inner_texts()
    with held(visitor, "**/models/convnet.bin") as release:
        with page.expect_request("**/models/convnet.bin"):
            visitor.choose("convnet")
        visitor.panel("tabs.fool")
        visitor.choose("mlp")
        with page.expect_event("requestfinished"):
            release()
        page.wait_for_timeout(500)
    visitor.panel("tabs.inside")
    ready.wait_for()
    assert heads.all_inner_texts() == layers


@pytest.mark.nightly
def test_what_a_unit_looks_for_is_searched_again_after_another_panel_was_shown(visit_static):
    visitor = visit_static(opened="inside")
    page = visitor.page
    panel = visitor.panel("tabs.inside")
    page.evaluate(HOLD_SEARCHES)
    lights(visitor, "inside.layer", 1).focus()
    visitor.press("ArrowRight Enter")
    page.wait_for_function("() => heldJobs.size === 2")
    visitor.panel("tabs.fool")
    visitor.panel("tabs.inside")
    page.evaluate("release()")
    for key in ("inside.ideal", "inside.real"):
        panel.get_by_text(visitor.pattern(key)).wait_for()
    assert panel.get_by_text(visitor.text("inside.ideal.searching")).count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "site", ["visit", pytest.param("visit_by_server", marks=pytest.mark.nightly)]
)
def test_the_answer_s_reasons_are_what_flips_lose(request, site, shipped):
    visitor = request.getfixturevalue(site)()
    visitor.draw()
    visitor.answer(7)
    visitor.settle()
    image = binary(visitor.greys("see.prepared.image"))
    panel = visitor.panel("tabs.inside")
    if site == "visit_by_server":
        panel.get_by_text(visitor.text("inside.elsewhere")).wait_for()
    neighbours = np.abs(image - np.eye(784, dtype=np.float32))
    logits = shipped.logits(image[np.newaxis])[0]
    second = int(np.argsort(logits)[-2])
    check(panel.get_by_role("radio", name=visitor.text("inside.view.why")))
    for key, weights in (("why.most", {7: 1}), ("why.most.second", {7: 1, second: -1})):
        lost = sum(
            weight * (logits - shipped.logits(neighbours))[:, index]
            for index, weight in weights.items()
        )
        pixel = int(lost.argmax())
        params = {"row": pixel // 28 + 1, "column": pixel % 28 + 1, "label": 7, "second": second}
        change = figures(-lost.max()) if lost.max() < 10 else f"−{lost.max():.1f}"
        said = panel.get_by_text(visitor.pattern(key, **params, lost=change))
        said.wait_for()
        assert said.count() == 1
        panel.get_by_role("application", name=visitor.text("why.board")).focus()
        visitor.press("End")
        place = {"row": 28, "column": 28, "value": visitor.text("pixels.black")}
        panel.get_by_text(visitor.pattern("why.place", **place)).wait_for()
        panel.get_by_role("checkbox").check()
