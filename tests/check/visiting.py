"""Fixtures of served pages and their visitors: a pytest plugin, as `browsing` is."""

from __future__ import annotations

import contextlib

import pytest

import idea
from idea.check import create_app
from idea.check.export import write_site

from client import files_of, serving
from visitor import Visit


@pytest.fixture(scope="session")
def checker():
    """The address of a checker."""
    with serving(create_app()) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="session")
def static(tmp_path_factory, mnist):
    """The address of a static site, in a folder of a file server; it holds the images of MNIST."""
    folder = tmp_path_factory.mktemp("static")
    write_site(folder / "a" / "site", "mlp")
    with files_of(folder) as address:
        yield f"{address}a/site/"


@pytest.fixture
def visit(browser, checker):
    """Visit the checker; an error on a page fails the test."""
    with _visiting(browser) as begin:
        yield lambda **settings: begin(checker, **settings)


@pytest.fixture
def visit_by_server(browser, checker):
    """Visit the checker with networks that the page can't evaluate, so that the server does."""

    def without_weights(route):
        site = route.fetch().json()
        for entry in site["models"]:
            del entry["weights"]
        route.fulfill(json=site)

    with _visiting(browser) as begin:
        yield lambda **settings: begin(checker, {"**/site.json": without_weights}, **settings)


@pytest.fixture
def visit_densely(launch, checker):
    """Visit the checker on a screen with four pixels where others have one."""
    browser = launch("--force-device-scale-factor=2")
    with _visiting(browser) as begin:
        yield lambda **settings: begin(checker, **settings, no_viewport=True, viewport=None)
    browser.close()


@pytest.fixture
def visit_static(browser, static):
    """Visit the static site in the same way."""
    with _visiting(browser) as begin:
        yield lambda **settings: begin(static, **settings)


@pytest.fixture(scope="session")
def violations():
    """Find what keeps people from a page who can't see, hear or move well: a function, by axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def found(page, part=None, *rules):
        options = {"resultTypes": ["violations"]}  # to describe what is right takes as long again
        if rules:
            options["runOnly"] = list(rules)
        if not page.evaluate("'axe' in window"):  # it is half a megabyte
            page.evaluate(axe.axe_script)
        run = "([part, options]) => axe.run(part ?? document, options)"
        return page.evaluate(run, [part, options])["violations"]

    return found


@pytest.fixture(scope="module")
def five(shipped):
    return idea.find(shipped, 5)


@pytest.fixture
def visit_site(browser):
    """Visit a site of any address."""
    with _visiting(browser) as begin:
        yield begin


@contextlib.contextmanager
def _visiting(browser):
    visits = []

    def begin(address, routes=None, **settings) -> Visit:
        visits.append(Visit(browser, address, routes, **settings))
        return visits[-1]

    yield begin
    for visit in visits:
        visit.end()
