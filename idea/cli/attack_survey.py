"""The report of `idea.attack`: how many flips change the predictions for many test images."""

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
from idea.cli.attack_input import AttackInput, TestImages
from idea.cli.attack_output import AttackOptions, json_bytes, metadata
from idea.cli.common import INTERRUPTED
from idea.cli.streams import printable, show
from idea.core.parallel import parallel_map
from idea.core.state.select import threads_for
from idea.errors import IdeaError, OptionError
from idea.files.figure import figure_bytes
from idea.files.load import OpenedModel
from idea.files.write import check_folder, require_no_folders, write_files
from idea.image import Task
from idea.optional import load_package

__all__ = ["SurveyResult", "histogram_bytes", "summary", "survey"]

_MOST = 10_000  # the number of test digits
_SHARES = 10  # shares that are printed


class SurveyResult(NamedTuple):
    """An image, and the attack on it; None if no flips were found."""

    input: AttackInput
    attack: Attack | None


def survey(
    model: OpenedModel,
    images: TestImages,
    count: int,
    folder: Path,
    options: AttackOptions,
    *,
    as_json: bool,
) -> int:
    """Attack the first `count` correctly classified images, untargeted, and write the report.

    Returns the exit status. After Ctrl-C, the report covers the images that were finished.
    """
    if not 1 <= count <= _MOST:
        raise OptionError(f"--report takes 1…{_MOST:,} test {images.noun}s, not {count:,}")
    paths = {kind: folder / f"report.{kind}" for kind in ("png", "csv", "json")}
    load_package("matplotlib", paths["png"], "matplotlib")
    require_no_folders(paths.values())
    check_folder(folder)
    done: list[SurveyResult] = []
    status = 0
    try:
        for result in _results(model, images, count, options):
            done.append(result)
    except KeyboardInterrupt:
        if not done:
            raise
        status = INTERRUPTED
    if not done:
        raise IdeaError(
            f"{model.name}: classifies none of the binarised test {images.noun}s correctly"
        )
    record = {
        **summary(done, images.noun),
        "interrupted": status == INTERRUPTED,
        **metadata(model, options),
    }
    flips = [len(attack.flips) for _, attack in done if attack]
    files = {
        paths["png"]: histogram_bytes(
            flips, f"{model.name}: flips that change the prediction", f"{images.noun}s"
        ),
        paths["csv"]: _csv_bytes(done, model.network.task),
        paths["json"]: json_bytes(record),
    }
    write_files(files, new_folders=True)
    report = [*_summary_lines(record, images.noun), " ".join(map(str, files))]
    show(json.dumps(record) if as_json else "\n".join(report))
    if status:
        print(f"interrupted: the report covers {len(done):,} {images.noun}s", file=sys.stderr)
    return status


def summary(results: Sequence[SurveyResult], noun: str = "digit") -> dict[str, Any]:
    """Summarise the numbers of flips of one image or more; `noun` is what it shows.

    >>> from types import SimpleNamespace as Some
    >>> attacks = [Some(flips=range(n), minimal=n < 3) for n in (1, 2, 3, 6)]
    >>> found = summary([SurveyResult(None, attack) for attack in attacks])
    >>> found["mean"], found["median"], found["up_to"], found["proved_minimal"]
    (3.0, 2.5, {'1': 0.25, '2': 0.5, '3': 0.75, '4': 0.75, '5': 0.75, '6': 1.0}, 0.5)
    """
    attacks = [result.attack for result in results if result.attack]
    counts: dict[str, Any] = {
        f"{noun}s": len(results),
        "unfooled": len(results) - len(attacks),
    }
    if not attacks:
        return counts
    flips = np.array([len(attack.flips) for attack in attacks])
    error = float(flips.std(ddof=1) / len(flips) ** 0.5) if len(flips) > 1 else None
    lower, median, upper = np.percentile(flips, (25, 50, 75)).tolist()
    return {
        **counts,
        "mean": float(flips.mean()),
        "standard_error": error,
        "median": median,
        "quartiles": [lower, upper],
        "most": int(flips.max()),
        "up_to": {str(n): float((flips <= n).mean()) for n in range(1, int(flips.max()) + 1)},
        "proved_minimal": float(np.mean([attack.minimal for attack in attacks])),
    }


def histogram_bytes(flips: Sequence[int], title: str, what: str) -> bytes:
    """Draw the distribution of the numbers of flips as a PNG."""
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
    axes.set(xlabel="flips", ylabel=what)
    axes.set_title(printable(title), parse_math=False)  # a file's name may hold anything
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    return figure_bytes(figure, 100)


def _results(
    model: OpenedModel, images: TestImages, count: int, options: AttackOptions
) -> Iterator[SurveyResult]:
    """Attack the images with a progress bar, on several threads if the model allows it."""
    from tqdm import tqdm

    def attack(attacked: AttackInput, stopped: Callable[[], bool]) -> Iterator[Attack | None]:
        def stop_if_requested(*_: object) -> None:
            if stopped():
                raise KeyboardInterrupt

        attacks = fewest_flips_each(
            model.network,
            attacked.image,
            [None],
            **options._replace(jobs=1)._asdict(),
            on_progress=stop_if_requested,
        )
        yield attacks[0] if attacks else None

    inputs = itertools.islice(images.correctly_classified(model), count)
    bar = tqdm(total=count, unit=images.noun, leave=False, disable=None)
    limits = _one_blas_thread()
    threads = threads_for(model.network, options.jobs) if limits else 1
    with (
        limits or contextlib.nullcontext(),
        bar,
        contextlib.closing(parallel_map(inputs, attack, threads)) as spreading,
    ):
        for attacked, attacks in spreading:
            yield SurveyResult(attacked, next(attacks))
            bar.update()


def _one_blas_thread() -> contextlib.AbstractContextManager[object] | None:
    """Limit numpy's products to one thread each, if threadpoolctl is installed.

    Where several threads attack at a time and each product has threads of its own, all wait for
    each other: that took four times as long as one thread alone.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return None
    limits: contextlib.AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def _csv_bytes(results: Sequence[SurveyResult], task: Task) -> bytes:
    """Return the table with a row for each image."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("place", "label", "answer", "flips", "proved", "minimal", "pixels"))
    for attacked, attack in results:
        if attack is None:
            writer.writerow((attacked.index, task.label(attacked.label), "", "", "", "", ""))
            continue
        pixels = " ".join(map(str, attack.flips))
        labels = task.label(attacked.label), task.label(attack.prediction)
        row = (*labels, len(attack.flips), attack.proved, int(attack.minimal), pixels)
        writer.writerow((attacked.index, *row))
    return stream.getvalue().encode()


def _summary_lines(record: dict[str, Any], noun: str) -> Iterator[str]:
    """Describe the summary."""
    count = record[f"{noun}s"]
    yield f"{record['model']}: {count:,} correctly classified test {noun}s, binarised"
    if record["unfooled"]:
        yield f"no flips found for {record['unfooled']:,} of them"
    if "mean" not in record:
        return
    error = record["standard_error"]
    mean = f"{record['mean']:.3f}" + (f" ± {error:.3f}" if error is not None else "")
    lower, upper = record["quartiles"]
    yield (
        f"flips: mean {mean}, median {record['median']:g}, quartiles {lower:g} and {upper:g}, "
        f"maximum {record['most']}; proved minimal for {100 * record['proved_minimal']:.1f} %"
    )
    shares = itertools.islice(record["up_to"].items(), _SHARES)
    yield "fooled by up to " + ", ".join(f"{n}: {100 * share:.1f} %" for n, share in shares)
