"""What one appeal adds to the daily sums, at which day and in which group. Sums are made of this and of nothing else:
what an appeal added before a change is taken away, what it adds after it is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from states.lifecycle.counted import Counted
from states.statistics.durations import bin_of


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day and a group; empty where an appeal has none."""

    day: date
    agency: str
    place: str
    topic: str
    door: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted of one appeal, as its row says it."""

    topic: str
    place: str
    agency: str
    door: str
    urgent: bool
    repeat: bool
    rating: int
    open: bool
    counted: Counted


@dataclass(frozen=True, slots=True)
class Added:
    """`name` is a column of the sums, or for a duration its kind with the number of its bin."""

    cell: DayCell
    name: str
    bin: int | None
    amount: int


def additions_of(numbers: Numbers) -> Iterator[Added]:
    """Everything that this appeal adds."""
    group, had = (numbers.agency, numbers.place, numbers.topic, numbers.door), numbers.counted
    counts = (
        (had.received, "received", 1),
        (had.received, "urgent", int(numbers.urgent)),
        (had.received, "repeats", int(numbers.repeat)),
        (had.accepted, "accepted", 1),
        (had.first, "first", 1),
        (had.first, "first_minutes", had.first_minutes),
        (had.final, "final", 1),
        (had.final, "final_minutes", had.final_minutes),
        (had.received, "open", int(numbers.open)),
        (had.term, "due", 1),
        (had.term, "kept", int(had.final is not None and not had.late)),
        (had.term, "late", int(had.final is not None and had.late)),
        (had.returned, "returned", 1),
        (had.reopened, "reopened", 1),
        (had.rated, f"rated_{numbers.rating}", int(numbers.rating > 0)),
        (had.ended, had.outcome.value, int(bool(had.outcome))),
    )
    for day, name, amount in counts:
        if day is not None and amount:
            yield Added(DayCell(day, *group), name, None, amount)
    for day, kind, minutes in ((had.first, "first", had.first_minutes), (had.final, "final", had.final_minutes)):
        if day is not None:
            yield Added(DayCell(day, *group), kind, bin_of(minutes), 1)
