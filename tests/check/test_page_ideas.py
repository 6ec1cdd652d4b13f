"""The page's ideas and searches, in a real browser."""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image

import idea
from idea.data.reference_logits import context
from idea.files.vf import parse_vf

from visitor import binary, check, choose

IN_SIGHT = """() => {
  const it = document.querySelector("#canvas");
  const { top, bottom } = it.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


def runs_of(image):
    """An image's white runs: row, first column, last column."""
    for row, pixels in enumerate(image.reshape(28, 28)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], pixels, [0]])))
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            yield row, int(first), int(end) - 1


def test_the_ten_ideas_are_those_of_the_library_and_can_be_kept(visit, shipped, five):
    visitor = visit()
    visitor.panel("tabs.ideas")
    for ideal in idea.find_all(shipped):
        thumb = visitor.thumb(ideal.digit, logit=f"{ideal.energy:.1f}")
        thumb.wait_for()
        assert thumb.get_attribute("aria-pressed") == "false"
        times = ideal.energy / context("mlp", ideal.digit).strongest
        assert f"{times:.1f}×" in thumb.inner_text()
    put_on_the_canvas(visitor, five)


def put_on_the_canvas(visitor, five) -> None:
    """Put an idea on the canvas as it is, and keep it."""
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).click()
    visitor.button("save.copy").first.click()
    visitor.note("save.copied")
    visitor.settle()
    visitor.page.wait_for_function(IN_SIGHT)  # it may scroll smoothly
    assert np.array_equal(visitor.greys("see.drawn.image") / 255, five.image)
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved"), five.image)
    png = visitor.saved(panel.get_by_role("button", name=visitor.text("save.png")))
    with Image.open(io.BytesIO(png)) as picture:
        scale = picture.width // 28
        greys = np.asarray(picture.convert("L"))[scale // 2 :: scale, scale // 2 :: scale]
    assert np.array_equal(greys / 255, five.image)


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
        ]
    )
    visitor.settle()
    traced = binary(visitor.greys("see.drawn.image"))
    assert np.mean(traced == five.image.ravel()) > 0.97
    see = page.get_by_role("region", name=visitor.text("see"))
    assert see.get_by_text(visitor.pattern("see.prediction", label=5)).count() >= 1
    thumb = visitor.thumb(5)
    panel.get_by_role("button", name=visitor.text("ideas.remove")).click()
    assert ghost.is_hidden()
    assert thumb.evaluate("(it) => it === document.activeElement")
    thumb.click()
    assert ghost.is_visible()
    thumb.click()
    assert ghost.is_hidden()


def test_a_search_is_watched_and_kept(visit, five):
    visitor = visit()
    panel = visitor.panel("tabs.watch")
    choose(panel, 5)
    speed = panel.get_by_label(visitor.text("transport.speed"))
    speed.fill("2")  # slow, so that it is paused before it ends
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("transport.pause")).click()
    speed.fill("6.9")  # the fastest: the slider is logarithmic
    energy = panel.get_by_label(visitor.text("transport.place")).get_attribute("aria-valuetext")
    assert visitor.pattern("watch.frame").fullmatch(energy)
    panel.get_by_role("button", name=visitor.text("transport.play")).click()
    panel.get_by_text(
        visitor.pattern("watch.optimum", label=5, energy=f"{five.energy:.1f}")
    ).wait_for()
    shown = panel.get_by_role("img", name=visitor.text("watch.image", label=5))
    assert shown.count() == 1
    assert np.array_equal(visitor.greys("watch.image", label=5) / 255, five.image)
    dump = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(dump, "saved"), five.image)
    gif = visitor.saved(panel.get_by_role("button", name=visitor.text("save.gif")))
    with Image.open(io.BytesIO(gif)) as film:
        assert 20 < film.n_frames <= 100
        film.seek(film.n_frames - 1)
        last = np.asarray(film.convert("L"))[5::10, 5::10]
    assert np.array_equal(last / 255, five.image)
    # A frame on the way is kept by its step.
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


def test_a_search_begins_with_the_drawing_and_is_stopped(visit):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    start = visitor.greys("see.prepared.image")
    panel = visitor.panel("tabs.watch")
    stop_while_frames_are_played(visitor, panel)
    choose(panel, 3)
    check(panel.get_by_role("radio", name=visitor.text("watch.mc")))
    check(panel.get_by_role("radio", name=visitor.text("watch.drawing")))
    panel.get_by_label(visitor.text("transport.speed")).fill("2")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("transport.pause")).click()
    panel.get_by_label(visitor.text("transport.place")).fill("0")
    assert np.abs(visitor.greys("watch.image", label=3) - start).max() <= 1
    panel.get_by_role("button", name=visitor.text("transport.play")).wait_for()


def stop_while_frames_are_played(visitor, panel) -> None:
    """Stop a search that has ended, but whose frames haven't been played yet."""
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


def test_a_search_has_a_seed(visit_by_server):
    visitor = visit_by_server()
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
