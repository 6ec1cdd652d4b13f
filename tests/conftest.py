"""Networks, images and commands that many tests share."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import idea
from idea.files.weights.formats import read_weights, write_weights
from idea.image import DIGITS, Task
from idea.inputs import InputScale
from idea.networks.bundled import BUNDLED
from idea.networks.convolution import HALVING
from idea.networks.weights import Convolution, Weights, convolved

from forking import Forks

ROOT = Path(__file__).parents[1]
BUNDLED_MLP = BUNDLED["mlp"]


# What `python -m idea.search` prints of an ideal.
LINE = re.compile(
    r"(\d): energy (-?\d+\.\d{4})(?: \(real \ds reach \d+\.\d, their median \d+\.\d\))?, "
    r"probability (\d\.\d{4}), runner-up (\d), margin "
    r"(-?\d+\.\d\d), (local optimum|no local optimum \(best gain left \S+\))"
    r"(, \d+ of \d+ starts agree)?, ([\d,]+) flips evaluated in \d+\.\d\d s"
)


def random_layers(units: int, seed: int, *, second: int | None = None, task: Task = DIGITS):
    """Weights of a random pixels-units-second-classes network whose units switch often."""
    rng = np.random.default_rng(seed)
    widths = [task.pixels, units, second or units, len(task.classes)]
    return [
        (
            rng.normal(0, n_in**-0.5, (n_out, n_in)).astype(np.float32),
            rng.normal(0, 0.3, n_out).astype(np.float32),
        )
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True)
    ]


def random_convolutions(shapes, widths, seed: int, task: Task = DIGITS):
    """Weights of a random CNN: of convolutions (maps, side, pool) and hidden dense layers."""
    rng = np.random.default_rng(seed)
    maps, height, width = 1, *task.shape
    convolutions = []
    for n_out, k, pool in shapes:
        W = rng.normal(0, (maps * k * k) ** -0.5, (n_out, maps, k, k)).astype(np.float32)
        b = rng.normal(0, 0.3, n_out).astype(np.float32)
        convolutions.append(Convolution(W, b, HALVING if pool else None))
        maps, (height, width) = n_out, convolved(height, width, k, pool=pool)
    layers = []
    n_in = maps * height * width
    for n_out in [*widths, len(task.classes)]:
        W = rng.normal(0, n_in**-0.5, (n_out, n_in)).astype(np.float32)
        layers.append((W, rng.normal(0, 0.3, n_out).astype(np.float32)))
        n_in = n_out
    return convolutions, layers


def write_dat(path: Path, layers) -> Path:
    """Write an MLP's layers as bare floats."""
    return write_weights(path, Weights(tuple(layers)))


def scaled_mlp(path, text):
    """Write the bundled MLP as a network that expects inputs of another scale."""
    (W, b), *rest = read_weights(BUNDLED_MLP).layers
    scale = InputScale.parse(text)
    W = W.astype(np.float64) / scale.scale
    first = W.astype("f4"), (b - scale.shift * W.sum(axis=1)).astype("f4")
    return write_weights(path, Weights((first, *rest)))


def start_of(kind: str, seed: int, task: Task = DIGITS) -> np.ndarray:
    """A start: grey, or binary."""
    grey = np.random.default_rng(seed + 100).random(task.pixels, np.float32)
    return grey if kind == "grey" else (grey < 0.5).astype(np.float32)


def as_floats(images) -> np.ndarray:
    """Greys 0…255 as networks take them."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def same_weights(one: Weights, other: Weights) -> bool:
    """Whether all arrays are equal to the bit."""
    pairs = zip(one.named().values(), other.named().values(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def close(energy):
    """As right as the kernel promises energies and gains to be."""
    return pytest.approx(energy, rel=1e-5, abs=1e-4)


def first_images(dataset, train: int, test: int):
    """A data set's first images."""
    return dataclasses.replace(
        dataset,
        train_images=dataset.train_images[:train],
        train_labels=dataset.train_labels[:train],
        test_images=dataset.test_images[:test],
        test_labels=dataset.test_labels[:test],
    )


def digest(path) -> str:
    """A file's SHA-256, as sha256sum prints it."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def pixels_of(path) -> np.ndarray:
    """A picture's greys, (height, width) in 0…255."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("L"))


def frames_of(path, mode: str = "L") -> list[tuple[np.ndarray, int]]:
    """The frames of a GIF, WebP or APNG: greys (height, width), and how many milliseconds each."""
    frames = []
    with Image.open(path) as animation:
        for number in range(animation.n_frames):
            animation.seek(number)
            animation.load()
            frames.append((np.asarray(animation.convert(mode)), animation.info["duration"]))
    return frames


