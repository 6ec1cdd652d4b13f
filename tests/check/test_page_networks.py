"""The page about networks, and for classes: card, comparison, commands, Present, QR code."""

from __future__ import annotations

import re

import idea
from idea.check.join import join_json
from idea.image import DIGITS
from idea.networks.bundled import find_file

ADDRESS = "http://192.168.1.5:2828/"


def test_the_card_says_what_a_network_is_and_two_answer_side_by_side(visit_static):
    visitor = visit_static()
    panel = visitor.panel("tabs.network")
    compare(visitor, panel)
    visitor.choose("mlp", DIGITS)
    table = panel.get_by_role("table", name=visitor.text("network.layers"))
    table.get_by_text("1,238,730").wait_for()
    visitor.choose("lenet")
    table.get_by_text("6×13×13").wait_for()
    rows = table.get_by_role("row").all_inner_texts()
    window = visitor.text("network.convolution", height=3, width=3)
    pool = visitor.text("network.max", height=2, width=2)
    assert rows[2].split("\t") == [f"{window}, {pool}", "6×13×13", "60"]
    network = idea.load_model("lenet")
    arrays = [a for pair in network.layers for a in pair]
    arrays += [a for convolution in network.convolutions for a in convolution[:2]]
    assert rows[-1].endswith(f"{sum(a.size for a in arrays):,}")
    facts = panel.get_by_role("definition").all_inner_texts()
    known = visitor.text(
        "network.accuracy.known", percent="98.78\N{NO-BREAK SPACE}%", count="10,000"
    )
    assert facts[1:] == [visitor.text("network.by.page"), known]


def compare(visitor, panel) -> None:
    """See the answers of two networks side by side, and why there are none of a third."""
    panel.get_by_text(visitor.text("network.compare.empty")).wait_for()
    visitor.draw()
    visitor.answer(7)
    panel.get_by_label(visitor.text("network.compare")).select_option("robust")
    panel.get_by_text(visitor.text("network.agree", label=7)).wait_for()
    assert "with=robust" in visitor.page.url
    visitor.choose("digits8")
    panel.get_by_text(visitor.text("network.compare.none")).wait_for()


def test_an_opened_network_has_its_notes_and_accuracy(visit):
    visitor = visit()
    visitor.drop("mine.safetensors", find_file("robust").read_bytes())
    visitor.page.get_by_text("mine.safetensors: 784").wait_for()
    panel = visitor.panel("tabs.network")
    panel.get_by_role("heading", name="mine.safetensors").first.wait_for()
    assert panel.get_by_text(re.compile("of 250 test")).count() == 1
    assert panel.get_by_role("listitem").get_by_text("activation").count() == 1
    command = "python -m idea.search --model mine.safetensors "
    visitor.panel("tabs.ideas").locator("code", has_text=command).wait_for(state="attached")


def test_present_shows_drawing_answer_and_bars_alone(visit):
    visitor = visit(viewport={"width": 1024, "height": 768})
    page = visitor.page
    visitor.draw()
    visitor.answer(7)
    page.evaluate("Element.prototype.requestFullscreen = undefined")  # such windows have one size
    visitor.button("present").click()
    bars = page.get_by_role("region", name=visitor.text("present.bars"))
    bars.get_by_role("rowheader", name="7", exact=True).wait_for()
    assert page.get_by_role("tab").first.is_hidden()
    for width, height in ((390, 844), (512, 384), (844, 390), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for shown in ("#canvas", "#answer-text", ".present table", ".present button", "#tools"):
            box = page.locator(shown).bounding_box()
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= width, (shown, width)
            assert box["y"] + box["height"] <= height, (shown, width)
    assert page.locator("#answer-digit").bounding_box()["height"] > 180
    page.keyboard.press("Escape")
    page.get_by_role("tab").first.wait_for()
    assert visitor.button("present").evaluate("(it) => it === document.activeElement")


def test_a_class_sees_the_address_and_its_code(visit_site, checker):
    def joined(route):
        route.fulfill(json=route.fetch().json() | {"join": join_json(ADDRESS)})

    visitor = visit_site(checker, {"**/site.json": joined})
    visitor.button("join").click()
    dialog = visitor.page.get_by_role("dialog", name=visitor.text("join.title"))
    assert dialog.get_by_role("link").get_attribute("href") == ADDRESS
    code = dialog.get_by_role("img", name=visitor.text("join.code", address=ADDRESS))
    black = code.locator("path").get_attribute("d").count("M")
    assert black == "".join(join_json(ADDRESS)["code"]).count("1")
    visitor.button("copy.close").click()
    # A link that is copied on this machine is one for others.
    visitor.button("link.copy").click()
    assert visitor.page.get_by_role("textbox").input_value().startswith(f"{ADDRESS}#fool?")


def test_commands_follow_what_is_shown(visit):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    panel = visitor.panel("tabs.fool")
    panel.get_by_text(visitor.text("command")).click()
    code = panel.locator("code")
    code.get_by_text("idea.attack drawing.vf --model mlp --target").wait_for()
    assert visitor.button("join").count() == 0  # there is no code without others
    dump = visitor.saved(panel.get_by_role("button", name="drawing.vf"))
    assert len(dump) == 3136
