"""The page's panels, in a real browser: ideas, searches, pixels, distortions, fooling."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

import idea
from idea.files.vf import parse_vf

from visitor import SEVEN

IN_SIGHT = """(it) => {
  const { top, bottom } = it.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


@pytest.fixture(scope="module")
def five(shipped):
    return idea.find(shipped, 5)


def binary(greys) -> np.ndarray:
    return (greys.ravel() >= 128).astype(np.float32)


def prepared_of(visitor) -> np.ndarray:
    """The drawing as prepared, made binary."""
    visitor.settle()
    return binary(visitor.greys("see.prepared.image"))


def choose(panel, digit) -> None:
    """Choose a digit among ten."""
    panel.get_by_role("radio", name=str(digit), exact=True).check(force=True)


def runs_of(image):
    """An image's white runs: row, first column, last column."""
    for row, pixels in enumerate(image.reshape(28, 28)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], pixels, [0]])))
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            yield row, int(first), int(end) - 1


def test_the_ten_ideas_are_those_of_the_library(visit, shipped):
    visitor = visit()
    visitor.panel("tabs.ideas")
    for ideal in idea.find_all(shipped):
        thumb = visitor.thumb(ideal.digit, energy=f"{ideal.energy:.1f}")
        thumb.wait_for()
        assert thumb.get_attribute("aria-pressed") == "false"
        assert f"energy {ideal.energy:.1f}" in thumb.inner_text()


def test_an_idea_lies_under_the_pen_and_is_traced(visit, five):
    visitor = visit()
    page = visitor.page
    panel = visitor.panel("tabs.ideas")
    panel.get_by_text(visitor.text("ideas.before")).wait_for()
    visitor.thumb(5).click()
    panel.get_by_text(visitor.text("ideas.trace")).wait_for()
    assert panel.get_by_text(visitor.text("ideas.before")).is_hidden()
    ghost = page.locator("#ghost")
    assert ghost.is_visible()
    panel.get_by_label(visitor.text("ideas.opacity")).fill("80")
    assert ghost.evaluate("(canvas) => canvas.style.opacity") == "0.8"
    page.get_by_text(visitor.text("answer.none")).wait_for()  # it is no part of the drawing
    page.get_by_label(visitor.text("draw.width"), exact=True).fill("12")
    page.locator("#canvas").scroll_into_view_if_needed()
    visitor.draw(
        [
            [((first + 0.3) / 28, (row + 0.5) / 28), ((last + 0.7) / 28, (row + 0.5) / 28)]
            for row, first, last in runs_of(five.image)
        ],
        steps=1,
    )
    visitor.settle()
    traced = binary(visitor.greys("see.drawn.image"))
    assert np.mean(traced == five.image.ravel()) > 0.97
    see = page.get_by_role("region", name=visitor.text("see"))
    assert see.get_by_text(visitor.pattern("see.prediction", digit=5)).count() >= 1
    thumb = visitor.thumb(5)
    panel.get_by_role("button", name=visitor.text("ideas.remove")).click()
    assert ghost.is_hidden()
    assert thumb.evaluate("(it) => it === document.activeElement")
    thumb.click()
    assert ghost.is_visible()
    thumb.click()
    assert ghost.is_hidden()


def test_an_idea_is_put_on_the_canvas_as_it_is_and_kept(visit, five):
    visitor = visit()
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).click()
    visitor.button("save.copy").first.click()
    visitor.page.get_by_text(visitor.text("save.copied")).first.wait_for()
    visitor.settle()
    assert visitor.page.locator("#canvas").evaluate(IN_SIGHT)
    assert np.array_equal(visitor.greys("see.drawn.image") / 255, five.image)
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved"), five.image)
    png = visitor.saved(panel.get_by_role("button", name=visitor.text("save.png")))
    with Image.open(io.BytesIO(png)) as picture:
        scale = picture.width // 28
        greys = np.asarray(picture.convert("L"))[scale // 2 :: scale, scale // 2 :: scale]
    assert np.array_equal(greys / 255, five.image)


def test_a_search_is_watched_and_kept(visit, five):
    visitor = visit()
    panel = visitor.panel("tabs.watch")
    choose(panel, 5)
    panel.get_by_label(visitor.text("transport.speed")).fill(
        "6.9"
    )  # the fastest: the slider is logarithmic
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("transport.pause")).click()
    energy = panel.get_by_label(visitor.text("transport.place")).get_attribute("aria-valuetext")
    assert visitor.pattern("watch.frame").fullmatch(energy)
    panel.get_by_role("button", name=visitor.text("transport.play")).click()
    panel.get_by_text(
        visitor.pattern("watch.optimum", digit=5, energy=f"{five.energy:.1f}")
    ).wait_for()
    shown = panel.get_by_role("img", name=visitor.text("watch.image", digit=5))
    assert shown.count() == 1
    assert np.array_equal(visitor.greys("watch.image", digit=5) / 255, five.image)
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved"), five.image)
    gif = visitor.saved(panel.get_by_role("button", name=visitor.text("save.gif")))
    with Image.open(io.BytesIO(gif)) as film:
        assert 20 < film.n_frames <= 100
        film.seek(film.n_frames - 1)
        last = np.asarray(film.convert("L"))[5::10, 5::10]
    assert np.array_equal(last / 255, five.image)


