"""Small studies and their page: a plugin that test modules name, for its fixtures.

pytest collects doctests here, too, so it may be imported by then: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import base64
import io
import shutil

import pytest
from PIL import Image

import idea

TITLE = "<b>Fish</b> & chips"
_TINY = {"batch_size": 1000, "held_out": 58_000, "sweeps": 1, "jobs": 1}  # 2,000 digits


def picture_in(uri: str) -> Image.Image:
    """The PNG in an address."""
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    return Image.open(io.BytesIO(data))


@pytest.fixture(scope="session")
def compared_study(small_study, tmp_path_factory) -> idea.Study:
    """The small study, and a LeNet besides."""
    folder = tmp_path_factory.mktemp("studies") / "compared"
    shutil.copytree(small_study.folder, folder)
    return idea.run_study(folder, arch="lenet", epochs=1, **_TINY)


@pytest.fixture(scope="session")
def single_network_study(compared_study, tmp_path_factory) -> idea.Study:
    """One of its networks alone, and one digit."""
    folder = tmp_path_factory.mktemp("studies") / "single"
    return idea.run_study(
        folder, units=4, epochs=2, digits="3", reuse=compared_study.folder, **_TINY
    )


@pytest.fixture(scope="session")
def compared_page(compared_study):
    """The study's page, of a 5, as a file."""
    from idea.reports.write import report_bytes  # which loads matplotlib

    path = compared_study.folder / "report.html"
    path.write_bytes(report_bytes(compared_study, 5, TITLE))
    return path


@pytest.fixture
def visit_page(browser, compared_page):
    """Open the page from its folder; whatever goes wrong, or is asked of anyone, fails the test."""
    contexts, wrong = [], []

    def visit(**settings):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url))
        page.goto(compared_page.as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    own = (compared_page.as_uri(), "data:")
    assert [text for text in wrong if not text.startswith(own)] == []
