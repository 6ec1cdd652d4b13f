"""The table of `bench/quality.py`: how far each method stays below the best that is known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from idea.files.write import write_bytes

from best_known import ROUNDING, BestKnown
from contest import Cell, Result
from measure import require
from quality_networks import Network
from referee import OUTSIDERS

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
        f"Networks: {networks}. Ideals sought: {len(best)}; the best known is proved to be the "
        f"optimum of {sum(b.proved for b in best.values())}.",
        "",
        "| method | mean shortfall | worst shortfall | at the best known | runs | last counted |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for method in dict.fromkeys(c.method for c in results):
        own = {c: r for c, r in results.items() if c.method == method}
        short = [_shortfall(r.energy, best[c.checksum, c.digit].energy) for c, r in own.items()]
        lines.append(_row(method, short, own.values()))
    return "\n".join(lines)


def _shortfall(energy: float, best: float) -> float:
    """Return what an energy lacks of the best, in parts of it; what rounding makes of 0 is 0."""
    short = (best - energy) / abs(best)
    return short if short > ROUNDING else 0.0


def _row(method: str, short: list[float], results: Iterable[Result]) -> str:
    columns = (
        OUTSIDERS.get(method, f"`{method}`"),
        f"{fmean(short):.3%}",
        f"{max(short):.3%}",
        f"{short.count(0) / len(short):.0%}",
        f"{fmean(r.runs for r in results):,.0f}",
        f"{max(r.took for r in results):.2f} s",
    )
    return f"| {' | '.join(columns)} |".replace("%", " %")


def write_into(path: Path, text: str) -> None:
    """Put a text between the marks of a file."""
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    require(bool(begin and end), f"{path}: the marks {BEGIN} and {END} are missing")
    write_bytes(path, f"{before}{BEGIN}\n{text}\n{END}{after}".encode())
