"""Why a municipality or an agency stands where it stands among the others: whose answers were late, about what, since
when. Figures only, of the same sums as the table of all (standings.py); it must never count messages itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from features.statistics.report.standings import FIELDS, WEEKS, GroupLine, Standings, load
from states.directory import Directory, Level
from states.statistics.filter import NONE, Filter
from states.statistics.rating import Counts, Formula
from states.statistics.wilson import wilson
from storage.db.transaction import Transaction
from storage.ops import sums
from storage.ops.measured import COUNTED, counts_of
from storage.ops.sums import Sums

OTHER = {"place": "agency", "agency": "place"}
"""What a group is taken apart by: a place by who answers there, an agency by where."""
JUDGED = ("due", "kept", "late")


@dataclass(frozen=True, slots=True)
class Rank:
    """Place `at` of `of` that are compared, 1 for the largest share; between `best` and `worst` it may be by chance."""

    at: int
    of: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class ReasonPart:
    """What of a group is one other's: an agency's in a place, a topic's. `own`: of the administration of that place."""

    code: str
    counts: Counts
    own: bool = False

    @property
    def missed_count(self) -> int:
        """How many of this part were answered late or not at all."""
        return missed_count(self.counts)


@dataclass(frozen=True, slots=True)
class Reasons:
    """`parts` and `topics`: the most missed first. `own_rank`: by the answers of administrations alone. `weeks`: in
    time and due, of the group and of the region."""

    found: Standings
    line: GroupLine
    rank: Rank | None
    own_rank: Rank | None
    parts: Sequence[ReasonPart]
    topics: Sequence[ReasonPart]
    weeks: Sequence[tuple[Counts, Counts]]

    @property
    def own(self) -> Counts:
        """The counts of its own answers."""
        return sum_counts(part.counts for part in self.parts if part.own)

    @property
    def others(self) -> Counts:
        """The counts of others' answers."""
        return sum_counts(part.counts for part in self.parts if not part.own)


def missed_count(counts: Counts) -> int:
    """How many were not in time: answered behind the term, or not at all."""
    return counts.due - counts.kept


def sum_counts(some: Iterable[Counts]) -> Counts:
    """The counts of several groups added up: what is said of terms."""
    found = list(some)
    return Counts(**{name: sum(getattr(counts, name) for counts in found) for name in ("received", *JUDGED)})


def rank(code: str, known: Mapping[str, Counts], least: int) -> Rank | None:
    """None where it has too few to be compared (R55). Its place is uncertain as far as its own interval reaches."""
    compared = {name: counts.kept / counts.due for name, counts in known.items() if counts.due >= least and counts.due}
    if code not in compared:
        return None
    span = wilson(known[code].kept, known[code].due)
    assert span is not None, "something was due"
    shares = [value for name, value in compared.items() if name != code]

    def above(edge: float) -> int:
        return 1 + sum(value > edge for value in shares)

    return Rank(above(compared[code]), len(compared), above(span.high), above(span.low))


async def read(
    tx: Transaction, wanted: Filter, today: date, by: str, code: str, formula: Formula, directory: Directory
) -> Reasons:
    """`wanted` has a period, and names neither places nor agencies: the others are needed to compare."""
    found = await load(tx, wanted, today, by, formula)
    line = next((line for line in found.lines if line.code == code), empty(wanted, by, code))
    crossed = await sums.sums_by(tx, wanted, ["place", "agency"], today, names=COUNTED, times=())
    topics = await sums.sums_by(tx, line.wanted, ["topic"], today, names=COUNTED, times=())
    return Reasons(
        found,
        line,
        rank(code, {line.code: line.counts for line in found.lines if line.code}, formula.least),
        rank(code, of_administrations(crossed, directory), formula.least) if by == "place" else None,
        parts(crossed, by, code, directory),
        worst_first(ReasonPart(topic, counts_of(totals)) for (topic,), totals in topics.items()),
        await weekly(tx, wanted, today, by, code),
    )


def empty(wanted: Filter, by: str, code: str) -> GroupLine:
    """The line of a group of which nothing was heard in this period."""
    return GroupLine(code, Sums(), Counts(), Counts(), (0,) * WEEKS, replace(wanted, **{FIELDS[by]: (code or NONE,)}))  # type: ignore[arg-type]


def is_own(directory: Directory, place: str, agency: str) -> bool:
    """Whether this agency is the administration of this municipality."""
    known = directory.agency_by_code.get(agency)
    return known is not None and known.place == place and known.level is Level.MUNICIPALITY


def of_administrations(crossed: Mapping[tuple[str, ...], Sums], directory: Directory) -> dict[str, Counts]:
    """By municipality, the counts of what its own administration had to answer."""
    found: dict[str, list[Counts]] = {}
    for (place, agency), totals in crossed.items():
        if is_own(directory, place, agency):
            found.setdefault(place, []).append(counts_of(totals))
    return {place: sum_counts(some) for place, some in found.items()}


def parts(crossed: Mapping[tuple[str, ...], Sums], by: str, code: str, directory: Directory) -> list[ReasonPart]:
    """The other groups that make up this one (agencies of a place, places of an agency), the worst first."""
    mine, other = (0, 1) if by == "place" else (1, 0)
    return worst_first(
        ReasonPart(key[other], counts_of(totals), by == "place" and is_own(directory, code, key[other]))
        for key, totals in crossed.items()
        if key[mine] == code
    )


def worst_first(some: Iterable[ReasonPart]) -> list[ReasonPart]:
    """The parts with any message, those with most missed terms first."""
    there = [part for part in some if part.counts.received or part.counts.due]
    return sorted(there, key=lambda part: (-part.missed_count, -part.counts.due, -part.counts.received, part.code))


async def weekly(tx: Transaction, wanted: Filter, today: date, by: str, code: str) -> list[tuple[Counts, Counts]]:
    """For each of the weeks that end with the period, what fell due in it: of the group and of all."""
    assert wanted.until is not None, "weeks are counted from an end"
    since = wanted.until - timedelta(days=7 * WEEKS - 1)
    days = await sums.sums_by(tx, replace(wanted, since=since), ["day", by], today, names=JUDGED, times=())
    found: list[tuple[list[Sums], list[Sums]]] = [([], []) for _ in range(WEEKS)]
    for (day, group), totals in days.items():
        own, all_of_it = found[(day - since).days // 7]
        all_of_it.append(totals)
        own += [totals] if group == code else []
    return [(counts_of_terms(own), counts_of_terms(whole)) for own, whole in found]


def counts_of_terms(some: Sequence[Sums]) -> Counts:
    """Only what is said of terms (due, kept, late), summed over these groups; the other counts stay 0."""
    return Counts(**{name: sum(totals[name] for totals in some) for name in JUDGED})
