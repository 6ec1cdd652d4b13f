"""The page's games in a real browser, and the lessons, whose links lead into it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from browsing import PAGE

import idea

from visitor import check

# A seed of which 7 and 1 come first.
SEED = """async () => {
  const { orderOf } = await import(new URL("games/drawing_race.js", location.href).href);
  for (let seed = 0; ; seed++) if (orderOf(10, seed).slice(0, 2).join() === "7,1") return seed;
}"""
LESSONS = json.loads((PAGE / "lessons" / "lessons.json").read_text("utf-8"))


@pytest.mark.nightly
def test_three_games_are_played(visit, shipped, mnist):
    visitor = visit(reduced_motion="reduce")
    page = visitor.page
    seed = page.evaluate(SEED)
    panel = visitor.panel("tabs.play")
    fool(visitor, panel, shipped, mnist)
    shake(visitor, panel, mnist)
    draw(visitor, panel, seed)
    visitor.choose("fashion", idea.load_model("fashion").task)
    panel.get_by_text(visitor.text("play.draw.needs")).wait_for()
    panel.get_by_role("button", name=visitor.text("play.forget")).click()
    panel.get_by_text(visitor.text("play.best.none")).wait_for()
    assert page.evaluate("localStorage['idea.best']") == "{}"


def binary(mnist, number) -> np.ndarray:
    return (mnist.test_images[number].ravel() >= 128).astype(np.float32)


def is_fooled_by_one(model, image) -> bool:
    """Whether one flip changes the answer, by trying all of them."""
    flipped = np.abs(image - np.eye(len(image), dtype=np.float32))
    before = model.logits(image[np.newaxis]).argmax()
    return bool((model.logits(flipped).argmax(axis=1) != before).any())


def fool(visitor, panel, model, mnist) -> None:
    """Fool the network by hints alone, which the machine does by fewer flips."""
    number = next(at for at in range(10) if not is_fooled_by_one(model, binary(mnist, at)))
    image = binary(mnist, number)
    label = int(model.logits(image[np.newaxis]).argmax())
    board = panel.get_by_role("application")
    panel.get_by_text(visitor.text("play.fool.not_yet", label=label)).wait_for()
    reveal = panel.get_by_role("button", name=visitor.text("play.fool.reveal"))
    assert f"number={number}" in visitor.page.url
    flips = 0
    while model.logits(image[np.newaxis]).argmax() == label:
        panel.get_by_role("button", name=visitor.text("play.fool.hint"), exact=True).click()
        said = panel.get_by_text(visitor.pattern("play.fool.hint.place"))
        row, column = (int(number) - 1 for number in re.findall(r"\d+", said.inner_text()))
        if flips == 0:  # by keys, from the middle
            board.focus()
            for back, on, steps in (
                ("ArrowUp", "ArrowDown", row - 14),
                ("ArrowLeft", "ArrowRight", column - 14),
            ):
                visitor.press(f"{on if steps > 0 else back} " * abs(steps))
            visitor.press("Space")
        else:
            box = board.bounding_box()
            right, down = ((place + 0.5) / 28 for place in (column, row))
            board.click(position={"x": box["width"] * right, "y": box["height"] * down})
        image[28 * row + column] = 1 - image[28 * row + column]
        flips += 1
        said.wait_for(state="hidden")
    now = int(model.logits(image[np.newaxis]).argmax())
    spent = visitor.text("play.fool.spent", flips=flips, hints=flips, sum=2 * flips)
    status = panel.get_by_text(visitor.pattern("play.fool.more", label=label, now=now, spent=spent))
    status.wait_for()
    points = re.search(r"(\d+) points", status.inner_text())[1]
    best = visitor.text("play.best.points", name="mlp", points=points)
    panel.get_by_text(best, exact=True).wait_for()
    machine = int(re.search(r"machine’s flips: (\d+)", status.inner_text())[1])
    assert int(points) == max(0, 10 + machine - 2 * flips)
    assert reveal.get_attribute("aria-disabled") == "true"  # it is shown now
    panel.get_by_role("img", name=visitor.text("play.fool.solution.image")).wait_for()


def shake(visitor, panel, mnist) -> None:
    """Measure all networks, and predict when the chosen one breaks."""
    check(panel.get_by_role("radio", name=visitor.text("play.shake")))
    panel.get_by_role("button", name=visitor.text("play.curves.start")).click()
    panel.get_by_text(visitor.text("play.curves.about.test", count=200)).wait_for()
    panel.get_by_role("button", name=visitor.text("play.curves.start")).wait_for()
    panel.get_by_text(visitor.text("play.curves.numbers")).click()
    table = panel.get_by_role("table").last
    names = table.get_by_role("columnheader").all_inner_texts()[1:]
    images = (mnist.test_images[:200].reshape(200, 784) >= 128).astype(np.float32)
    for name, said in zip(
        names, table.locator("tbody tr").first.get_by_role("cell").all(), strict=True
    ):
        right = (
            idea.load_model(name).logits(images).argmax(axis=1) == mnist.test_labels[:200]
        ).mean()
        assert float(re.search(r"[\d.]+", said.inner_text())[0]) == pytest.approx(
            100 * right, abs=0.11
        )
    assert table.locator("tbody tr").count() == 11
    panel.get_by_role("slider").fill("2")
    panel.get_by_role("button", name=visitor.text("play.shake.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("play.shake.next"), exact=True).wait_for()
    assert (
        panel.get_by_role("list", name=visitor.text("play.shake.steps"))
        .get_by_role("listitem")
        .count()
        == 11
    )


def draw(visitor, panel, seed) -> None:
    """Draw two digits with the keyboard, stop, and copy the score."""
    page = visitor.page
    page.evaluate("(hash) => { location.hash = hash; }", f"play?game=draw&seconds=0&seed={seed}")
    panel.get_by_role("button", name=visitor.text("play.draw.start"), exact=True).click()
    wanted = page.locator(".play-wanted")
    wanted.get_by_text("7", exact=True).wait_for()
    assert page.evaluate("document.activeElement.id") == "canvas"
    # By keys; the next digit ends the stroke, so that the pen is lowered again.
    visitor.press("ArrowLeft " * 6 + "ArrowUp " * 8 + "Space " + "ArrowRight " * 12)
    visitor.press("ArrowDown ArrowDown ArrowLeft " * 8)
    wanted.get_by_text("1", exact=True).wait_for()
    visitor.press("ArrowUp " * 16 + "Space " + "ArrowDown " * 16)
    page.get_by_text(visitor.text("play.draw.count", right=2, count=10)).wait_for()
    visitor.button("play.draw.stop").click()
    headline = panel.get_by_role(
        "heading", name=visitor.pattern("play.draw.result.best", right=2, count=10)
    )
    headline.wait_for()
    assert headline.evaluate("(it) => it === document.activeElement")
    assert page.locator(".play-strip").is_hidden()
    panel.get_by_role("button", name=visitor.text("play.draw.share")).click()
    shared = page.get_by_role("textbox", name=visitor.text("copy.select")).input_value()
    assert re.search(
        rf"2 of 10.* mlp .*#play\?network=mlp&game=draw&seconds=0&seed={seed}$", shared
    )
    visitor.button("copy.close").click()


@pytest.mark.nightly
def test_a_race_keeps_its_seed_and_limit_and_waits_for_no_slow_server(visit):
    visitor = visit(alone=True, opened="play?game=draw")
    page = visitor.page
    seed = page.evaluate(SEED)
    visitor.context.route("**/api/nearest", lambda route: None)  # which is never answered
    page.evaluate("(hash) => { location.hash = hash; }", f"play?game=draw&seconds=0&seed={seed}")
    page.clock.install()
    visitor.button("play.draw.start").dblclick()  # which changes nothing
    page.clock.fast_forward(5000)  # by then it begins all the same
    visitor.button("play.draw.stop").wait_for()
    assert page.url.endswith(f"&seed={seed}")
    visitor.draw()
    page.get_by_text(visitor.text("play.draw.count", right=1, count=10)).wait_for()
    page.evaluate("() => { location.hash = 'play?game=draw&seconds=60'; }")  # for the next one
    visitor.button("play.draw.stop").click()
    assert list(json.loads(page.evaluate("localStorage['idea.best']"))) == ["draw 0 mlp"]


@pytest.mark.nightly
def test_an_answer_about_the_image_before_counts_no_more(visit_by_server):
    visitor = visit_by_server(opened="play?game=fool&from=real&number=3")
    page = visitor.page
    page.get_by_text(visitor.pattern("play.fool.not_yet")).wait_for()
    visitor.context.route("**/api/classify", lambda route: None)  # which is never answered
    with page.expect_request("**/api/classify") as asked:
        page.locator("#panel-play").get_by_role("application").click()
    with page.expect_event("requestfailed", lambda it: it == asked.value):
        visitor.button("play.next").click()


@pytest.mark.nightly
def test_axe_finds_nothing_serious_in_games_and_lessons(visit, violations):
    def serious(part=None) -> list[str]:
        found = violations(page, part)
        return [f"{v['id']}: {v['help']}" for v in found if v["impact"] in ("serious", "critical")]

    visitor = visit(reduced_motion="reduce")
    page = visitor.page
    panel = visitor.panel("tabs.play")
    panel.get_by_text(visitor.pattern("play.fool.not_yet")).wait_for()
    check(panel.get_by_role("radio", name=visitor.text("play.shake")))
    panel.get_by_role("button", name=visitor.text("play.shake.start"), exact=True).click()
    panel.get_by_role("button", name=visitor.text("play.shake.next"), exact=True).wait_for()
    assert serious("#more") == []
    check(panel.get_by_role("radio", name=visitor.text("play.draw")))
    panel.get_by_role("button", name=visitor.text("play.draw.start"), exact=True).click()
    visitor.button("play.draw.skip").click()
    assert serious() == []
    visitor.button("play.draw.stop").click()
    panel.get_by_role("heading", name=visitor.pattern("play.draw.result")).wait_for()
    assert serious("#more") == []
    page.get_by_role("link", name=visitor.text("foot.lessons")).click()
    page.get_by_role("listitem").first.wait_for()
    assert serious() == []


@pytest.mark.nightly
def test_every_link_of_the_lessons_shows_what_it_names(visit):
    visitor = visit(viewport={"width": 1024, "height": 768}, locale="ja")
    page = visitor.page
    page.get_by_role("link", name=visitor.text("foot.lessons")).click()
    page.get_by_role("listitem").first.wait_for()
    links = page.locator(".lessons li a").evaluate_all("(links) => links.map((link) => link.href)")
    steps = [step for lesson in LESSONS["lessons"] for step in lesson["steps"]]
    assert links == [f"{visitor.address}#{step['link']}" for step in steps]
    heading = page.get_by_role("heading", level=2).first
    assert LESSONS["lessons"][0]["title"][1] in heading.inner_text()
    check(page.get_by_role("radio", name="EN"))
    assert LESSONS["lessons"][0]["title"][0] in heading.inner_text()
    page.goto(visitor.address)
    visitor._wait_until_ready()
    ignored = visitor.text("address.ignored", parts="…").partition("…")[0]
    for step in steps:
        panel, _, values = step["link"].partition("?")
        drawing = re.search(r"&drawing=[^&]*", values)
        page.evaluate("(hash) => { location.hash = hash; }", step["link"])
        # What can't be shown leaves the address; a drawing that is shown, too.
        shown = f"#{step['link'].replace(drawing[0], '') if drawing else step['link']}"
        page.wait_for_function("(it) => location.hash === it", arg=shown)
        tab = page.get_by_role("tab", name=visitor.text(f"tabs.{panel}"), exact=True)
        assert tab.get_attribute("aria-selected") == "true"
        assert ignored not in page.locator("#notes").inner_text()
        if drawing:
            visitor.settle()
            assert page.locator("#answer-digit").inner_text() in "0123456789"
        if "with=" in values:
            page.get_by_text(visitor.text("network.disagree", label=5, other=6)).wait_for()


@pytest.mark.parametrize("lesson", LESSONS["lessons"], ids=lambda lesson: lesson["id"])
def test_a_lesson_takes_20_minutes_and_is_there_in_both_languages(lesson):
    assert sum(step["minutes"] for step in lesson["steps"]) == 20
    texts = [
        lesson["title"],
        lesson["aim"],
        *(step[part] for step in lesson["steps"] for part in ("do", "see", "ask")),
    ]
    for english, japanese in texts:
        assert english.isascii() or set(re.sub(r"[\x00-\x7f]", "", english)) <= set("“”’–")
        assert re.search("[ぁ-んァ-ヶ一-龠]", japanese)
