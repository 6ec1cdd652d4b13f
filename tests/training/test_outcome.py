"""The pictures that a training leaves."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from idea.training.metrics import Mean, Row
from idea.training.outcome import curves_bytes, mistakes_bytes
from idea.training.trainer import Examples


def picture(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB")).astype(int)


def rows(losses):
    epochs = []
    for epoch, loss in enumerate(losses, 1):
        epochs.append(Row("batches", epoch, 5, loss * 1.1, 0.9, None, None, 1.0))
        epochs.append(Row("epoch", epoch, 10, loss, 0.9, loss, 0.95, 2.0))
    return epochs


def test_the_curves_show_the_validation_and_equal_metrics_give_equal_files():
    pytest.importorskip("matplotlib")
    data = curves_bytes(rows([0.5, 0.3, 0.2]))
    assert data == curves_bytes(rows([0.5, 0.3, 0.2]))
    assert data != curves_bytes(rows([0.5, 0.3, 0.1]))
    shown = picture(data)
    assert shown.shape == (400, 1000, 3)
    orange = (shown == (255, 127, 14)).all(axis=2)  # matplotlib's own
    assert orange[:, :500].sum() > 100  # losses at the left, accuracies at the right
    assert orange[:, 500:].sum() > 100


def test_mistakes_are_shown_the_surest_first():
    rng = np.random.default_rng(0)
    images = rng.random((4, 784), np.float32)
    logits = np.zeros((4, 10), np.float32)
    logits[np.arange(4), [3, 2, 7, 1]] = [1, 5, 9, 2]
    digits = Examples(images, np.array([3, 3, 4, 7]))  # the first alone is read right
    shown = picture(mistakes_bytes(logits, digits))[:, :, 0]
    side = 28 * 4
    gap = (shown.shape[1] - 3 * side) // 4
    for place, number in enumerate((2, 1, 3)):
        x = gap + place * (side + gap)
        tile = shown[gap : gap + side : 4, x : x + side : 4]
        assert np.array_equal(tile, np.rint(images[number].reshape(28, 28) * 255))


def test_a_network_without_mistakes_has_no_sheet():
    digits = Examples(np.zeros((1, 784), np.float32), np.array([0]))
    assert mistakes_bytes(np.eye(1, 10, dtype=np.float32), digits) is None


def test_loss_and_accuracy_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 30, (50, 10)).astype(np.float32)
    labels = rng.integers(10, size=50)
    mean = Mean()
    for part in np.array_split(np.arange(50), 3):
        mean.add(logits[part], labels[part])
    shares = np.exp(logits.astype(np.float64))
    shares /= shares.sum(axis=1, keepdims=True)
    assert mean.loss == pytest.approx(-np.log(shares[np.arange(50), labels]).mean(), rel=1e-5)
    assert mean.accuracy == (shares.argmax(axis=1) == labels).mean()
