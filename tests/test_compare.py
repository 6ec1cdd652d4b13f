"""python -m idea.compare, run as a user would, and what is on its page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from compared import TITLE, picture_in
from conftest import frames_of

pytestmark = pytest.mark.slow

for package in ("jinja2", "loky", "scipy", "torch"):
    pytest.importorskip(package)

pytest_plugins = ["compared"]

MEANS = ("legibility", "accuracy", "energy", "margin", "ink", "smoothness")


class Page(HTMLParser):
    """What is on a page: headings, images, addresses, and the table's cells by row and column."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.columns: list[str] = []
        self.rows: dict[str, dict[str, str]] = {}
        self.images: list[dict[str, str]] = []
        self.thumbs: dict[str, list[dict[str, str]]] = {}
        self.addresses: list[str] = []
        self._within = ""
        self._row: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.addresses += [given[name] for name in ("src", "href", "srcset") if name in given]
        if tag in ("thead", "tbody"):
            self._within = tag
        elif tag == "tr":
            self._row = []
        elif tag in ("th", "td"):
            self._row.append("")
        elif tag == "data":
            self._row[-1] = given["value"] or "unknown"
        elif tag == "img":
            self.images.append(given)
            if self._within == "tbody":
                self.thumbs.setdefault(self._row[0], []).append(given)

    def handle_data(self, text):
        if self._within and self._row and not self._row[-1]:
            self._row[-1] = text.strip()

    def handle_endtag(self, tag):
        if tag == "tr" and self._within == "thead":
            self.columns = self._row
        elif tag == "tr":
            self.rows[self._row[0]] = dict(zip(self.columns, self._row, strict=True))
        elif tag in ("thead", "tbody"):
            self._within = ""


def test_the_command_writes_page_and_animation_and_says_so(
    run, tmp_path, compared_study, compared_page
):
    compared_page.rename(tmp_path / "made-in-process.html")
    said = run(
        "idea.compare",
        compared_study.folder,
        "--title",
        TITLE,
        "--gif",
        "new/five.gif",
        "--no-captions",
    ).stdout
    gif = re.escape(str(Path("new", "five.gif")))
    assert re.fullmatch(rf"{re.escape(str(compared_page))}: \d\.\d\d MB\n{gif}: 0\.\d\d MB\n", said)
    assert compared_page.read_bytes() == (tmp_path / "made-in-process.html").read_bytes()
    names = [f"mlp-u4-b100-e{epochs}-h58000-s0" for epochs in (1, 2, 3)]
    ideals = [compared_study.image(name, 5) * 255 for name in names]
    distinct = ideals[:1] + [now for last, now in pairwise(ideals) if not np.array_equal(last, now)]
    assert len(distinct) > 1
    frames = [frame[::10, ::10] for frame, _ in frames_of(tmp_path / "new" / "five.gif")]
    assert np.array_equal(frames, distinct)


def test_every_network_has_a_row_with_the_tables_numbers(compared_study, compared_page):
    rows = Page(compared_page.read_text("utf-8")).rows
    assert list(rows) == list(compared_study.networks)
    for name, row in rows.items():
        own = {
            column: values[compared_study.table["network"] == name]
            for column, values in compared_study.table.items()
        }
        for column in MEANS:
            assert float(row[column]) == pytest.approx(own[column].mean(), rel=1e-12)
        assert float(row["search, s"]) == pytest.approx(own["seconds"].sum())
        assert float(row["training, s"]) == own["training_seconds"][0]
        assert row["architecture"] == own["arch"][0]
        assert row["units"] == (str(own["units"][0]) if own["units"][0] else "unknown")
        assert (row["epochs"], row["seed"]) == (str(own["epochs"][0]), str(own["seed"][0]))
        assert row["batch size"] == str(own["batch_size"][0])
        assert "learning rate" not in row  # for all have the same


