"""The page while it waits: for slow, busy and absent servers, and for files that are opened."""

from __future__ import annotations

import contextlib
import re

import pytest

import idea
from idea.check.routes import search
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights

from conftest import random_layers


@contextlib.contextmanager
def held(visitor, address):
    """Hold back the answers to requests until the returned function is called."""
    routes, is_released = [], False

    def hold(route) -> None:
        if is_released:
            route.continue_()
        else:
            routes.append(route)

    def release() -> None:
        nonlocal is_released
        is_released = True
        for route in routes:
            route.continue_()

    visitor.context.route(address, hold)
    try:
        yield release
    finally:
        visitor.context.unroute(address)


def test_an_answer_of_another_network_is_never_shown(visit_by_server):
    visitor = visit_by_server()
    page = visitor.page
    visitor.draw()
    visitor.answer(7)
    panel = visitor.panel("tabs.pixels")
    panel.get_by_text(visitor.pattern("pixels.next")).wait_for()
    visitor.panel("tabs.fool")
    shown = page.get_by_text(visitor.pattern("fool.prediction", label=7))
    shown.wait_for()
    with held(visitor, re.compile("api/(classify|gains)")) as release:
        visitor.choose("lenet")
        page.get_by_text(visitor.text("answer.waiting", name="lenet")).wait_for()
        assert page.locator("#answer-digit").inner_text() == "?"
        assert shown.is_hidden()
        visitor.panel("tabs.pixels")
        assert panel.locator(".readout-figures").all_inner_texts() == ["–", "–"]
        release()
    visitor.answer(7)


@pytest.mark.nightly
def test_gains_of_a_network_that_was_left_are_not_requested_again(visit_by_server):
    visitor = visit_by_server()
    visitor.context.route("**/api/gains", lambda route: None)  # which is never answered
    with visitor.page.expect_request("**/api/gains"):
        visitor.panel("tabs.pixels")
    visitor.panel("tabs.fool")
    with visitor.page.expect_request("**/api/gains") as request:
        visitor.choose("lenet")
        visitor.panel("tabs.pixels")
    assert request.value.post_data_json["model"] == "lenet"


@pytest.mark.nightly
def test_a_search_goes_on_when_its_panel_is_shown_again(visit):
    visitor = visit()
    panel = visitor.panel("tabs.watch")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    place = visitor.page.locator("#panel-watch .watch-right > .wide")  # hidden or not
    pause = panel.get_by_role("button", name=visitor.text("transport.pause"))
    pause.wait_for()
    panel.get_by_label(visitor.text("transport.speed")).fill("2")  # it lasts longer than the test
    visitor.panel("tabs.distort")
    before = int(place.input_value())
    visitor.panel("tabs.watch")
    pause.wait_for()
    goes_on = "([place, before]) => place.valueAsNumber > before"
    visitor.page.wait_for_function(goes_on, arg=[place.element_handle(), before])
    pause.click()
    visitor.panel("tabs.distort")
    visitor.panel("tabs.watch")
    assert pause.count() == 0  # who paused it finds it paused


def test_a_busy_server_is_waited_for(visit_by_server):
    visitor = visit_by_server()
    refusals = [{"place": 2}, {}]

    def refuse(route):
        if not refusals:
            route.continue_()
            return
        body = {"error": "busy", "code": "busy"} | refusals.pop(0)
        route.fulfill(status=429, headers={"Retry-After": "0.2"}, json=body)

    visitor.context.route("**/api/search", refuse)
    panel = visitor.panel("tabs.watch")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    visitor.page.get_by_text(visitor.text("busy.place", place=2, seconds=0.2)).wait_for()
    visitor.page.get_by_text(visitor.text("busy.wait", seconds=0.2)).wait_for()
    visitor.page.locator("#waits p").wait_for(state="hidden")
    panel.get_by_role("button", name=visitor.text("save.gif")).wait_for()
    assert not refusals
    visitor.expect_errors("429")


@pytest.mark.slow
def test_after_a_server_was_gone_everything_comes_back_with_it(visit_by_server):
    visitor = visit_by_server()
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).wait_for()
    visitor.draw()
    visitor.answer(7)
    visitor.context.route("**/*", lambda route: route.abort())
    visitor.choose("lenet")
    visitor.page.get_by_text(visitor.text("answer.failed"), exact=True).wait_for()
    assert visitor.toast() == visitor.text("server.unreachable")
    retry = panel.get_by_role("button", name=visitor.text("panels.retry"))
    retry.wait_for()
    visitor.context.unroute("**/*")
    visitor.answer(7)  # though nobody draws
    visitor.thumb(5).wait_for()
    assert retry.is_hidden()
    assert visitor.page.get_by_role("alert").inner_text() == ""
    visitor.expect_errors("ERR_FAILED")


