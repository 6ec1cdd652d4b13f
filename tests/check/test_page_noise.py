"""The slider of noise, both rows of ideas, and what a chosen one is compared with."""

from __future__ import annotations

import numpy as np
import pytest
from test_page_waiting import held

import idea
from idea.data.reference_logits import context
from idea.image import Task

DIGITS8 = Task(8, 8)
OTHERS = ("lenet", "convnet", "robust")


def rows_of(visitor):
    """The row of the slider's position, and that of what the network wants."""
    return visitor.page.locator(".ideas-grid:not(.plain)"), visitor.page.locator(
        ".ideas-grid.plain"
    )


def pixels(locator) -> str:
    return locator.locator("canvas").evaluate("(canvas) => canvas.toDataURL()")


def finished(visitor) -> None:
    """Wait until no idea is searched any more."""
    visitor.page.locator(".thin-progress.done").wait_for(state="attached")


def test_noise_and_what_is_left_without_it_are_seen_at_once(visit, violations):
    visitor = visit(noise=None, reduced_motion="reduce")
    visitor.choose("digits8", DIGITS8)
    panel = visitor.panel("tabs.ideas")
    slider = panel.get_by_label(visitor.text("noise"), exact=True)
    assert slider.input_value() == "4"
    assert slider.get_attribute("aria-valuetext") == visitor.text("noise.4")
    panel.get_by_text(visitor.text("noise.about.small")).wait_for()
    row, plain = rows_of(visitor)
    visitor.thumb(9).wait_for()
    finished(visitor)
    assert row.locator(".idea").count() == plain.locator(".idea").count() == 10
    assert pixels(row.locator(".idea").nth(4)) != pixels(plain.locator(".idea").nth(4))
    visitor.thumb(3).click()
    assert [each["id"] for each in violations(visitor.page, "#more")] == []
    watch_search(visitor, panel)
    noisy = pixels(plain.locator(".idea").nth(4))
    slider.fill("0")
    assert plain.is_hidden()
    visitor.thumb(9).wait_for()
    assert pixels(row.locator(".idea").nth(4)) == noisy
    visitor.page.wait_for_url(lambda address: "noise=0" in address)
    visitor.reload()
    slider = visitor.panel("tabs.ideas").get_by_label(visitor.text("noise"), exact=True)
    assert slider.input_value() == "0"


def watch_search(visitor, panel) -> None:
    """Watch the search of the chosen idea, which is found again."""
    found = visitor.greys("ideas.image", label=3)
    panel.get_by_role("button", name=visitor.text("ideas.watch")).click()
    watch = visitor.page.get_by_role("tabpanel", name=visitor.text("tabs.watch"), exact=True)
    watch.get_by_text(visitor.pattern("watch.optimum", label=3)).wait_for()
    assert np.array_equal(visitor.greys("watch.image", label=3), found)
    visitor.panel("tabs.ideas")


@pytest.mark.nightly
def test_the_idea_behind_the_drawing_returns_however_often_the_slider_moves(visit_by_server):
    visitor = visit_by_server(opened="ideas")
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(3).click()
    ghost = visitor.page.locator("#ghost")
    assert ghost.is_visible()
    slider = panel.get_by_label(visitor.text("noise"), exact=True)
    with held(visitor, "**/api/search") as release:
        slider.focus()
        visitor.press("ArrowRight ArrowRight")
        assert ghost.is_hidden()
        release()
        ghost.wait_for()


def test_a_chosen_idea_is_compared_with_real_digits_and_read_by_others(visit, five):
    visitor = visit()
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).click()
    known = context("mlp", 5)
    numbers = {"best": f"{known.strongest:.1f}", "half": f"{known.median:.1f}"}
    times = f"{five.logit / known.strongest:.1f}"
    panel.get_by_text(visitor.text("scale.times", label=5, times=times, **numbers)).wait_for()
    read = idea.legibility(five.image, 5, OTHERS)
    count = sum(reading.label == "5" for reading in read.readings)
    line = visitor.text("legibility.all", label=5, agreeing=count, count=len(OTHERS))
    panel.get_by_text(line).wait_for()
    chips = panel.locator(".readers li").all_inner_texts()
    assert sorted(chips) == sorted(f"{each.model}: {each.label}" for each in read.readings)
    assert panel.get_by_role("heading", name=visitor.text("nearest")).is_visible()


def test_a_server_takes_the_objective(visit_by_server):
    visitor = visit_by_server(noise=4, opened="ideas")

    def is_lenets(request) -> bool:  # those of the network before may still be sent
        return request.url.endswith("api/search") and request.post_data_json["model"] == "lenet"

    with visitor.page.expect_request(is_lenets) as asked:
        visitor.choose("lenet")
    body = asked.value.post_data_json
    expected = {"smooth": 0, "prior": "digits", "prior_weight": 0.25}
    assert {name: body[name] for name in expected} == expected
    visitor.panel("tabs.ideas")
    visitor.thumb(0).wait_for()


@pytest.mark.slow
def test_a_site_without_a_server_loads_the_prior_when_it_is_needed(visit_static):
    visitor = visit_static(listed=True)
    visitor.choose("lenet")
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(9).wait_for()
    priors = [url for url in visitor.requested_urls if "priors/" in url]
    assert priors == []
    panel.get_by_label(visitor.text("noise"), exact=True).fill("4")
    visitor.thumb(9).wait_for()
    finished(visitor)
    assert len([url for url in visitor.requested_urls if "priors/digits.bin" in url]) == 1
    objective = idea.Objective(prior="digits", prior_weight=0.25)
    ideal = idea.find(idea.load_model("lenet"), 6, objective=objective, steps=30_000)
    visitor.thumb(6, logit=f"{ideal.logit:.1f}").click()
    assert np.array_equal(visitor.greys("ideas.image", label=6) / 255, ideal.image)