def test_its_pictures_are_the_studys_images(compared_study, compared_page):
    thumbs = Page(compared_page.read_text("utf-8")).thumbs
    assert list(thumbs) == list(compared_study.networks)
    for name, shown in thumbs.items():
        assert [thumb["alt"][0] for thumb in shown] == list("0123456789")
        for thumb, digit in zip(shown, compared_study.digits, strict=True):
            assert np.array_equal(
                np.asarray(picture_in(thumb["src"])), compared_study.image(name, digit) * 255
            )


def test_it_asks_nothing_of_anyone_and_every_picture_is_told_in_words(compared_page):
    html = compared_page.read_text("utf-8")
    page = Page(html)
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert "://" not in html
    assert "@import" not in html
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= ids
    told = [image["alt"] for image in page.images]
    assert sum(not alt for alt in told) == 10  # the means above the title
    assert len(told) > 10


def test_a_title_is_text(compared_page):
    html = compared_page.read_text("utf-8")
    assert "<h1>&lt;b&gt;Fish&lt;/b&gt; &amp; chips</h1>" in html
    assert "<title>&lt;b&gt;Fish" in html
    assert "Ideals of 5 by network" in html


def test_what_a_study_cant_show_is_left_out_with_the_reason(run, single_network_study):
    run("idea.compare", single_network_study.folder)
    html = (single_network_study.folder / "report.html").read_text("utf-8")
    page = Page(html)
    assert "<h1>The ideals of a network</h1>" in html
    assert "Ideals of 3 by network" in html  # for it has no 5
    assert html.count("No figure: the study has one network only") == 2
    assert (
        html.count("no two of the study’s networks started from independent initial weights") == 2
    )
    assert "No figure: no two networks differ in their epochs alone." in html
    assert [row["legibility"] for row in page.rows.values()] == ["unknown"]
    assert "nan" not in re.sub('base64,[^"]+', "", html)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--digit", "7"], "the study has no ideals of 7; it has those of 3"),
        (["--out", "page.txt"], "--out takes a name that ends in .html, not page.txt"),
        (["--out", "is.html"], "is.html: is a folder; expected a file path"),
        (["--out", "file/a.html"], "file: can't create the folder: File exists"),
        (["--gif", "five.png"], "expected a name that ends in .gif, found 'five.png'"),
        (
            ["--gif", "three.gif"],
            "single: expected networks that differ in epochs alone, found none; "
            "python -m idea.study --units 784 --epochs 1-20 makes some",
        ),
    ],
)
def test_wrong_options_are_a_sentence_and_nothing_is_written(
    run, tmp_path, single_network_study, options, sentence
):
    (tmp_path / "single").symlink_to(single_network_study.folder)
    (tmp_path / "is.html").mkdir()
    (tmp_path / "file").touch()
    before = {path: path.stat().st_mtime_ns for path in single_network_study.folder.rglob("*")}
    assert run("idea.compare", "single", *options, status=2).stderr == f"error: {sentence}\n"
    assert {
        path: path.stat().st_mtime_ns for path in single_network_study.folder.rglob("*")
    } == before
    assert {path.name for path in tmp_path.iterdir()} == {"single", "is.html", "file"}


def test_a_folder_without_a_study_is_a_sentence(run):
    said = run("idea.compare", ".", status=2).stderr
    assert said.startswith(
        "error: .: expected the folder of a finished study; python -m idea.study"
    )


def test_a_missing_package_is_named_with_what_to_install(run, tmp_path, single_network_study):
    (tmp_path / "jinja2.py").write_text("raise ImportError('not here')")
    assert run("idea.compare", single_network_study.folder, "--out", "a.html", status=2).stderr == (
        "error: idea.compare needs a package that is not installed (not here): "
        "pip install 'idea[study]'\n"
    )


def test_help_teaches(run):
    text = run("idea.compare", "--help").stdout
    for said in ("report.html", "--gif", "examples:", "--title", "idea.study"):
        assert said in text
