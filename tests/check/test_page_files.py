"""Files opened on the page, in a real browser: pictures, dumps, networks."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import safetensors.numpy

import idea
from idea.files.vf import dump_bytes
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights

from conftest import random_layers, scaled_mlp
from pictures import bytes_of, drawn, photo

HOLD_STORES = """() => {
  const { set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
  const released = new Promise((resolve) => { window.releaseStores = resolve; });
  window.heldStores = 0;
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    set(handler) {
      window.heldStores += 1;
      set.call(this, (event) => released.then(() => handler(event)));
    },
  });
}"""


def forget(visitor) -> None:
    """Let the server know no opened network any more."""

    def answer(route):
        if '"model":"mlp"' in route.request.post_data:
            route.continue_()
        else:
            route.fulfill(status=404, json={"error": "there is no such model"})

    visitor.context.route("**/api/classify", answer)


def opened_by_server(visitor, *names) -> set[str]:
    """Let the server open files, one after the other, as networks that are the MLP.

    Return the ids of those that it has forgotten, for the test to add to: none yet.
    """
    lost: set[str] = set()
    site = visitor.page.request.get(f"{visitor.address}site.json").json()
    mlp = next(entry for entry in site["models"] if entry["id"] == "mlp")
    about = {key: mlp[key] for key in ("network", "task")}

    def open_file(route):
        name = re.search('filename="(.+?)"', route.request.post_data)[1]
        route.fulfill(json=about | {"id": name, "name": name})

    def answer(route):
        request = route.request.post_data_json
        if request["model"] in lost:
            route.fulfill(status=404, json={"error": "there is no such model", "code": "unknown"})
        else:
            route.continue_(post_data=json.dumps(request | {"model": "mlp"}))

    visitor.context.route("**/api/models", open_file)
    visitor.context.route(re.compile("api/(classify|gains)$"), answer)
    for name in names:
        visitor.drop(name, b"which the page can't read")
        visitor.note("model.opened", name=name)
    return lost


def test_a_picture_is_opened_by_button_and_by_drop(visit, digits):
    visitor = visit()
    page = visitor.page

    def clear():
        visitor.button("draw.clear").click()
        page.get_by_text(visitor.text("answer.none")).wait_for()

    for name, data in (
        ("seven.png", bytes_of(drawn())),
        ("seven.jpg", photo(drawn(size=(300, 280)).point(lambda grey: 255 - grey))),
        ("seven.vf", dump_bytes(digits[7])),
    ):
        with page.expect_file_chooser() as chooser:
            visitor.button("draw.open").click()
        chooser.value.set_files({"name": name, "mimeType": "", "buffer": data})
        visitor.answer(7)
        clear()
        visitor.drop(name, data)
        visitor.answer(7)
        if name == "seven.vf":
            assert np.abs(visitor.greys("see.drawn.image")[digits[7] == 0]).max() == 0
        clear()
    greys = 0.6 * digits[7]  # which are read as they are
    visitor.drop("grey.vf", dump_bytes(greys))
    visitor.answer(7)
    visitor.settle()
    for view in ("see.drawn.image", "see.prepared.image"):
        assert np.abs(visitor.greys(view) - 255 * greys.reshape(28, 28)).max() <= 1


def test_a_bad_picture_is_reported_and_the_drawing_stays(visit, digits):
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    visitor.settle()
    drawn_7 = visitor.greys("see.drawn.image")
    for name, data, key in (
        ("letter.png", b"Dear all", "open.picture"),
        ("svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "open.picture"),
        ("half.png", bytes_of(drawn())[:300], "open.picture"),
        ("blank.png", bytes_of(drawn().point(lambda _: 255)), "open.blank"),
        ("short.vf", bytes(3135), "dump.size"),
        ("wild.vf", b"\xff" * 3136, "dump.range"),
    ):
        visitor.drop(name, data)
        assert visitor.pattern(key, name=name).search(visitor.toast())
        visitor.answer(7)
        assert np.array_equal(visitor.greys("see.drawn.image"), drawn_7)
        visitor.close_toast()
    # Of several messages the newest is shown, until something opens.
    for name in ("one.vf", "two.vf"):
        visitor.drop(name, b"Dear all")
        visitor.page.get_by_text(visitor.pattern("dump.size", name=name)).wait_for()
    assert visitor.button("toast.close").count() == 1
    visitor.drop("seven.vf", dump_bytes(digits[7]))
    visitor.answer(7)
    assert visitor.button("toast.close").count() == 0


def test_a_network_is_opened_answers_and_stays_chosen_after_a_reload(visit):
    layers = random_layers(16, 5)
    data = weights_bytes("mine.dat", Weights(tuple(layers)))
    visitor = visit()
    visitor.draw()
    visitor.answer(7)
    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("model.open").click()
    chooser.value.set_files({"name": "mine.dat", "mimeType": "", "buffer": data})
    visitor.page.get_by_text("mine.dat: 784-16-16-10").wait_for()
    energy = idea.find(idea.MLP(layers), 5).energy
    visitor.panel("tabs.ideas")
    visitor.thumb(5, logit=f"{energy:.1f}").wait_for()
    visitor.reload()
    visitor.page.get_by_text("mine.dat: 784-16-16-10").wait_for()
    visitor.choose("mlp")
    visitor.answer(7)
    visitor.choose("mine.dat")
    assert visitor.page.get_by_text("mine.dat: 784-16-16-10").is_visible()


def test_a_bad_network_is_a_sentence_and_what_one_leaves_open_is_shown(visit):
    visitor = visit()
    for name, data, said in (
        (
            "mine.dat",
            bytes(99),
            "mine.dat: expected the float32 weights of a 784-units-units-10 network",
        ),
        (
            "mine.npz",
            b"\x80\x04]\x94.",
            "mine.npz can’t be read as an archive of NumPy’s arrays (.npz): it",
        ),
        ("mine.onnx", b"Dear all", "mine.onnx can’t be read as an ONNX model"),
    ):
        visitor.drop(name, data)
        assert said in visitor.toast()
        visitor.close_toast()
    visitor.expect_errors("400")
    # What a file leaves open is shown while its network is used.
    W = [np.ones(shape, np.float32) for shape in ((4, 784), (10, 4))]
    tensors = {f"fc{n}.{part}": array for n, w in enumerate(W, 1)
               for part, array in (("weight", w), ("bias", w[:, 0].copy()))}  # fmt: skip
    visitor.drop("net.safetensors", safetensors.numpy.save(tensors))
    note = visitor.page.get_by_text("net.safetensors: activation, taken as ReLU")
    note.wait_for()
    assert visitor.page.get_by_text(visitor.text("model.notes")).is_visible()
    visitor.choose("mlp")
    note.wait_for(state="detached")


@pytest.mark.nightly
def test_a_network_that_the_server_has_forgotten_stays_until_a_reload_drops_it(visit):
    data = weights_bytes("gone.npz", Weights(tuple(random_layers(16, 7))))
    visitor = visit()
    visitor.drop("gone.npz", data)
    visitor.page.get_by_text("gone.npz: 784-16-16-10").wait_for()
    visitor.draw()
    visitor.settle()
    forget(visitor)
    visitor.button("draw.clear").click()
    visitor.draw()
    visitor.settle()  # the page evaluates it
    visitor.reload()
    visitor.page.get_by_text(
        visitor.text("model.unavailable", name="gone.npz", other="mlp")
    ).wait_for()
    networks = visitor.page.get_by_role("combobox", name=visitor.text("model")).locator("option")
    assert not any("gone.npz" in text for text in networks.all_inner_texts())
    visitor.expect_errors("404")


@pytest.mark.nightly
def test_pixels_go_on_with_the_usual_network_after_the_server_has_forgotten_theirs(visit):
    visitor = visit()
    lost = opened_by_server(visitor, "gone.onnx")
    panel = visitor.panel("tabs.pixels")
    known = panel.locator(".readout-figures", has_text=re.compile(r"\d")).first
    known.wait_for()
    lost.add("gone.onnx")
    panel.get_by_role("application").click()
    assert visitor.toast() == visitor.text("model.unavailable", name="gone.onnx", other="mlp")
    known.wait_for()
    visitor.expect_errors("404")


@pytest.mark.nightly
def test_of_two_networks_that_are_compared_the_server_has_forgotten_one(visit):
    visitor = visit()
    lost = opened_by_server(visitor, "lost.onnx", "there.onnx")
    visitor.draw()
    visitor.answer(7)
    panel = visitor.panel("tabs.network")
    lost.add("lost.onnx")
    compared = panel.get_by_label(visitor.text("network.compare"))
    compared.select_option("lost.onnx")
    assert visitor.toast() == visitor.text("model.lost", name="lost.onnx")
    networks = visitor.page.get_by_label(visitor.text("model"), exact=True)
    assert networks.input_value() == "there.onnx"
    for select in (networks, compared):
        assert "lost.onnx" not in select.locator("option").all_inner_texts()
    visitor.reload()
    assert networks.input_value() == "there.onnx"
    assert visitor.page.get_by_role("alert").inner_text() == ""
    visitor.expect_errors("404")


@pytest.mark.nightly
def test_a_network_is_forgotten_while_it_is_stored_again_and_another_one_chosen(visit_static):
    visitor = visit_static()
    page = visitor.page
    data = weights_bytes("mine.dat", Weights(tuple(random_layers(16, 5))))
    visitor.drop("mine.dat", data)
    visitor.note("model.opened", name="mine.dat")
    page.evaluate(HOLD_STORES)
    visitor.drop("mine.dat", data)
    page.wait_for_function("() => heldStores === 1")
    visitor.button("model.forget").click()
    visitor.choose("lenet")
    page.wait_for_function("() => heldStores === 2")
    page.evaluate("releaseStores()")
    page.get_by_text(visitor.text("open.working", name="mine.dat")).wait_for(state="detached")
    visitor.note("model.forgotten", name="mine.dat")
    networks = page.get_by_label(visitor.text("model"), exact=True)
    for _ in range(2):
        assert networks.input_value() == "lenet"
        assert "mine.dat" not in networks.locator("option").all_inner_texts()
        visitor.reload()


def test_a_network_in_several_files_is_kept_until_it_is_forgotten(visit_static):
    W = np.linspace(-1, 1, 7840, dtype="<f4").tobytes()
    arrays = [{"name": "d/kernel", "shape": [784, 10], "dtype": "float32"}]
    layer = {"class_name": "Dense", "config": {"name": "d", "units": 10, "use_bias": False}}
    layer["config"]["batch_input_shape"] = [None, 784]
    model = {
        "modelTopology": {"class_name": "Sequential", "config": [layer]},
        "weightsManifest": [{"paths": ["1.bin", "2.bin"], "weights": arrays}],
    }
    visitor = visit_static()
    page = visitor.page
    data = json.dumps(model).encode()
    visitor.drop("model.json", data)
    assert visitor.text("format.beside", name="model.json", files="1.bin, 2.bin") in visitor.toast()
    visitor.drop("model.json", data, {"2.bin": W[9000:], "1.bin": W[:9000]})
    kept = page.get_by_text(visitor.text("model.kept.browser", name="model.json"))
    kept.wait_for()
    visitor.draw()
    visitor.reload()
    page.get_by_text("model.json: 784-10").wait_for()
    visitor.settle()
    visitor.button("model.forget").click()
    kept.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    visitor.reload()
    names = page.get_by_label(visitor.text("model"), exact=True).locator("option")
    assert "model.json" not in names.all_inner_texts()


def test_a_network_too_large_is_not_sent(visit):
    def shrink(route):
        about = route.fetch().json()
        route.fulfill(json=about | {"limits": about["limits"] | {"file": 1_000_000}})

    visitor = visit(routes={"**/site.json": shrink}, listed=True)
    visitor.drop("large.dat", bytes(1_100_000))
    said = visitor.text("open.large", name="large.dat", size=2, limit=1)
    assert said in visitor.toast()
    assert not any(url.endswith("api/models") for url in visitor.requested_urls)


def test_a_network_of_other_inputs_is_opened_for_them_if_one_wants(visit, tmp_path):
    visitor = visit()
    visitor.drop("net.npz", scaled_mlp(tmp_path / "net.npz", "-1..1").read_bytes())
    dialog = visitor.page.get_by_role("dialog", name=visitor.text("input"))
    assert "0…1" in dialog.inner_text()
    dialog.get_by_role("button", name=visitor.text("input.open", input="-1..1")).click()
    visitor.page.get_by_text(visitor.text("model.opened", name="net.npz")).wait_for(
        state="attached"
    )
    visitor.drop("net.npz", (tmp_path / "net.npz").read_bytes())
    dialog.get_by_role("button", name=visitor.text("input.keep")).click()
    dialog.wait_for(state="detached")
