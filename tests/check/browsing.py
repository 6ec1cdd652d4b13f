"""Fixtures of a browser and the page's files: a pytest plugin, which the topmost conftest loads.

A conftest.py here would have the same module name as the one above.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from client import files_of

PAGE = Path(__file__).parents[2] / "idea" / "check" / "page"
# Without a sandbox it runs in containers too; the rest keeps it from sending other requests, those
# of pages to other sites as well.
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# The first one draws no window around each page, which halves the time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


@pytest.fixture(scope="session")
def launch():
    """Start Chromium: of IDEA_CHROMIUM, an installed one, or Playwright's own."""
    playwright = pytest.importorskip("playwright.sync_api")
    installed = next(filter(None, map(shutil.which, _NAMES)), None)
    with playwright.sync_playwright() as started:
        chromium = os.environ.get("IDEA_CHROMIUM") or installed or started.chromium.executable_path
        if not Path(chromium).exists():
            pytest.skip("needs chromium, which IDEA_CHROMIUM may name")
        yield lambda *args: started.chromium.launch(
            executable_path=chromium, args=[*CHROMIUM, *args]
        )


@pytest.fixture(scope="session")
def browser(launch):
    """One browser for all tests."""
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def pages():
    """The address of the page's folder."""
    with files_of(PAGE) as address:
        yield address
