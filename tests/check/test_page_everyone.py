"""The page for everyone: without a server, on a phone, by keyboard, by ear, in both languages."""

from __future__ import annotations

import re

import numpy as np
import pytest
from browsing import PAGE

import idea
from idea.check.errors import RequestError
from idea.files.weights.formats import weights_bytes
from idea.networks.bundled import BUNDLED
from idea.networks.weights import Weights

from conftest import random_layers
from visitor import check

TABS = [
    *("tabs.ideas", "tabs.watch", "tabs.pixels", "tabs.inside", "tabs.distort", "tabs.fool"),
    *("tabs.play", "tabs.network", "tabs.train"),
]

# What to do with a file of PyTorch.
EXPORT_LINE = 'python -m idea.export "net.pt" network.safetensors'


def test_without_a_server_it_offers_every_panel_and_computes_the_logits_of_python(visit_static):
    visitor = visit_static()
    assert visitor.page.locator("#no-server").count() == 0  # what a page says without any
    tabs = visitor.page.get_by_role("tab").all_inner_texts()
    assert tabs == [visitor.text(tab) for tab in TABS]
    networks = visitor.page.get_by_role("combobox", name=visitor.text("model")).locator("option")
    assert networks.count() == len(BUNDLED)
    for name in BUNDLED:
        model = idea.load_model(name)
        images = np.random.default_rng(0).random((5, model.task.pixels)).astype(np.float32)
        logits = visitor.page.evaluate(
            """async ([name, images]) => {
              const { openSite } = await import(new URL("site/site.js", location.href).href);
              const site = await openSite();
              const floats = images.map((image) => Float32Array.from(image));
              const answers = await site.classify(name, floats);
              return answers.map((answer) => answer.logits);
            }""",
            [name, images.tolist()],
        )
        assert np.abs(np.array(logits) - model.logits(images)).max() < 1e-9, name


def test_without_a_server_the_page_itself_reads_digits(visit_static, visit):
    static, served = visit_static(), visit()
    said = []
    for visitor in (static, served):
        visitor.draw()
        visitor.answer(7)
        visitor.settle()
        said.append(visitor.page.get_by_role("region", name=visitor.text("see")).inner_text())
    assert said[0] == said[1]


def test_without_a_server_networks_of_other_tasks_read_what_is_drawn(visit_static):
    visitor = visit_static()
    for name in ("fashion", "digits8"):
        model = idea.load_model(name)
        visitor.choose(name, model.task)
        visitor.draw()
        visitor.settle()
        prepared = (visitor.greys("see.prepared.image") / 255).astype(np.float32)
        assert prepared.shape == model.task.shape
        label = model.task.label(int(model.logits(prepared.reshape(1, -1)).argmax()))
        visitor.answer(label)
        assert visitor.page.locator("#answer-digit").inner_text() == label
        see = visitor.page.get_by_role("region", name=visitor.text("see"))
        labels = see.get_by_role("table").first.get_by_role("rowheader").all_inner_texts()
        assert labels == list(model.task.classes)
        panel = visitor.panel("tabs.ideas")
        for ideal in idea.find_all(model):
            visitor.thumb(ideal.label, logit=f"{ideal.energy:.1f}").wait_for()
        visitor.thumb(ideal.label).click()
        panel.get_by_role("button", name=visitor.text("save.copy")).click()
        visitor.settle()
        assert np.array_equal(visitor.greys("see.drawn.image") / 255, ideal.image)


def test_without_a_server_the_ideas_are_those_of_the_library(visit_static, shipped):
    visitor = visit_static()
    visitor.panel("tabs.ideas")
    for ideal in idea.find_all(shipped):
        visitor.thumb(ideal.digit, logit=f"{ideal.energy:.1f}").wait_for()
    visitor.thumb(5).click()
    visitor.button("save.copy").first.click()
    visitor.settle()
    five = idea.find(shipped, 5).image
    assert np.array_equal(visitor.greys("see.drawn.image") / 255, five)