def test_a_search_begins_with_the_drawing_and_is_stopped(visit):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    start = visitor.greys("see.prepared.image")
    panel = visitor.panel("tabs.watch")
    choose(panel, 3)
    panel.get_by_role("radio", name=visitor.text("watch.mc")).check(force=True)
    panel.get_by_role("radio", name=visitor.text("watch.drawing")).check(force=True)
    panel.get_by_label(visitor.text("transport.speed")).fill("2")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("transport.pause")).click()
    panel.get_by_label(visitor.text("transport.place")).fill("0")
    assert np.abs(visitor.greys("watch.image", digit=3) - start).max() <= 1
    panel.get_by_role("button", name=visitor.text("transport.play")).wait_for()


def test_a_search_is_stopped_while_its_frames_are_still_played(visit):
    visitor = visit()
    panel = visitor.panel("tabs.watch")
    stop = panel.get_by_role("button", name=visitor.text("watch.stop"))
    assert stop.get_attribute("aria-disabled") == "true"
    panel.get_by_label(visitor.text("transport.speed")).fill("2")  # the slowest
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("save.dump")).wait_for()
    panel.get_by_role("button", name=visitor.text("transport.pause")).wait_for()
    assert stop.get_attribute("aria-disabled") == "false"
    stop.click()
    panel.get_by_role("button", name=visitor.text("transport.play")).wait_for()
    assert stop.get_attribute("aria-disabled") == "true"


def test_a_frame_on_the_way_is_kept_by_its_step(visit):
    visitor = visit()
    panel = visitor.panel("tabs.watch")
    panel.get_by_label(visitor.text("transport.speed")).fill("6.9")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_text(visitor.pattern("watch.optimum", digit=5)).wait_for()
    save = panel.get_by_role("button", name=visitor.text("save.png"))
    assert visitor.name_of_saved(save) == "idea_5.png"
    place = panel.get_by_label(visitor.text("transport.place"))
    place.fill("400")
    place.press("ArrowRight")
    step = int(re.search(r"\d+", place.get_attribute("aria-valuetext"))[0])
    assert 400 < step < 420
    assert place.input_value() == str(step)
    assert visitor.name_of_saved(save) == f"idea_5_step_{step}.png"
    dump = panel.get_by_role("button", name=visitor.text("save.dump"))
    assert visitor.name_of_saved(dump) == f"idea_5_step_{step}.vf"


def test_a_search_has_a_seed(visit):
    visitor = visit()
    panel = visitor.panel("tabs.watch")
    seed = panel.get_by_label(visitor.text("watch.seed"), exact=True)
    assert seed.input_value() == "0"
    seed.fill("-3")
    seed.press("Tab")
    assert seed.input_value() == "0"
    seed.fill("12")
    assert seed_asked(visitor, panel) == 12
    panel.get_by_role("button", name=visitor.text("watch.dice")).click()
    assert seed_asked(visitor, panel) == int(seed.input_value())


def seed_asked(visitor, panel) -> int:
    """The seed that a search is asked for with."""
    with visitor.page.expect_request(re.compile("api/search$")) as asked:
        panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("watch.stop")).click()
    return asked.value.post_data_json["seed"]


