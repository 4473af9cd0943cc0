"""What a chart costs: processor time, bytes, bytes as they go over the wire; and the week's page as picture and PDF.

A chart that takes longer than its bar fails the run: a page of the panel has up to fifty of them.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rig.stand import machine  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402
from bot.charts import bars, heat, intervals, lines, map, sparkline, stacked  # noqa: E402
from bot.charts.paint import PAPER  # noqa: E402
from bot.printing.picture import png  # noqa: E402
from features.statistics.report.page import page  # noqa: E402
from features.statistics.report.paper import as_pdf, as_picture  # noqa: E402
from tests.charts import samples  # noqa: E402
from tests.report.sample import SITE, week  # noqa: E402

ROUNDS, WARM = 60, 5
BAR_MS = 20.0
"""For a chart, not for pictures and papers: those are made once and in the background."""

REGION = samples.region_map()
ROW, AXIS = samples.ROWS[0], samples.axis()
REPORT = week()
CHARTS: dict[str, Callable[[], str | bytes]] = {
    "seven days against the last seven": lambda: bars.bars(samples.bars()).svg,
    "a year of pages against the plan": lambda: stacked.stacked_chart(samples.stacked()).svg,
    "two lines of 90 days, a link each": lambda: lines.lines(samples.lines()).svg,
    "sparkline of 12 weeks": lambda: sparkline.sparkline(samples.sparkline()).svg,
    "weekday × hour, 168 links": lambda: heat.heat(samples.heat()).svg,
    "intervals of eight rows": lambda: intervals.intervals(samples.intervals()).svg,
    "one interval for a cell": lambda: intervals.cell(ROW, AXIS),
    "map of 43 municipalities, 43 links": lambda: map.chart_map(REGION).svg,
}
PAPERS: dict[str, Callable[[], str | bytes]] = {
    "seven days as PNG": lambda: png(bars.bars(samples.bars(), PAPER).svg),
    "the week's page as SVG": lambda: page(REPORT),
    "the week's page as PNG": lambda: as_picture(REPORT),
    "the week's page as PDF": lambda: as_pdf(REPORT, SITE),
}


def cost(make: Callable[[], str | bytes], rounds: int) -> tuple[float, float, bytes]:
    """Milliseconds of the processor, in the middle and at 95 %, and what was made: others work on the machine too."""
    took = []
    for turn in range(rounds + WARM):
        began = time.process_time()
        made = make()
        if turn >= WARM:
            took.append((time.process_time() - began) * 1000)
    content = made if isinstance(made, bytes) else made.encode()
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], content


def row(name: str, found: tuple[float, float, bytes]) -> list[str]:
    """A row of the table: milliseconds in the middle and the slow case, and bytes plain and with gzip."""
    middle, slow, content = found
    return [name, f"{middle:.2f}", f"{slow:.2f}", f"{len(content):,}", f"{len(gzip.compress(content, mtime=0)):,}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    options = parser.parse_args()
    charts = {name: cost(make, ROUNDS) for name, make in CHARTS.items()}
    papers = {name: cost(make, ROUNDS // 6) for name, make in PAPERS.items()}
    rows = [row(name, found) for name, found in {**charts, **papers}.items()]
    heads = ["made", "processor, ms", "95 %", "bytes", "bytes, gzip"]
    table = Table("charts", "python benchmarks/charts.py", machine(), heads, rows)
    print(table.text())
    if options.write:
        write([table])
    slow = [name for name, found in charts.items() if found[0] > BAR_MS]
    if slow:
        raise SystemExit(f"slower than {BAR_MS:g} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
