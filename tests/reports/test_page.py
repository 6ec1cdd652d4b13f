"""The page of python -m idea.compare in a browser: its table, and everyone who reads it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from compared import picture_in

for package in ("jinja2", "loky", "playwright", "scipy", "torch"):
    pytest.importorskip(package)

pytest_plugins = ["compared"]


def column(page, number: int) -> list[str]:
    """What the table says in a column, from above."""
    return page.locator(f"tbody tr > :nth-child({number})").all_inner_texts()


def header(page, name: str):
    return page.get_by_role("columnheader", name=name, exact=True)


def sorting(page) -> dict[str, str]:
    """By which columns the table says that it is sorted."""
    headers = page.locator("thead [aria-sort]")
    return {h.inner_text(): h.get_attribute("aria-sort") for h in headers.all()}


def means(study, name: str) -> dict[str, float]:
    """A column's mean for each network."""
    table = study.table
    return {n: float(table[name][table["network"] == n].mean()) for n in study.networks}


def test_a_column_of_numbers_sorts_and_sorts_back(visit_page, compared_study):
    page = visit_page()
    assert column(page, 1) == list(compared_study.networks)
    assert sorting(page) == {}
    energies = means(compared_study, "energy")
    button = header(page, "energy").get_by_role("button")
    button.click()
    assert sorting(page) == {"energy": "ascending"}
    assert column(page, 1) == sorted(compared_study.networks, key=energies.__getitem__)
    button.click()
    assert sorting(page) == {"energy": "descending"}
    down = sorted(compared_study.networks, key=energies.__getitem__, reverse=True)
    assert column(page, 1) == down


def test_equal_values_stay_in_order_and_unknown_ones_at_the_end(visit_page, compared_study):
    page = visit_page()
    units = means(compared_study, "units")
    for sign in (1, -1):
        before = column(page, 1)
        header(page, "units").get_by_role("button").click()
        assert column(page, 1) == sorted(before, key=lambda n: (units[n] == 0, sign * units[n]))
    assert column(page, 1)[-1].startswith("lenet")


def test_the_keyboard_sorts_by_names_with_their_numbers_in_order(visit_page):
    page = visit_page()
    page.evaluate(  # for in this study texts would be in the same order
        """for (const name of document.querySelectorAll("tbody th"))
             name.textContent = name.textContent.replace("u8", "u16");"""
    )
    for name in ("accuracy", "network"):
        page.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")
    assert sorting(page) == {"network": "ascending"}
    names = column(page, 1)
    assert names == sorted(names, key=lambda name: re.sub(r"\d+", lambda n: n[0].zfill(9), name))
    assert names != sorted(names)
    page.keyboard.press("Space")
    assert column(page, 1) == names[::-1]


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_axe_finds_nothing(visit_page, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit_page(color_scheme=theme)
    page.locator("details:not([open]) > summary").click()
    found = axe.Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['help']}" for v in found] == []


def test_figures_have_the_ink_of_the_theme(visit_page):
    inks = {}
    for theme in ("light", "dark"):
        page = visit_page(color_scheme=theme)
        image = page.get_by_role("img", name="Legibility against accuracy")
        shown = picture_in(image.evaluate("(image) => image.currentSrc"))
        rgba = np.asarray(shown).reshape(-1, 4)
        assert (rgba[:, 3] == 0).mean() > 0.5  # the paper is the page's
        solid = rgba[rgba[:, 3] == 255, :3]
        colours, counts = np.unique(solid, axis=0, return_counts=True)
        inks[theme] = colours[counts.argmax()].mean()
    assert inks["light"] < 64
    assert inks["dark"] > 192


def test_without_javascript_all_is_there_and_nothing_invites_to_sort(visit_page, compared_study):
    page = visit_page(java_script_enabled=False)
    assert column(page, 1) == list(compared_study.networks)
    assert page.get_by_role("button").count() == 0
    assert not page.get_by_text("to sort by it").is_visible()
    assert visit_page().get_by_text("to sort by it").is_visible()


def test_it_fits_a_phone(visit_page):
    page = visit_page(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_who_wants_no_motion_gets_none(visit_page):
    for motion, shown in (("no-preference", True), ("reduce", False)):
        page = visit_page(reduced_motion=motion)
        assert page.get_by_role("img", name="A 5, epoch after epoch").is_visible() is shown
        assert page.get_by_role("img", name="Ideals of a 5 from a few epochs").is_visible()