def test_pixels_are_flipped_step_by_step_to_an_ideal(visit, shipped):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    start = prepared_of(visitor)
    panel = visitor.panel("tabs.pixels")
    choose(panel, 9)
    for image in (start, climbed(shipped, start, 9)):
        energy = shipped.logits(image[np.newaxis])[0, 9]
        panel.get_by_text(signed(energy), exact=True).wait_for()
        panel.get_by_role("button", name=visitor.text("pixels.best")).click()
    panel.get_by_role("button", name=visitor.text("pixels.undo")).click()
    panel.get_by_role("button", name=visitor.text("pixels.undo")).click()
    panel.get_by_text(signed(shipped.logits(start[np.newaxis])[0, 9]), exact=True).wait_for()
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved").ravel(), start)


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


def test_keys_undo_the_pixels_and_not_the_drawing(visit, shipped):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    drawn = visitor.greys("see.drawn.image")
    panel = visitor.panel("tabs.pixels")
    choose(panel, 9)
    start = prepared_of(visitor)
    before = signed(shipped.logits(start[np.newaxis])[0, 9])
    after = signed(shipped.logits(climbed(shipped, start, 9)[np.newaxis])[0, 9])
    panel.get_by_text(before, exact=True).wait_for()
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


def test_the_network_s_idea_is_a_local_optimum_far_from_real_digits(visit, mnist, five):
    visitor = visit()
    panel = visitor.panel("tabs.pixels")
    choose(panel, 5)
    panel.get_by_role("button", name=visitor.text("pixels.idea")).click()
    panel.get_by_text(visitor.text("pixels.optimum")).wait_for()
    bright = mnist.train_images.reshape(-1, 784) >= 128
    flips = (bright != (five.image.ravel() > 0)).sum(axis=1)
    label = mnist.train_labels[flips.argmin()]
    said = panel.get_by_text(visitor.pattern("nearest.found"))
    said.wait_for()
    assert said.inner_text() == visitor.text("nearest.found", label=label, flips=flips.min())


@pytest.mark.parametrize("distortion", ["noise", "shift", "rotate", "thicken", "thin"])
def test_a_drawing_is_distorted_and_the_answers_are_shown(visit, distortion):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    before = visitor.greys("see.drawn.image")
    panel = visitor.panel("tabs.distort")
    panel.get_by_role("button", name=visitor.text(f"distort.{distortion}")).click()
    history = panel.get_by_role("list", name=visitor.text("distort.history"))
    history.get_by_role("listitem").nth(1).wait_for()
    visitor.settle()
    after = visitor.greys("see.drawn.image")
    assert np.abs(after - before).max() > 50
    ink = after.sum() / before.sum()
    if distortion == "thicken":
        assert ink > 1.1
    elif distortion == "thin":
        assert ink < 0.9
    first, second = history.get_by_role("listitem").all_inner_texts()
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
    headline = panel.get_by_text(visitor.pattern("fool.drawing.many", digit=7, target=3))
    headline.wait_for()
    count = re.search(r"\d+", headline.inner_text())[0]
    panel.get_by_label(visitor.text("transport.place")).fill(count)
    panel.get_by_text(visitor.pattern("fool.after", digit=3)).wait_for()
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
    panel.get_by_text(visitor.text("fool.meanwhile", digit=7)).wait_for()
    assert visitor.saved(panel.get_by_role("button", name=visitor.text("save.gif"))).startswith(
        b"GIF89a"
    )
    panel.get_by_label(visitor.text("transport.place")).fill(count)
    panel.get_by_role("button", name=visitor.text("save.copy")).click()
    visitor.settle()
    visitor.answer(3)
    assert np.array_equal(visitor.greys("see.drawn.image").ravel() / 255, fooling)


def test_panels_say_what_they_need_before_there_is_a_drawing(visit):
    visitor = visit()
    empty = {panel: visitor.text(f"{panel}.empty") for panel in ("distort", "fool")}
    for panel, said in empty.items():
        visitor.panel(f"tabs.{panel}").get_by_text(said).wait_for()
    visitor.draw(SEVEN)
    visitor.answer(7)
    said = visitor.panel("tabs.fool").get_by_text(visitor.pattern("fool.prediction", digit=7))
    said.wait_for()
    for said in empty.values():
        assert not visitor.page.get_by_text(said).is_visible()
