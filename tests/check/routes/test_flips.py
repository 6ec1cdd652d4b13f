"""What flips gain, the nearest real digit, and flips that fool."""

from __future__ import annotations

import numpy as np
import pytest

from idea.check import Limits, create_app
from idea.check.nearest import NearestImages
from idea.errors import DataError
from idea.image import DIGITS

from client import Client, error_message


@pytest.fixture(scope="module")
def client():
    return Client(create_app())


@pytest.fixture
def four(mnist):
    """A real digit made binary; MNIST's fifth test digit is a 4."""
    return (mnist.test_images[4].ravel() >= 128).astype(int)


def flipped(image, *pixels):
    changed = np.array(image, np.float32)
    for pixel in pixels:
        changed[pixel] = 1 - changed[pixel]
    return changed


@pytest.mark.parametrize("name", ["mlp", "lenet"])
def test_gains_are_what_flips_gain(client, four, name):
    said = client.post("/api/gains", model=name, digit=9, image=four.tolist()).json
    images = [flipped(four), *(flipped(four, pixel) for pixel in range(0, 784, 49))]
    answers = client.post("/api/classify", model=name, images=[i.tolist() for i in images]).json
    energy, *after = [answer["logits"][9] for answer in answers["answers"]]
    assert said["energy"] == pytest.approx(energy)
    assert said["digit"] == 4
    assert said["gains"][::49] == pytest.approx(np.array(after) - energy, abs=1e-4)
    best = int(np.argmax(said["gains"]))
    assert said["best"] == {"pixel": best, "gain": said["gains"][best]}


def test_at_an_ideal_no_flip_is_best(client):
    ideal = client.get("/api/ideal", digit=5).json
    said = client.post("/api/gains", digit=5, image=ideal["image"]).json
    assert said["best"] is None
    assert max(said["gains"]) <= 0
    assert said["energy"] == pytest.approx(ideal["energy"])


@pytest.mark.slow
def test_the_nearest_digit_is_that_of_a_plain_search(client, four, mnist):
    bright = mnist.train_images.reshape(-1, 784) >= 128
    for image in (four, np.arange(784) % 2, bright[31415].astype(int)):
        flips = (bright != (image > 0)).sum(axis=1)
        while (response := client.post("/api/nearest", image=image.tolist())).status_code == 503:
            assert "is being fetched" in response.json["error"]
        said = response.json
        assert said["flips"] == flips.min()
        assert said["place"] == flips.argmin()
        assert said["label"] == mnist.train_labels[said["place"]]
        assert said["image"] == bright[said["place"]].astype(int).tolist()


def test_without_mnist_the_nearest_digit_is_to_be_asked_for_later(monkeypatch):
    client = Client(create_app())
    tries = []

    def fail(name, on_message):
        tries.append(on_message)
        raise DataError("no mirror answers")

    monkeypatch.setattr("idea.check.nearest.load_dataset", fail)
    for _ in range(2):
        response = client.post("/api/nearest", image=[0] * 784)
        said = error_message(response, 503)
        assert said == "MNIST is not available on this server; see its log"
        assert response.headers["Retry-After"] == "3"
    assert len(tries) == 1  # and not again within a minute


def test_digits_are_loaded_once_for_all_who_ask(monkeypatch, mnist_subset):
    loads = []
    monkeypatch.setattr(
        "idea.check.nearest.load_dataset",
        lambda name, on_message: loads.append(on_message) or mnist_subset,
    )
    images = NearestImages()
    image = (mnist_subset.train_images[7].ravel() >= 128).astype(np.float32)
    found = images.find(image, DIGITS)
    assert (found["flips"], found["place"]) == (0, 7)
    assert images.find(flipped(image, 5, 9), DIGITS)["flips"] == 2
    assert len(loads) == 1


@pytest.mark.parametrize("name", ["mlp", "convnet"])
def test_the_flips_that_fool_really_do(client, four, name):
    said = client.post("/api/fool", model=name, image=four.tolist(), target=9).json
    assert said["fooled"] is True
    assert said["before"]["digit"] == 4
    assert 0 < len(said["flips"]) < 30
    steps = [flipped(four, *said["flips"][: n + 1]).tolist() for n in range(len(said["flips"]))]
    answers = client.post("/api/classify", model=name, images=steps).json["answers"]
    assert [answer["digit"] for answer in answers] == said["digits"]
    assert answers[-1]["logits"] == pytest.approx(said["after"]["logits"])
    assert said["after"]["digit"] == 9
    less = [flipped(four, *(set(said["flips"]) - {pixel})).tolist() for pixel in said["flips"]]
    without = client.post("/api/classify", model=name, images=less).json["answers"]
    assert all(answer["digit"] != 9 for answer in without)  # so none can be left out
    for answer, lead in zip(answers, said["margins"], strict=True):
        others = [logit for d, logit in enumerate(answer["logits"]) if d != 9]
        assert lead == pytest.approx(answer["logits"][9] - max(others))


def test_a_try_to_fool_ends_in_time_with_what_came_nearest(four):
    client = Client(create_app(limits=Limits(seconds=0)))
    said = client.post("/api/fool", image=four.tolist(), target=0).json
    assert (said["flips"], said["fooled"], said["margins"]) == ([], False, [])
    assert said["before"] == said["after"]


def test_what_is_the_digit_already_needs_no_flips(client, four):
    said = client.post("/api/fool", image=four.tolist(), target=4).json
    assert (said["flips"], said["fooled"]) == ([], True)
    assert said["before"] == said["after"]


@pytest.mark.parametrize("path", ["gains", "nearest", "fool"])
def test_greys_and_other_wrong_images_are_sentences(client, path):
    grey = {"digit": 5, "target": 5, "image": [0.5] * 784}
    said = error_message(client.post(f"/api/{path}", **grey), 400)
    assert said == "image: expected a binary image, of 0 and 1, found greys"
    said = error_message(client.post(f"/api/{path}", digit=5, target=5), 400)
    assert said == "image: expected a list of 784 numbers, found None"


def test_wrong_digits_are_sentences(client):
    black = [0] * 784
    said = error_message(client.post("/api/gains", digit=-1, image=black), 400)
    assert said == "digit must be one of 0…9, not -1"
    said = error_message(client.post("/api/fool", target="x", image=black), 400)
    assert said == "digit must be one of 0…9, not 'x'"
