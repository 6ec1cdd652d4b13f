"""The fewest flips, what is proved of them, and what an attack tells of itself."""

from __future__ import annotations

import io
import itertools
import json

import numpy as np
import pytest
from PIL import Image

import idea
from idea.attacks.fewest import fewest_flips, fewest_flips_each
from idea.attacks.result import Attack, AttackInterrupted
from idea.files.picture import png_bytes
from idea.image import DIGITS, Task

from conftest import frames_of, pixels_of, random_layers

pytestmark = pytest.mark.slow


def step(pixels, needed):
    """A linear model of a 0 that is a 5 once the gains of the flipped pixels exceed `needed`."""
    W, b = np.zeros((10, 784), np.float32), np.full(10, -99, np.float32)
    for pixel, gain in pixels.items():
        W[5, pixel] = gain
    b[0], b[5] = needed, 0
    return idea.MLP([(W, b)])


def after(attack, flips):
    image = attack.before.ravel().copy()
    image[list(flips)] = 1 - image[list(flips)]
    return image


def brittle_network(task=DIGITS):
    layers = random_layers(16, 3, task=task)
    layers[0] = (layers[0][0] * 6, layers[0][1])
    return idea.MLP(layers, task)


def sparse_image(task=DIGITS):
    return (np.random.default_rng(1).random(task.pixels) < 0.2).astype(np.float32)


@pytest.fixture
def brittle():
    return brittle_network()


@pytest.fixture
def image():
    return sparse_image()


FEW = Task(13, 15)
"""So few pixels that all pairs are soon tried."""


@pytest.mark.parametrize("needed", [0.5, 4, 7.5, 20.5])
def test_of_a_linear_model_the_largest_gains_are_proved_minimal(needed, each_backend):
    gains = dict(zip(range(100, 300, 10), np.arange(1.0, 5.0, 0.2), strict=True))
    attack = fewest_flips(step(gains, needed), np.zeros(784), 5, prove=1)
    largest = itertools.accumulate(sorted(gains.values(), reverse=True))
    fewest = next(n for n, total in enumerate(largest, 1) if total > needed)
    assert len(attack.flips) == fewest
    assert attack.minimal
    assert attack.proved == fewest - 1
    assert attack.prediction == 5


def test_without_a_bound_only_what_was_tried_is_proved():
    linear = step({10: 1, 20: 1, 30: 1, 40: 1}, 3.5)
    model = idea.Model.from_function(linear.logits)
    for prove in (0, 1, 2):
        attack = fewest_flips(model, np.zeros(784), 5, prove=prove)
        assert (len(attack.flips), attack.proved, attack.minimal) == (4, prove, False)
    assert str(attack).endswith("; proved that 2 do not suffice")


def test_what_the_beam_cannot_see_is_found_by_trying_all():
    def logits(images):  # two pixels that only together make a 5
        out = np.zeros((len(images), 10))
        out[:, 0] = 1
        out[:, 5] = 2 * images[:, 7] * images[:, 8]
        return out

    model = idea.Model.from_function(logits)
    attack = fewest_flips(model, np.zeros(784), 5)
    assert sorted(attack.flips) == [7, 8]
    assert (attack.proved, attack.minimal) == (1, True)
    with pytest.raises(idea.IdeaError) as error:
        fewest_flips(model, np.zeros(784), 5, prove=1)
    assert str(error.value) == (
        "no flips found that make the model classify this 0 as a 5: the beam search made no "
        "progress, and no single flip is enough"
    )
    assert fewest_flips_each(model, np.zeros(784), [3, None, 5], prove=0) == []


def test_a_tie_fools_nobody():
    with pytest.raises(idea.IdeaError, match="no flips found that make the model classify this 0"):
        fewest_flips(step({3: 1, 4: 1}, 2), np.zeros(784), prove=2)


def test_all_targets_at_once_are_nine_single_attacks(each_backend):
    brittle, image = brittle_network(FEW), sparse_image(FEW)
    together = {attack.target: attack for attack in fewest_flips_each(brittle, image)}
    label = next(iter(together.values())).label
    assert label not in together
    assert len(together) > 4
    assert list(together) == sorted(together)
    for target in set(range(10)) - {label}:
        if target not in together:
            with pytest.raises(idea.IdeaError, match=f"as a {target}: the beam search made no"):
                fewest_flips(brittle, image, target)
            continue
        alone, attack = fewest_flips(brittle, image, target), together[target]
        assert len(alone.flips) == len(attack.flips)
        assert (alone.proved, alone.minimal) == (attack.proved, attack.minimal)
    either = fewest_flips(brittle, image)
    assert len(either.flips) == min(len(attack.flips) for attack in together.values())


