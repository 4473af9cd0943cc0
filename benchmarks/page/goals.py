"""The goals of speed, each with where its figure stands. A goal that is missed is shown as missed, nothing more.

Whoever measures a new part under these names (communities: rows by their number) has its goals judged at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.page.figures import Figures, number
from benchmarks.parts.crowd_run import LATER

MISSED = "**not met**"


def row_of(at_once: int, pace: int) -> str:
    """The row of our bot under VK's limit, with its own limit in requests a second."""
    return f"ours, {at_once:,} at once, {pace} requests/s"


@dataclass(frozen=True)
class Goal:
    """`least` or `most` is wanted of the median in a row and a column, or of its ratio to the row `over`."""

    what: str
    part: str
    row: str
    column: str
    least: float | None = None
    most: float | None = None
    over: str = ""

    def wanted(self) -> str:
        """The goal as the table shows it: «≥ 275» or «≤ 5»."""
        return f"≥ {number(self.least)}" if self.least is not None else f"≤ {number(self.most or 0.0)}"

    def measured(self, figures: Figures) -> float | None:
        """The figure that is judged, or its ratio to the row `over`; None where it was not measured."""
        part = figures.get(self.part)
        if part is None:
            return None
        value, base = part.median(self.row, self.column), part.median(self.over, self.column)
        if not self.over or value is None:
            return value
        return value / base if base else None

    def met(self, value: float) -> bool:
        """Whether the value is within the goal."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def cells(self, figures: Figures) -> list[str]:
        """The row of the table: goal, figure, whether it is met. A run with --tiny is no more than a trial."""
        value = self.measured(figures)
        if value is None:
            return [self.what, self.wanted(), "—", "not measured"]
        if "--tiny" in figures[self.part].command:
            return [self.what, self.wanted(), number(value), "a trial"]
        return [self.what, self.wanted(), number(value), "met" if self.met(value) else MISSED]


def crowd(pace: int, column: str, least: float | None = None, most: float | None = None) -> Goal:
    """A goal for a crowd of 1,000 at this pace of requests a second to VK."""
    what = f"1,000 residents at once at {pace} requests/s: {column}"
    return Goal(what, "crowd", row_of(1000, pace), column, least, most)


GOALS = (
    crowd(20, "turns/s", least=275),
    crowd(20, "answer p50, s", most=1.6),
    crowd(20, "answer p95, s", most=3.5),
    crowd(20, "sends/s", least=480),
    crowd(20, LATER, most=0),
    crowd(19, "turns/s", least=258),
    crowd(19, "sends/s", least=450),
    crowd(19, LATER, most=0),
    Goal("CPU ms a turn, 100 at once without limit", "free", "ours, 100 at once", "CPU ms a turn", most=1.8),
    Goal("CPU ms a turn, 1,000 at once without limit", "free", "ours, 1,000 at once", "CPU ms a turn", most=1.8),
    Goal("turns/s, 1,000 at once without limit", "free", "ours, 1,000 at once", "turns/s", least=550),
    Goal("events/s in batches of 64, SQLite", "batches", "SQLite, 64", "events/s", least=3000),
    Goal("events/s, PostgreSQL, batches of 1", "batches", "PostgreSQL, 1", "events/s", least=150),
    Goal("events/s, PostgreSQL, batches of 8", "batches", "PostgreSQL, 8", "events/s", least=700),
    Goal("events/s, PostgreSQL, batches of 64", "batches", "PostgreSQL, 64", "events/s", least=2000),
    Goal("bytes on disk for one finished message", "disk", "all of it", "bytes", most=12 * 1024),
    Goal("the same after a month", "disk", "all of it", "bytes, a month later", most=6 * 1024),
    Goal("CPU of a turn with 10⁵ messages, to 10³", "past", "100,000", "CPU ms a turn", most=1.15, over="1,000"),
    Goal("CPU of a turn with 10⁶ messages, to 10³", "years", "1,000,000", "CPU ms a turn", most=1.15, over="1,000"),
    Goal("CPU of a turn with 10⁷ messages, to 10³", "years", "10,000,000", "CPU ms a turn", most=1.15, over="1,000"),
    Goal("longest stop by the books at 10⁵, ms", "past", "100,000", "while the books are counted, ms", most=20),
    Goal("longest stop by the books at 10⁶, ms", "years", "1,000,000", "while the books are counted, ms", most=20),
    Goal("3,577 communities in one process, idle: memory, MB", "communities", "3,577", "memory, MB", most=450),
    Goal("3,577 communities, idle: % of a core", "communities", "3,577", "% of a core", most=15),
    Goal("3,577 communities, idle: transactions/s", "communities", "3,577", "transactions/s", most=60),
    Goal("50 messages/s spread over 3,577: answer p95, s", "communities", "3,577", "answer p95, s", most=1),
    Goal("four workers to one, events/s", "workers", "4", "events/s", least=2.5, over="1"),
    Goal("idle memory without panel, MB", "idle", "without the panel", "memory, MB", most=130),
    Goal("idle memory with the panel, MB", "idle", "with the panel", "memory, MB", most=170),
)
