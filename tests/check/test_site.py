"""The static site's files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import idea
from idea.check.export import write_site
from idea.check.exported.hdf5_reader import PACKAGE, hdf5_files
from idea.check.exported.offline import worker_bytes
from idea.check.exported.training_images import images_bytes
from idea.files.weights.formats import weights_bytes, write_weights
from idea.image import DIGITS, Task
from idea.networks.bundled import BUNDLED
from idea.networks.convolution import Convolution
from idea.networks.weights import Weights
from idea.task_options import TaskOptions

from conftest import BUNDLED_MLP, ROOT
from graphs import tanh_graph

PAGE = ROOT / "idea/check/page"


def floats_of(model) -> bytes:
    """The weights of a network, in the order of its layers."""
    parts = [*getattr(model, "convolutions", ()), *model.layers]
    arrays = [array for W, b, *_ in parts for array in (W, b)]
    return b"".join(array.astype("<f4").tobytes() for array in arrays)


@pytest.fixture(autouse=True)
def _no_data(monkeypatch):
    """Without the data sets, and what npm fetches, which take seconds."""
    monkeypatch.setattr("idea.check.exported.training_images.dataset_at_hand", lambda task: None)
    monkeypatch.setattr("idea.check.export.hdf5_files", lambda: None)


def test_it_is_the_page_with_the_bundled_networks_beside_it(tmp_path):
    written = write_site(tmp_path / "deep" / "site").files
    site = tmp_path / "deep" / "site"
    assert sorted(written) == sorted(p for p in site.rglob("*") if p.is_file())
    for path in PAGE.rglob("*"):
        if path.is_file() and path.name != "index.html":
            assert (site / path.relative_to(PAGE)).read_bytes() == path.read_bytes()
    said = json.loads((site / "site.json").read_text())
    assert said["server"] is False
    others = [name for name in BUNDLED if name != "lenet"]
    assert [entry["id"] for entry in said["models"]] == ["lenet", *others]
    assert said["default"] == "lenet"
    mlp = said["models"][1]
    assert mlp["accuracy"] == "98.32 % of the 10,000 test digits"
    assert (site / mlp["weights"]).read_bytes() == BUNDLED_MLP.read_bytes()
    for entry in said["models"]:
        model = idea.load_model(entry["name"])
        height, width = entry["task"]["height"], entry["task"]["width"]
        assert Task(height, width, entry["task"]["classes"]) == model.task
        assert (site / entry["weights"]).read_bytes() == floats_of(model)
        grey = np.full((1, model.task.pixels), 0.5, np.float32)
        assert entry["check"] == pytest.approx(model.logits(grey)[0])


@pytest.mark.slow
def test_links_to_it_show_a_picture(tmp_path):
    write_site(tmp_path, address="https://example.org/a&b/")
    html = (tmp_path / "index.html").read_text("utf-8")
    assert 'property="og:image" content="https://example.org/a&amp;b/preview.png"' in html
    assert html.count("<title>") == html.count("</head>") == 1
    with Image.open(tmp_path / "preview.png") as picture:
        assert picture.size == (1200, 630)


@pytest.mark.slow
def test_the_service_worker_is_another_one_for_another_page_and_stores_most_files(tmp_path):
    write_site(tmp_path)
    worker = (tmp_path / "service_worker.js").read_text("utf-8")
    version = json.loads(worker.partition("\n")[0].removeprefix("self.VERSION = ").rstrip(";"))
    present = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert set(version["files"]) == present - {".nojekyll", "service_worker.js"}
    assert "models/lenet.bin" not in version["later"]
    assert {"models/mlp.bin", "preview.png"} <= set(version["later"])
    files = {Path(name): b"" for name in version["files"]}
    assert len({worker_bytes(files, []), worker_bytes(files | {Path("a"): b""}, [])}) == 2


@pytest.mark.slow
def test_training_images_that_this_machine_has_are_written(tmp_path, monkeypatch, mnist_subset):
    monkeypatch.setattr(
        "idea.check.exported.training_images.dataset_at_hand",
        lambda task: mnist_subset if task == DIGITS else None,
    )
    site = write_site(tmp_path)
    assert site.missing == ["fashion", "digits8"]
    entry = json.loads((tmp_path / "site.json").read_text())["training"]
    path = tmp_path / entry["mnist"]["address"]
    assert path in site.files
    assert path.read_bytes() == images_bytes(mnist_subset)
    count = len(mnist_subset.train_labels)
    size = path.stat().st_size
    assert entry == {"mnist": entry["mnist"] | {"title": "MNIST", "count": count, "bytes": size}}


def test_a_network_of_ones_own_comes_first_whatever_its_file(tmp_path, monkeypatch):
    monkeypatch.setattr("idea.check.model_store.BUNDLED", {})
    rng = np.random.default_rng(0)
    layers = [
        (rng.normal(size=(4, 15)).astype("f4"), np.ones(4, "f4")),
        (rng.normal(size=(1, 4)).astype("f4"), np.ones(1, "f4")),
    ]
    path = tmp_path / "tall.safetensors"
    path.write_bytes(weights_bytes(path, Weights(tuple(layers))))
    write_site(tmp_path / "site", str(path), TaskOptions((5, 3), ("cat", "dog")))
    said = json.loads((tmp_path / "site/site.json").read_text())
    (own,) = said["models"]
    assert (said["default"], own["id"], own["name"]) == ("own", "own", "tall.safetensors")
    assert own["task"] == {"height": 5, "width": 3, "classes": ["cat", "dog"]}
    assert own["layers"] == [[4, 15], [2, 4]]  # the single output is the second of two
    assert (tmp_path / "site" / own["weights"]).stat().st_size == 4 * (4 * 16 + 2 * 5)


@pytest.mark.slow
def test_what_lies_there_stays_but_for_what_is_written_anew(tmp_path):
    (tmp_path / "CNAME").write_text("digits.example.org")
    (tmp_path / "site.json").write_text("old")
    write_site(tmp_path)
    assert (tmp_path / "CNAME").read_text() == "digits.example.org"
    assert json.loads((tmp_path / "site.json").read_text())["server"] is False


@pytest.mark.slow
def test_convolutions_with_padding_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr("idea.check.model_store.BUNDLED", {})
    same = Convolution(np.ones((1, 1, 3, 3), "f4"), np.zeros(1, "f4"), pads=(1,) * 4)
    layers = ((np.ones((10, 784), "f4"), np.zeros(10, "f4")),)
    write_weights(tmp_path / "same.safetensors", Weights(layers, (same,)))
    write_site(tmp_path / "site", str(tmp_path / "same.safetensors"))
    (entry,) = json.loads((tmp_path / "site/site.json").read_text("utf-8"))["models"]
    shape = {"shape": [1, 1, 3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1], "pool": None}
    assert entry["convolutions"] == [shape]
    assert (tmp_path / "site" / entry["weights"]).stat().st_size == 4 * (10 + 7850)


def test_a_graph_that_the_page_cannot_evaluate_is_a_sentence_and_writes_nothing(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("idea.check.model_store.BUNDLED", {})
    tanh_graph(tmp_path / "tanh.onnx")
    said = "tanh.onnx: a static site evaluates MLPs and CNNs, found another ONNX graph"
    with pytest.raises(idea.IdeaError, match=said):
        write_site(tmp_path / "site", str(tmp_path / "tanh.onnx"))
    assert not (tmp_path / "site").exists()


def test_no_other_package_than_the_pinned_one_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert hdf5_files() is None
    cached = tmp_path / "idea" / "packages" / f"{PACKAGE.replace('@', '-')}.tgz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"something else")
    assert hdf5_files() is None