def test_it_is_never_more_than_any_pair_or_single_flip_needs():
    brittle, image = brittle_network(FEW), sparse_image(FEW)
    # All pairs, by forward passes, in batches that share their first pixel.
    fewest: dict[int, int] = {}
    each = np.eye(image.size, dtype=np.float32)
    flipped = np.abs(image - each)
    for size, batches in ((1, [flipped]), (2, (np.abs(flipped - row) for row in each))):
        for batch in batches:
            logits = brittle.logits(batch.astype(np.float32))
            lead = np.diff(np.sort(logits, axis=1)[:, -2:], axis=1)[:, 0]
            for digit in np.unique(logits.argmax(axis=1)[lead > 0]).tolist():
                fewest.setdefault(digit, size)
    for attack in fewest_flips_each(brittle, image):
        if attack.target in fewest:
            assert len(attack.flips) == fewest[attack.target]
            assert attack.minimal
        else:
            assert len(attack.flips) > 2
            assert attack.proved >= 2


@pytest.mark.parametrize("name", ["mlp", pytest.param("lenet", marks=pytest.mark.nightly)])
def test_real_digits_are_fooled_and_no_flip_can_be_left_out(mnist_subset, name):
    model = idea.load_model(name)
    for real in (mnist_subset.test_images[:3].reshape(-1, 784) >= 128).astype(np.float32):
        for target in (None, 8):
            attack = fewest_flips(model, real, target, beam=4, prove=1)
            assert np.array_equal(attack.before.ravel(), real)
            assert np.array_equal(attack.after.ravel(), after(attack, attack.flips))
            assert np.flatnonzero(attack.after != attack.before).tolist() == sorted(attack.flips)
            shown = [after(attack, attack.flips[:n]) for n in range(len(attack.flips) + 1)]
            assert attack.trail == pytest.approx(model.logits(np.stack(shown)))
            assert (np.array(attack.margins) > 0).tolist() == [False] * len(attack.flips) + [True]
            assert attack.prediction == (target or attack.prediction) != attack.label
            less = [after(attack, set(attack.flips) - {pixel}) for pixel in attack.flips]
            read = model.logits(np.stack(less)).argmax(axis=1)
            assert (read == attack.label if target is None else read != target).all()


def test_anything_else_takes_no_more_flips_than_one_of_the_nearest_digits(mnist_subset):
    lenet = idea.load_model("lenet")
    for real in (mnist_subset.test_images[300:303].reshape(-1, 784) >= 128).astype(np.float32):
        nearest = np.argsort(-lenet.logits(real[np.newaxis])[0])[1:4]
        each = fewest_flips_each(lenet, real, nearest, beam=4, prove=0)
        either = fewest_flips(lenet, real, beam=4, prove=0)
        assert len(either.flips) <= min(len(attack.flips) for attack in each)


def test_the_present_prediction_needs_no_flips(shipped, image):
    label = int(shipped.logits(image[np.newaxis]).argmax())
    attack = fewest_flips(shipped, image, label)
    assert (attack.flips, attack.proved, attack.minimal) == ((), 0, True)
    assert str(attack) == f"{label} → {label}: 0 flips; proved minimal"


def test_threads_and_progress_change_nothing(brittle, image):
    seen = []
    one = fewest_flips(brittle, image, jobs=1, on_progress=lambda *progress: seen.append(progress))
    assert fewest_flips(brittle, image, jobs=3).flips == one.flips
    assert seen[0] == ("beam search", 0, 0)
    phases = [progress for progress in seen if progress[2]]
    assert {phase for phase, _, _ in phases} <= {"1 flip", "2 flips"}
    assert all(0 < done <= total for _, done, total in phases)


