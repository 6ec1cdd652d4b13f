"""The table of `bench/quality.py`: the shortfall of each method from the best known image."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from idea.files.write import write_bytes

from best_known import ROUNDING, BestKnown
from contest import Cell, Result
from measure import require
from quality_networks import Network
from timed_evaluator import EXTERNAL

BEGIN = "<!-- what follows is written by bench/quality.py -->"
END = "<!-- up to here -->"


def tables(
    groups: dict[str, list[Network]], results: dict[Cell, Result], best_known: BestKnown
) -> str:
    """Return a Markdown table for each group of networks."""
    texts = []
    for name, networks in groups.items():
        checksums = {network.checksum for network in networks}
        own = {cell: result for cell, result in results.items() if cell.checksum in checksums}
        title = f"{name} units" if name.isdecimal() else Path(name).stem
        texts.append(_table(title, own, best_known))
    return "\n\n".join(texts)


def _table(title: str, results: dict[Cell, Result], best_known: BestKnown) -> str:
    best = {
        (c.checksum, c.digit): found
        for c in results
        if (found := best_known.of(c.checksum, c.digit))
    }
    networks = len({checksum for checksum, _ in best})
    lines = [
        f"### {title}",
        "",
        f"Networks: {networks}. Network–digit pairs: {len(best)}, of which "
        f"{sum(b.proved for b in best.values())} have a best known image that is proved optimal.",
        "",
        "| method | mean shortfall | worst shortfall | at the best known | runs "
        "| latest counted result |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for method in dict.fromkeys(c.method for c in results):
        own = {c: r for c, r in results.items() if c.method == method}
        short = [_shortfall(r.energy, best[c.checksum, c.digit].energy) for c, r in own.items()]
        lines.append(_row(method, short, own.values()))
    return "\n".join(lines)


def _shortfall(energy: float, best: float) -> float:
    """Return the relative shortfall of an energy; rounding errors count as 0."""
    short = (best - energy) / abs(best)
    return short if short > ROUNDING else 0.0


def _row(method: str, short: list[float], results: Iterable[Result]) -> str:
    columns = (
        EXTERNAL.get(method, f"`{method}`"),
        f"{fmean(short):.3%}",
        f"{max(short):.3%}",
        f"{short.count(0) / len(short):.0%}",
        f"{fmean(r.runs for r in results):,.0f}",
        f"{max(r.last_at for r in results):.2f} s",
    )
    return f"| {' | '.join(columns)} |".replace("%", " %")


def write_into(path: Path, text: str) -> None:
    """Replace the text between the marks in a file."""
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    require(bool(begin and end), f"{path}: the marks {BEGIN} and {END} are missing")
    write_bytes(path, f"{before}{BEGIN}\n{text}\n{END}{after}".encode())