def test_without_a_server_files_are_refused_or_opened_and_searched(visit_static):
    visitor = visit_static()
    visitor.draw()
    visitor.answer(7)
    for name, data, key in (
        ("net.txt", b"x", "format.unknown"),
        ("short.dat", bytes(99), "dat.size"),
        ("letter.png", b"Dear all", "open.picture"),
    ):
        visitor.drop(name, data)
        assert visitor.pattern(key, name=name).search(visitor.toast())
        visitor.close_toast()
    visitor.drop("net.pt", b"PK")
    assert visitor.toast().endswith(EXPORT_LINE)
    visitor.close_toast()
    layers = random_layers(16, 5)
    visitor.drop("mine.dat", weights_bytes("mine.dat", Weights(tuple(layers))))
    visitor.page.get_by_text("mine.dat: 784-16-16-10").wait_for()
    visitor.settle()
    small = idea.MLP(layers)
    visitor.panel("tabs.ideas")
    thumb = visitor.thumb(5)
    thumb.wait_for()
    energy = float(re.search(r"logit ([\d.]+)", thumb.get_attribute("aria-label"))[1])
    thumb.click()
    visitor.button("save.copy").first.click()
    visitor.settle()
    image = visitor.greys("see.drawn.image").reshape(1, 784) / 255
    assert small.logits(image.astype(np.float32))[0, 5] == pytest.approx(energy, abs=0.051)


# What a theme changes is the colours alone.
@pytest.mark.parametrize(
    ("theme", "tabs", "rules"),
    [
        ("light", TABS[:3], []),
        pytest.param("light", TABS[3:], [], marks=pytest.mark.nightly),
        pytest.param("dark", TABS, ["color-contrast"], marks=pytest.mark.nightly),
    ],
    ids=["first", "others", "dark"],
)
def test_axe_finds_nothing_serious(visit, violations, theme, tabs, rules):
    visitor = visit(color_scheme=theme)
    visitor.draw()
    visitor.answer(7)
    part = None  # of the page: all of it, and then what a tab changes
    for name in tabs:
        panel = visitor.panel(name)
        if name == "tabs.ideas":
            visitor.thumb(9).wait_for()
            visitor.thumb(5).click()
        elif name == "tabs.fool":
            panel.get_by_role("button", name=visitor.text("tabs.fool"), exact=True).click()
            panel.get_by_role("button", name=visitor.text("save.gif")).wait_for()
        elif name == "tabs.distort":
            panel.get_by_role("button", name=visitor.text("distort.rotate")).click()
        visitor.settle()
        found = violations(visitor.page, part, *rules)
        serious = [
            f"{v['id']}: {v['help']}" for v in found if v["impact"] in ("serious", "critical")
        ]
        assert serious == [], name
        part = "#more"


def test_it_fits_a_phone(visit):
    visitor = visit(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="ja"
    )
    page = visitor.page
    visitor.draw()
    visitor.answer(7)
    for language in ("日本語", "EN"):
        check(page.get_by_role("radio", name=language))
        for tab in page.get_by_role("tab").all():
            tab.click()
            page.wait_for_timeout(100)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        small = page.locator("button:visible, select:visible, [role=tab]:visible").evaluate_all(
            """(elements) => elements.map((element) => element.getBoundingClientRect())
                 .filter(({ height }) => height < 43.5).length"""
        )
        assert small == 0, language  # fingers find everything


def test_back_leads_to_the_tab_before(visit):
    visitor = visit(opened="")
    for key in ("tabs.distort", "tabs.fool"):
        visitor.panel(key)
    for key in ("tabs.distort", "tabs.ideas"):
        visitor.page.go_back()
        visitor.page.get_by_role("tabpanel", name=visitor.text(key), exact=True).wait_for()
    visitor.page.go_forward()
    visitor.page.get_by_role("tabpanel", name=visitor.text("tabs.distort"), exact=True).wait_for()
    assert "#distort?" in visitor.page.url


