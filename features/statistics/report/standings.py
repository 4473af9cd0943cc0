"""Agencies or municipalities of a period side by side: what a table of them shows, before it is words.

Whoever has too few messages is not compared; those left are grouped by their interval against the region's share, not
ranked by chance (R54, R55).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.charts.intervals import Axis, IntervalRow, Standing, axis_for, standing
from states.statistics.filter import NONE, Filter
from states.statistics.rating import Counts, Formula, rating
from storage.db.transaction import Transaction
from storage.ops import sums
from storage.ops.measured import COUNTED, counts_of, median, stars
from storage.ops.sums import Sums

WEEKS = 12
FIELDS = {"place": "places", "agency": "agencies"}


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: `weekly` are messages received in each of twelve weeks, `before` the same counts a period earlier."""

    code: str
    sums: Sums
    counts: Counts
    before: Counts
    weekly: tuple[int, ...]
    wanted: Filter

    @property
    def row(self) -> IntervalRow:
        """The line as shares with an interval."""
        return IntervalRow(self.code, self.counts.kept, self.counts.due)

    @property
    def first(self) -> int | None:
        """The median of the first answer in working minutes."""
        return median(self.sums, "first")

    @property
    def stars(self) -> float | None:
        """The mean rating."""
        return stars(self.sums)


@dataclass(frozen=True, slots=True)
class Standings:
    """`groups` in the order in which they are read: worse, the same, better, too few; inside the worst first."""

    total: GroupLine
    axis: Axis
    groups: Mapping[Standing, Sequence[GroupLine]]
    formula: Formula
    lines: Sequence[GroupLine] = field(default=())

    def score(self, line: GroupLine) -> float | None:
        """The score of the rating; None where too few were due."""
        return rating(line.counts, self.formula)


async def load(
    tx: Transaction,
    wanted: Filter,
    today: date,
    by: str,
    formula: Formula,
    *,
    names: Sequence[str] = COUNTED,
    times: Sequence[str] = ("first",),
) -> Standings:
    """`by` is «place» or «agency»; `wanted` has a period and nothing that the daily sums do not know. `names`, `times`:
    what the sums of this period hold."""
    before = wanted.before()
    now = await sums.sums_by(tx, wanted, [by], today, names=names, times=times)
    was = await sums.sums_by(tx, before, [by], today, names=COUNTED, times=())
    by_week = await sums.weekly(tx, wanted, by, WEEKS)
    keys = sorted({key[0] for key in (*now, *was)})
    lines = [
        GroupLine(
            key,
            now.get((key,), Sums()),
            counts_of(now.get((key,), Sums())),
            counts_of(was.get((key,), Sums())),
            by_week.get(key, (0,) * WEEKS),
            replace(wanted, **{FIELDS[by]: (key or NONE,)}),  # type: ignore[arg-type]
        )
        for key in keys
    ]
    whole = sums.together(now.values())
    total = GroupLine(
        "",
        whole,
        counts_of(whole),
        counts_of(sums.together(was.values())),
        tuple(sum(line.weekly[week] for line in lines) for week in range(WEEKS)),
        wanted,
    )
    return arrange(total, lines, formula)


def arrange(total: GroupLine, lines: Sequence[GroupLine], formula: Formula) -> Standings:
    """The lines by how they stand to the region, each group in its order."""
    region = total.counts.kept / total.counts.due if total.counts.due else 0.0
    named = [line for line in lines if line.code]
    axis = axis_for(tuple(line.row for line in named), region, formula.least)
    groups: dict[Standing, list[GroupLine]] = {standing: [] for standing in Standing}
    for line in named:
        groups[standing(line.row, axis)].append(line)
    for kind, some in groups.items():
        some.sort(key=_most_received if kind is Standing.FEW else _worst)
    return Standings(total, axis, groups, formula, lines)


def _worst(line: GroupLine) -> tuple[float, str]:
    """The order from the worst share on."""
    return (line.row.share or 0.0, line.code)


def _most_received(line: GroupLine) -> tuple[float, str]:
    return (-line.counts.received, line.code)
