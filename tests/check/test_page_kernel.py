"""Watch, Pixels and Fool by the kernel in the page, on a static site and on a served page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.attacks.beam import beam, polished
from idea.attacks.problem import Criterion, Problem

REQUESTS = re.compile("api/(classify|ideal|search|gains|fool)")


@pytest.fixture(params=[pytest.param("static", marks=pytest.mark.xdist_group("static")), "served"])
def visitor(request):
    """A visitor of a page that evaluates networks itself, whoever serves it."""
    visitor = request.getfixturevalue("visit_static" if request.param == "static" else "visit")(
        reduced_motion="reduce", listed=True
    )
    yield visitor
    assert not [url for url in visitor.requested_urls if REQUESTS.search(url)]


@pytest.mark.slow
def test_every_panel_works_without_the_servers_help(visitor):
    visitor.choose("lenet")
    model = idea.load_model("lenet")
    visitor.draw()
    visitor.answer(7)
    panel = visitor.panel("tabs.watch")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    five = idea.find(model, 5)
    panel.locator(".watch-result", has_text=f"{five.energy:.1f}").wait_for()
    panel = visitor.panel("tabs.pixels")
    panel.get_by_text(visitor.pattern("pixels.next")).wait_for()
    panel = visitor.panel("tabs.fool")
    panel.get_by_text(visitor.pattern("fool.prediction", label=7)).wait_for()
    image = visitor.greys("fool.image") / 255
    panel.get_by_role("button", name=visitor.text("fool.start"), exact=True).click()
    panel.get_by_text(re.compile(r"\d+ flips? turn")).wait_for()
    problem = Problem(model, image.astype(np.float32))
    order = np.argsort(-problem.logits)
    *_, flips = beam(problem, Criterion(int(order[0]), int(order[1])), 4)
    count = len(polished(problem, Criterion(int(order[0]), int(order[1])), flips, pairs=0).flips)
    assert re.search(r"\d+", panel.get_by_role("heading").first.inner_text())[0] == str(count)


def test_a_network_that_the_page_cannot_read_is_evaluated_by_the_server(visit):
    visitor = visit()
    visitor.context.route("**/api/weights?*", lambda route: route.fulfill(body=b"not a network"))
    visitor.choose("lenet")
    with visitor.page.expect_request("**/api/classify"):
        visitor.draw()
    visitor.answer(7)


def test_without_a_server_a_network_that_cannot_be_read_is_one_message(visit_static):
    visitor = visit_static()
    visitor.context.route("**/lenet.bin", lambda route: route.fulfill(body=b"not a network"))
    visitor.choose("lenet")
    visitor.draw()
    assert visitor.toast() == visitor.text("dat.check", name="lenet")
