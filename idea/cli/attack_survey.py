"""The report of `idea.attack`: how many flips change the predictions for many test images."""

from __future__ import annotations

import contextlib
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from idea.attacks.fewest import fewest_flips_each
from idea.attacks.result import Attack
from idea.cli.attack_input import AttackInput, TestImages
from idea.cli.attack_output import AttackOptions, json_bytes, metadata
from idea.cli.attack_report import (
    SurveyResult,
    csv_bytes,
    figure_of,
    summary,
    summary_lines,
    table_lines,
)
from idea.cli.common import INTERRUPTED
from idea.cli.streams import show
from idea.core.parallel import parallel_map
from idea.core.state.select import threads_for
from idea.errors import IdeaError, OptionError
from idea.files.write import check_folder, require_no_folders, write_files
from idea.opening.load import OpenedModel
from idea.optional import load_package

__all__ = ["survey"]

_MOST = 10_000  # the number of test digits


def survey(
    models: Sequence[OpenedModel],
    images: TestImages,
    count: int,
    folder: Path,
    options: AttackOptions,
    *,
    as_json: bool,
) -> int:
    """Attack the first `count` correctly classified images, untargeted, and write the report.

    Several networks are attacked on the same images, which all of them classify correctly.
    Returns the exit status. After Ctrl-C, the report covers the images that were finished.
    """
    if not 1 <= count <= _MOST:
        raise OptionError(f"--report takes 1…{_MOST:,} test {images.noun}s, not {count:,}")
    paths = {kind: folder / f"report.{kind}" for kind in ("png", "csv", "json")}
    load_package("matplotlib", paths["png"], "matplotlib")
    require_no_folders(paths.values())
    check_folder(folder)
    done: list[tuple[SurveyResult, ...]] = []
    status = 0
    try:
        for result in _results(models, images, count, options):
            done.append(result)
    except KeyboardInterrupt:
        if not done:
            raise
        status = INTERRUPTED
    surveyed = [model.name for model in models]
    if not done:
        verb = "classifies" if len(models) == 1 else "all of them classify"
        raise IdeaError(
            f"{', '.join(surveyed)}: {verb} none of the binarised test {images.noun}s correctly"
        )
    surveys = dict(zip(surveyed, zip(*done, strict=True), strict=True))
    records = [
        {
            **summary(surveys[model.name], images.noun),
            "interrupted": status == INTERRUPTED,
            **metadata(model, options),
        }
        for model in models
    ]
    record = records[0] if len(models) == 1 else {"networks": records}
    files = {
        paths["png"]: figure_of(surveys, images.noun),
        paths["csv"]: csv_bytes(surveys, models[0].network.task),
        paths["json"]: json_bytes(record),
    }
    write_files(files, new_folders=True)
    lines = (
        summary_lines(record, images.noun)
        if len(models) == 1
        else table_lines(records, images.noun)
    )
    report = [*lines, " ".join(map(str, files))]
    show(json.dumps(record) if as_json else "\n".join(report))
    if status:
        print(f"interrupted: the report covers {len(done):,} {images.noun}s", file=sys.stderr)
    return status


def _results(
    models: Sequence[OpenedModel], images: TestImages, count: int, options: AttackOptions
) -> Iterator[tuple[SurveyResult, ...]]:
    """Attack the images with a progress bar, on several threads if the networks allow it.

    Yields the results of all networks for an image.
    """
    from tqdm import tqdm

    def attack(inputs: Sequence[AttackInput]) -> Iterator[Attack | None]:
        for model, attacked in zip(models, inputs, strict=True):
            attacks = fewest_flips_each(
                model.network, attacked.image, [None], **options._replace(jobs=1)._asdict()
            )
            yield attacks[0] if attacks else None

    inputs = itertools.islice(images.correctly_classified(*models), count)
    bar = tqdm(total=count, unit=images.noun, leave=False, disable=None)
    limits = _one_blas_thread()
    threads = min(threads_for(m.network, options.jobs) for m in models) if limits else 1
    with (
        limits or contextlib.nullcontext(),
        bar,
        contextlib.closing(parallel_map(inputs, attack, threads)) as spreading,
    ):
        for attacked, attacks in spreading:
            yield tuple(map(SurveyResult, attacked, attacks))
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
