"""Networks that are trained in the page, on the WebAssembly backend."""

from __future__ import annotations

import copy
import functools
import io
import re
import time

import numpy as np
import pytest
from PIL import Image
from test_page_layout import FAULTS, SIZES

import idea

from visitor import Visit, check

pytest_plugins = ["training_site"]


@pytest.fixture
def visit_trainable(visit_site, trainable):
    """Visit a static site that trains; an error on a page fails the test."""
    return functools.partial(visit_site, trainable)


RECORD_WORKERS = """() => {
  window.Worker = class extends Worker {
    constructor(address, options) {
      super(address, options);
      if (String(address).includes("train.worker")) window.trainWorker = this;
    }
  };
}"""
END_WORKER = """() => trainWorker.dispatchEvent(
  new ErrorEvent("error", { message: "out of memory", cancelable: true }))"""
STORE_SLOWLY = """() => {
  const { set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    set(handler) { set.call(this, (event) => setTimeout(() => handler(event), 1000)); },
  });
}"""
HOLD_FILM = """() => {
  const { arrayBuffer } = Response.prototype;
  const released = new Promise((resolve) => { window.release = resolve; });
  Response.prototype.arrayBuffer = async function () {
    await released;
    return arrayBuffer.call(this);
  };
}"""
SEARCH_SLOWLY = """() => {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...others) {
    const delay = message.job === "follow" ? 2000 : 0;
    setTimeout(() => postMessage.call(this, message, ...others), delay);
  };
}"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Panel:
    """The panel Train, as a visitor uses it."""

    def __init__(self, visitor: Visit) -> None:
        self.visitor = visitor
        self.root = visitor.panel("tabs.train")

    def set(self, name: str, value) -> None:
        label = self.visitor.text(f"train.{name}")
        self.root.locator("label", has_text=label).locator("select").select_option(str(value))

    def radio(self, key: str) -> None:
        check(self.root.get_by_role("radio", name=self.visitor.text(key)))

    def button(self, key: str):
        """Return a button; of several the first, which is about what was trained last."""
        return self.root.get_by_role("button", name=self.visitor.text(key), exact=True).first

    def wait_for(self, key: str, seconds: int = 30, **params):
        """Wait until the status is such a sentence; a moment later it may be another one."""
        pattern = self.visitor.pattern(key, **params)
        words = self.root.locator(".train-status", has_text=pattern)
        words.wait_for(timeout=1000 * seconds)
        return words

    def status(self, key: str, seconds: int = 30, **params) -> str:
        """Wait until the status is such a sentence, which stays, and return it."""
        return self.wait_for(key, seconds, **params).inner_text()

    def wait_for_steps(self) -> None:
        """Wait until it learns: for a second at least."""
        self.wait_for("train.resumed")

    def small(self) -> None:
        """Choose a network that learns in a second."""
        self.status("train.ready")
        self.radio("train.mlp")
        self.set("units", 16)
        self.set("count", 500)
        self.set("epochs", 3)
        self.set("rate", 0.01)


def trained(visitor) -> list[str]:
    """Return the networks of the list that were trained in the page."""
    options = visitor.page.get_by_label(visitor.text("model"), exact=True).locator("option")
    values = options.evaluate_all("(all) => all.map(({ value }) => value)")
    return [value for value in values if value.startswith("my-")]


def accuracy(text: str) -> float:
    return float(re.search(r"([\d.]+)\s?%", text)[1])


def test_a_network_is_trained_joins_the_others_and_opens_in_python(
    visit_trainable, tmp_path, kit, mnist
):
    visitor = visit_trainable(reduced_motion="reduce", listed=True)
    loaded = [url for url in visitor.requested_urls if "tensorflow" in url or "train/" in url]
    assert loaded == []
    panel = Panel(visitor)
    panel.small()
    panel.button("train.start").click()
    right = accuracy(panel.status("train.ended"))
    assert right > 60
    assert panel.root.get_by_text(visitor.text("train.backend.wasm")).is_visible()
    points = panel.root.locator("polyline.curve-line").first.get_attribute("points")
    assert len(points.split()) > 10

    # The confusion matrix adds up, and shows its images.
    cells = panel.root.locator(".confusion td button")
    counts = [int(text) for text in cells.all_inner_texts()]
    assert sum(counts) == 2000
    diagonal = panel.root.locator(".confusion td.right button").all_inner_texts()
    assert sum(map(int, diagonal)) / 20 == pytest.approx(right, abs=0.051)
    wrong = panel.root.locator(".confusion td.wrong button").first
    wrong.click()
    assert wrong.get_attribute("aria-pressed") == "true"
    shown = panel.root.locator(".confusion-images button")
    assert shown.count() == min(60, int(wrong.inner_text()))

    path = tmp_path / "my.safetensors"
    path.write_bytes(visitor.saved(panel.button("train.safetensors")))
    model = idea.load_model(path)
    dat = tmp_path / "my.dat"
    dat.write_bytes(visitor.saved(panel.button("train.dat")))
    images = mnist.test_images[:100].reshape(100, -1) / np.float32(255)
    assert np.array_equal(idea.load_model(dat).logits(images), model.logits(images))

    # It classifies what is drawn as it does in Python.
    shown.first.click()
    visitor.settle()
    prepared = visitor.greys("see.drawn.image").reshape(1, -1).astype(np.float32) / 255
    answer = int(model.logits(prepared).argmax())
    visitor.answer(answer)
    panel.root.locator(".layer-outputs .first b", has_text=str(answer)).wait_for()
    assert visitor.page.get_by_label(visitor.text("model"), exact=True).input_value() == "my-mlp16"
    panel.button("train.see").click()
    ideal = idea.find(model, 9)
    visitor.thumb(9, energy=f"{ideal.energy:.1f}").wait_for()


@pytest.mark.nightly
def test_ordinary_and_adversarial_ideas_form_side_by_side_for_other_images(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    visitor.choose("digits8")
    panel = Panel(visitor)
    panel.wait_for("train.ready")
    about = visitor.text("train.data", title="scikit-learn's digits", size="8×8")
    panel.root.get_by_text(about).wait_for()
    panel.root.get_by_text(visitor.text("train.small", size="8×8", count=2)).wait_for()
    panel.set("epochs", 2)
    panel.button("train.both").click()
    titles = panel.root.locator(".film-title")
    fooled = re.compile(r"after 82 steps: [\d.]+\s?% right; [\d.]+ flips fool it")
    first, second = (titles.filter(has_text=fooled).nth(place) for place in range(2))
    second.wait_for()
    assert first.inner_text().startswith("my-cnn after")
    assert second.inner_text().startswith("my-cnn-adversarial after")
    sizes = []
    for name in ("my-cnn", "my-cnn-adversarial"):  # each can be saved
        row = panel.root.get_by_role("group", name=name, exact=True)
        row.get_by_text(visitor.pattern("train.kept")).wait_for()
        file = row.get_by_role("button", name=visitor.text("train.safetensors"), exact=True)
        sizes.append(len(visitor.saved(file)))
    assert sizes[0] == sizes[1]
    file = visitor.saved(panel.button("train.save"))
    with Image.open(io.BytesIO(file)) as film:
        assert film.n_frames > 1
        assert film.info["duration"] < 1000
        before = np.asarray(film.convert("L"))
        film.seek(film.n_frames - 1)
        assert film.info["duration"] == 2000
        changed = np.abs(np.asarray(film.convert("L")) - before.astype(int)).sum(axis=1) > 0
        half = len(changed) // 2
        assert changed[:half].any() and changed[half:].any()  # noqa: PT018  # both networks
    visitor.choose("my-cnn")  # which was trained first
    panel.root.get_by_text(about).wait_for()
    visitor.reload()
    panel = Panel(visitor)
    assert "my-cnn, my-cnn-adversarial" in panel.status("train.ready.kept")
    row = panel.root.get_by_role("group", name="my-cnn", exact=True)
    file = row.get_by_role("button", name=visitor.text("train.safetensors"), exact=True)
    assert len(visitor.saved(file)) == sizes[0]


def test_it_pauses_goes_on_and_stops_and_leaves_nothing_behind(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    panel.set("epochs", 20)
    panel.set("batch", 16)
    panel.set("count", 2000)  # which takes longer than all that is done meanwhile
    panel.button("train.start").click()
    panel.wait_for_steps()
    panel.button("train.pause").click()
    panel.wait_for("train.paused")
    points = panel.root.locator("polyline.curve-line").first
    time.sleep(0.3)  # what was under way arrives
    before = points.get_attribute("points")
    time.sleep(0.5)
    assert points.get_attribute("points") == before
    panel.button("train.resume").click()
    panel.wait_for_steps()
    panel.button("train.stop").click()
    panel.wait_for("train.ended")
    assert panel.root.locator(".train").get_attribute("data-tensors") == "0"
    panel.button("train.start").click()
    panel.wait_for_steps()
    panel.button("train.stop").click()
    panel.wait_for("train.ended")
    assert panel.root.locator(".train").get_attribute("data-tensors") == "0"
    assert trained(visitor) == ["my-mlp16", "my-mlp16-2"]


@pytest.mark.nightly
def test_a_training_that_begins_while_the_last_network_is_stored_is_kept_as_well(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    visitor.page.evaluate(STORE_SLOWLY)
    for epochs, name in ((1, "my-mlp16"), (20, "my-mlp16-2")):  # the second takes longer than that
        panel.set("epochs", epochs)
        panel.button("train.start").click()
        panel.wait_for("train.ended", name=name)
    assert trained(visitor) == ["my-mlp16", "my-mlp16-2"]


@pytest.mark.nightly
def test_a_film_has_the_name_of_its_network_though_another_training_begins(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    panel.set("epochs", 1)
    panel.button("train.start").click()
    panel.wait_for("train.ended")
    panel.set("epochs", 20)
    visitor.page.evaluate(HOLD_FILM)
    with visitor.page.expect_download() as download:
        panel.button("train.save").click()
        panel.button("train.start").click()
        panel.wait_for_steps()
        visitor.page.evaluate("release()")
    assert download.value.suggested_filename == "my-mlp16_ideas.png"


@pytest.mark.nightly
def test_of_two_trainings_the_second_can_be_left_out_before_it_begins(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    visitor.page.evaluate(SEARCH_SLOWLY)
    panel.button("train.both").click()
    panel.wait_for("train.between")
    panel.root.get_by_text(visitor.text("train.row.later")).wait_for()
    panel.button("train.stop").click()
    panel.wait_for("train.ended")
    panel.root.get_by_role("group", name="my-mlp16-adversarial").wait_for(state="detached")
    assert panel.button("train.start").get_attribute("aria-disabled") == "false"
    assert panel.root.get_by_role("group", name="my-mlp16", exact=True).is_visible()


@pytest.mark.nightly
def test_networks_that_two_tabs_train_at_a_time_are_both_kept(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    other = copy.copy(visitor)
    other.page = visitor.context.new_page()
    other.page.goto(f"{visitor.address}#train")
    panels = []
    for each in (visitor, other):
        each.choose("digits8")
        panels.append(Panel(each))
        panels[-1].small()
    first, second = panels
    first.set("epochs", 20)
    first.set("batch", 16)  # which takes longer than until it is paused
    first.button("train.start").click()
    first.wait_for_steps()
    first.button("train.pause").click()
    first.wait_for("train.paused")
    assert "my-mlp16," in train(second, "my-mlp16")
    first.button("train.stop").click()
    first.wait_for("train.ended", name="my-mlp16-2")
    first.root.get_by_role("group", name="my-mlp16-2", exact=True).wait_for()
    first.root.locator(".film-title", has_text="my-mlp16-2 after").wait_for()
    # Where there is one already, the name is another from the beginning.
    assert "my-mlp16-3," in train(second, "my-mlp16-3")
    other.page.close()
    forget_and_draw(visitor, first)
    visitor.reload()
    names = first.visitor.page.get_by_label(visitor.text("model"), exact=True).locator("option")
    own = [text for text in names.all_inner_texts() if text.startswith("my-")]
    assert [text.partition(",")[0] for text in own] == ["my-mlp16", "my-mlp16-3"]


def train(panel: Panel, name: str) -> str:
    """Train a network that has a name from its beginning, and wait until it is kept."""
    panel.button("train.start").click()
    row = panel.root.get_by_role("group", name=name, exact=True)
    row.wait_for()
    row.get_by_text(panel.visitor.pattern("train.kept")).wait_for()
    return panel.status("train.ended")


def forget_and_draw(visitor: Visit, panel: Panel) -> None:
    """Forget a network, whose small test images then don't fit onto the canvas of the usual one."""
    panel.button("train.use").click()
    visitor.button("model.forget").click()
    visitor.note("model.forgotten", name="my-mlp16-2")
    panel.root.locator(".confusion-images button").first.click()
    assert visitor.button("draw.undo").is_disabled()


