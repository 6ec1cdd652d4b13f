"""An autoregressive model of binary digits: exact log-probabilities, independent of any prior.

MADE (Germain et al., "Masked autoencoder for distribution estimation", 2015) with one hidden layer
and direct connections, trained with PyTorch on MNIST's binarised training digits. It has nothing in
common with a restricted Boltzmann machine but its examples, so it measures how natural images are
that were found with one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

HIDDEN, BATCH, RATE = 600, 200, 2e-3

Floats = np.ndarray


class Made:
    """The model; its arrays are weights that are masked already."""

    def __init__(self, arrays: dict[str, Floats]) -> None:
        self.arrays = arrays

    def log_probability(self, images: Floats) -> Floats:
        """Return the log-probabilities of binary images (n, pixels), (n,)."""
        a, x = self.arrays, images.reshape(len(images), -1).astype(np.float32)
        units = np.maximum(x @ a["first"].T + a["first_bias"], 0)
        logits = units @ a["second"].T + x @ a["direct"].T + a["bias"]
        return (x * logits - np.logaddexp(0, logits)).sum(axis=1)


def made(path: Path, images: Floats, epochs: int = 8) -> Made:
    """Return the model in a file, trained on images (n, pixels) and written if there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **train(images, epochs))
    with np.load(path, allow_pickle=False) as archive:
        return Made(dict(archive))


def train(images: Floats, epochs: int) -> dict[str, Floats]:
    """Train and return the masked weights."""
    torch.manual_seed(1)
    x = torch.from_numpy(images.astype(np.float32))
    pixels = x.shape[1]
    order = torch.arange(pixels)
    units = torch.from_numpy(np.random.default_rng(1).integers(0, pixels - 1, HIDDEN))
    masks = {
        "first": units[:, None] >= order,
        "second": order[:, None] > units,
        "direct": order[:, None] > order,
    }
    scales = {"first": 0.03, "second": 0.01, "direct": 0.0}
    weights = {
        name: (scales[name] * torch.randn(mask.shape)).requires_grad_()
        for name, mask in masks.items()
    }
    biases = {
        name: torch.zeros(size, requires_grad=True)
        for name, size in (("first_bias", HIDDEN), ("bias", pixels))
    }
    optimiser = torch.optim.Adam([*weights.values(), *biases.values()], lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1, 0.02, epochs)

    def masked() -> dict[str, torch.Tensor]:
        return {name: weights[name] * mask for name, mask in masks.items()} | biases

    for epoch in range(epochs):
        for chosen in torch.randperm(len(x)).split(BATCH):
            a, batch = masked(), x[chosen]
            hidden = functional.relu(functional.linear(batch, a["first"], a["first_bias"]))
            logits = functional.linear(hidden, a["second"])
            logits = logits + functional.linear(batch, a["direct"], a["bias"])
            loss = functional.binary_cross_entropy_with_logits(logits, batch, reduction="sum")
            optimiser.zero_grad()
            (loss / len(batch)).backward()
            optimiser.step()
        schedule.step()
        print(f"MADE: epoch {epoch + 1}/{epochs}", file=sys.stderr)
    return {name: array.detach().numpy() for name, array in masked().items()}
