"""Drawing on the page, in a real browser: strokes, answers, what the network sees, files."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import idea
from idea.files.formats import weights_bytes
from idea.files.preprocess import prepare
from idea.files.vf import dump_bytes
from idea.files.weights import Weights

from conftest import random_layers
from pictures import bytes_of, drawn, photo
from visitor import SEVEN

SMALL_SEVEN = [[(0.62, 0.1), (0.85, 0.1), (0.72, 0.35)]]
ONE = [[(0.5, 0.2), (0.5, 0.8)]]
# Keeps what the page reads of its own canvas.
EAVESDROP = """
  const { prototype } = OffscreenCanvasRenderingContext2D;
  const read = prototype.getImageData;
  prototype.getImageData = function (...place) {
    const data = read.apply(this, place);
    if (data.width === 448) window.lastRead = data;
    return data;
  };
"""


def canvas_greys(visitor) -> np.ndarray:
    """The canvas as the page last read it, white on nothing, (448, 448) in 0…255."""
    greys = visitor.page.evaluate(
        "Array.from(window.lastRead.data.filter((_, index) => index % 4 === 3))"
    )
    return np.array(greys, np.float32).reshape(448, 448)


@pytest.mark.parametrize("model", ["mlp", "lenet", "convnet"])
def test_a_drawn_7_is_read_as_7(visit, model):
    visitor = visit()
    visitor.choose(model)
    visitor.draw()
    visitor.answer(7)


def test_the_answer_follows_while_the_pen_is_still_down(visit):
    visitor = visit()
    box = visitor.page.locator("#canvas").bounding_box()
    (points,) = SEVEN
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    visitor.page.mouse.move(*corners[0])
    visitor.page.mouse.down()
    for corner in corners[1:]:
        visitor.page.mouse.move(*corner, steps=10)
    visitor.answer(7)
    visitor.page.mouse.up()


def test_the_views_are_what_python_makes_of_the_same_canvas(visit):
    visitor = visit()
    visitor.page.add_init_script(EAVESDROP)
    visitor.page.reload()
    for strokes in (SEVEN, SMALL_SEVEN):
        visitor.draw(strokes)
        visitor.answer(7)
        visitor.settle()
        greys = canvas_greys(visitor)
        assert greys.max() == 255
        prepared = 255 * prepare(greys / 255, invert=False).image
        assert np.abs(visitor.greys("The drawing, cut out") - prepared).max() <= 1
        shares = (greys >= 128).reshape(28, 16, 28, 16).mean(axis=(1, 3))
        assert np.abs(visitor.greys("The whole canvas") - 255 * shares).max() <= 0.5
        visitor.button("Clear").click()


def test_the_views_answers_are_the_networks(visit, shipped):
    visitor = visit()
    with visitor.page.expect_request("**/api/judge") as asked:
        visitor.draw(ONE)
    visitor.answer(1)
    visitor.settle()
    assert asked.value.method == "POST"
    images = json.loads(asked.value.post_data)["images"]
    assert len(images) == 2
    prepared = visitor.greys("The drawing, cut out").ravel() / 255
    logits = shipped.logits(prepared[np.newaxis].astype(np.float32))[0]
    see = visitor.page.get_by_role("region", name="What the network sees")
    table = see.get_by_role("table").first
    said = [
        float(text.replace("−", "-"))
        for text in re.findall(r"−?\d+\.\d$", table.inner_text(), re.M)
    ]
    assert said == pytest.approx(logits, abs=0.4)  # of levels that are rounded to 255ths


def test_a_digit_in_a_corner_is_read_when_prepared_alone(visit):
    visitor = visit()
    visitor.draw(SMALL_SEVEN)
    visitor.answer(7)
    visitor.settle()
    see = visitor.page.get_by_role("region", name="What the network sees")
    assert see.get_by_text(re.compile(r"^reads 7, ")).count() == 1


def test_undo_redo_clear_and_the_eraser(visit):
    visitor = visit()
    page = visitor.page
    assert visitor.button("Undo").is_disabled()
    visitor.draw()
    visitor.answer(7)
    visitor.button("Clear").click()
    page.get_by_text("Your turn").wait_for()
    assert visitor.greys("The whole canvas").max() == 0
    visitor.button("Undo").click()
    visitor.answer(7)
    visitor.draw(ONE)
    page.keyboard.press("Control+z")
    visitor.answer(7)
    visitor.settle()
    before = visitor.greys("The whole canvas").sum()
    page.get_by_role("radio", name="Eraser").check(force=True)
    visitor.draw([[(0.2, 0.2), (0.8, 0.2)]])
    visitor.settle()
    assert visitor.greys("The whole canvas").sum() < 0.8 * before


def test_the_pens_width_is_that_of_its_strokes(visit):
    visitor = visit()
    heights = []
    for width in ("12", "60"):
        visitor.page.get_by_label("Width").fill(width)
        visitor.draw([[(0.2, 0.5), (0.8, 0.5)]])
        visitor.settle()
        heights.append((visitor.greys("The whole canvas")[:, 14] / 255).sum() * 16)
        visitor.button("Clear").click()
    assert heights == pytest.approx([12, 60], abs=3)


def test_a_finger_draws(visit):
    visitor = visit(has_touch=True, viewport={"width": 360, "height": 740}, is_mobile=True)
    box = visitor.page.locator("#canvas").bounding_box()
    session = visitor.context.new_cdp_session(visitor.page)

    def touch(kind, *points):
        where = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    (points,) = SEVEN
    touch("touchStart", points[0])
    for (x, y), (x2, y2) in zip(points, points[1:], strict=False):
        for share in np.linspace(0, 1, 12):
            touch("touchMove", (x + share * (x2 - x), y + share * (y2 - y)))
    touch("touchEnd")
    visitor.answer(7)
    assert visitor.page.evaluate("scrollY") == 0


def test_it_is_sharp_on_a_screen_of_high_density(visit_densely):
    visitor = visit_densely()
    canvas = visitor.page.locator("#canvas")
    width = canvas.bounding_box()["width"]
    visitor.draw()
    visitor.answer(7)
    assert canvas.evaluate("(canvas) => canvas.width") == pytest.approx(2 * width, abs=2)
    assert visitor.greys("The whole canvas").shape == (28, 28)


def test_a_drawing_survives_a_reload(visit):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    visitor.settle()
    before = visitor.greys("The whole canvas")
    visitor.page.reload()
    visitor.answer(7)
    assert np.array_equal(visitor.greys("The whole canvas"), before)


@pytest.mark.parametrize("kind", ["drawing", "photo", "dump"])
def test_a_picture_is_opened_by_button_and_by_drop(visit, digits, kind):
    name, data = {
        "drawing": ("seven.png", bytes_of(drawn())),
        "photo": ("seven.jpg", photo(drawn(size=(300, 280)).point(lambda grey: 255 - grey))),
        "dump": ("seven.vf", dump_bytes(digits[7])),
    }[kind]
    visitor = visit()
    page = visitor.page
    with page.expect_file_chooser() as chooser:
        visitor.button("Picture…").click()
    chooser.value.set_files({"name": name, "mimeType": "", "buffer": data})
    visitor.answer(7)
    visitor.button("Clear").click()
    page.get_by_text("Your turn").wait_for()
    visitor.drop(name, data)
    visitor.answer(7)
    if kind == "dump":
        assert np.abs(visitor.greys("The whole canvas")[digits[7] == 0]).max() == 0


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("letter.png", b"Dear all", "letter.png can’t be read as a picture."),
        ("svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg.png can’t be read as a pic"),
        ("half.png", bytes_of(drawn())[:300], "half.png can’t be read as a picture."),
        ("blank.png", bytes_of(drawn().point(lambda _: 255)), "No ink was found in blank.png"),
        ("short.vf", bytes(3135), "short.vf"),
        ("wild.vf", b"\xff" * 3136, "wild.vf"),
    ],
)
def test_a_bad_picture_is_a_sentence_and_the_drawing_stays(visit, name, data, said):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    visitor.drop(name, data)
    assert said in visitor.toast()
    visitor.answer(7)
    visitor.button("Dismiss").click()


def test_a_network_is_opened_and_answers(visit):
    layers = random_layers(16, 5)
    data = weights_bytes("mine.dat", Weights(tuple(layers)))
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("Open a file…").click()
    chooser.value.set_files({"name": "mine.dat", "mimeType": "", "buffer": data})
    visitor.page.get_by_text("mine.dat: 784-16-16-10").wait_for()
    energy = idea.find(idea.MLP(layers), 5).energy
    panel = visitor.panel("Ideas")
    panel.get_by_role("button", name=f"idea of a 5: energy {energy:.1f},").wait_for()
    visitor.choose("mlp")
    visitor.answer(7)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("mine.dat", bytes(99), "mine.dat: expected the float32 of a 784-units-units-10 network"),
        ("mine.npz", b"\x80\x04]\x94.", "mine.npz: expected Chainer's .npz, a zip archive"),
        ("mine.onnx", b"Dear all", "mine.onnx: expected an ONNX model"),
    ],
)
def test_a_bad_network_is_a_sentence(visit, name, data, said):
    visitor = visit()
    visitor.drop(name, data)
    assert said in visitor.toast()
    # Chromium itself writes of each refusal to the console.
    assert all("400" in text for text in visitor.complaints), visitor.complaints
    visitor.complaints.clear()