@pytest.mark.nightly
def test_a_worker_that_dies_leaves_its_last_good_weights_and_one_unseen_pauses(visit_trainable):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    panel.set("epochs", 20)
    visitor.page.evaluate(RECORD_WORKERS)
    panel.button("train.start").click()
    panel.wait_for_steps()
    visitor.page.evaluate(END_WORKER)
    assert "out of memory" in panel.status("train.failed")
    panel.button("train.safetensors").wait_for()
    panel.button("train.start").click()
    panel.wait_for_steps()
    visitor.page.evaluate(HIDE, True)
    panel.wait_for("train.hidden")
    visitor.page.evaluate(HIDE, False)
    assert accuracy(panel.status("train.ended")) > 30  # by chance 10


def test_a_served_page_trains_under_its_strict_policy(visit, kit):
    visitor = visit(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    panel.set("epochs", 1)
    panel.button("train.start").click()
    panel.wait_for("train.ended")
    # The server, which doesn't have the network, encodes its animations all the same.
    visitor.choose("my-mlp16")
    watch = visitor.panel("tabs.watch")
    watch.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    gif = watch.get_by_role("button", name=visitor.text("save.gif"))
    assert visitor.saved(gif).startswith(b"GIF8")
    # It is kept until it is forgotten.
    visitor.reload()
    kept = visitor.page.get_by_text(visitor.text("model.kept.browser", name="my-mlp16"))
    kept.wait_for()
    chosen = visitor.page.get_by_label(visitor.text("model"), exact=True)
    assert chosen.input_value() == "my-mlp16"
    visitor.button("model.forget").click()
    kept.wait_for(state="hidden")
    assert "my-mlp16" not in chosen.locator("option").all_inner_texts()


def test_without_them_the_panel_says_what_is_missing(visit_static):
    visitor = visit_static()
    panel = Panel(visitor)
    panel.wait_for("train.missing.tensorflow")
    panel.button("train.start").click()
    panel.wait_for("train.missing.tensorflow")
    assert panel.button("train.stop").get_attribute("aria-disabled") == "true"


@pytest.mark.nightly
def test_a_start_that_waits_in_vain_can_be_repeated_and_learns_what_was_chosen(visit_site, static):
    known = {
        name: {"address": f"for-training/{name}", "title": name} for name in ("mnist", "fashion")
    }
    train = {"tensorflow": "tf/", "state": "train-state/", "images": known}
    held = []

    def trainable_site(route):
        route.fulfill(json=route.fetch().json() | {"train": train})

    def state(route):
        if route.request.url.endswith("tensorflow"):
            held.append(route)
        else:
            route.fulfill(json={"state": "ready"})

    def answer(state):
        held.pop().fulfill(json={"state": state})

    visitor = visit_site(static, {"**/site.json": trainable_site, "**/train-state/*": state})
    with visitor.page.expect_request("**/train-state/tensorflow"):
        panel = Panel(visitor)
    start = panel.root.locator(
        "button[aria-disabled=false]", has_text=visitor.text("train.start")
    ).first
    start.click()
    answer("failed")
    panel.wait_for("train.missing.tensorflow")
    with visitor.page.expect_request("**/train-state/tensorflow"):
        start.click()
    visitor.choose("fashion")
    with visitor.page.expect_request("**/for-training/*") as request:
        answer("ready")
    assert request.value.url.endswith("mnist")
    visitor.expect_errors("404")


@pytest.mark.nightly
def test_axe_finds_nothing_and_nothing_overlaps(visit_trainable, violations):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.small()
    panel.button("train.start").click()
    panel.wait_for("train.ended")
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme)
        assert [f"{v['id']}: {v['help']}" for v in violations(visitor.page)] == []
    faults = {}
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.wait_for_timeout(50)
        if found := visitor.page.evaluate(FAULTS):
            faults[width] = found
    assert faults == {}


@pytest.mark.nightly
@pytest.mark.parametrize(("count", "radius", "share"), [(2000, 0, 90), (1000, 0.1, 80)])
def test_the_articles_cnn_learns_to_classify_most_digits(visit_trainable, count, radius, share):
    visitor = visit_trainable(reduced_motion="reduce")
    panel = Panel(visitor)
    panel.wait_for("train.ready")
    panel.set("count", count)
    panel.set("radius", radius)
    panel.set("rate", 0.003)
    panel.set("batch", 16)
    panel.button("train.start").click()
    assert accuracy(panel.status("train.ended", 600)) > share
