"""How many flips a network's answers bear: a report over many test digits."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from idea.attacks.fewest import fewest_flips_each
from idea.attacks.result import Attack
from idea.cli.attack_input import OpenModel, Subject, TestDigits
from idea.cli.attack_output import Options, asked
from idea.cli.common import INTERRUPTED
from idea.cli.streams import printable, show
from idea.core.parallel import parallel_map
from idea.core.state.select import threads_for
from idea.errors import IdeaError, OptionError
from idea.files.write import check_folder, make_folder, require_no_folders, write_files
from idea.optional import load_package

__all__ = ["Result", "histogram_bytes", "summary", "survey"]

_MOST = 10_000  # test digits that there are
_SHARES = 10  # shares that are printed


class Result(NamedTuple):
    """A digit, and the attack on it; None if no flips were found."""

    subject: Subject
    attack: Attack | None


def survey(
    model: OpenModel,
    digits: TestDigits,
    wanted: int,
    folder: Path,
    options: Options,
    *,
    as_json: bool,
) -> int:
    """Attack many test digits towards anything else; write and print how many flips it took.

    Parameters
    ----------
    model
        Whom to fool.
    digits
        Where the digits come from; the first that the model reads right are taken.
    wanted
        How many, 1…10,000; if it reads fewer right, these.
    folder
        Where `report.png`, `report.csv` and `report.json` go.
    options
        How to search; the digits are shared out to the threads.
    as_json
        Whether to print the record, and nothing else.

    Returns
    -------
    int
        The exit status; on Ctrl-C the report is of the digits done by then.

    Raises
    ------
    OptionError
        If the number is out of range.
    MissingPackageError
        If matplotlib is not installed.
    IdeaError
        If the model reads no digit right.
    """
    if not 1 <= wanted <= _MOST:
        raise OptionError(f"--report takes 1…{_MOST:,} test digits, not {wanted:,}")
    paths = {kind: folder / f"report.{kind}" for kind in ("png", "csv", "json")}
    load_package("matplotlib", paths["png"], "matplotlib")
    require_no_folders(paths.values())
    check_folder(folder)
    done: list[Result] = []
    status = 0
    try:
        for result in _results(model, digits, wanted, options):
            done.append(result)
    except KeyboardInterrupt:
        if not done:
            raise
        status = INTERRUPTED
    if not done:
        raise IdeaError(f"{model.name} reads none of the test digits right in black and white")
    said = {**summary(done), "interrupted": status == INTERRUPTED, **asked(model, options)}
    flips = [len(attack.flips) for _, attack in done if attack]
    written = {
        paths["png"]: histogram_bytes(flips, f"{model.name}: flips that change its answer"),
        paths["csv"]: _csv_bytes(done),
        paths["json"]: f"{json.dumps(said, indent=2)}\n".encode(),
    }
    make_folder(folder)
    write_files(written)
    show(json.dumps(said) if as_json else "\n".join([*_lines(said), " ".join(map(str, written))]))
    if status:
        print(f"interrupted: the report is of {len(done):,} digits", file=sys.stderr)
    return status


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Tell how the numbers of flips are spread.

    Parameters
    ----------
    results
        One or more digits, and the attacks on them.

    Returns
    -------
    dict
        How many digits, and how many of them no flips were found for; of the others the mean number
        of flips and its standard error, the median, the quartiles, the largest, the share that up
        to so many flips fool, and the share for which it is proved that no fewer do.

    Examples
    --------
    >>> from types import SimpleNamespace as Some
    >>> attacks = [Some(flips=range(n), minimal=n < 3) for n in (1, 2, 3, 6)]
    >>> said = summary([Result(None, attack) for attack in attacks])
    >>> said["mean"], said["median"], said["up_to"], said["proved_minimal"]
    (3.0, 2.5, {'1': 0.25, '2': 0.5, '3': 0.75, '4': 0.75, '5': 0.75, '6': 1.0}, 0.5)
    """
    attacks = [result.attack for result in results if result.attack]
    said: dict[str, Any] = {"digits": len(results), "unfooled": len(results) - len(attacks)}
    if not attacks:
        return said
    flips = np.array([len(attack.flips) for attack in attacks])
    error = float(flips.std(ddof=1) / len(flips) ** 0.5) if len(flips) > 1 else None
    lower, median, upper = np.percentile(flips, (25, 50, 75)).tolist()
    return {
        **said,
        "mean": float(flips.mean()),
        "standard_error": error,
        "median": median,
        "quartiles": [lower, upper],
        "most": int(flips.max()),
        "up_to": {str(n): float((flips <= n).mean()) for n in range(1, int(flips.max()) + 1)},
        "proved_minimal": float(np.mean([attack.minimal for attack in attacks])),
    }


