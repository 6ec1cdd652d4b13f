"""Fixtures of served pages and their visitors: a pytest plugin, as `browsing` is."""

from __future__ import annotations

import contextlib
import functools
import json

import pytest
from flask import request

import idea
from idea.check import create_app
from idea.check.export import write_site

from client import KEPT, files_of, serving
from visitor import SETTINGS, Visit


@pytest.fixture(scope="session")
def checker():
    """The address of a checker."""
    with serving(_kept(create_app())) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="session")
def evaluating_checker():
    """The address of a checker that evaluates all networks, for it gives the page no weights."""
    app = _kept(create_app())

    @app.after_request
    def without_weights(response):
        if request.path == "/site.json":
            site = response.json
            for entry in site["models"]:
                del entry["weights"]
            response.data = json.dumps(site)
        return response

    with serving(app) as port:
        yield f"http://127.0.0.1:{port}/"


def _kept(app):
    """Let browsers keep the page's files."""

    @app.after_request
    def keep(response):
        if request.endpoint == "static":
            response.headers["Cache-Control"] = KEPT
        return response

    return app


@pytest.fixture(scope="session")
def static(tmp_path_factory, mnist):
    """The address of a static site, in a folder of a file server; it holds the images of MNIST."""
    folder = tmp_path_factory.mktemp("static")
    write_site(folder / "a" / "site", "mlp")
    with files_of(folder, are_kept=True) as address:
        yield f"{address}a/site/"


@pytest.fixture(scope="session")
def everyday(browser):
    """What most visits are made in, one after the other: its browser keeps the page's files."""
    context = browser.new_context(**SETTINGS)
    yield context
    context.close()


@pytest.fixture
def visit(browser, everyday, checker):
    """Visit the checker; an error on a page fails the test."""
    with _visiting(browser, everyday) as begin:
        yield functools.partial(begin, checker)


@pytest.fixture
def visit_by_server(browser, everyday, evaluating_checker):
    """Visit a checker whose server evaluates all networks."""
    with _visiting(browser, everyday) as begin:
        yield functools.partial(begin, evaluating_checker)


@pytest.fixture
def visit_densely(launch, checker):
    """Visit the checker on a screen with four pixels where others have one."""
    browser = launch("--force-device-scale-factor=2")
    with _visiting(browser) as begin:
        yield functools.partial(begin, checker, no_viewport=True, viewport=None)
    browser.close()


@pytest.fixture
def visit_static(browser, everyday, static):
    """Visit the static site in the same way."""
    with _visiting(browser, everyday) as begin:
        yield functools.partial(begin, static)


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
def visit_site(browser, everyday):
    """Visit a site of any address."""
    with _visiting(browser, everyday) as begin:
        yield begin


@contextlib.contextmanager
def _visiting(browser, everyday=None):
    visits = []

    def begin(address, routes=None, **settings) -> Visit:
        visits.append(Visit(browser, address, routes, everyday=everyday, **settings))
        return visits[-1]

    yield begin
    for visit in visits:
        visit.end()
