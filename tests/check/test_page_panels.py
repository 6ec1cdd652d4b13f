"""The page's other panels, in a real browser: pixels, shaking, fooling."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pytest

import idea
from idea.files.vf import parse_vf
from idea.image import Task

from visitor import SEVEN, binary, choose

# At once: the panel loads the drawing a moment later.
TURN_AND_CHOOSE = """(model) => {
  document.querySelector("#answer-words .turn").click();
  const select = document.querySelector("#models select");
  select.value = model;
  select.dispatchEvent(new Event("change"));
}"""


def prepared_of(visitor) -> np.ndarray:
    """The drawing as prepared, made binary."""
    visitor.settle()
    return binary(visitor.greys("see.prepared.image"))


def test_pixels_are_flipped_step_by_step_to_an_ideal(visit, shipped):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    start = prepared_of(visitor)
    drawn = visitor.greys("see.drawn.image")
    panel = visitor.panel("tabs.pixels")
    choose(panel, 9)
    for image in (start, climbed(shipped, start, 9)):
        energy = shipped.logits(image[np.newaxis])[0, 9]
        panel.get_by_text(signed(energy), exact=True).wait_for()
        panel.get_by_role("button", name=visitor.text("pixels.best")).click()
    panel.get_by_role("button", name=visitor.text("pixels.undo")).click()
    panel.get_by_role("button", name=visitor.text("pixels.undo")).click()
    before = signed(shipped.logits(start[np.newaxis])[0, 9])
    after = signed(shipped.logits(climbed(shipped, start, 9)[np.newaxis])[0, 9])
    panel.get_by_text(before, exact=True).wait_for()
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved").ravel(), start)
    # Keys undo the pixels, not the drawing.
    panel.get_by_role("button", name=visitor.text("pixels.best")).click()
    for keys, energy in (
        ("", after),
        ("Control+z Control+z", before),
        ("Control+y Control+y", after),
        ("Control+z", before),
        ("Control+Shift+z", after),
    ):
        visitor.press(keys)
        panel.get_by_text(energy, exact=True).wait_for()
    assert np.array_equal(visitor.greys("see.drawn.image"), drawn)


def climbed(model, image, digit) -> np.ndarray:
    """An image after its best flip, found by asking for all of them."""
    neighbours = np.abs(image - np.eye(784, dtype=np.float32))
    return neighbours[model.logits(neighbours)[:, digit].argmax()]


def signed(number) -> str:
    return f"{number:.1f}".replace("-", "−")


def test_a_pixel_is_flipped_by_mouse_and_by_keys(visit, shipped):
    visitor = visit()
    panel = visitor.panel("tabs.pixels")
    panel.get_by_role("button", name=visitor.text("pixels.blank")).click()
    board = panel.get_by_role("application")
    box = board.bounding_box()
    board.click(position={"x": box["width"] * 10.5 / 28, "y": box["height"] * 5.5 / 28})
    image = np.zeros(784, np.float32)
    image[10 + 28 * 5] = 1
    choose(panel, 1)
    panel.get_by_text(signed(shipped.logits(image[np.newaxis])[0, 1]), exact=True).wait_for()
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved").ravel(), image)
    board.focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        visitor.page.keyboard.press(key)
    image[11 + 28 * 6] = 1
    panel.get_by_text(signed(shipped.logits(image[np.newaxis])[0, 1]), exact=True).wait_for()
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved").ravel(), image)


@pytest.mark.nightly
def test_nothing_plays_after_pause_nor_when_images_have_another_size(visit, shipped):
    visitor = visit(alone=True)
    panel = visitor.panel("tabs.pixels")
    energies = shipped.logits(np.zeros((1, 784), np.float32))[0]
    clock = visitor.page.clock
    clock.install()
    clock.pause_at(datetime.datetime.now() + datetime.timedelta(hours=1))
    panel.get_by_role("button", name=visitor.text("pixels.play")).click()
    for digit in (1, 2, 3):  # each answer comes before the flip that is due
        choose(panel, digit)
        panel.get_by_text(signed(energies[digit]), exact=True).wait_for()
    panel.get_by_role("button", name=visitor.text("pixels.pause")).click()
    clock.run_for(1000)
    undo = panel.get_by_role("button", name=visitor.text("pixels.undo"), exact=True)
    assert undo.get_attribute("aria-disabled") == "true"
    play = panel.get_by_role("button", name=visitor.text("pixels.play"))
    play.click()
    visitor.panel("tabs.fool")
    visitor.choose("digits8", Task(8, 8))
    visitor.panel("tabs.pixels")
    assert play.is_visible()


@pytest.mark.slow
@pytest.mark.parametrize(
    "site", ["visit", pytest.param("visit_static", marks=pytest.mark.xdist_group("static"))]
)
def test_the_network_s_idea_is_a_local_optimum_far_from_real_digits(request, site, mnist, five):
    visitor = request.getfixturevalue(site)()
    panel = visitor.panel("tabs.pixels")
    choose(panel, 5)
    panel.get_by_role("button", name=visitor.text("pixels.idea")).click()
    panel.get_by_text(visitor.text("pixels.optimum")).wait_for()
    bright = mnist.train_images.reshape(-1, 784) >= 128
    flips = (bright != (five.image.ravel() > 0)).sum(axis=1)
    label = mnist.train_labels[flips.argmin()]
    said = panel.get_by_text(visitor.text("nearest.found", label=label, flips=flips.min()))
    said.wait_for()
    assert said.count() == 1


def test_a_drawing_is_distorted_and_the_answers_are_shown(visit):
    visitor = visit()
    without_a_drawing_panels_say_what_they_need(visitor)
    visitor.settle()
    before = visitor.greys("see.drawn.image")
    panel = visitor.panel("tabs.distort")
    steps = panel.get_by_role("list", name=visitor.text("distort.history")).get_by_role("listitem")
    for distortion in ("noise", "shift", "rotate", "thicken", "thin"):
        panel.get_by_role("button", name=visitor.text(f"distort.{distortion}")).click()
        steps.nth(1).wait_for()
        visitor.settle()
        after = visitor.greys("see.drawn.image")
        assert np.abs(after - before).max() > 50, distortion
        ink = after.sum() / before.sum()
        if distortion == "thicken":
            assert ink > 1.1
        elif distortion == "thin":
            assert ink < 0.9
        first, second = steps.all_inner_texts()
        assert "7" in first
        assert re.search(r"\d", second)
        panel.get_by_role("button", name=visitor.text("distort.first")).click()
        visitor.settle()
        assert np.array_equal(visitor.greys("see.drawn.image"), before)


def test_the_network_is_fooled_by_the_flips_that_are_shown(visit, shipped):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    image = prepared_of(visitor)
    panel = visitor.panel("tabs.fool")
    choose(panel, 3)
    panel.get_by_role("button", name=visitor.text("fool.start"), exact=True).click()
    headline = panel.get_by_text(visitor.pattern("fool.drawing.many", label=7, target=3))
    headline.wait_for()
    count = re.search(r"\d+", headline.inner_text())[0]
    panel.get_by_label(visitor.text("transport.place")).fill(count)
    panel.get_by_text(visitor.pattern("fool.after", label=3)).wait_for()
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    fooling = parse_vf(dump, "saved").ravel()
    flips = np.flatnonzero(fooling != image)
    assert len(flips) == int(count)
    assert shipped.logits(fooling[np.newaxis]).argmax() == 3
    for pixel in flips:  # none of which can be left out
        without = fooling.copy()
        without[pixel] = image[pixel]
        assert shipped.logits(without[np.newaxis]).argmax() != 3
    panel.get_by_label(visitor.text("transport.place")).fill("0")
    panel.get_by_text(visitor.text("fool.meanwhile", label=7)).wait_for()
    assert visitor.saved(panel.get_by_role("button", name=visitor.text("save.gif"))).startswith(
        b"GIF89a"
    )
    panel.get_by_label(visitor.text("transport.place")).fill(count)
    panel.get_by_role("button", name=visitor.text("save.copy")).click()
    visitor.settle()
    visitor.answer(3)
    assert np.array_equal(visitor.greys("see.drawn.image").ravel() / 255, fooling)


@pytest.mark.nightly
def test_a_drawing_is_not_turned_into_a_class_of_the_network_chosen_next(visit):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    visitor.settle()
    visitor.page.evaluate(TURN_AND_CHOOSE, "fashion")
    visitor.task = idea.load_model("fashion").task
    panel = visitor.page.locator("#panel-fool")
    panel.get_by_text(visitor.pattern("fool.prediction")).wait_for()
    start = panel.get_by_role("button", name=visitor.text("fool.start"), exact=True)
    assert start.is_visible()
    assert panel.locator(".fool-result").is_hidden()


def without_a_drawing_panels_say_what_they_need(visitor) -> None:
    """Open panels, and draw."""
    empty = {panel: visitor.text(f"{panel}.empty") for panel in ("distort", "fool")}
    for panel, said in empty.items():
        visitor.panel(f"tabs.{panel}").get_by_text(said).wait_for()
    visitor.draw(SEVEN)
    visitor.answer(7)
    said = visitor.panel("tabs.fool").get_by_text(visitor.pattern("fool.prediction", label=7))
    said.wait_for()
    for said in empty.values():
        assert not visitor.page.get_by_text(said).is_visible()