def test_ctrl_c_returns_the_attacks_known_so_far(shipped, mnist_subset):
    real = (mnist_subset.test_images[0].ravel() >= 128).astype(np.float32)

    def stop(when):
        def notify(what, done, total):
            if what == when and done > 0:
                raise KeyboardInterrupt

        return notify

    with pytest.raises(KeyboardInterrupt) as nothing:
        fewest_flips(shipped, real, on_progress=stop("beam search"))
    assert not isinstance(nothing.value, AttackInterrupted)
    for when, proved in (("bound", 0), ("3 flips", 2)):
        with pytest.raises(AttackInterrupted) as known:
            fewest_flips(shipped, real, prove=3, on_progress=stop(when))
        (attack,) = known.value.attacks
        assert (attack.proved, attack.prediction) == (proved, 9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image": np.full(784, 0.5)}, "image: expected a binary image, of 0 and 1, found greys"),
        ({"target": 12}, "digit must be one of 0…9, not 12"),
        ({"beam": 0}, "beam must be a whole number, 1 or more, not 0"),
        ({"prove": 4}, "prove must be a whole number, 0…3, not 4"),
        ({"prove": -1}, "prove must be a whole number, 0…3, not -1"),
        ({"jobs": 0}, "jobs must be a whole number, 1 or more, not 0"),
        ({"image": [1, 0]}, "image: expected 784 numbers or 28 rows of 28, found shape (2,)"),
    ],
)
def test_invalid_input_is_refused(small, options, message):
    with pytest.raises(idea.IdeaError) as error:
        fewest_flips(small, **({"image": np.zeros(784)} | options))
    assert str(error.value) == message


def test_the_model_must_give_ten_numbers():
    odd = idea.Model.from_function(lambda images: np.zeros((len(images), 9)))
    with pytest.raises(idea.IdeaError, match=r"the model returned an array of shape \(1, 9\)"):
        fewest_flips(odd, np.zeros(784))


def test_the_pictures_show_what_was_flipped(brittle, image, tmp_path):
    attack = fewest_flips(brittle, image)
    paths = {path.name: path for path in attack.save(tmp_path / "here")}
    assert sorted(paths) == sorted(p.name for p in (tmp_path / "here").iterdir())
    for side in ("before", "after"):
        picture = pixels_of(paths[f"{side}.png"])[::10, ::10]
        assert np.array_equal(picture, getattr(attack, side) * 255)
    assert np.array_equal(idea.read_vf(paths["after.vf"]), attack.after)
    colours = np.asarray(Image.open(paths["difference.png"]))[::10, ::10].reshape(784, 3)
    grey = (colours == colours[:, :1]).all(axis=1)
    assert np.flatnonzero(~grey).tolist() == sorted(attack.flips)
    for pixel in attack.flips:
        orange = colours[pixel, 0] > colours[pixel, 2]
        assert orange == (attack.before.flat[pixel] == 0)
    frames = frames_of(paths["attack.gif"])
    assert len(frames) == len(attack.flips) + 1
    assert frames[-1][1] == 2000
    assert attack.animate(tmp_path / "a.gif").read_bytes() == paths["attack.gif"].read_bytes()
    assert Image.open(io.BytesIO(attack._repr_png_())).mode == "RGB"
    assert png_bytes(attack.before) == paths["before.png"].read_bytes()


def test_of_many_flips_a_line_lists_the_first():
    task = idea.Task(64, 64, ("dark", "light"))
    flips = tuple(range(0, 4000, 200))
    trail = np.linspace([1, 0], [0, 1], len(flips) + 1)
    blank = np.zeros(task.shape, np.float32)
    attack = Attack(task, blank, blank, flips, None, trail, 0, 0, 0)
    listed = " ".join(f"({pixel % 64},{pixel // 64})" for pixel in flips[:12])
    assert str(attack) == f"dark → light: 20 flips {listed} and 8 more; not proved minimal"


def test_the_record_is_complete(brittle, image):
    attack = fewest_flips(brittle, image)
    fields = json.loads(json.dumps(attack.record()))
    assert fields["flips"] == list(attack.flips)
    assert [x + 28 * y for x, y in fields["pixels"]] == fields["flips"]
    assert (fields["label"], fields["answer"], fields["target"]) == (
        attack.label,
        attack.prediction,
        None,
    )
    assert fields["logits_before"] == attack.trail[0].tolist()
    assert fields["logits_after"] == attack.trail[-1].tolist()
    assert fields["margins"] == list(attack.margins)
    assert fields["evaluations"] >= 784
    n = len(attack.flips)
    assert str(attack).startswith(f"{attack.label} → {attack.prediction}: {n} flip")
