"""What the page loads: little at first, and each panel once it is opened."""

from __future__ import annotations

import re

import pytest
from browsing import PAGE

from visitor import choose

# What the first view needs, in all; panels, readers of files and their texts aren't among it.
MOST_MODULES = 115
LATER = ("/games/", "/training/", "/formats/", "/panels/play.", "/panels/train.", "/texts/readers")
FRAGMENT = "location.hash"
IMPORT = re.compile(r"""^(?:import|export)\b(?!\()[^;"']*["'](\.[^"']+)["'];""", re.MULTILINE)
LITERAL = re.compile(r"""["'`]([\w.]+)(\.\$\{[^`]*)?["'`]""")


@pytest.mark.parametrize(("width", "more"), [(1280, 25), (390, 0)])
def test_the_first_view_loads_few_modules(browser, static, width, more):
    """On wide screens the ideas beside the canvas, too."""
    context = browser.new_context(viewport={"width": width, "height": 900}, service_workers="block")
    page = context.new_page()
    urls = set()
    page.on("request", lambda request: urls.add(request.url))
    page.goto(static)
    page.locator("#tab-ideas[aria-selected=true], #tab-see[aria-selected=true]").wait_for()
    page.locator(".panel.loading:not([hidden])").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    modules = [url.removeprefix(static) for url in urls if url.endswith(".js")]
    context.close()
    assert 50 < len(modules) <= MOST_MODULES + more
    assert not [path for path in modules if f"/{path}".startswith(LATER)]


def modules_of(entry, known=()):
    """The modules that one imports at once, itself too, without those that are known."""
    found, left = set(), [(PAGE / entry).resolve()]
    while left:
        path = left.pop()
        if path in found or path in known:
            continue
        found.add(path)
        names = IMPORT.findall(path.read_text("utf-8"))
        left.extend((path.parent / name).resolve() for name in names)
    return found


def test_each_panel_loads_the_texts_that_it_shows():
    at_first = modules_of("main.js")
    loaders = re.findall(
        r'import\("\.\./(panels/\w+\.js)"\)((?:, \w+\(\))*)',
        (PAGE / "shell" / "panels.js").read_text("utf-8"),
    )
    assert len(loaders) == 9
    texts = {path: set(re.findall(r'^  "(.+?)":', path.read_text("utf-8"), re.MULTILINE))
             for path in (PAGE / "texts").glob("*.js")}  # fmt: skip
    for entry, loaded in loaders:
        names = re.findall(r"(\w+)\(\)", loaded)
        there = {path for path in at_first if path in texts} | {
            PAGE / "texts" / f"{name}.js" for name in names
        }
        known = set().union(*(texts[path] for path in there))
        code = "".join(path.read_text("utf-8") for path in modules_of(entry, at_first))
        needed = {key for key, more in LITERAL.findall(code) if not more and "." in key}
        missing = (needed & set().union(*texts.values())) - known
        assert not missing, entry
        for name in names:
            keys = {key.removesuffix(".class") for key in texts[PAGE / "texts" / f"{name}.js"]}
            stems = {key for key, more in LITERAL.findall(code) if more}
            assert any(key in needed or key.rpartition(".")[0] in stems for key in keys), name


class Held:
    """Requests that wait; a panel's module is among them."""

    def __init__(self, visitor, pattern) -> None:
        self.routes = []
        self.context, self.pattern = visitor.context, pattern
        self.context.route(pattern, lambda route: self.routes.append(route))

    def release(self) -> None:
        for route in self.routes:
            route.continue_()
        self.context.unroute(self.pattern)


def test_a_panel_says_that_it_loads_and_follows_its_link_then(visit_static, static):
    visitor = visit_static(opened="network")
    page = visitor.page
    held = Held(visitor, "**/panels/watch.js")
    page.evaluate('location.hash = "watch?network=mlp&class=3&foo=1"')
    panel = page.locator("#panel-watch")
    panel.get_by_role("status").get_by_text(visitor.text("panel.loading")).wait_for()
    assert panel.get_attribute("aria-busy") == "true"
    page.wait_for_timeout(300)  # longer than the address takes to follow
    assert "class=3" in page.evaluate(FRAGMENT)
    held.release()
    visitor.wait_for_panel()
    assert panel.get_attribute("aria-busy") is None
    assert panel.get_by_role("radio", name="3", exact=True).is_checked()
    visitor.note("address.ignored", parts="foo=1")
    assert page.evaluate(FRAGMENT).startswith("#watch?network=mlp&class=3&")


