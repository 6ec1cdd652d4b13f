"""The fewest flips that change a network's prediction for an image.

A beam search on the margin finds few flips, none of which can be left out; then all smaller sets up
to a size are tried, or ruled out by a bound. Proofs hold up to the rounding of forward passes in
double precision: a set whose margin is too close to 0 for estimates is evaluated by these, and
succeeds where that margin is above 0, not at a tie. For a black box in single precision, proofs
hold up to its rounding.
"""

from __future__ import annotations

from collections.abc import Iterable

from numpy.typing import ArrayLike

from idea.attacks.beam import WIDTH
from idea.attacks.result import Attack
from idea.attacks.search import FlipSearch, Notify
from idea.errors import IdeaError
from idea.networks.base import Classifier

__all__ = ["fewest_flips", "fewest_flips_each"]


def fewest_flips(
    model: Classifier,
    image: ArrayLike,
    target: int | None = None,
    *,
    method: str = "beam",
    beam: int = WIDTH,
    prove: int = 2,
    jobs: int | None = None,
    on_progress: Notify | None = None,
) -> Attack:
    """Find the fewest flips that change a model's prediction for an image.

    Parameters
    ----------
    model
        The model that is attacked; as for `idea.find`.
    image
        784 numbers, 0 or 1; see `idea.image.binarised`.
    target
        The prediction to reach, 0…9. Default: any other than the present one.
    method
        How small sets of flips are found: one of `idea.attacks.search.METHODS`.
    beam
        The width of the beam search: wider is slower and may find a smaller set of flips.
    prove
        The size, 0…3, up to which all sets of flips are tried, where the beam search found none so
        small. Two flips take 784 evaluations of 784 neighbours, three 307,000, except those that a
        bound rules out. For larger sets only the bound is used. With 0 there is only the beam
        search.
    jobs
        The number of threads; the result doesn't depend on it. Default: one for each core. Models
        that run neither in the compiled kernel nor in ONNX Runtime get one.
    on_progress
        Called with the present phase, the work done in it, and its total.

    Returns
    -------
    Attack
        The flips, and what was proved; no flips if the prediction is the target already.

    Raises
    ------
    DumpError
        If `image` isn't an image.
    OptionError
        If the image isn't binary, or an argument is invalid.
    IdeaError
        If no flips were found.
    AttackInterrupted
        On Ctrl-C; it is a KeyboardInterrupt and holds the flips found so far.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> attack = fewest_flips(idea.load_model(), np.zeros(784), prove=1)
    >>> attack.label == attack.prediction, attack.minimal
    (False, True)
    """
    search = FlipSearch(
        model,
        image,
        [target],
        method=method,
        beam=beam,
        prove=prove,
        jobs=jobs,
        on_progress=on_progress,
    )
    attacks = search.run()
    if not attacks:
        raise IdeaError(search.failure())
    return attacks[0]


def fewest_flips_each(
    model: Classifier,
    image: ArrayLike,
    targets: Iterable[int | None] | None = None,
    *,
    method: str = "beam",
    beam: int = WIDTH,
    prove: int = 2,
    jobs: int | None = None,
    on_progress: Notify | None = None,
) -> list[Attack]:
    """Find the fewest flips for several targets, which costs little more than for one.

    Parameters
    ----------
    model, image, method, beam, prove, jobs, on_progress
        As for `fewest_flips`.
    targets
        The predictions to reach; None stands for any other. Default: each digit but the present
        prediction.

    Returns
    -------
    list of Attack
        In the order of the targets, without those that weren't reached.

    Raises
    ------
    DumpError, OptionError, AttackInterrupted
        As `fewest_flips`.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> attacks = fewest_flips_each(idea.load_model(), np.zeros(784), [3, 8], prove=0)
    >>> [attack.prediction for attack in attacks]
    [3, 8]
    """
    search = FlipSearch(
        model,
        image,
        targets,
        method=method,
        beam=beam,
        prove=prove,
        jobs=jobs,
        on_progress=on_progress,
    )
    return search.run()
