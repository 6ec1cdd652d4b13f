"""The units of a hidden layer: what activates each, and what it adds to the logits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from idea.core.find import find
from idea.core.objective import Objective
from idea.core.result import Ideal
from idea.data.datasets import Dataset
from idea.errors import OptionError
from idea.networks.base import Classifier
from idea.networks.cnn import CNN
from idea.networks.hidden import effects, hidden_layers, influences, unit_values
from idea.networks.mlp import MLP
from idea.networks.prior import Prior
from idea.text import short_repr
from idea.validation import as_choice, as_count

__all__ = ["Unit", "as_layer", "influential_units"]

_IMAGES = 5000  # test images of which the strongest are chosen
_FEW = 200  # that effects are the means over
_EXAMPLES = 5
_WHITE = np.float32(255)


@dataclass(frozen=True, eq=False)
class Unit:
    """A unit of a hidden layer, or a map of a convolution.

    Its value is its pre-activation, that of a map its mean after ReLU.
    """

    name: str
    """Such as ``"layer2:17"``."""
    influence: float
    """The standard deviation of what it passes on, over real images, times the norm of the weights
    that follow it."""
    examples: NDArray[np.float32] = field(repr=False)
    """(n, height, width) the real images with the highest values, the highest first."""
    labels: NDArray[np.intp]
    """(n,) the indices of their classes."""
    values: NDArray[np.float64]
    """(n,) their values."""
    effects: NDArray[np.float64] = field(repr=False)
    """(classes,) what it adds to each logit, in the mean over real images."""
    ideal: Ideal
    """The image with the highest value that a search found."""
    with_prior: Ideal | None = None
    """The same of a search with a prior."""


def as_layer(model: Classifier, layer: str | None) -> str:
    """Return the name of a hidden layer, by default the last one."""
    if not isinstance(model, MLP | CNN):
        raise OptionError(f"only an MLP or a CNN shows its units, not {short_repr(model)}")
    layers = hidden_layers(model)
    if not layers:
        raise OptionError(f"{model!r} has no hidden layer")
    return layers[-1] if layer is None else as_choice("layer", layer, layers)


def influential_units(
    model: MLP | CNN,
    layer: str,
    dataset: Dataset,
    count: int = 10,
    *,
    prior: Prior | None = None,
    prior_weight: float | None = None,
    seed: int = 0,
    jobs: int | None = None,
    on_unit: Callable[[int, int], object] = lambda _done, _count: None,
) -> Iterator[Unit]:
    """Yield the units of a layer that matter most for real images, the most influential first.

    Parameters
    ----------
    model, layer
        The network, and the name of one of its hidden layers.
    dataset
        Its first 5,000 test images are the real ones, in greys of 0…1.
    count
        How many; fewer where the layer has no more.
    prior, prior_weight
        Of the second ideal; without a weight one is chosen for each unit. None: there is none.
    seed, jobs
        As for `idea.find`, whose default methods search.
    on_unit
        Called with the number of units done, and of all.

    Yields
    ------
    Unit
        With its ideals, as soon as they are found.
    """
    dataset.check_task(model.task)
    greys = dataset.test_images[:_IMAGES].reshape(-1, model.task.pixels)
    images = greys.astype(np.float32) / _WHITE
    values = unit_values(model, layer, images)
    matter = influences(model, layer, values)
    chosen = np.argsort(-matter, kind="stable")[: as_count("count", count)]
    added = effects(model, layer, chosen.tolist(), images[:_FEW])
    objective = Objective(prior=prior, prior_weight=prior_weight)
    for place, unit in enumerate(chosen.tolist()):
        on_unit(place, len(chosen))
        name = f"{layer}:{unit}"
        with_prior = None
        if prior is not None:
            with_prior = find(model, name, seed=seed, jobs=jobs, objective=objective)
        top = np.argsort(-values[:, unit], kind="stable")[:_EXAMPLES]
        yield Unit(
            name=name,
            influence=float(matter[unit]),
            examples=images[top].reshape(-1, *model.task.shape),
            labels=dataset.test_labels[top].astype(np.intp),
            values=values[top, unit],
            effects=added[place],
            ideal=find(model, name, seed=seed, jobs=jobs),
            with_prior=with_prior,
        )