@pytest.mark.nightly
def test_of_tabs_opened_while_they_load_the_last_wins(visit_static):
    visitor = visit_static(opened="network")
    page = visitor.page
    held = Held(visitor, re.compile(r"panels/(watch|pixels|distort)\.js"))
    for key in ("tabs.watch", "tabs.pixels", "tabs.watch", "tabs.distort"):
        page.get_by_role("tab", name=visitor.text(key), exact=True).click()
    held.release()
    visitor.wait_for_panel()
    page.wait_for_load_state("networkidle")
    children = "[...document.querySelectorAll('.panel')].map((it) => [it.id, it.childElementCount])"
    counts = dict(page.evaluate(children))
    assert counts["panel-distort"] > 0
    assert counts["panel-watch"] == counts["panel-pixels"] == 0
    assert page.evaluate(FRAGMENT).startswith("#distort")
    page.go_back()
    visitor.wait_for_panel()
    assert dict(page.evaluate(children))["panel-watch"] > 0
    assert page.evaluate(FRAGMENT).startswith("#watch?")
    heading = page.locator("#panel-watch").get_by_role("button", name=visitor.text("watch.start"))
    assert heading.count() == 1
    page.go_forward()
    page.locator("#panel-distort").wait_for()
    assert dict(page.evaluate(children))["panel-distort"] == counts["panel-distort"]


@pytest.mark.nightly
def test_what_is_handed_to_a_panel_that_loads_is_not_for_a_network_of_another_task(visit_static):
    visitor = visit_static()
    held = Held(visitor, re.compile(r"panels/(watch|pixels)\.js"))
    for key in ("ideas.watch", "ideas.edit"):
        visitor.choose("mlp")
        visitor.panel("tabs.ideas")
        visitor.thumb(3).click()
        visitor.button(key).click()
        visitor.choose("digits8")
    held.release()
    for key in ("tabs.watch", "tabs.pixels"):
        panel = visitor.panel(key)
        assert not panel.get_by_role("radio", name="3", exact=True).is_checked()
    undo = panel.get_by_role("button", name=visitor.text("pixels.undo"), exact=True)
    assert undo.get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize("failing", ["panels/watch.js", "panels/watch_setup.js"])
def test_a_panel_that_cannot_be_loaded_is_tried_again(visit_static, failing):
    """A browser may keep the failure: then the page is reloaded where it is, with the drawing."""
    visitor = visit_static(opened="network")
    page = visitor.page
    visitor.expect_errors("ERR_")
    visitor.draw()
    visitor.context.route(f"**/{failing}", lambda route: route.abort())
    visitor.context.route("**/site.json", lambda route: route.abort())
    page.evaluate('location.hash = "watch?network=mlp&class=3"')
    panel = page.locator("#panel-watch")
    panel.get_by_role("alert").get_by_text(visitor.text("panel.failed")).wait_for()
    visitor.button("panel.again").click()  # still in vain
    panel.get_by_role("alert").wait_for()
    visitor.context.unroute("**/site.json")
    visitor.context.unroute(f"**/{failing}")
    visitor.button("panel.again").click()
    panel.get_by_role("button", name=visitor.text("watch.start")).wait_for()
    assert panel.get_by_role("radio", name="3", exact=True).is_checked()
    visitor.answer(7)
    visitor.panel("tabs.distort")
    choose(visitor.panel("tabs.watch"), 4)


def test_files_say_that_what_opens_them_cannot_be_loaded(visit_static):
    visitor = visit_static(opened="network")
    visitor.expect_errors("ERR_")
    visitor.context.route("**/shell/opened.js", lambda route: route.abort())
    visitor.drop("mine.dat", b"")
    assert visitor.toast() == visitor.text("panel.failed")
