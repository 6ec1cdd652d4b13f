"""Optimisers from other libraries for the same search; they need the extra `bench`.

Both evaluate the network in PyTorch, in float32; their best images are evaluated again in double
precision. Both run until the evaluator raises `TimeUp`. They were tuned on networks that aren't in
the table: see docs/quality.md.
"""

from __future__ import annotations

import itertools
from typing import Any, NoReturn

import numpy as np
import torch
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.core.problem import Problem
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.mutation.bitflip import BitflipMutation
from pymoo.operators.sampling.rnd import BinaryRandomSampling
from pymoo.optimize import minimize
from torch import nn

from idea.image import DIGITS
from idea.networks.base import Model
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP

from timed_evaluator import TimedEvaluator

# Of the genetic algorithm: images per generation, and generations per run.
POPULATION, GENERATIONS = 50, 1000
# Of the ascent: images per batch, steps of Adam per run, its step, and the spread of the starts.
BATCH, STEPS, STEP, SPREAD = 16, 240, 0.1, 0.1


def genetic(evaluator: TimedEvaluator, seed: int) -> NoReturn:
    """Run pymoo's genetic algorithm, restarting from random populations."""
    network = _TorchEvaluator(evaluator)
    for number in itertools.count():
        algorithm = GA(
            pop_size=POPULATION,
            sampling=BinaryRandomSampling(),
            crossover=UniformCrossover(),
            mutation=BitflipMutation(prob=1.0, prob_var=2 / DIGITS.pixels),
            eliminate_duplicates=False,  # comparing all pairs would cost more than it gains
        )
        run_seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        minimize(_Energies(network), algorithm, ("n_gen", GENERATIONS), seed=run_seed)
        evaluator.runs += 1
    raise AssertionError


class _Energies(Problem):  # type: ignore[misc]  # pymoo has no types
    """The search as a problem of pymoo: minimisation, a batch at a time."""

    def __init__(self, network: _TorchEvaluator) -> None:
        super().__init__(n_var=DIGITS.pixels, n_obj=1, xl=0, xu=1, vtype=bool)
        self._network = network

    def _evaluate(self, x: np.ndarray, out: dict[str, Any], *_: Any, **__: Any) -> None:
        with torch.inference_mode():
            out["F"] = -self._network.energies(torch.from_numpy(x.astype(np.float32))).numpy()


def gradient(evaluator: TimedEvaluator, seed: int) -> NoReturn:
    """Run gradient ascent with Adam, a batch of random starts at a time.

    The network evaluates images rounded to 0 and 1, and the gradient passes through the rounding as
    through a sigmoid: the straight-through estimator of Bengio, Léonard and Courville (2013).
    """
    network = _TorchEvaluator(evaluator)
    random = torch.Generator().manual_seed(seed)
    while True:
        ink = (SPREAD * torch.randn(BATCH, DIGITS.pixels, generator=random)).requires_grad_()
        adam = torch.optim.Adam([ink], lr=STEP)
        for _ in range(STEPS):
            soft = torch.sigmoid(ink)
            energies = network.energies((ink > 0) + soft - soft.detach())
            adam.zero_grad()
            (-energies.sum()).backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it so
            adam.step()
        evaluator.runs += 1


class _TorchEvaluator:
    """The network in PyTorch; passes the best images to the evaluator."""

    def __init__(self, evaluator: TimedEvaluator) -> None:
        self._evaluator = evaluator
        self._network = torch_network(evaluator.model)
        self._best = -np.inf

    def energies(self, images: torch.Tensor) -> torch.Tensor:
        """Return the energies (n,) of images (n, 784) that are binary up to rounding."""
        energies: torch.Tensor = self._network(images)[:, self._evaluator.digit]
        best = int(energies.argmax())
        highest = float(energies[best].detach())
        if highest > self._best:
            self._best = highest
            self._evaluator.energies(images[best : best + 1].detach().round().numpy())
        self._evaluator.check_time()
        return energies


def torch_network(model: Model) -> nn.Sequential:
    """Make the same network in PyTorch, from images (n, 784) to logits (n, 10)."""
    if not isinstance(model, MLP | CNN):
        raise SystemExit(f"expected an MLP or a CNN, found {model!r:.60}")
    members: list[nn.Module] = []
    if isinstance(model, CNN):
        members.append(nn.Unflatten(1, (1, DIGITS.height, DIGITS.height)))
        for W, b, pool, strides, (top, left, bottom, right) in model.convolutions:
            convolution = nn.Conv2d(W.shape[1], len(W), W.shape[2:], strides)
            members.append(nn.ZeroPad2d((left, right, top, bottom)))
            members += [_with_weights(convolution, W, b), nn.ReLU()]
            if pool:
                kind = nn.AvgPool2d if pool.average else nn.MaxPool2d
                members.append(kind(pool.size, pool.strides))
        members.append(nn.Flatten())
    for number, (W, b) in enumerate(model.layers):
        members += [nn.ReLU()] if number else []
        members.append(_with_weights(nn.Linear(W.shape[1], len(W)), W, b))
    return nn.Sequential(*members).requires_grad_(False)


def _with_weights(member: nn.Linear | nn.Conv2d, W: np.ndarray, b: np.ndarray) -> nn.Module:
    member.load_state_dict({"weight": torch.tensor(W), "bias": torch.tensor(b)})
    return member
