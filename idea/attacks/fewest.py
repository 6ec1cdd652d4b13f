"""The fewest flips that make a network take an image for something else.

A beam search on the margin finds few flips, none of which can be left out; then all smaller sets up
to a size are tried, or ruled out by a bound. What is called proved holds to the rounding of forward
passes in double precision: a set whose margin is so near to 0 that estimates can't settle it is
judged by these, and fools where the margin that they give is above 0, not at a tie. Of a black box
that computes in single precision it holds to that one's rounding.
"""

from __future__ import annotations

from collections.abc import Iterable

from numpy.typing import ArrayLike

from idea.attacks.result import Attack
from idea.attacks.search import Attacking, Notify
from idea.errors import IdeaError
from idea.networks.base import Classifier

__all__ = ["fewest_flips", "fewest_flips_each"]


def fewest_flips(
    model: Classifier,
    image: ArrayLike,
    target: int | None = None,
    *,
    beam: int = 16,
    prove: int = 2,
    jobs: int | None = None,
    on_progress: Notify | None = None,
) -> Attack:
    """Find the fewest flips that make a model take an image for something else.

    Parameters
    ----------
    model
        The judge.
    image
        784 numbers, 0 or 1; see `idea.image.binarised`.
    target
        What it is to be taken for, 0…9. Default: anything else.
    beam
        How many sets of flips the beam search keeps; more take longer and may find fewer flips.
    prove
        All sets of up to so many flips, 0…3, are tried where the beam found none so small. Two take
        784 looks at 784 neighbours, three 307,000, but for those that a bound makes needless. Of
        larger sets only the bound is asked. 0 leaves it at the beam search.
    jobs
        How many threads share these; the answer doesn't depend on it. Default: one for each core.
        Models that neither the compiled kernel nor ONNX Runtime drives get one.
    on_progress
        Told what is being done, how much of it is done, and of how much.

    Returns
    -------
    Attack
        The flips, and what was proved; of no flips if the model says the target already.

    Raises
    ------
    DumpError
        If it is no image.
    OptionError
        If the image isn't binary, or an argument makes no sense.
    IdeaError
        If no flips were found.
    AttackInterrupted
        On Ctrl-C; it is a KeyboardInterrupt and holds the flips found so far.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> attack = fewest_flips(idea.load_model(), np.zeros(784), prove=1)
    >>> attack.label == attack.answer, attack.minimal
    (False, True)
    """
    search = Attacking(
        model, image, [target], beam=beam, prove=prove, jobs=jobs, on_progress=on_progress
    )
    attacks = search.run()
    if not attacks:
        raise IdeaError(f"no flips found {search.told()}")
    return attacks[0]


def fewest_flips_each(
    model: Classifier,
    image: ArrayLike,
    targets: Iterable[int | None] | None = None,
    *,
    beam: int = 16,
    prove: int = 2,
    jobs: int | None = None,
    on_progress: Notify | None = None,
) -> list[Attack]:
    """Find the fewest flips for several targets, which costs little more than for one.

    Parameters
    ----------
    model, image, beam, prove, jobs, on_progress
        As those of `fewest_flips`.
    targets
        What the image is to be taken for; None among them is anything else. Default: each digit
        but the one that it is taken for.

    Returns
    -------
    list of Attack
        In the order of the targets, without those for which no flips were found.

    Raises
    ------
    DumpError, OptionError, AttackInterrupted
        As `fewest_flips`.

    Examples
    --------
    >>> import numpy as np
    >>> import idea
    >>> attacks = fewest_flips_each(idea.load_model(), np.zeros(784), [3, 8], prove=0)
    >>> [attack.answer for attack in attacks]
    [3, 8]
    """
    search = Attacking(
        model, image, targets, beam=beam, prove=prove, jobs=jobs, on_progress=on_progress
    )
    return search.run()
