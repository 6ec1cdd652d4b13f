"""The static site without a network, after the first visit."""

from __future__ import annotations

import json

import pytest

from idea.check.export import write_site

from client import files_of

READY = "navigator.serviceWorker.ready.then(() => true)"
CONTROLLED = """new Promise((done) => {
  if (navigator.serviceWorker.controller) done();
  else navigator.serviceWorker.addEventListener("controllerchange", () => done());
})"""

# Each file comes so late that the browser finds a newer export before the page is ready.
SLOW = """const soon = fetch;
window.fetch = (...of) => new Promise((done) => setTimeout(done, 4000)).then(() => soon(...of));"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A static site, as a folder and by its address; a test may change it."""
    folder = tmp_path_factory.mktemp("offline")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("idea.check.exported.training_images.dataset_at_hand", lambda task: None)
        write_site(folder / "site")
        with files_of(folder) as address:
            yield folder / "site", f"{address}site/"


def export_again(folder):
    """Change the page, as a newer export does."""
    index, worker = folder / "index.html", folder / "service_worker.js"
    index.write_text(index.read_text("utf-8").replace("<title>idea", "<title>new"), "utf-8")
    first, _, rest = worker.read_text("utf-8").partition("\n")
    version = json.loads(first.removeprefix("self.VERSION = ").removesuffix(";"))
    version["id"] = version["files"]["index.html"] = "0" * 16
    worker.write_text(f"self.VERSION = {json.dumps(version)};\n{rest}", "utf-8")


@pytest.mark.slow
def test_it_works_offline_and_shows_a_new_export_after_one_reload(visit_site, site):
    folder, address = site
    visitor = visit_site(address, noise=4, service_workers="allow")  # with the prior
    page = visitor.page
    page.evaluate(READY)
    page.evaluate(CONTROLLED)
    visitor.choose("convnet")
    visitor.draw()
    visitor.settle()
    visitor.context.set_offline(True)
    visitor.reload()
    visitor.draw()
    visitor.answer(7)  # by the network that was chosen
    visitor.choose("lenet")
    visitor.settle()
    panel = visitor.panel("tabs.ideas")
    panel.get_by_role("button", name=visitor.pattern("ideas.thumb", label=5)).wait_for()
    visitor.choose("mlp")  # which was never loaded
    page.get_by_text(visitor.text("file.network", name="mlp")).first.wait_for()
    visitor.context.set_offline(False)
    visitor.expect_errors("ERR_")
    export_again(folder)
    page.add_init_script(SLOW)
    visitor.reload()
    visitor.note("offline.newer")
    visitor.reload()
    assert page.title().startswith("new")
    names = page.evaluate("caches.keys()")
    assert len(names) == 1