def histogram_bytes(flips: Sequence[int], title: str) -> bytes:
    """Draw how often each number of flips was needed.

    Parameters
    ----------
    flips
        The numbers.
    title
        What stands above.

    Returns
    -------
    bytes
        A PNG.

    Examples
    --------
    >>> histogram_bytes([3, 4, 4], "three digits")[1:4]  # doctest: +SKIP
    b'PNG'
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    counts = np.bincount(np.asarray(flips, np.intp))
    axes.bar(np.arange(1, len(counts)), counts[1:], color="tab:orange")
    if len(flips):
        axes.axvline(float(np.mean(flips)), color="0.3", linestyle="--", label="mean")
        axes.legend()
    axes.set(xlabel="flips", ylabel="digits")
    axes.set_title(printable(title), parse_math=False)  # a file's name may hold anything
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    stream = io.BytesIO()
    # Without the time and versions that matplotlib would note.
    figure.savefig(stream, format="png", dpi=100, metadata={"Software": None})
    return stream.getvalue()


def _results(
    model: OpenModel, digits: TestDigits, wanted: int, options: Options
) -> Iterator[Result]:
    """Attack the digits, on several threads if the model bears that, behind a progress bar."""
    from tqdm import tqdm

    def attack(subject: Subject, stopped: Callable[[], bool]) -> Iterator[Attack | None]:
        def heed(*_: object) -> None:
            if stopped():
                raise KeyboardInterrupt

        attacks = fewest_flips_each(
            model.model,
            subject.image,
            [None],
            beam=options.beam,
            prove=options.prove,
            jobs=1,
            on_progress=heed,
        )
        yield attacks[0] if attacks else None

    subjects = itertools.islice(digits.read_right(model), wanted)
    bar = tqdm(total=wanted, unit="digit", leave=False, disable=None)
    limits = _one_blas_thread()
    threads = threads_for(model.model, options.jobs) if limits else 1
    with (
        limits or contextlib.nullcontext(),
        bar,
        contextlib.closing(parallel_map(subjects, attack, threads)) as spreading,
    ):
        for subject, attacks in spreading:
            yield Result(subject, next(attacks))
            bar.update()


def _one_blas_thread() -> contextlib.AbstractContextManager[object] | None:
    """Keep numpy's products to a thread each, if the package for that is there.

    Where several threads attack at a time and each product has threads of its own, all wait for
    each other: that took four times as long as one thread alone.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return None
    limits: contextlib.AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def _csv_bytes(results: Sequence[Result]) -> bytes:
    """Give a line for each digit."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("place", "label", "answer", "flips", "proved", "minimal", "pixels"))
    for subject, attack in results:
        if attack is None:
            writer.writerow((subject.place, subject.label, "", "", "", "", ""))
            continue
        pixels = " ".join(map(str, attack.flips))
        row = (attack.answer, len(attack.flips), attack.proved, int(attack.minimal), pixels)
        writer.writerow((subject.place, subject.label, *row))
    return stream.getvalue().encode()


def _lines(said: dict[str, Any]) -> Iterator[str]:
    """Say in words what the summary says."""
    yield f"{said['model']}: {said['digits']:,} test digits that it reads right in black and white"
    if said["unfooled"]:
        yield f"no flips found for {said['unfooled']:,} of them"
    if "mean" not in said:
        return
    error = said["standard_error"]
    mean = f"{said['mean']:.3f}" + (f" ± {error:.3f}" if error is not None else "")
    lower, upper = said["quartiles"]
    yield (
        f"flips: mean {mean}, median {said['median']:g}, quartiles {lower:g} and {upper:g}, "
        f"most {said['most']}; proved minimal for {100 * said['proved_minimal']:.1f} %"
    )
    shares = itertools.islice(said["up_to"].items(), _SHARES)
    yield "fooled by up to " + ", ".join(f"{n}: {100 * share:.1f} %" for n, share in shares)
