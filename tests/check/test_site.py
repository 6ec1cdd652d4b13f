"""The static site's files."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea
from idea.check.export import write_site
from idea.files.weights.formats import weights_bytes
from idea.networks.weights import Weights

from conftest import BUNDLED_MLP, ROOT

PAGE = ROOT / "idea/check/page"


def test_it_is_the_page_with_the_network_beside_it(tmp_path, shipped):
    written = write_site(tmp_path / "deep" / "site")
    site = tmp_path / "deep" / "site"
    assert sorted(written) == sorted(p for p in site.rglob("*") if p.is_file())
    for path in PAGE.rglob("*"):
        if path.is_file():
            assert (site / path.relative_to(PAGE)).read_bytes() == path.read_bytes()
    said = json.loads((site / "site.json").read_text())
    assert said["server"] is False
    (entry,) = said["models"]
    assert said["default"] == entry["id"] == entry["name"] == "mlp"
    assert entry["accuracy"] == "98.32 % of the 10,000 test digits"
    assert (site / entry["dat"]).read_bytes() == BUNDLED_MLP.read_bytes()
    grey = np.full((1, 784), 0.5, np.float32)
    assert entry["check"] == pytest.approx(shipped.logits(grey)[0])
    ideals = json.loads((site / entry["ideals"]).read_text())
    for ideal, expected in zip(ideals, idea.find_all(shipped), strict=True):
        assert ideal["digit"] == expected.digit
        assert ideal["image"] == expected.image.ravel().tolist()
        assert ideal["energy"] == expected.energy


def test_a_network_of_ones_own_comes_first_whatever_its_file(tmp_path, layers, small):
    weights = Weights(tuple(layers))
    (tmp_path / "test.model").write_bytes(weights_bytes("test.model", weights))
    write_site(tmp_path / "site", str(tmp_path / "test.model"))
    said = json.loads((tmp_path / "site/site.json").read_text())
    own, mlp = said["models"]
    assert (said["default"], own["id"], own["name"], mlp["id"]) == (
        "own",
        "own",
        "test.model",
        "mlp",
    )
    assert (tmp_path / "site" / own["dat"]).read_bytes() == weights_bytes("m.dat", weights)
    assert own["check"] == pytest.approx(small.logits(np.full((1, 784), 0.5, np.float32))[0])


def test_what_lies_there_stays_but_for_what_is_written_anew(tmp_path):
    (tmp_path / "CNAME").write_text("digits.example.org")
    (tmp_path / "site.json").write_text("old")
    write_site(tmp_path)
    assert (tmp_path / "CNAME").read_text() == "digits.example.org"
    assert json.loads((tmp_path / "site.json").read_text())["server"] is False


def test_a_network_of_another_task_is_a_sentence(tmp_path):
    said = (
        "a static page reads .dat files only: digits8.dat: a .dat holds a network for 28×28 digits"
    )
    with pytest.raises(idea.IdeaError, match=said):
        write_site(tmp_path / "site", "digits8")
    assert not (tmp_path / "site").exists()


def test_a_network_that_no_dat_holds_is_a_sentence_and_writes_nothing(tmp_path):
    said = "a static page reads .dat files only: lenet.dat: a .dat holds an MLP, found"
    with pytest.raises(idea.IdeaError, match=said):
        write_site(tmp_path / "site", "lenet")
    assert not (tmp_path / "site").exists()
