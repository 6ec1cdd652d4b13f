"""The page with networks of other tasks, in a real browser: sizes and labels follow the network."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import idea
from idea.files.preprocess import prepare
from idea.files.vf import dump_bytes, parse_vf
from idea.files.weights.formats import weights_bytes
from idea.image import Task
from idea.networks.weights import Weights

from visitor import SEVEN, binary, check

SMALL = Task(8, 8)
TALL = Task(5, 3, ("upper half", "lower half"))
LETTERS = Task(28, 28, tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
MANY = Task(6, 6, tuple(f"kind {number}" for number in range(1000)))
BAR = [[(0.2, 0.2), (0.8, 0.8)]]

HOLD_PICTURES = """() => {
  const read = createImageBitmap;
  const released = new Promise((resolve) => { window.releasePictures = resolve; });
  window.createImageBitmap = async (...given) => {
    await released;
    return read(...given);
  };
}"""


def layers_of(task, seed=0):
    """Weights of a small random network."""
    rng = np.random.default_rng(seed)
    widths = [task.pixels, 12, len(task.classes)]
    return [
        (
            rng.normal(0, n_in**-0.5, (n_out, n_in)).astype(np.float32),
            rng.normal(0, 0.3, n_out).astype(np.float32),
        )
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True)
    ]


def open_network(visitor, task, name) -> idea.MLP:
    """Open a network on the page, and return it."""
    weights = Weights(tuple(layers_of(task)), task=task)
    visitor.drop(f"{name}.safetensors", weights_bytes(f"{name}.safetensors", weights))
    visitor.task = task
    sizes = f"{task.height}×{task.width} pixels, {len(task.classes)} classes"
    visitor.page.get_by_text(sizes).first.wait_for()
    return idea.MLP(layers_of(task), task)


def label_of(model, image) -> str:
    return model.task.label(int(model.logits(image.reshape(1, -1)).argmax()))


def test_an_8x8_digit_is_drawn_and_every_panel_follows(visit, monkeypatch):
    monkeypatch.setattr("idea.check.stored_model.data_of", lambda task: None)
    visitor = visit()
    model = open_network(visitor, SMALL, "small")
    visitor.draw()
    visitor.settle()
    prepared = visitor.greys("see.prepared.image") / 255
    drawn = visitor.greys("see.drawn.image") / 255
    assert prepared.shape == drawn.shape == SMALL.shape
    assert prepared.max() == 1
    assert prepared.any(axis=1).all()  # it is scaled to the whole height
    assert not drawn[0].any()
    visitor.answer(label_of(model, prepared))

    panel = visitor.panel("tabs.pixels")
    panel.get_by_role("button", name=visitor.text("pixels.blank")).click()
    board = panel.get_by_role("application", name=visitor.text("pixels.board"))
    box = board.bounding_box()
    board.click(position={"x": box["width"] * 5.5 / 8, "y": box["height"] * 2.5 / 8})
    image = np.zeros(64, np.float32)
    image[5 + 8 * 2] = 1
    check(panel.get_by_role("radio", name="3", exact=True))
    energy = f"{model.logits(image[np.newaxis])[0, 3]:.1f}".replace("-", "−")
    panel.get_by_text(energy, exact=True).first.wait_for()
    saved = visitor.saved(panel.get_by_role("button", name=visitor.text("save.dump")))
    assert np.array_equal(parse_vf(saved, "saved", SMALL).ravel(), image)
    nearest = panel.get_by_role("heading", name=visitor.text("nearest"), include_hidden=True)
    assert nearest.is_hidden()  # without a data set

    panel = visitor.panel("tabs.distort")
    panel.get_by_role("button", name=visitor.text("distort.noise")).click()
    panel.get_by_role("listitem").nth(1).wait_for()

    dump = np.random.default_rng(1).integers(0, 2, SMALL.shape).astype(np.float32)
    visitor.drop("drawn.vf", dump_bytes(dump))
    visitor.settle()
    assert np.array_equal(visitor.greys("see.prepared.image") / 255, dump)
    visitor.drop("digit.vf", bytes(3136))
    said = visitor.text("dump.size", name="digit.vf", size=256, found=3136)
    assert said in visitor.toast()


def test_a_tall_image_with_two_named_classes_is_searched_and_fooled(visit):
    visitor = visit()
    model = open_network(visitor, TALL, "tall")
    stage = visitor.page.locator(".stage").bounding_box()
    assert stage["width"] / stage["height"] == pytest.approx(3 / 5, abs=0.01)
    visitor.draw(BAR)
    visitor.settle()
    prepared = visitor.greys("see.prepared.image") / 255
    assert prepared.shape == TALL.shape
    label = label_of(model, prepared)
    visitor.answer(label)
    see = visitor.page.get_by_role("region", name=visitor.text("see"))
    assert see.get_by_role("rowheader").all_inner_texts() == [*TALL.classes] * 2

    visitor.panel("tabs.ideas")
    lower = idea.find(model, "lower half")
    visitor.thumb("lower half", logit=f"{lower.energy:.1f}").click()
    assert visitor.page.locator("#ghost").evaluate("(it) => [it.height, it.width]") == [5, 3]

    panel = visitor.panel("tabs.watch")
    panel.get_by_label(visitor.text("watch.digit")).select_option("lower half")
    panel.get_by_role("button", name=visitor.text("watch.start"), exact=True).click()
    panel.get_by_text(visitor.pattern("watch.optimum", label="lower half")).wait_for()
    assert np.array_equal(visitor.greys("watch.image", label="lower half") / 255, lower.image)
    dump = panel.get_by_role("button", name=visitor.text("save.dump"))
    assert visitor.name_of_saved(dump) == "idea_lower_half.vf"
    png = visitor.saved(panel.get_by_role("button", name=visitor.text("save.png")))
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (30, 50)
    gif = visitor.saved(panel.get_by_role("button", name=visitor.text("save.gif")))
    with Image.open(io.BytesIO(gif)) as film:
        assert film.width / film.height == pytest.approx(3 / 5)

    panel = visitor.panel("tabs.fool")
    panel.get_by_role("button", name=visitor.text("fool.start"), exact=True).click()
    other = next(name for name in TALL.classes if name != label_of(model, binary(255 * prepared)))
    panel.get_by_text(visitor.pattern("fool.after", label=other)).wait_for()
    open_a_picture(visitor)


@pytest.mark.nightly
def test_each_size_of_images_has_a_drawing_and_a_history_of_its_own(visit):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    open_network(visitor, LETTERS, "letters")
    visitor.settle()
    drawn = visitor.greys("see.drawn.image")
    assert drawn.any()  # the same size: the same drawing
    open_network(visitor, TALL, "tall")
    visitor.page.get_by_text(visitor.text("answer.none")).wait_for()
    assert visitor.button("draw.undo").is_disabled()
    visitor.draw(BAR)
    visitor.settle()
    tall = visitor.greys("see.drawn.image")
    visitor.choose("mlp")
    visitor.answer(7)
    assert np.array_equal(visitor.greys("see.drawn.image"), drawn)
    visitor.button("draw.undo").click()
    visitor.page.get_by_text(visitor.text("answer.none")).wait_for()
    visitor.choose("tall.safetensors", TALL)
    visitor.settle()
    assert np.array_equal(visitor.greys("see.drawn.image"), tall)
    visitor.reload()
    visitor.settle()
    assert np.array_equal(visitor.greys("see.drawn.image"), tall)


@pytest.mark.nightly
def test_a_picture_is_for_the_network_that_is_chosen_once_it_is_read(visit):
    visitor = visit()
    open_network(visitor, TALL, "tall")
    visitor.choose("mlp")
    visitor.page.evaluate(HOLD_PICTURES)

    def choose_meanwhile():
        visitor.choose("tall.safetensors", TALL)
        visitor.page.evaluate("releasePictures()")

    open_a_picture(visitor, choose_meanwhile)
    assert visitor.greys("see.prepared.image").size == TALL.pixels


def test_of_a_thousand_classes_a_few_are_shown_at_a_time(visit):
    visitor = visit()
    model = open_network(visitor, MANY, "many")
    visitor.draw(SEVEN)
    visitor.settle()
    prepared = (visitor.greys("see.prepared.image") / 255).astype(np.float32)
    best = np.argsort(-model.logits(prepared.reshape(1, -1))[0], kind="stable")[:3]
    see = visitor.page.get_by_role("region", name=visitor.text("see"))
    rows = see.get_by_role("table").first.get_by_role("rowheader").all_inner_texts()
    assert len(rows) == 10
    assert rows[0] == MANY.label(best[0])
    see.get_by_text(visitor.pattern("see.others", count=990)).first.wait_for()
    panel = visitor.panel("tabs.ideas")
    thumbs = panel.locator(".ideas-grid:not(.plain) .idea")
    assert thumbs.count() == 10
    panel.get_by_role("button", name=visitor.text("ideas.on")).click()
    visitor.thumb("kind 19").wait_for()
    assert thumbs.count() == 10
    panel = visitor.panel("tabs.pixels")
    assert panel.get_by_label(visitor.text("pixels.digit")).locator("option").count() == 1000


def test_the_page_asks_for_the_size_of_images_that_a_file_does_not_give(visit):
    visitor = visit()
    weights = Weights(tuple(layers_of(TALL)), task=TALL)
    data = weights_bytes("bare.safetensors", weights)
    bare = data.replace(b"idea.task", b"idea.trap")
    assert bare != data
    visitor.drop("bare.safetensors", bare)
    dialog = visitor.page.get_by_role("dialog", name=visitor.text("task"))
    dialog.get_by_label(visitor.text("task.height")).fill("5")
    dialog.get_by_label(visitor.text("task.width")).fill("3")
    dialog.get_by_label(visitor.text("task.classes")).fill("cat, dog")
    dialog.get_by_role("button", name=visitor.text("task.open")).click()
    visitor.page.get_by_text("5×3 pixels, 2 classes").wait_for()
    see = visitor.page.get_by_role("region", name=visitor.text("see"))
    assert see.get_by_role("rowheader").all_inner_texts() == ["cat", "dog"] * 2
    visitor.expect_errors("400")


def open_a_picture(visitor, meanwhile=lambda: None) -> None:
    """Open a picture, and see that it is prepared for the other task as by Python."""
    greys = np.ones((60, 40))
    greys[10:40, 5:25] = 0.2
    stream = io.BytesIO()
    Image.fromarray((255 * greys).astype(np.uint8)).save(stream, "PNG")
    visitor.drop("block.png", stream.getvalue())
    meanwhile()
    visitor.note("open.placed", name="block.png")
    visitor.settle()
    expected = prepare(greys, task=TALL).image
    assert np.abs(visitor.greys("see.prepared.image") / 255 - expected).max() < 0.05