def video_of(data: bytes) -> tuple[list[np.ndarray], float]:
    """An MP4's frames, (height, width, 3) each, and how many seconds it lasts."""
    import av

    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return frames, float(stream.duration * stream.time_base)


@pytest.fixture(params=["native", "dense"])
def each_backend(request, monkeypatch):
    """Let a test run with the compiled kernel and without."""
    monkeypatch.setenv("IDEA_BACKEND", "" if request.param == "native" else request.param)
    return request.param


@pytest.fixture
def layers():
    return random_layers(16, 0)


@pytest.fixture
def small(layers) -> idea.MLP:
    return idea.MLP(layers)


@pytest.fixture
def model(tmp_path, layers) -> Path:
    """The small network's file."""
    return write_dat(tmp_path / "m.dat", layers)


@pytest.fixture(scope="session")
def shipped() -> idea.MLP:
    return idea.load_model()


@pytest.fixture(scope="session")
def forks():
    """What the commands of `run` are forks of."""
    forks = Forks()
    yield forks
    forks.end()


_TRAINING = ("torch", "matplotlib.figure", "matplotlib.backends.backend_agg")


@pytest.fixture(scope="session")
def torch_forks():
    """What commands that train are forks of: to load PyTorch takes most of a short one's time."""
    pytest.importorskip("torch")
    # An optimizer loads torch._dynamo; with PyTorch 2.4 a fork of a process that has can't exit.
    old = metadata.version("torch").startswith("2.4.")
    forks = Forks(*_TRAINING, *(() if old else ("torch._dynamo",)))
    yield forks
    forks.end()


@pytest.fixture
def run(tmp_path, forks):
    """Run a command of idea's, or a script, as a user would, in an empty folder."""
    return _runner(tmp_path, forks)


@pytest.fixture
def run_torch(tmp_path, torch_forks):
    """Run a command that uses PyTorch in the same way."""
    return _runner(tmp_path, torch_forks)


@pytest.fixture(params=["chainer", "torch"])
def framework(request):
    """A framework that is installed."""
    pytest.importorskip(request.param)
    return request.param


@pytest.fixture
def run_framework(request, framework, run):
    """Run a command that uses the framework in the same way."""
    if framework == "torch":
        return request.getfixturevalue("run_torch")
    return functools.partial(run, PYTHONWARNINGS="")  # it is from before Python 3.11, and warns


def _runner(folder: Path, forks: Forks):
    """Return a function that runs commands in a folder."""

    def run(*args, status: int = 0, **env) -> subprocess.CompletedProcess[str]:
        command = [str(a) for a in args]
        whole = os.environ | {"PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"} | env
        if not any(name.startswith("PYTHON") for name in env):
            done = forks.run(command, folder, whole)
        else:  # which Python reads at its start
            command = command if command[0].endswith(".py") else ["-m", *command]
            done = subprocess.run(
                [sys.executable, *command],
                cwd=folder,
                env=whole,
                capture_output=True,
                encoding="utf-8",
                timeout=300,
                check=False,
            )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def mnist():
    """The real data set, from the user's cache or fetched into it."""
    from idea.data.mnist import load_mnist

    return load_mnist()


@pytest.fixture(scope="session")
def mnist_subset(mnist):
    """A few thousand of its digits."""
    return first_images(mnist, 4000, 1000)


@pytest.fixture(scope="session")
def fashion():
    """Fashion-MNIST, from Debian's package, the user's cache or a mirror."""
    try:
        return idea.load_dataset("fashion", on_message=lambda _: None)
    except idea.IdeaError as error:
        pytest.skip(f"needs dataset-fashion-mnist: {error}")


@pytest.fixture(scope="session")
def digits8():
    """scikit-learn's digits."""
    pytest.importorskip("sklearn")
    return idea.load_dataset("digits8")


@pytest.fixture(scope="session")
def digits(mnist):
    """One test digit of each kind, ink in 0…1."""
    first = [int(np.flatnonzero(mnist.test_labels == digit)[0]) for digit in range(10)]
    return mnist.test_images[first] / np.float32(255)


@pytest.fixture(scope="session")
def small_study(tmp_path_factory):
    """A real study: eight trainings of 2,000 digits, looked at after each epoch.

    By one process: each loads PyTorch, which takes longer than half of the trainings.
    """
    pytest.importorskip("loky")
    pytest.importorskip("torch")
    return idea.run_study(
        tmp_path_factory.mktemp("small") / "study",
        units=[4, 8],
        batch_size=[100, 1000],
        epochs="1-3",
        seeds="0-1",
        held_out=58_000,
        sweeps=1,
        jobs=1,
    )
