"""Flips that make a network take an image for another digit."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.fool import flips_towards, margin


def slow_margin(logits, digit):
    return logits[digit] - max(logit for d, logit in enumerate(logits) if d != digit)


def best_flip(model, image, target, taken):
    """The flip after which the target leads by most, found one image at a time."""
    margins = {}
    for pixel in set(range(784)) - set(taken):
        changed = image.copy()
        changed[pixel] = 1 - changed[pixel]
        margins[pixel] = slow_margin(model.logits(changed[np.newaxis])[0], target)
    return max(margins, key=margins.get), max(margins.values())


def test_a_margin_is_the_lead_over_the_best_of_the_others():
    logits = np.random.default_rng(0).normal(size=(4, 10))
    for digit in range(10):
        expected = [slow_margin(row, digit) for row in logits]
        assert margin(logits, digit).tolist() == expected
        assert np.array_equal(margin(logits, digit) > 0, logits.argmax(axis=1) == digit)


def test_each_flip_is_the_best_one_and_the_last_fools(small, each_backend):
    image = (np.random.default_rng(2).random(784) < 0.2).astype(np.float32)
    said = int(small.logits(image[np.newaxis])[0].argmax())
    target = (said + 1) % 10
    flips = list(flips_towards(small, image, target))
    assert 1 <= len(flips) == len({flip.pixel for flip in flips})
    taken = []
    for number, flip in enumerate(flips, 1):
        pixel, lead = best_flip(small, image, target, taken)
        assert flip.pixel == pixel
        image[pixel] = 1 - image[pixel]
        taken.append(pixel)
        assert flip.logits == pytest.approx(small.logits(image[np.newaxis])[0])
        assert margin(flip.logits, target) == pytest.approx(lead)
        assert (flip.logits.argmax() == target) == (number == len(flips))


def test_real_digits_of_each_class_are_fooled_with_few_flips(shipped, few):
    images = (few.test_images[:3].reshape(-1, 784) >= 128).astype(np.float32)
    for image, label in zip(images, few.test_labels, strict=False):
        for target in (0, 9):
            flips = list(flips_towards(shipped, image, target))
            if label == target:
                assert flips == []
                continue
            assert flips[-1].logits.argmax() == target
            assert 1 < len(flips) < 40
            leads = [margin(flip.logits, target) for flip in flips]
            assert leads == sorted(leads)


def test_it_ends_where_no_flip_helps():
    def logits(images):  # of one pixel, which alone can't win
        out = np.zeros((len(images), 10))
        out[:, 3] = 2
        out[:, 5] = images[:, 7]
        return out

    model = idea.Model.from_function(logits)
    flips = list(flips_towards(model, np.zeros(784), 5))
    assert [flip.pixel for flip in flips] == [7]
    assert flips[-1].logits.argmax() == 3


def test_wrong_input_is_a_sentence(small):
    with pytest.raises(idea.IdeaError, match="expected a binary image, of 0 and 1, found greys"):
        flips_towards_all(small, np.full(784, 0.5), 5)
    with pytest.raises(idea.IdeaError, match="digit must be one of 0…9, not 12"):
        flips_towards_all(small, np.zeros(784), 12)


def flips_towards_all(*arguments):
    return list(flips_towards(*arguments))