def test_a_search_whose_server_ends_says_so(visit_by_server, monkeypatch):
    def ends(watch, deadline, limits):
        yield "event: frame\n"
        raise ConnectionAbortedError

    monkeypatch.setattr(search, "_events", ends)
    visitor = visit_by_server()
    panel = visitor.panel("tabs.watch")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    assert visitor.toast() == visitor.text("server.closed_early")
    panel.get_by_text(visitor.text("watch.halted")).wait_for()
    visitor.expect_errors("ERR_")


@pytest.mark.nightly
def test_opening_a_file_is_seen_wherever_the_page_is_scrolled(visit):
    visitor = visit()
    page = visitor.page
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    with held(visitor, "**/formats/open.js") as release:
        visitor.drop("mine.dat", weights_bytes("mine.dat", Weights(tuple(random_layers(16, 5)))))
        working = page.get_by_text(visitor.text("open.working", name="mine.dat"))
        working.wait_for()
        assert 0 <= working.bounding_box()["y"] < 900
        release()
        opened = page.get_by_text(visitor.text("model.opened", name="mine.dat"))
        opened.wait_for()
    assert working.count() == 0
    assert 0 <= opened.bounding_box()["y"] < 900
    visitor.drop("net.pt", b"PK")  # refused with what to do
    assert visitor.toast().endswith('python -m idea.export "net.pt" network.safetensors')


def test_what_is_wrong_with_a_file_is_said_in_the_readers_language(visit):
    visitor = visit(locale="ja")
    visitor.drop("short.dat", bytes(99))
    assert visitor.pattern("dat.size", name="short.dat").match(visitor.toast())
    visitor.close_toast()
    visitor.drop("cut.npz", b"PK\3\4 and no more")
    kind, zipped = (visitor.text(f"reader.{key}") for key in ("kind.npz", "zip"))
    said = visitor.text("format.damaged", name="cut.npz", kind=kind, text=zipped)
    assert visitor.toast() == said
    visitor.expect_errors("400")


@pytest.mark.nightly
def test_the_idea_to_trace_leaves_with_its_panel_and_with_another_drawing(visit, five):
    visitor = visit()
    ghost = visitor.page.locator("#ghost")
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).click()
    assert ghost.is_visible()
    visitor.page.locator("#canvas").scroll_into_view_if_needed()
    visitor.draw()
    visitor.button("draw.clear").click()
    assert ghost.is_visible()  # to be traced once more
    visitor.panel("tabs.distort")
    assert ghost.is_hidden()
    visitor.panel("tabs.ideas")
    assert ghost.is_visible()
    panel.get_by_role("button", name=visitor.text("save.copy")).click()
    assert ghost.is_hidden()
    panel.get_by_role("button", name=visitor.text("ideas.behind")).click()
    assert ghost.is_visible()


@pytest.mark.nightly
def test_white_margins_are_explained_where_there_are_any(visit_static):
    visitor = visit_static()
    panel = visitor.panel("tabs.ideas")
    for model, explained in (("lenet", True), ("mlp", False)):
        visitor.choose(model)
        nine = idea.find(idea.load_model(model), 9)
        visitor.thumb(9, logit=f"{nine.energy:.1f}").wait_for()
        assert panel.get_by_text(visitor.text("ideas.margin")).is_visible() is explained


@pytest.mark.slow
def test_on_a_phone_a_tap_shows_the_idea_and_a_swipe_scrolls(visit):
    visitor = visit(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    page = visitor.page
    panel = visitor.panel("tabs.ideas")
    visitor.thumb(5).tap()
    large = panel.get_by_role("img", name=visitor.text("ideas.image", label=5))
    large.wait_for()
    page.wait_for_timeout(600)  # it scrolls smoothly
    box = large.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 700
    panel = visitor.panel("tabs.pixels")
    board = panel.get_by_role("application")
    undo = panel.get_by_role("button", name=visitor.text("pixels.undo"), exact=True)
    swipe = panel.get_by_label(visitor.text("pixels.swipe"))
    board.scroll_into_view_if_needed()
    for paints in (False, True):
        swipe.set_checked(paints)
        box = board.bounding_box()
        session = visitor.context.new_cdp_session(page)
        for kind, y in (
            ("touchStart", 0.6),
            ("touchMove", 0.5),
            ("touchMove", 0.2),
            ("touchEnd", 0),
        ):
            points = [{"x": box["x"] + 99, "y": box["y"] + y * box["height"]}]
            session.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [] if kind == "touchEnd" else points},
            )
        page.wait_for_timeout(100)
        assert (undo.get_attribute("aria-disabled") == "false") is paints