def test_opened_from_a_file_it_says_what_it_needs(browser):
    page = browser.new_page()
    page.goto((PAGE / "index.html").as_uri())
    said = page.locator("#no-server")
    said.wait_for()
    assert "python -m http.server" in said.inner_text()
    page.close()


def test_it_is_used_by_the_keyboard_alone(visit):
    visitor = visit(opened="")
    visitor.tab_to("it.id === 'canvas'")
    # From the middle to the left upper corner of a 7, then along it with the brush lowered.
    visitor.press("ArrowLeft " * 6 + "ArrowUp " * 8 + "Space " + "ArrowRight " * 12)
    visitor.press("ArrowDown ArrowDown ArrowLeft " * 8 + "Space")
    visitor.answer(7)
    visitor.tab_to("it.role === 'tab'")
    visitor.press("ArrowLeft " * 4)  # from the first around to the last but three
    panel = visitor.page.get_by_role("tabpanel", name=visitor.text("tabs.fool"), exact=True)
    panel.wait_for()
    start = visitor.text("fool.start")
    visitor.tab_to(f"it.innerText === '{start}' && it.role !== 'tab'")
    visitor.press("Enter")
    panel.get_by_text(visitor.pattern("fool.drawing.many", label=7)).wait_for()
    assert panel.get_by_text(visitor.pattern("fool.before", label=7)).is_visible()


def test_it_speaks_the_browsers_language_and_changes_it_at_once(visit):
    visitor = visit(locale="ja-JP")
    page = visitor.page
    visitor.draw()
    visitor.answer(7)
    assert page.locator("html").get_attribute("lang") == "ja"
    japanese = [visitor.text(key) for key in TABS]
    assert page.get_by_role("tab").all_inner_texts() == japanese
    check(page.get_by_role("radio", name="EN"))
    assert page.locator("html").get_attribute("lang") == "en"
    english = [visitor.text(key) for key in TABS]
    assert not set(english) & set(japanese)
    assert page.get_by_role("tab").all_inner_texts() == english
    visitor.answer(7)
    visitor.reload()
    visitor.answer(7)
    assert page.get_by_role("tab").all_inner_texts() == english


def test_every_text_is_there_in_both_languages(visit):
    visitor = visit()
    assert visitor.page.locator("#no-server").count() == 0
    texts = visitor.texts
    assert len(texts) > 100
    for key, (english, japanese) in texts.items():
        assert english.strip(), key
        assert japanese.strip(), key
        blanks = re.compile(r"\{(?:a_)?(\w+)\}")  # {a_label} is "an 8": Japanese has no articles
        assert sorted(blanks.findall(english)) == sorted(blanks.findall(japanese)), key
    # So is every reason for a refusal.
    reasons = {kind.code for kind in _kinds(RequestError)} - {"", "left"}
    assert {f"server.code.{code}" for code in (*reasons, "exhausted")} <= set(texts)


def _kinds(kind):
    return {kind}.union(*map(_kinds, kind.__subclasses__()))


def test_what_the_server_refuses_is_said_in_the_readers_language(visit_by_server):
    visitor = visit_by_server(locale="ja")
    visitor.context.route(
        "**/api/classify",
        lambda route: route.fulfill(status=503, json={"error": "…", "code": "busy"}),
    )
    visitor.draw()
    assert visitor.toast() == visitor.text("server.code.busy")
    visitor.expect_errors("503")


def test_light_and_dark_follow_the_system_and_the_switch(visit):
    visitor = visit(color_scheme="light")
    page = visitor.page

    def paper(system):
        page.emulate_media(color_scheme=system)
        return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    light, dark = paper("light"), paper("dark")
    assert light != dark
    check(page.get_by_role("radio", name=visitor.text("theme.dark")))
    assert paper("light") == dark
    visitor.reload()
    assert paper("light") == dark
