"""The page's address: links that show the same, back and forward, and what it can't show."""

from __future__ import annotations

import pytest

from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights

from conftest import random_layers
from visitor import Visit, check, choose

FRAGMENT = "location.hash"


def follow(visitor: Visit, fragment: str) -> None:
    """Follow a link on the open page."""
    visitor.page.evaluate("(fragment) => { location.hash = fragment; }", fragment)


def wait_for_fragment(visitor: Visit, fragment: str) -> None:
    visitor.page.wait_for_function("(it) => location.hash === it", arg=fragment)


def link_of(visitor: Visit) -> str:
    """Copy a link, which a page without permission shows instead."""
    visitor.button("link.copy").click()
    field = visitor.page.get_by_role("textbox", name=visitor.text("copy.select"))
    link = field.input_value()
    assert field.evaluate("(it) => it.selectionEnd - it.selectionStart") == len(link)
    visitor.button("copy.close").click()
    return link


def test_a_link_shows_the_network_the_search_and_the_drawing(visit_static, visit_site, static):
    sender = visit_static(reduced_motion="reduce")
    sender.draw()
    sender.answer(7)
    sender.choose("lenet")
    panel = sender.panel("tabs.watch")
    choose(panel, 3)
    check(panel.get_by_role("radio", name=sender.text("watch.guided")))
    panel.get_by_label(sender.text("watch.seed"), exact=True).fill("12")
    panel.get_by_role("button", name=sender.text("watch.start")).click()
    result = panel.locator(".watch-result")
    result.get_by_text("3").wait_for()
    sender.settle()
    receiver = visit_site(link_of(sender), reduced_motion="reduce")
    receiver.address = static
    receiver.answer(7)
    panel = receiver.page.get_by_role("tabpanel", name=receiver.text("tabs.watch"), exact=True)
    panel.get_by_text(result.inner_text(), exact=True).wait_for()
    receiver.settle()
    for each in (sender, receiver):
        each.shown = each.page.get_by_role("region", name=each.text("see")).inner_text()
    assert receiver.shown == sender.shown  # all logits
    assert "drawing" not in receiver.page.evaluate(FRAGMENT)  # which changes from now on


def test_back_and_forward_lead_through_panels_and_networks(visit):
    visitor = visit(opened="")
    page = visitor.page
    assert page.evaluate(FRAGMENT) == ""
    panel = visitor.panel("tabs.watch")
    choose(panel, 3)
    wait_for_fragment(visitor, "#watch?network=mlp&class=3&method=greedy&from=noise&seed=0&noise=0")
    visitor.choose("robust")
    wait_for_fragment(
        visitor, "#watch?network=robust&class=3&method=greedy&from=noise&seed=0&noise=0"
    )
    choose(panel, 8)
    wait_for_fragment(
        visitor, "#watch?network=robust&class=8&method=greedy&from=noise&seed=0&noise=0"
    )
    network = page.get_by_label(visitor.text("model"), exact=True)
    page.go_back()
    wait_for_fragment(visitor, "#watch?network=mlp&class=3&method=greedy&from=noise&seed=0&noise=0")
    assert network.input_value() == "mlp"
    assert panel.get_by_role("radio", name="3", exact=True).is_checked()
    page.go_back()
    wait_for_fragment(visitor, "")
    page.get_by_role("tabpanel", name=visitor.text("tabs.ideas"), exact=True).wait_for()
    page.go_forward()
    page.go_forward()
    panel.wait_for()
    assert network.input_value() == "robust"
    assert panel.get_by_role("radio", name="8", exact=True).is_checked()


def test_what_the_address_can_t_show_is_ignored_with_a_sentence(visit):
    visitor = visit()
    for fragment, parts in {
        "nothing": "nothing",
        "watch?class=x&seed=-1&method=simplex&network=lenet": "class=x, method=simplex, seed=-1",
        "fool?class=8&colour=%ff%00": "colour=�\0",
        "pixels?image=bAAA": "image=bAAA",
        "ideas?drawing=s%%%": "drawing=s%%%",
        "ideas?drawing=sAAAA": "drawing=sAAAA",
        "ideas?drawing=b" + "A" * 2000: "drawing=b" + "A" * 31,
    }.items():
        follow(visitor, fragment)
        visitor.note("address.ignored", parts=parts)
    assert visitor.page.get_by_label(visitor.text("model"), exact=True).input_value() == "lenet"


def test_a_link_to_a_network_that_is_not_here_waits_for_its_file(visit_static):
    visitor = visit_static()
    follow(visitor, "watch?network=mine.dat&class=4&seed=9")
    missing = visitor.text("address.network", name="mine.dat", other="mlp")
    assert visitor.toast() == missing
    layers = random_layers(16, 5)
    visitor.drop("mine.dat", weights_bytes("mine.dat", Weights(tuple(layers))))
    wait_for_fragment(
        visitor, "#watch?network=mine.dat&class=4&method=greedy&from=noise&seed=9&noise=0"
    )
    visitor.page.get_by_text(missing).wait_for(state="detached")


@pytest.mark.nightly
def test_ideas_pixels_and_flips_are_those_of_the_address(visit):
    visitor = visit()
    follow(visitor, "ideas?class=4")
    thumb = visitor.thumb(4)
    thumb.wait_for()
    assert thumb.get_attribute("aria-pressed") == "true"
    visitor.page.locator("#ghost").wait_for(state="visible")
    follow(visitor, "pixels?class=6&image=b_" + "A" * 130)
    panel = visitor.page.get_by_role("tabpanel", name=visitor.text("tabs.pixels"), exact=True)
    panel.get_by_role("button", name=visitor.text("pixels.undo")).click()  # to the blank one
    visitor.page.go_back()
    thumb.wait_for()
    visitor.draw()
    visitor.answer(7)
    for source, from_ in {"drawing": 7, "idea": 2}.items():
        follow(visitor, f"fool?from={source}&idea=2&class=8&run=yes")
        many = visitor.pattern(f"fool.{source}.many", label=from_, target=8)
        heading = visitor.page.get_by_role("heading", name=many)
        heading.wait_for()
        assert heading.count() == 1
